"""What the form of a question shows beside its fields: what the candidate will see, and what is asked already."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for

from certification.banks import queries
from certification.banks.alike import Alike, nearly_the_same
from certification.banks.kinds import Kind, Seen
from certification.banks.models import QuestionVersion
from certification.banks.previews import carried, preview
from certification.banks.rules import Difficulty
from certification.banks.schemas import QuestionSchema
from certification.banks.typed import entry_typed, rows_shown
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load
from marketplace.kernel.translate import languages, own_name


def form_facts(
    bank_id: int | None, typed: Mapping[str, Any], *, language: str, latest: QuestionVersion | None = None
) -> dict[str, Any]:
    """Give what the form of a question shows; `latest` is what the question says now, unless it is new."""
    kind = Kind(typed["kind"]) if typed.get("kind") in set(Kind) else Kind.MULTICHOICE
    asked = str(typed.get("rows", ""))
    rows = rows_shown(kind, typed, (int(asked) if asked.isdecimal() else 0) + (typed.get("step") == "add"))
    seen, problems = _seen(typed, language, latest)
    return {
        "typed": typed,
        "kind": kind,
        "rows": rows,
        "seen": seen,
        "problems": problems,
        "alike": _alike(bank_id, str(typed.get("text", "")), latest),
        "kinds": [(one.value, one.label) for one in Kind],
        "difficulties": [(one.value, one.label) for one in Difficulty],
        "topics": queries.topics(reading(), bank_id) if bank_id else [],
        "languages": [(code, own_name(code)) for code in languages()],
    }


def _seen(typed: Mapping[str, Any], language: str, latest: QuestionVersion | None) -> tuple[Seen | None, list[str]]:
    """Show what was typed so far, and say why it can't be asked yet; nothing while nothing is asked."""
    if not typed.get("text"):
        return None, []
    images = latest.content.images if latest else {}
    try:
        content = entry_typed(load(QuestionSchema(), typed), language, images).content
    except InvalidInput as error:
        return None, [words for texts in error.fields.values() for words in texts]
    address = images_of(latest) if latest else carried({})
    return preview(content, address), [words for texts in content.check().values() for words in texts]


def images_of(version: QuestionVersion) -> Callable[[str], str]:
    """Give the addresses of the images of a version, for staff."""

    def address(name: str) -> str:
        return url_for("banks.image", question_id=version.question_id, number=version.number, name=name)

    return address


def _alike(bank_id: int | None, text: str, latest: QuestionVersion | None) -> list[Alike]:
    """List questions that say nearly the same, but for the question itself, which is like itself."""
    known = queries.stems(reading(), bank_id) if bank_id else []
    return nearly_the_same(text, [one for one in known if latest is None or one[0] != latest.question_id])
