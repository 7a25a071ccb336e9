"""What a question says, said anew: its translations, and its images. Plain rules on what a version has written."""

import html
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from certification.banks.comparing import is_text
from certification.banks.kinds import TextFormat
from certification.banks.kinds.texts import IMAGE_PLACE, say

Written = dict[str, Any]
_IMG = re.compile(r"<img\b[^>]*>\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a question, as somebody sees it who translates it.

    Attributes:
        number: its place among the texts that say something, from 1.
        source: the words in the language in which it was written.
        words: the words in the language into which it is translated; empty if nobody has translated it.
        is_outdated: whether the source says something else since.
    """

    number: int
    source: str
    words: str
    is_outdated: bool


def sayings(written: Mapping[str, Any], language: str) -> list[Said]:
    """List what a question says, with the translation into a language."""
    return [
        Said(number, next(iter(text["words"].values())), text["words"].get(language, ""), language in text["outdated"])
        for number, text in enumerate(_texts(written), start=1)
    ]


def translated(
    written: Mapping[str, Any], language: str, words: Sequence[str], *, still_right: Collection[int]
) -> Written:
    """Give what a question says with its translation into a language.

    A text that is left empty is not translated: candidates read the source. One that was out of date stays so unless it
    is written anew, or said to fit still.

    Args:
        written: what the latest version says.
        language: any but that in which it was written.
        words: one for each text, in their order.
        still_right: the numbers of texts whose old translation fits what the source says now.
    """
    new: Written = deepcopy(dict(written))
    for number, (text, typed) in enumerate(zip(_texts(new), words, strict=True), start=1):
        told = say(typed, language, TextFormat(text["format"])).words.get(language, "")
        is_same = told == text["words"].get(language)
        if told:
            text["words"][language] = told
        else:
            text["words"].pop(language, None)
        if not (told and is_same and number not in still_right):
            text["outdated"] = [one for one in text["outdated"] if one != language]
    return new


def with_image(written: Mapping[str, Any], name: str, data: str, alt: str) -> Written:
    """Give what a question says with an image below its text, in all languages.

    Args:
        written: what the latest version says.
        name: of the image, which no other image of the question has.
        data: the image as base64.
        alt: what it shows, in the language in which the question was written.
    """
    new: Written = deepcopy(dict(written))
    stem = new["stem"]
    source = next(iter(stem["words"]))
    if stem["format"] in (TextFormat.PLAIN, TextFormat.MARKDOWN):  # Shown as typed; as HTML the same is shown.
        stem["words"] = {language: html.escape(words, quote=False) for language, words in stem["words"].items()}
        stem["format"] = TextFormat.MOODLE.value
    counts_lines = stem["format"] == TextFormat.MOODLE
    for language, words in stem["words"].items():
        told = f' lang="{source}"' if language != source else ""
        image = f'<img src="{IMAGE_PLACE}{quote(name)}" alt="{html.escape(alt)}"{told}>'
        stem["words"][language] = f"{words}\n{image if counts_lines else f'<p>{image}</p>'}"
    return {**new, "images": {**new["images"], name: data}}


def without_image(written: Mapping[str, Any], name: str) -> Written:
    """Give what a question says without one of its images, wherever it stands."""
    new: Written = deepcopy(dict(written))
    place = f"{IMAGE_PLACE}{quote(name)}", f"{IMAGE_PLACE}{name}"
    for text in _texts(new):
        text["words"] = {
            language: _IMG.sub(lambda found: "" if _names(found[0], place) else found[0], words).rstrip()
            for language, words in text["words"].items()
        }
    return {**new, "images": {one: data for one, data in new["images"].items() if one != name}}


def _names(tag: str, places: Collection[str]) -> bool:
    return any(f'"{place}"' in tag or f"'{place}'" in tag for place in places)


def _texts(written: Any) -> Iterator[dict[str, Any]]:
    """Find all texts that say something, in their order."""
    if is_text(written):
        if written["words"]:
            written.setdefault("outdated", [])
            yield written
        return
    inner = written.values() if isinstance(written, dict) else written if isinstance(written, list) else ()
    for one in inner:
        yield from _texts(one)
