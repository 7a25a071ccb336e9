"""Screenshots for the demo's requests, drawn here: a browser's window with a page that is not right."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from random import Random

from werkzeug.datastructures import FileStorage

from marketplace.kernel.storage import Upload, check_upload

WIDTH, HEIGHT = 640, 400
Colour = tuple[int, int, int]

PAPER, BAR, LINE, DARK = (250, 249, 246), (222, 219, 212), (205, 202, 196), (88, 92, 98)
BAD, DOTS = (176, 58, 46), ((214, 106, 92), (219, 178, 84), (116, 168, 110))
PHOTOS = ((122, 146, 160), (164, 143, 112), (108, 132, 104), (150, 120, 132), (92, 112, 142), (182, 160, 138))


def screenshot(name: str) -> bytes:
    """Draw a page of photos, some of which are missing; another name makes another page. Gives a PNG."""
    rng = Random(name)  # noqa: S311 - a demo, to be repeated
    rows = [bytearray(bytes(PAPER) * WIDTH) for _row in range(HEIGHT)]
    _fill(rows, 0, 0, WIDTH, 34, BAR)
    for place, colour in enumerate(DOTS):
        _fill(rows, 14 + 22 * place, 11, 12, 12, colour)
    _fill(rows, 96, 8, WIDTH - 120, 18, PAPER)
    _fill(rows, 24, 52, rng.randint(140, 260), 16, DARK)
    _fill(rows, 24, 82, WIDTH - 48, 30, BAD)
    _fill(rows, 38, 93, rng.randint(220, 400), 8, PAPER)
    for place in range(8):
        _photo(rows, 24 + 152 * (place % 4), 130 + 132 * (place // 4), rng)
    return _png(rows)


def _photo(rows: list[bytearray], left: int, top: int, rng: Random) -> None:
    is_missing = rng.random() < 0.5  # noqa: PLR2004
    _fill(rows, left, top, 136, 96, LINE)
    _fill(rows, left + 2, top + 2, 132, 92, PAPER if is_missing else rng.choice(PHOTOS))
    if not is_missing:
        _fill(rows, left + 2, top + rng.randint(40, 70), 132, 24, rng.choice(PHOTOS))
    _fill(rows, left, top + 104, rng.randint(50, 120), 8, LINE)


def _fill(rows: list[bytearray], left: int, top: int, width: int, height: int, colour: Colour) -> None:
    for row in rows[top : top + height]:
        row[3 * left : 3 * (left + width)] = bytes(colour) * width


def _png(rows: list[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)  # Eight bits each of red, green and blue.
    pixels = zlib.compress(b"".join(b"\x00" + bytes(row) for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def uploads(name: str) -> Sequence[Upload]:
    """Give the screenshot of this name as a browser would send it; none without a name."""
    if not name:
        return ()
    sent = FileStorage(BytesIO(screenshot(name)), filename=name)
    return (check_upload(sent, field="files"),)
