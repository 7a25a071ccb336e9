"""Fills a database with as many partners as somebody wants to measure with; they are nobody, and can't sign in."""

from marketplace.site.seeding.filling import fill

__all__ = ["fill"]
