"""The floor of the house: every slice stands on it, and it knows no slice."""
