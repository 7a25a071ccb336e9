"""Pictures that other sites show beside a link to a page of ours: 1200 by 630 pixels, asked for by their machines.

They are drawn from text alone, so who has seen one is told from the text that it is still the same, and a process that
has drawn one does not draw it again.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Response, request

from marketplace.kernel import storage
from marketplace.kernel.idempotency import fingerprint
from marketplace.kernel.translate import reader, text_direction
from marketplace.kernel.typesetting import set_picture

PREVIEW_TYPE = "image/png"
WIDTH, HEIGHT = 1200, 630
PIXELS_PER_INCH = 144  # The page of a template is 600 by 315 points.
KEPT_S = 60 * 60
MOST_KEPT = 256  # Pictures, of some thirty kilobytes each.


def preview(template: Path, sheet: Mapping[str, Any]) -> Response:
    """Answer with a picture, or say that the caller has it.

    Args:
        template: a Typst file; it reads `sheet` as JSON, and `lang`, `dir` and `fallback`.
        sheet: all that the picture says, in the reader's language.
    """
    language = reader().language
    said = json.dumps(sheet, ensure_ascii=False, sort_keys=True)
    tag = fingerprint(_source(template), said, language)[:32]
    if tag in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = storage.picture(_drawn(template, said, language), PREVIEW_TYPE)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # It is there to be shown on other sites.
    return answer


@cache
def _source(template: Path) -> str:
    return template.read_text(encoding="utf-8")


@lru_cache(maxsize=MOST_KEPT)
def _drawn(template: Path, said: str, language: str) -> bytes:
    inputs = {"sheet": said, "lang": language.partition("-")[0], "dir": text_direction(language)}
    return set_picture(template, inputs, pixels_per_inch=PIXELS_PER_INCH, any_script=True)
