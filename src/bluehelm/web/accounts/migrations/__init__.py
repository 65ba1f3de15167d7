"""Which changes have the tables of accounts been through?"""
