"""What do the templates of accounts ask?"""
