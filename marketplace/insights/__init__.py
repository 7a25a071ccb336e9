"""Figures of this installation: for visitors, and for the vendor, who acts on them."""
