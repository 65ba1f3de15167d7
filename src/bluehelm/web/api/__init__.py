"""Which questions do programs ask, and at which address is the same answer as a page's?"""
