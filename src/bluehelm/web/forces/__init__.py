"""Who can supply what the mission needs, and when? The records and their pages."""
