"""How good is a forecast, and how long do things take? Shared mathematics; no mission words."""
