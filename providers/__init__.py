"""Partner businesses: who they are, when they work, what they sell, and how they are found."""
