"""GIFT, as Moodle reads and writes it; where Moodle loses something silently, the question is refused instead."""

from certification.banks.formats.gift.reading import read
from certification.banks.formats.gift.writing import write

__all__ = ["read", "write"]
