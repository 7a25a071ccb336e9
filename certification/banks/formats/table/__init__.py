"""CSV: one row for each question, as spreadsheets save it. The columns are described in `docs/certification.md`."""

from certification.banks.formats.table.cells import Column
from certification.banks.formats.table.reading import read, read_row
from certification.banks.formats.table.writing import write, write_row

__all__ = ["Column", "read", "read_row", "write", "write_row"]
