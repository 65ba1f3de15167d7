"""Which missions are there, and what does the evidence say about each?"""
