"""Papers as PDFs: A4, tagged for screen readers (PDF/UA), in any script and direction; the same bytes each time."""

import json
from importlib.resources import files
from pathlib import Path

from marketplace.kernel.typesetting import printable, set_pdf
from marketplace.papers.models import Paper

TEMPLATE = Path(str(files("marketplace.papers") / "data" / "paper.typ"))


def pdf_of(paper: Paper) -> bytes:
    """Set a paper."""
    inputs = {"sheet": printable(json.dumps(paper.content, ensure_ascii=False)), "number": paper.number}
    return set_pdf(TEMPLATE, inputs, language=paper.language, when=int(paper.issued_at.timestamp()))
