"""Who holds which post, and what may a post read and do?"""
