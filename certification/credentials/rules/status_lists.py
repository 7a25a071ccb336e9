"""Bitstring status lists (W3C): one bit for each credential, set when it is revoked; entry 0 is the leftmost bit."""

import base64
import binascii
import gzip
import io
import zlib
from collections.abc import Collection

LIST_ENTRIES = 131_072  # The least that the standard allows: among so many nobody can be made out.
LIST_FILL = LIST_ENTRIES // 2  # A list is left half empty, so that a place that is drawn is seldom taken.
_MULTIBASE = "u"  # Base64url without padding.
_BITS = 8


def list_for(credentials: int) -> int:
    """Tell in which list, from 1, the next credential gets its place, after so many."""
    return 1 + credentials // LIST_FILL


def encode_list(revoked: Collection[int]) -> str:
    """Write a list in which these entries are set; the same entries give the same text."""
    bits = bytearray(LIST_ENTRIES // _BITS)
    for index in revoked:
        assert 0 <= index < LIST_ENTRIES, index
        bits[index // _BITS] |= 0x80 >> index % _BITS
    packed = gzip.compress(bytes(bits), mtime=0)
    return _MULTIBASE + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def has_bit(encoded: str, index: int) -> bool:
    """Tell whether an entry of a list is set.

    Raises:
        ValueError: it is no list, or has no such entry.
    """
    if not encoded.startswith(_MULTIBASE):
        raise ValueError("not multibase base64url")
    text = encoded.removeprefix(_MULTIBASE)
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        with gzip.open(io.BytesIO(packed)) as unpacked:
            # No more than is looked for: a list may be packed so that it has no end.
            bits = unpacked.read(index // _BITS + 1 if 0 <= index < LIST_ENTRIES else 0)
    except (binascii.Error, OSError, EOFError, zlib.error) as error:
        raise ValueError("not a packed list") from error
    if not bits or len(bits) <= index // _BITS:
        raise ValueError("no such entry")
    return bool(bits[index // _BITS] & 0x80 >> index % _BITS)
