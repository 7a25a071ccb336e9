"""Badges that carry their own credential: PNG and SVG, as Open Badges 3.0 bakes them, ours or those of others."""

import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
MAX_CHUNK_BYTES = 256 * 1024  # Of what a chunk holds once it is unpacked.
_SIZES = struct.Struct(">I")


class NotBaked(Exception):
    """A picture carries no credential, or is none."""


def bake_png(picture: bytes, token: str) -> bytes:
    """Put a credential into a PNG: one uncompressed iTXt chunk behind the header."""
    content = KEYWORD + b"\x00\x00\x00\x00\x00" + token.encode()
    chunks = list(_chunks(picture))
    assert chunks[0][0] == b"IHDR", "a PNG"
    others = [(kind, data) for kind, data in chunks[1:] if _credential_in(kind, data) is None]
    return PNG + b"".join(_chunk(kind, data) for kind, data in (chunks[0], (b"iTXt", content), *others))


def read_png(picture: bytes) -> str:
    """Read the credential out of a PNG.

    Only the chunks are looked at: no pixel is ever unpacked.

    Raises:
        NotBaked: it holds none, or several, or is half a file.
    """
    found = [text for kind, data in _chunks(picture) if (text := _credential_in(kind, data)) is not None]
    if len(found) != 1:
        raise NotBaked
    return found[0]


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not picture.startswith(PNG):
        raise NotBaked
    at, kind = len(PNG), b""
    while kind != b"IEND":
        if at + 12 > len(picture):
            raise NotBaked
        (size,) = _SIZES.unpack_from(picture, at)
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + size]
        end = picture[at + 8 + size : at + 12 + size]
        if len(end) != _SIZES.size or _SIZES.unpack(end)[0] != zlib.crc32(kind + data):
            raise NotBaked
        yield kind, data
        at += 12 + size


def _chunk(kind: bytes, data: bytes) -> bytes:
    return _SIZES.pack(len(data)) + kind + data + _SIZES.pack(zlib.crc32(kind + data))


def _credential_in(kind: bytes, data: bytes) -> str | None:
    """Read the text of a chunk; None if it is another."""
    if kind != b"iTXt" or not data.startswith(KEYWORD + b"\x00"):
        return None
    rest = data[len(KEYWORD) + 1 :]
    is_packed, parts = rest[:1] == b"\x01", rest[2:].split(b"\x00", 2)
    if len(rest) < 2 or len(parts) != 3:  # noqa: PLR2004 - language, keyword in that language, text
        raise NotBaked
    try:
        return (_unpacked(parts[2]) if is_packed else parts[2]).decode()
    except (UnicodeDecodeError, zlib.error):
        raise NotBaked from None


def _unpacked(data: bytes) -> bytes:
    """Unpack no more than a credential needs: a small chunk may hold a large nothing."""
    unpacking = zlib.decompressobj()
    unpacked = unpacking.decompress(data, MAX_CHUNK_BYTES)
    if not unpacking.eof:
        raise NotBaked
    return unpacked


def bake_svg(picture: str, token: str) -> str:
    """Put a credential into an SVG, right behind its first tag."""
    head, found, rest = picture.partition(">")
    assert found, "an SVG"
    assert '"' not in token, "a JWT"
    return f'{head} xmlns:openbadges="{NAMESPACE}"><openbadges:credential verify="{token}"/>{rest}'


def read_svg(picture: bytes) -> str:
    """Read the credential out of an SVG: a token, or JSON.

    Raises:
        NotBaked: it holds none, or several, or is no SVG; one that defines entities is none.
    """
    try:
        root: Element = fromstring(picture, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotBaked from None
    found = [one for one in root.iter() if one.tag == f"{{{NAMESPACE}}}credential"]
    if len(found) != 1:
        raise NotBaked
    text = found[0].get("verify") or found[0].text or ""
    if not text.strip():
        raise NotBaked
    return text.strip()


def looks_like_svg(content: bytes) -> bool:
    """Tell whether a text is to be read as SVG."""
    return re.search(rb"<svg[\s>]", content[:4096]) is not None
