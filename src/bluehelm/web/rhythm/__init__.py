"""What is due to whom, and when?"""
