"""Small filters for the templates of forces."""
