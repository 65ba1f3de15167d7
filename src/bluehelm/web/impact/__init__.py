"""Which pages show what was estimated of presence?"""
