"""What is happening, and where?"""
