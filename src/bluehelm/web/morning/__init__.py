"""What needs this person now?"""
