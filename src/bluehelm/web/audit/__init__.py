"""Who did what, when, to which record, and has anybody changed the answer since?"""
