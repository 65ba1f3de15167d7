"""What change should the mandate bring, and how will we know?"""
