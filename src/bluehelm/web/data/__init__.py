"""Which data is there, from whom, what does it cover and what changed in it?"""
