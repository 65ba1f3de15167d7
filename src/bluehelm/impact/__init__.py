"""Did our presence change it, and what can the estimate not carry?"""
