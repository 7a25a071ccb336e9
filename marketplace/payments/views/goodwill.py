"""Giving something back out of goodwill: first a look at what each side bears, then the last word."""

from typing import Any

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.schema import amount_typed, load_form
from marketplace.kernel.translate import _, format_money
from marketplace.payments import commands, queries
from marketplace.payments.models import Hold
from marketplace.payments.rules import Bearer, LeftHasChanged, MoreThanIsLeft, NotSharedYet
from marketplace.payments.schemas import GoodwillSchema
from marketplace.payments.views import blueprint


@blueprint.get("/vendor/money/payments/<int:hold_id>/goodwill")
@open_to(Role.FINANCE, Role.SUPPORT)
def goodwill(hold_id: int) -> ResponseReturnValue:
    """Ask how much goes back, and who bears it."""
    return _page(queries.hold(reading(), hold_id))


@blueprint.post("/vendor/money/payments/<int:hold_id>/goodwill")
@open_to(Role.FINANCE, Role.SUPPORT)
def give_goodwill(hold_id: int) -> ResponseReturnValue:
    """Show what each side bears; what was looked at is given back at the next click, and nothing else."""
    hold = queries.hold(reading(), hold_id)
    try:
        typed = load_form(GoodwillSchema())
        amount = amount_typed(typed["amount"], hold.currency, field="amount")
        if typed["step"] == "change":
            return _page(hold)
        if typed["step"] == "give" and typed["seen_minor"] is not None:
            return _give(hold, amount, typed)
        return _page(hold, looked_at={**typed, "amount": amount})
    except InvalidInput as error:
        return _page(hold, errors=error.fields)


def _give(hold: Hold, amount: Money, typed: dict[str, Any]) -> ResponseReturnValue:
    back = url_for(".subject", purpose=hold.purpose, subject_id=hold.subject_id)
    try:
        with transaction() as session:
            commands.give_goodwill(
                session,
                hold.id,
                amount=amount,
                bearer=typed["bearer"],
                note=typed["note"],
                seen=Money(typed["seen_minor"], hold.currency),
                by=caller_id(),
                now=utcnow(),
            )
    except (LeftHasChanged, MoreThanIsLeft) as refusal:
        raise InvalidInput({"amount": [refusal.text]}) from None
    tell(_("%(amount)s goes back to the customer.") % {"amount": format_money(amount, exact=True)})
    return redirect(back)


def _page(
    hold: Hold, *, looked_at: dict[str, Any] | None = None, errors: dict[str, list[str]] | None = None
) -> ResponseReturnValue:
    """Show the form, or what was typed into it and who bears it."""
    session = reading()
    session.refresh(hold)
    wrong = errors or (_what_is_wrong(hold, looked_at) if looked_at else {})
    settlement = queries.settlement(session, hold.id)
    page = render_template(
        "payments/goodwill.html",
        hold=hold,
        settlement=settlement,
        payee=queries.payee_name(session, settlement.payee_id) if settlement else None,
        is_at_bank=bool(queries.open_chargebacks(session, hold.id)),
        may_give=queries.may_refund(hold),
        bearers=[(one.value, one.label) for one in Bearer],
        looked_at=None if wrong else looked_at,
        bears=hold.given_up(settlement.terms, looked_at["amount"], looked_at["bearer"])
        if settlement and looked_at and not wrong
        else None,
        into_cover=hold.back_in_cover_of(looked_at["amount"], looked_at["bearer"]) if looked_at and not wrong else None,
        typed=request.form,
        errors=wrong,
    )
    return page, 422 if wrong else 200


def _what_is_wrong(hold: Hold, looked_at: dict[str, Any]) -> dict[str, list[str]]:
    if looked_at["amount"] > hold.kept:
        return {"amount": [MoreThanIsLeft(left=format_money(hold.kept, exact=True)).text]}
    if looked_at["bearer"] is Bearer.VENDOR and queries.settlement(reading(), hold.id) is None:
        return {"bearer": [NotSharedYet().text]}
    return {}
