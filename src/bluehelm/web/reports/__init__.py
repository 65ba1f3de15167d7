"""What was reported, how far is it to be believed, and what do the desks make of it?"""
