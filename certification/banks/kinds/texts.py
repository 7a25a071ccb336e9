"""What a question says, in several languages, and how a candidate sees it."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote

import nh3

from marketplace.kernel.translate import language_of, localized

MAX_TEXT_LENGTH = 20_000
MAX_IMAGE_BYTES = 1_000_000
MAX_IMAGES_BYTES = 3_000_000  # Of one question.
IMAGE_PLACE = "@@PLUGINFILE@@/"  # How a text names an image of its own question, as Moodle writes it.
IMAGE_TYPES = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "gif": b"GIF8",
    "webp": b"RIFF",
}
TAGS = set(
    "a abbr b blockquote br caption code col colgroup dd del div dl dt em h3 h4 h5 h6 hr i img ins kbd li ol p pre q s "
    "samp small span strong sub sup table tbody td tfoot th thead tr u ul var".split()
)
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_PLACED = re.compile(f'src="{re.escape(IMAGE_PLACE)}([^"]*)"')
# Neither characters that no database keeps or that no XML holds, nor those that mark our own places.
_NOT_KEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")


class TextFormat(StrEnum):
    """How a text is written; the words are GIFT's."""

    MOODLE = "moodle"  # HTML in which a new line is a new line.
    HTML = "html"
    PLAIN = "plain"
    MARKDOWN = "markdown"  # Shown as it was typed.


@dataclass(frozen=True)
class Text:
    """The words by language; a text without any is empty, and equal to all that are."""

    words: Mapping[str, str] = field(default_factory=dict)
    format: TextFormat = TextFormat.MOODLE
    outdated: tuple[str, ...] = ()  # Translations of what the source said before; candidates read the source instead.

    def __bool__(self) -> bool:
        """Tell whether it says anything."""
        return bool(self.words)

    @property
    def text(self) -> str:
        """The words in the reader's language, as they were written."""
        return localized(self._current)

    @property
    def _current(self) -> dict[str, str]:
        return {language: words for language, words in self.words.items() if language not in self.outdated}

    @property
    def source(self) -> str:
        """The language in which it was written first; the others are translations. Empty when it says nothing."""
        return next(iter(self.words), "")

    @property
    def language(self) -> str:
        """The language in which the reader sees it; empty when it says nothing."""
        return language_of(self._current)

    @property
    def shown(self) -> str:
        """The words in the reader's language, as harmless HTML."""
        if self.format is TextFormat.HTML:
            return harmless(self.text)
        if self.format is TextFormat.MOODLE:
            return harmless(self.text.replace("\n", "<br>"))
        return html.escape(self.text).replace("\n", "<br>")


def say(words: str, language: str, written: TextFormat = TextFormat.MOODLE) -> Text:
    """Make a text in one language, without what can't be kept; HTML loses all that could do harm."""
    kept = tidy(words)
    if written is TextFormat.HTML:
        kept = tidy(harmless(kept))  # What "&#1" stands for can't be kept either.
    return Text({language: kept}, written) if kept else Text()


def tidy(words: str) -> str:
    """Take away characters that can't be kept, and space around the words; lines end with a line feed."""
    return _NOT_KEPT.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(words: str, most: int) -> str:
    """Bring words onto one line of at most so many characters."""
    return " ".join(tidy(words).split())[:most].rstrip()


def harmless(markup: str) -> str:
    """Leave of some HTML what formats, and the question's own images: nothing runs, and nothing calls outside."""
    return nh3.clean(
        markup,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_own_images,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _own_images(tag: str, attribute: str, value: str) -> str | None:
    """Let an image come from its question only: elsewhere somebody would hear of whoever looks at it."""
    return None if (tag, attribute) == ("img", "src") and not value.startswith(IMAGE_PLACE) else value


def place_images(markup: str, address: Callable[[str], str]) -> str:
    """Give harmless HTML in which the question's own images stand under addresses, made from their names."""

    def placed(found: re.Match[str]) -> str:
        return f'src="{html.escape(address(unquote(html.unescape(found[1]))))}"'

    return _PLACED.sub(placed, markup)


def image_type(data: bytes) -> str | None:
    """Tell what kind of image some bytes are, by how they begin."""
    endings = (ending for ending, begins in IMAGE_TYPES.items() if ending != "jpg" and data.startswith(begins))
    return next((f"image/{ending}" for ending in endings), None)


def is_image(name: str, content: str) -> bool:
    """Tell whether base64 holds an image of the kind that its name says; never SVG, which can run programs."""
    begins = IMAGE_TYPES.get(name.rpartition(".")[2].lower())
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return False
    return begins is not None and data.startswith(begins)
