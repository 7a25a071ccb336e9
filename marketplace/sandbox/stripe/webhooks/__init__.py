"""What the other side is told: signed events over HTTP, repeated until they are taken."""
