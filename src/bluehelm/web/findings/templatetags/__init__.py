"""Small filters for the templates of findings."""
