"""Papers by JSON."""

from typing import Any

from flask import url_for

from marketplace.kernel.access import Role, caller_id, caller_roles, open_to
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.database import MAX_ID, reading
from marketplace.kernel.money import Money
from marketplace.papers import queries
from marketplace.papers.models import Paper
from marketplace.papers.schemas import PaperAnswer, PapersAnswer, PapersQuery
from providers.profiles import queries as profiles

PAGE = 50

blueprint = CallsBlueprint(
    "papers_api", __name__, url_prefix="/api/v1", description="Receipts, invoices, credit notes and statements"
)


@blueprint.get("/papers")
@blueprint.arguments(PapersQuery, location="query")
@blueprint.response(200, PapersAnswer)
@open_to(Role.PERSON)
def papers(asked: dict[str, Any]) -> dict[str, Any]:
    """List the caller's papers, and those of the partner for whom the caller works, the newest first."""
    found = queries.papers_of(
        reading(),
        person_id=caller_id(),
        provider_id=_provider_id(),
        before_id=asked.get("before", MAX_ID),
        limit=PAGE + 1,
    )
    following = str(found[PAGE - 1].id) if len(found) > PAGE else None
    return {"items": [_facts(one) for one in found[:PAGE]], "next": following}


@blueprint.get("/papers/<number>")
@blueprint.response(200, PaperAnswer)
@open_to(Role.PERSON)
def paper(number: str) -> dict[str, Any]:
    """Give a paper, with what stands on it word for word."""
    is_finance = Role.FINANCE in caller_roles()
    found = queries.paper_for(
        reading(), number, person_id=caller_id(), provider_id=_provider_id(), is_finance=is_finance
    )
    return {**_facts(found), "content": found.content}


def _provider_id() -> int | None:
    member = profiles.membership(reading(), caller_id())
    return member.provider_id if member else None


def _facts(one: Paper) -> dict[str, Any]:
    is_statement = one.closing_minor is not None
    return {
        "number": one.number,
        "kind": one.kind,
        "sold": one.sold,
        "issued_at": one.issued_at,
        "language": one.language,
        "net": _amount(one.net),
        "tax": _amount(one.tax),
        "total": _amount(one.total),
        "taxes": [
            {"rate": rate.rate, "net": _amount(rate.taxed.net), "tax": _amount(rate.taxed.tax)} for rate in one.taxes
        ],
        "corrects": one.corrects.number if one.corrects else None,
        "supersedes": one.supersedes.number if one.supersedes else None,
        "month": f"{one.month:%Y-%m}" if one.month else None,
        "closing": _amount(one.closing) if is_statement else None,
        "url": url_for("papers.show", number=one.number, _external=False),
        "pdf_url": url_for("papers.pdf", number=one.number, _external=False),
    }


def _amount(money: Money) -> dict[str, Any]:
    return {"amount": money.minor, "currency": money.currency}
