"""What does the program do beside the pages, how far is it, and how did it end?"""
