"""How far a track goes."""

MIN_LEVEL = 1
MAX_LEVEL = 3
