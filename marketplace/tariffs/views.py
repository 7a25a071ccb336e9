"""The vendor's settings: what holds from which day, and what held before."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy.orm import Session

from marketplace.accounts import choices
from marketplace.accounts import queries as accounts
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, languages, own_name
from marketplace.payments.queries import payee_name, payee_names
from marketplace.tariffs import commands, queries, wording
from marketplace.tariffs.rules import PartnerLevel, Taxed
from marketplace.tariffs.schemas import (
    NAME,
    AgreedCommissionSchema,
    LevelCommissionSchema,
    ReserveSchema,
    TaxSchema,
)

blueprint = Blueprint("tariffs", __name__)
Errors = Mapping[str, Sequence[str]]
ALL = ("tax_rate", "level_commission", "agreed_commission", "reserve_rule")


@blueprint.get("/vendor/settings")
@open_to(Role.STAFF)
def index() -> ResponseReturnValue:
    """Show what holds today, and what was changed last."""
    session, today = reading(), utcnow().date()
    return render_template(
        "tariffs/settings.html",
        rates={taxed: _holding(queries.tax_rates(session, taxed)) for taxed in Taxed},
        by_level=queries.commission_by_level(session, today),
        reserve=queries.reserve_on(session, today),
        history=_history(session, ALL),
        wording=wording,
    )


def _holding(rows: Sequence[Any]) -> list[Any]:
    return [row for row, _label, tone in _with_states(rows) if tone == "good"]


def _alike(row: Any, rows: Sequence[Any]) -> list[Any]:
    """List the rows of the same country or level."""
    name = next((name for name in ("country", "level") if hasattr(row, name)), None)
    return [one for one in rows if name is None or getattr(one, name) == getattr(row, name)]


def _history(session: Session, kinds: Sequence[str]) -> list[tuple[str, accounts.Trace]]:
    traces = queries.trail(session, kinds)
    payees = payee_names(session, {one.entry.facts["payee_id"] for one in traces if "payee_id" in one.entry.facts})
    return [(wording.change(one.entry, payees), one) for one in traces]


def _table(rows: Sequence[Any], kinds: Sequence[str], errors: Errors) -> dict[str, Any]:
    """Give what each page of a table with its form shows; what was typed stays."""
    today = utcnow().date()
    return {
        "rows": _with_states(rows),
        "history": _history(reading(), kinds),
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "typed": request.form,
        "errors": errors,
        "wording": wording,
    }


def _with_states(rows: Sequence[Any]) -> list[tuple[Any, str, str]]:
    today = utcnow().date()
    return [(row, *wording.state(row, _alike(row, rows), today)) for row in rows]


def _change(
    schema: Schema, show: Callable[[Errors], ResponseReturnValue], perform: Callable[[Session, Any], object], told: str
) -> ResponseReturnValue:
    """Take a form, do what it says, and show the table again."""
    try:
        values = load_form(schema)
        with transaction() as session:
            perform(session, values)
    except InvalidInput as error:
        return show(error.fields)
    flash(told)
    return redirect(request.path)


@blueprint.get("/vendor/settings/tax")
@open_to(Role.STAFF)
def tax() -> ResponseReturnValue:
    """Show the table of tax rates."""
    return _tax_page({})


def _tax_page(errors: Errors) -> ResponseReturnValue:
    rates = {taxed: queries.tax_rates(reading(), taxed) for taxed in Taxed}
    named = {f"{NAME}{code}": own_name(code) for code in languages()}
    shown = {f"{NAME}en" if name == "names" else name: texts for name, texts in errors.items()}
    page = render_template(
        "tariffs/tax.html",
        **_table([], ["tax_rate"], shown),
        rates={taxed: _with_states(rows) for taxed, rows in rates.items()},
        names=named,
        kinds=[(taxed.value, taxed.label) for taxed in Taxed],
        countries=choices.countries(),
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/settings/tax")
@open_to(Role.FINANCE)
def set_tax() -> ResponseReturnValue:
    """Add a rate of tax."""

    def perform(session: Session, values: dict[str, Any]) -> object:
        return commands.set_tax(session, **values, by=caller_id(), now=utcnow())

    return _change(TaxSchema(), _tax_page, perform, _("The rate is in the table. Jobs agreed before keep theirs."))


@blueprint.get("/vendor/settings/commission")
@open_to(Role.STAFF)
def commission() -> ResponseReturnValue:
    """Show what is kept of prices at each level."""
    return _commission_page({})


def _commission_page(errors: Errors) -> ResponseReturnValue:
    session = reading()
    page = render_template(
        "tariffs/commission.html",
        **_table(queries.level_commissions(session), ["level_commission", "agreed_commission"], errors),
        by_level=queries.commission_by_level(session, utcnow().date()),
        levels=[(level.value, level.label) for level in PartnerLevel],
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/settings/commission")
@open_to(Role.FINANCE)
def set_commission() -> ResponseReturnValue:
    """Add a commission of a level."""

    def perform(session: Session, values: dict[str, Any]) -> object:
        return commands.set_commission(session, **values, by=caller_id(), now=utcnow())

    told = _("The commission is in the table. What is offered already keeps the one that was named.")
    return _change(LevelCommissionSchema(), _commission_page, perform, told)


@blueprint.get("/vendor/settings/commission/<int:payee_id>")
@open_to(Role.STAFF)
def agreed(payee_id: int) -> ResponseReturnValue:
    """Show what was agreed with one partner."""
    return _agreed_page(payee_id, {})


def _agreed_page(payee_id: int, errors: Errors) -> ResponseReturnValue:
    session = reading()
    rows, name = queries.agreed_commissions(session, payee_id), payee_name(session, payee_id)
    page = render_template("tariffs/agreed.html", **_table(rows, [], errors), name=name)
    return page, 422 if errors else 200


@blueprint.post("/vendor/settings/commission/<int:payee_id>")
@open_to(Role.FINANCE)
def agree(payee_id: int) -> ResponseReturnValue:
    """Agree a commission with one partner, or let the level decide again."""

    def perform(session: Session, values: dict[str, Any]) -> object:
        return commands.agree_commission(session, payee_id, **values, by=caller_id(), now=utcnow())

    told = _("The agreement is in the table. What is offered already keeps the commission that was named.")
    return _change(AgreedCommissionSchema(), lambda errors: _agreed_page(payee_id, errors), perform, told)


@blueprint.get("/vendor/settings/reserve")
@open_to(Role.STAFF)
def reserve() -> ResponseReturnValue:
    """Show what is kept back of the shares of new partners."""
    return _reserve_page({})


def _reserve_page(errors: Errors) -> ResponseReturnValue:
    page = render_template("tariffs/reserve.html", **_table(queries.reserve_rules(reading()), ["reserve_rule"], errors))
    return page, 422 if errors else 200


@blueprint.post("/vendor/settings/reserve")
@open_to(Role.FINANCE)
def set_reserve() -> ResponseReturnValue:
    """Change what is kept back."""

    def perform(session: Session, values: dict[str, Any]) -> object:
        return commands.set_reserve(session, **values, by=caller_id(), now=utcnow())

    told = _("The rule is in the table. Jobs agreed before are paid by the one of their day.")
    return _change(ReserveSchema(), _reserve_page, perform, told)


@blueprint.post("/vendor/settings/<kind>/<int:row_id>/take-back")
@open_to(Role.FINANCE)
def take_back(kind: str, row_id: int) -> ResponseReturnValue:
    """Take out a row that does not hold yet."""
    with transaction() as session:
        commands.take_back(session, kind, row_id, by=caller_id(), now=utcnow())
    flash(_("The row is taken back."))
    return redirect(url_for(".index"))
