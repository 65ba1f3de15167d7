"""Which counts about people have left, to whom and who let them?"""
