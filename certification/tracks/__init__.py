"""Tracks: what one can be certified for, and at which level."""
