"""Who can supply what the mission needs, and when?"""
