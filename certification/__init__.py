"""Certification: tracks, and the credentials that decide who may take paid work."""
