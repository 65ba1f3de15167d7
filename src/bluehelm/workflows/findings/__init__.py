"""What may be asked of the ledger of findings, whatever keeps it: measures, near-duplicates, the rules it goes by."""
