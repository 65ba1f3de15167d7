"""Which choice is best, and how do we know that none is better?

Mathematics that every subject may use; it knows vectors and matrices only.
"""
