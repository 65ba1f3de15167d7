"""How do records come in from files and leave as files?"""
