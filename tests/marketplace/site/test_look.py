"""The look, as far as it can be computed: contrast, weight, direction, and that templates use what there is."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "marketplace" / "site" / "static"
STYLE_SHEETS = sorted(STATIC.glob("css/*.css"))
SCRIPTS = sorted(STATIC.glob("js/*.js"))
TEMPLATES = [
    path
    for package in ("marketplace", "providers", "certification")
    for path in sorted(ROOT.glob(f"{package}/*/templates/**/*.html"))
]
ON_PAGES = [path for path in TEMPLATES if path.name != "mail.html"]  # A mail brings its own style.

AA, AAA, GRAPHICS = 4.5, 7.0, 3.0
GROUNDS = ("ground", "surface")
TINTS = tuple(f"tint-{number}" for number in range(6))
PAIRS = [
    *((ink, ground, AAA) for ink in ("ink", "ink-quiet") for ground in (*GROUNDS, "sunken")),
    *((ink, ground, AA) for ink in ("accent", "good", "warn", "bad") for ground in GROUNDS),
    *(("ink", tint, AAA) for tint in TINTS),
    ("on-accent", "accent", AA),
    ("on-accent", "accent-strong", AA),
    ("bad", "bad-soft", AA),
    *((line, ground, GRAPHICS) for line in ("rule-strong", "accent") for ground in GROUNDS),
]
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)[\w-]*|left|right|top|bottom"
    r"|(?:min-|max-)?(?:width|height)|float|text-align|clear)\s*:\s*(?P<value>[^;]+);"
)


def colours(scheme: int) -> dict[str, str]:
    """Read the tokens of the light (0) or the dark (1) scheme."""
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", tokens)
    return {name: values[scheme] for name, *values in found}


def luminance(colour: str) -> float:
    """Compute the relative luminance, as WCAG 2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours, 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_the_frame_sums_up_the_errors_of_every_form():
    rest = [path for path in TEMPLATES if "sandbox" not in path.parts]
    assert [path.name for path in rest if "ui.error_summary(" in path.read_text(encoding="utf-8")] == ["base.html"]


@pytest.mark.parametrize("path", [*SCRIPTS, *TEMPLATES], ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_has_to_be_dragged(path):
    drags = r"draggable|drag(start|over|end)|touchmove|pointermove|mousemove"
    assert not re.search(drags, path.read_text(encoding="utf-8"), re.IGNORECASE)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS, ids=str)
def test_ink_stands_out_from_its_ground(scheme, ink, ground, least):
    tokens = colours(scheme)
    assert contrast(tokens[ink], tokens[ground]) >= least


@pytest.mark.parametrize(("files", "most_kb"), [(STYLE_SHEETS, 20), (SCRIPTS, 15)], ids=["style sheets", "scripts"])
def test_first_view_is_light(files, most_kb):
    assert files
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= most_kb * 1000


def test_first_view_needs_few_requests():
    page, icons = 1, len(list(STATIC.glob("icons/*")))
    assert page + icons + len(STYLE_SHEETS) + len(SCRIPTS) <= 12


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.stem)
def test_layout_knows_no_left_and_right(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"@(?:media|container)[^{]+", "", text)
    physical = [
        match.group()
        for match in PHYSICAL.finditer(text)
        if match["value"] not in {"inline-start", "inline-end", "both", "start", "end", "center"}
    ]
    assert physical == []


@pytest.mark.parametrize("path", ON_PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_page_has_no_inline_style_or_handler(path):
    text = path.read_text(encoding="utf-8")
    # What machines read is no script: no browser runs it.
    text = text.replace('<script type="application/ld+json">{{ linked_data | tojson }}</script>', "")
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|javascript:", text)


def classes(text: str) -> Iterator[str]:
    """List the classes that a template writes; those that it makes from values are left out."""
    # The quotes within a value do not end the attribute.
    for attribute in re.findall(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', text):
        plain = re.sub(r"\{\{.*?\}\}", "…", attribute)
        plain = re.sub(r"\{%.*?%\}", " ", plain)
        yield from (word for word in plain.split() if "…" not in word)


@pytest.mark.parametrize("path", ON_PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_class_is_in_a_style_sheet(path):
    known = {name for sheet in STYLE_SHEETS for name in re.findall(r"\.([a-zA-Z][\w-]*)", sheet.read_text("utf-8"))}
    assert set(classes(path.read_text(encoding="utf-8"))) <= known
