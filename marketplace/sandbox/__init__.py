"""Stand-ins for the outside world, for the demo and for tests. Each is a server of its own; no slice knows them."""
