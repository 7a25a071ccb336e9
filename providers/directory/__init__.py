"""Searching the public list of providers, and each provider's public page."""
