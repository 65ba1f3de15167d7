"""Which components do pages put together, and how does each look?"""
