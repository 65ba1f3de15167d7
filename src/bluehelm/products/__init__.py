"""What leaves the house: briefs, chart and map specifications."""
