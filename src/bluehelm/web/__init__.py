"""What does a reader see in the browser, and who may see it?"""
