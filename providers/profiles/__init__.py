"""Provider businesses and their members: who they are, what they speak, and how their work has gone so far."""
