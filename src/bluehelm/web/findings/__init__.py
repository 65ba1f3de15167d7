"""What was found, who decided what about it, what was done, and did it help?"""
