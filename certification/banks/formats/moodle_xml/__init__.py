"""Moodle XML: the one format of Moodle's that holds every kind, and images."""

from certification.banks.formats.moodle_xml.reading import read
from certification.banks.formats.moodle_xml.writing import write

__all__ = ["read", "write"]
