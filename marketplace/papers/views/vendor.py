"""The register of all papers and the sums of tax, for the vendor's accountant."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.spreadsheets import csv_answer
from marketplace.kernel.translate import format_month
from marketplace.papers import queries, wording
from marketplace.papers.models import Paper
from marketplace.papers.queries import PaperFilter, TaxSum
from marketplace.papers.rules import PaperKind
from marketplace.papers.schemas import PaperFilterSchema
from marketplace.papers.views import blueprint
from marketplace.tariffs.rules import rate_text

PAGE = 40
REGISTER = (
    *("number", "kind", "sold", "issued_on", "recipient", "language", "corrects", "supersedes", "month"),
    *("rate_percent", "net", "tax", "total", "currency"),
)
SUMMARY = ("month", "sold", "rate_percent", "net", "tax", "total", "currency")


@blueprint.get("/vendor/money/papers")
@open_to(Role.FINANCE)
def register() -> ResponseReturnValue:
    """List papers, by what is looked for, with the sums of tax in them."""
    wanted, errors = _wanted()
    found = [] if errors else queries.register(reading(), wanted, limit=PAGE + 1)
    here: dict[str, Any] = {name: value for name, value in request.args.items() if value and name != "before"}
    page = render_template(
        "papers/register.html",
        papers=found[:PAGE],
        sums=[] if errors else [_shown(one) for one in queries.tax_summary(queries.register(reading(), wanted))],
        kinds=[(kind.value, kind.label) for kind in PaperKind],
        typed=here,
        errors=errors,
        older=url_for(".register", **here, before=found[PAGE - 1].id) if len(found) > PAGE else None,
        csv_url=url_for(".register_csv", **here),
        taxes_url=url_for(".taxes_csv", **here),
    )
    return page, 422 if errors else 200


def _shown(one: TaxSum) -> list[str]:
    amounts = (one.taxed.net, one.taxed.tax, one.taxed.total)
    return [
        format_month(one.month),
        str(one.sold.label),
        rate_text(one.taxed.rate),
    ] + [wording.amount(each) for each in amounts]


def _wanted() -> tuple[PaperFilter, dict[str, list[str]]]:
    """Read what is looked for, or what is wrong with it."""
    schema = PaperFilterSchema()
    try:
        return PaperFilter(**load(schema, query_values(schema, request.args))), {}
    except InvalidInput as error:
        return PaperFilter(), error.fields


@blueprint.get("/vendor/money/papers.csv")
@open_to(Role.FINANCE)
def register_csv() -> ResponseReturnValue:
    """Give the register to the accountant: a line for each paper and rate, the newest first."""
    return csv_answer("papers.csv", REGISTER, [row for paper in _all_wanted() for row in _lines(paper)])


@blueprint.get("/vendor/money/taxes.csv")
@open_to(Role.FINANCE)
def taxes_csv() -> ResponseReturnValue:
    """Give the sums of tax to the accountant: a line for each month, kind of sale, currency and rate."""
    return csv_answer("taxes.csv", SUMMARY, map(_sum_line, queries.tax_summary(_all_wanted())))


def _all_wanted() -> list[Paper]:
    wanted, errors = _wanted()
    if errors:
        raise InvalidInput(errors)
    return queries.register(reading(), wanted)


def _lines(paper: Paper) -> list[list[Any]]:
    corrects = paper.corrects.number if paper.corrects else ""
    month = f"{paper.month:%Y-%m}" if paper.month else ""
    supersedes = paper.supersedes.number if paper.supersedes else ""
    whose = (paper.recipient, paper.language)
    head = [paper.number, paper.kind, paper.sold, paper.issued_at.date(), *whose, corrects, supersedes, month]
    return [[*head, *_amounts(one.rate, one.taxed.net, one.taxed.tax)] for one in paper.taxes]


def _sum_line(one: TaxSum) -> list[Any]:
    return [f"{one.month:%Y-%m}", one.sold, *_amounts(one.taxed.rate, one.taxed.net, one.taxed.tax)]


def _amounts(rate: int, net: Money, tax: Money) -> list[Any]:
    return [f"{rate / 100:g}", net.major, tax.major, (net + tax).major, net.currency]
