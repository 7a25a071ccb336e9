"""What the vendor's people do with money: pay by hand, answer banks, give up debts."""

from collections.abc import Sequence

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.payments import commands, queries
from marketplace.payments.rules import DESK_ACCOUNTS
from marketplace.payments.schemas import EvidenceSchema, PaidByHandSchema, ReasonSchema
from marketplace.payments.views import blueprint

LATEST = 8
Errors = dict[str, list[str]]


@blueprint.get("/vendor/money")
@open_to(Role.STAFF)
def money() -> ResponseReturnValue:
    """Show what is to be done, what stands where, and the latest bookings."""
    return _money_page({})


def _money_page(errors: Errors) -> ResponseReturnValue:
    session = reading()
    rows = queries.ledger(session, limit=LATEST)
    payouts, refunds = queries.payouts_due(session), queries.refunds_to_pay_by_hand(session)
    debts = queries.debts(session)
    subjects = {(one.purpose, one.subject_id) for one in payouts} | {(one.purpose, one.subject_id) for one in rows}
    page = render_template(
        "payments/money.html",
        balances=[(currency, _shown(currency, rows)) for currency, rows in queries.trial_balance(session).items()],
        desk_accounts=DESK_ACCOUNTS,
        payouts=payouts,
        refunds=refunds,
        period_refunds=queries.period_refunds_to_pay_by_hand(session),
        chargebacks=queries.chargebacks_to_decide(session),
        debts=debts,
        payees=queries.payee_names(session, {one.payee_id for one in payouts} | {one.payee_id for one in debts}),
        holds=queries.subjects_named(session, subjects),
        rows=rows,
        unexplained=len(queries.unexplained(session)),
        errors=errors,
    )
    return page, 422 if errors else 200


def _shown(currency: str, rows: Sequence[queries.BalanceRow]) -> list[Money]:
    amounts = {row.kind: row.amount for row in rows}
    return [amounts.get(kind, Money.zero(currency)) for kind in DESK_ACCOUNTS]


@blueprint.post("/vendor/money/payouts/<int:payout_id>/paid")
@open_to(Role.FINANCE)
def paid_by_hand(payout_id: int) -> ResponseReturnValue:
    """Note that a partner was paid by hand."""
    try:
        values = load_form(PaidByHandSchema())
    except InvalidInput as error:
        return _money_page({f"reference-payout-{payout_id}": texts for texts in error.fields.values()})
    with transaction() as session:
        commands.mark_paid_by_hand(session, payout_id, reference=values["reference"], by=caller_id(), now=utcnow())
    tell(_("The payment is noted, and booked."))
    return redirect(url_for(".money"))


@blueprint.post("/vendor/money/refunds/<int:refund_id>/paid")
@open_to(Role.FINANCE)
def paid_back_by_hand(refund_id: int) -> ResponseReturnValue:
    """Note that a refund which came back was paid by hand."""
    try:
        values = load_form(PaidByHandSchema())
    except InvalidInput as error:
        return _money_page({f"reference-refund-{refund_id}": texts for texts in error.fields.values()})
    with transaction() as session:
        commands.pay_back_by_hand(session, refund_id, reference=values["reference"], by=caller_id(), now=utcnow())
    tell(_("The payment is noted, and booked."))
    return redirect(url_for(".money"))


@blueprint.post("/vendor/money/period-refunds/<int:refund_id>/paid")
@open_to(Role.FINANCE)
def period_paid_back_by_hand(refund_id: int) -> ResponseReturnValue:
    """Note that a refund of a period which came back was paid by hand."""
    try:
        values = load_form(PaidByHandSchema())
    except InvalidInput as error:
        return _money_page({f"reference-period-{refund_id}": texts for texts in error.fields.values()})
    with transaction() as session:
        by, now = caller_id(), utcnow()
        commands.pay_period_back_by_hand(session, refund_id, reference=values["reference"], by=by, now=now)
    tell(_("The payment is noted, and booked."))
    return redirect(url_for(".money"))


@blueprint.get("/vendor/money/chargebacks/<int:chargeback_id>")
@open_to(Role.STAFF)
def chargeback(chargeback_id: int) -> ResponseReturnValue:
    """Show a chargeback, and let finance answer the bank."""
    return _chargeback_page(chargeback_id, "", {})


def _chargeback_page(chargeback_id: int, evidence: str, errors: Errors) -> ResponseReturnValue:
    page = render_template(
        "payments/chargeback.html",
        chargeback=queries.chargeback(reading(), chargeback_id),
        evidence=evidence,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/money/chargebacks/<int:chargeback_id>")
@open_to(Role.FINANCE)
def respond(chargeback_id: int) -> ResponseReturnValue:
    """Answer the bank, once and for all."""
    try:
        values = load_form(EvidenceSchema())
    except InvalidInput as error:
        return _chargeback_page(chargeback_id, request.form.get("evidence", ""), error.fields)
    with transaction() as session:
        commands.respond(session, chargeback_id, values["evidence"], by=caller_id(), now=utcnow())
    tell(_("Your answer is on its way to the bank. You hear from us when it has decided."))
    return redirect(url_for(".chargeback", chargeback_id=chargeback_id))


@blueprint.get("/vendor/money/debts/<int:clawback_id>")
@open_to(Role.STAFF)
def debt(clawback_id: int) -> ResponseReturnValue:
    """Show what a partner owes, and let finance give it up."""
    return _debt_page(clawback_id, "", {})


def _debt_page(clawback_id: int, reason: str, errors: Errors) -> ResponseReturnValue:
    owed = queries.clawback(reading(), clawback_id)
    page = render_template(
        "payments/debt.html",
        debt=owed,
        payee=queries.payee_names(reading(), [owed.payee_id])[owed.payee_id],
        reason=reason,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/money/debts/<int:clawback_id>")
@open_to(Role.FINANCE)
def write_off(clawback_id: int) -> ResponseReturnValue:
    """Give up what a partner owes."""
    try:
        values = load_form(ReasonSchema())
    except InvalidInput as error:
        return _debt_page(clawback_id, request.form.get("reason", ""), error.fields)
    with transaction() as session:
        commands.write_off(session, clawback_id, values["reason"], by=caller_id(), now=utcnow())
    tell(_("The debt is written off."))
    return redirect(url_for(".money"))
