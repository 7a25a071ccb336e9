"""Papers as PDFs: A4, tagged for screen readers (PDF/UA), in any script and direction; the same bytes each time."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import fontpkg_ibm_plex_sans
import fontpkg_ibm_plex_sans_arabic
import typst

from marketplace.kernel.translate import text_direction
from marketplace.papers.models import Paper

WITHOUT_VOWEL_MARKS = dict.fromkeys(range(0x064B, 0x0653))  # Arabic ones, which print seldom shows.
TEMPLATE = Path(str(files("marketplace.papers") / "data" / "paper.typ"))
FONT_FOLDERS = [str(one.ROOT / "files") for one in (fontpkg_ibm_plex_sans, fontpkg_ibm_plex_sans_arabic)]


def pdf_of(paper: Paper) -> bytes:
    """Set a paper.

    Our own fonts have Latin, Greek, Cyrillic and Arabic letters. Where a name has others, those come from the fonts of
    the machine, and the PDF does not claim that every letter of it can be read aloud.
    """
    inputs = {
        # A PDF keeps one text for each glyph: a vowel mark would be read out with every letter that looks like its own.
        "sheet": json.dumps(paper.content, ensure_ascii=False).translate(WITHOUT_VOWEL_MARKS),
        "number": paper.number,
        "lang": paper.language.partition("-")[0],
        "dir": text_direction(paper.language),
    }
    when = int(paper.issued_at.timestamp())
    try:
        return _set(_own_fonts(), {**inputs, "fallback": "no"}, when, ["ua-1"])
    except typst.TypstError:
        return _set(_all_fonts(), {**inputs, "fallback": "yes"}, when, [])


def _set(fonts: typst.Fonts, inputs: dict[str, str], when: int, standards: Any) -> bytes:
    compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts, sys_inputs=inputs)
    made = compiler.compile(format="pdf", timestamp=when, pdf_standards=standards)
    assert isinstance(made, bytes)
    return made


@cache
def _own_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=FONT_FOLDERS)


@cache
def _all_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=FONT_FOLDERS)
