"""Setting what is printed with Typst: tagged PDFs (PDF/UA) in any script and direction; the same bytes each time."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_ibm_plex_sans
import fontpkg_ibm_plex_sans_arabic
import typst

from marketplace.kernel.translate import text_direction

WITHOUT_VOWEL_MARKS = dict.fromkeys(range(0x064B, 0x0653))  # Arabic ones, which print seldom shows.
FONT_FOLDERS = [str(one.ROOT / "files") for one in (fontpkg_ibm_plex_sans, fontpkg_ibm_plex_sans_arabic)]


def printable(text: str) -> str:
    """Leave out vowel marks: a PDF keeps one text for each glyph, and would read one out with every letter like it."""
    return text.translate(WITHOUT_VOWEL_MARKS)


def set_pdf(template: Path, inputs: Mapping[str, str], *, language: str, when: int) -> bytes:
    """Set a document.

    Our own fonts have Latin, Greek, Cyrillic and Arabic letters. Where a name has others, those come from the fonts of
    the machine, and the PDF does not claim that every letter of it can be read aloud.

    Args:
        template: a Typst file; it reads `lang`, `dir` and `fallback` besides its inputs.
        inputs: texts by name.
        language: of the document, which also sets its direction.
        when: seconds since 1970, told as the moment at which it was made.
    """
    said = {**inputs, "lang": language.partition("-")[0], "dir": text_direction(language)}
    try:
        return _compile(template, said, _own_fonts(), format="pdf", timestamp=when, pdf_standards=["ua-1"])
    except typst.TypstError:
        return _compile(template, said, _all_fonts(), format="pdf", timestamp=when, pdf_standards=[])


def set_picture(template: Path, inputs: Mapping[str, str], *, pixels_per_inch: int, any_script: bool = False) -> bytes:
    """Set a picture, as PNG; in `any_script`, letters that our own fonts lack come from the fonts of the machine."""
    fonts = _all_fonts() if any_script else _own_fonts()
    return _compile(template, dict(inputs), fonts, format="png", ppi=pixels_per_inch)


def _compile(template: Path, inputs: dict[str, str], fonts: typst.Fonts, **how: Any) -> bytes:
    fallback = "no" if fonts is _own_fonts() else "yes"
    compiler = typst.Compiler(
        str(template), root=str(template.parent), font_paths=fonts, sys_inputs={**inputs, "fallback": fallback}
    )
    made = compiler.compile(**how)
    assert isinstance(made, bytes)
    return made


@cache
def _own_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=FONT_FOLDERS)


@cache
def _all_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=FONT_FOLDERS)
