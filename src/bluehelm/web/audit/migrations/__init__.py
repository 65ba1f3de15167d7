"""Which changes has the table of the audit been through?"""
