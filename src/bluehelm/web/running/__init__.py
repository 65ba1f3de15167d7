"""Does the program run as it should, and what is it busy with?"""
