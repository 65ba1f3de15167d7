"""Which plans does a mission have, which values were entered, and where do they stand?"""
