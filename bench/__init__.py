"""What do our promises about speed and memory cost?"""
