"""How are points, polygons and distances on the earth reckoned?"""
