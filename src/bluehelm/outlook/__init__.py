"""What may happen next, and how good were such statements before?"""
