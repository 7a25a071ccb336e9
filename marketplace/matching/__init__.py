"""Who can do it and who should: the reasons of a match, and offers with their clocks."""
