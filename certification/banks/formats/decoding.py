"""Bytes as text."""

from marketplace.kernel.translate import _

MAX_FILE_BYTES = 20_000_000
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class NoText(Exception):
    """A file is no text that we read; `line` is where that shows."""

    def __init__(self, words: str, line: int = 1) -> None:
        """Keep the line."""
        super().__init__(words)
        self.line = line


def decode(data: bytes) -> str:
    """Read UTF-8, or UTF-16 with its mark, as spreadsheets save it.

    Raises:
        NoText: it is too big, or in another encoding.
    """
    if len(data) > MAX_FILE_BYTES:
        words = _("The file is too big: at most %(n)d MB. Make several files of it.")
        raise NoText(words % {"n": MAX_FILE_BYTES // 1_000_000})
    encoding = _MARKS.get(data[:2], "utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NoText(_("The file is no UTF-8. Open it in an editor and save it in the encoding UTF-8."), line) from None
