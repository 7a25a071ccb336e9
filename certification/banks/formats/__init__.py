"""The file formats of question banks: each reads questions and refusals, and writes so that nothing changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from certification.banks.formats import aiken, gift, moodle_xml, table
from certification.banks.formats.decoding import MAX_FILE_BYTES, NoText, decode
from certification.banks.formats.entries import Entry, Found, Refusal, Written
from marketplace.kernel.translate import _

__all__ = [
    "FORMATS",
    "MAX_FILE_BYTES",
    "Entry",
    "FileFormat",
    "Found",
    "Refusal",
    "Written",
    "guess",
    "read",
    "write",
]


class FileFormat(StrEnum):
    """The formats, as they are called on the command line."""

    GIFT = "gift"
    MOODLE_XML = "moodle-xml"
    AIKEN = "aiken"
    CSV = "csv"


@dataclass(frozen=True)
class Format:
    """How a format is read and written, and how its files end."""

    read: Callable[[str, str], Found]
    write: Callable[[Iterable[Entry], str], Written]
    ending: str


FORMATS: Mapping[FileFormat, Format] = {
    FileFormat.GIFT: Format(gift.read, gift.write, "gift"),
    FileFormat.MOODLE_XML: Format(moodle_xml.read, moodle_xml.write, "xml"),
    FileFormat.AIKEN: Format(aiken.read, aiken.write, "txt"),
    FileFormat.CSV: Format(table.read, table.write, "csv"),
}


def read(data: bytes, file_format: FileFormat, *, language: str) -> Found:
    """Read a file; whatever is wrong with it is a refusal that says how to mend it.

    Args:
        data: the file.
        file_format: what it is.
        language: of its texts, where it does not say so itself.
    """
    found = Found()
    try:
        found = FORMATS[file_format].read(decode(data), language)
    except NoText as reason:
        found.refuse(reason.line, "", str(reason))
    if not found.entries and not found.refused:
        found.refuse(1, "", _("No question was found. Is the file empty, or in another format?"))
    return found


def write(entries: Iterable[Entry], file_format: FileFormat, *, language: str) -> Written:
    """Write questions; those that the format can't hold are left out and named."""
    return FORMATS[file_format].write(entries, language)


def guess(name: str, data: bytes) -> FileFormat:
    """Guess the format from the file's name and from how it begins."""
    ending = name.rpartition(".")[2].lower()
    by_ending = {one.ending: kind for kind, one in FORMATS.items() if one.ending != "txt"}
    if ending in by_ending:
        return by_ending[ending]
    begins = data[:100_000].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if begins.startswith("<"):
        return FileFormat.MOODLE_XML
    return FileFormat.AIKEN if aiken.looks_like(begins) else FileFormat.GIFT
