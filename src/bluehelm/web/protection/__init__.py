"""Who is at risk, what was done about it, and what became of every call for help?"""
