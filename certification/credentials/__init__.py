"""Credentials: who has passed which track, until when, and whether it still counts."""
