"""What cover brings and costs, and what it would have under other terms."""

from collections.abc import Iterator
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from marketplace.insights import queries, wording
from marketplace.insights.gathering import gathered
from marketplace.insights.rules import draw
from marketplace.insights.schemas import CoverSchema, WhatIfSchema
from marketplace.insights.views import blueprint
from marketplace.insurance import wording_of_use
from marketplace.insurance.models import PlanVersion
from marketplace.insurance.queries import figures
from marketplace.insurance.rules.past_year import PERIODS_A_YEAR, Change
from marketplace.insurance.rules.what_if import compare
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.schema import amount_typed, load, query_values
from marketplace.kernel.spreadsheets import csv_answer
from marketplace.kernel.translate import currency_name

DAYS_COLUMNS = ("day", "earned", "unearned", "claims_cost", "currency")
CLAIMS_COLUMNS = ("by", "name", "claims", "paid", "reserved", "currency")
GROUPS = {"niche": queries.cover_by_niche, "release": queries.cover_by_release, "partner": queries.cover_by_partner}


@blueprint.get("/vendor/cover")
@open_to(Role.STAFF)
def cover() -> ResponseReturnValue:
    """Show what cover brought and cost in the past year, in one currency."""
    session, today = reading(), utcnow().date()
    currencies = figures.currencies_insured(session)
    currency = _currency(currencies)
    if currency is None:
        return render_template("insights/cover.html", currencies=[])
    found = queries.cover_figures(session, currency, today)
    lines = [[getattr(one, name).minor for one in found.days] for name in ("earned", "unearned", "cost")]
    return render_template(
        "insights/cover.html",
        currencies=currencies,
        choices=[(code, currency_name(code)) for code in currencies],
        currency=currency,
        found=found,
        drawing=draw(lines),
        groups={
            name: [wording.used_row(one) for one in find(session, currency, today)] for name, find in GROUPS.items()
        },
        wording=wording,
        use=wording_of_use,
    )


def _currency(currencies: list[str]) -> str | None:
    """Read which currency is wanted; by default the one of most policies, none if there are no policies.

    Raises:
        NotFound: nobody is insured in it.
    """
    schema = CoverSchema()
    wanted: str | None = load(schema, query_values(schema, request.args)).get("currency", next(iter(currencies), None))
    if wanted is not None and wanted not in currencies:
        raise NotFound(currency=wanted)
    return wanted


@blueprint.get("/vendor/cover/days.csv")
@open_to(Role.FINANCE)
def cover_days_csv() -> ResponseReturnValue:
    """Give premiums and claims to the accountant, a line for each day and currency."""
    return csv_answer("cover-days.csv", DAYS_COLUMNS, _day_lines())


def _day_lines() -> Iterator[list[Any]]:
    session, today = reading(), utcnow().date()
    for currency in figures.currencies_insured(session):
        for one in queries.cover_days(session, currency, today):
            yield [one.day.isoformat(), one.earned.major, one.unearned.major, one.cost.major, currency]


@blueprint.get("/vendor/cover/claims.csv")
@open_to(Role.FINANCE)
def cover_claims_csv() -> ResponseReturnValue:
    """Give what cover was used for to the accountant, a line for each niche, release and partner."""
    return csv_answer("cover-claims.csv", CLAIMS_COLUMNS, _claim_lines())


def _claim_lines() -> Iterator[list[Any]]:
    session, today = reading(), utcnow().date()
    for currency in figures.currencies_insured(session):
        for name, find in GROUPS.items():
            for one in find(session, currency, today):
                yield [name, one.name, one.claims, one.paid.major, one.reserved.major, currency]


@blueprint.get("/vendor/cover/what-if/<slug>")
@open_to(Role.STAFF)
def what_if(slug: str) -> ResponseReturnValue:
    """Show what the past year of a plan would have cost under other terms."""
    session, now = reading(), utcnow()
    version = figures.last_version(session, slug)
    change, errors = _change(version)
    year = gathered(session, version, now)
    compared = compare(year.past.claims, year.past.years, change, year.past.chargeable)
    page = render_template(
        "insights/what_if.html",
        version=version,
        year=year,
        compared=compared,
        recomputed=Money(compared.was.cover_minor, version.currency),
        typed=request.args,
        errors=errors,
        wording=wording,
    )
    return page, 422 if errors else 200


def _change(version: PlanVersion) -> tuple[Change, dict[str, Any]]:
    """Read the other terms, or what is wrong with them."""
    schema = WhatIfSchema()
    amounts: dict[str, int] = {}
    errors: dict[str, Any] = {}
    try:
        typed = load(schema, query_values(schema, request.args))
    except InvalidInput as error:
        return Change(), dict(error.fields)
    for name, text in typed.items():
        try:
            amounts[name] = _amount(text, version.currency, name)
        except InvalidInput as error:
            errors |= error.fields
    if "premium" in amounts:
        amounts["premium"] *= PERIODS_A_YEAR[version.interval]
    return Change(**{f"{name}_minor": minor for name, minor in amounts.items()}), errors


def _amount(text: str, currency: str, name: str) -> int:
    """Read an amount; only a deductible may be nothing."""
    if name == "deductible" and not text.strip("0., "):
        return 0
    return amount_typed(text, currency, field=name).minor
