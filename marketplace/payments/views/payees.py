"""One payee: how it is paid, what it got, is still to get, and owes."""

from collections.abc import Mapping

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.kernel.access import Role, caller_id, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, country_name, format_moment
from marketplace.payments import commands, queries
from marketplace.payments.rules import AccountState
from marketplace.payments.schemas import ReasonSchema
from marketplace.payments.views import blueprint
from marketplace.payments.wording import Standing, standing


@blueprint.get("/vendor/money/payees/<int:payee_id>")
@open_to(Role.STAFF)
def payee(payee_id: int) -> ResponseReturnValue:
    """Show how a payee is paid, what it got, is still to get, and owes."""
    return _page(payee_id, {})


def _page(payee_id: int, errors: Mapping[str, list[str]]) -> ResponseReturnValue:
    session = reading()
    name, payouts = queries.payee_name(session, payee_id), queries.payouts_of(session, payee_id)
    account = queries.connected_account(session, payee_id)
    stands = standing(account)
    is_barred = account is not None and account.state is AccountState.REJECTED and not account.is_allowed_by_hand
    page = render_template(
        "payments/payee.html",
        payee_id=payee_id,
        name=name,
        standing=stands,
        account_facts=_facts(session, payee_id, stands),
        can_be_paid=queries.can_be_paid(session, payee_id),
        may_allow=is_barred,
        balances=queries.payee_balances(session, payee_id),
        payouts=payouts,
        debts=queries.debts_of(session, payee_id),
        holds=queries.holds_by_subject(session, {(payout.purpose, payout.subject_id) for payout in payouts}),
        ledger_url=url_for(".ledger", payee=payee_id),
        typed=request.form,
        errors=errors,
    )
    return page, 422 if errors else 200


def _facts(session: Session, payee_id: int, stands: Standing) -> list[tuple[str, str]]:
    """List what is known of where the money goes; the bank account only for those who pay."""
    account, bank = queries.connected_account(session, payee_id), queries.bank_account(session, payee_id)
    facts = []
    if account is not None:
        facts += [(_("Account at Stripe"), account.stripe_account_id or "–")]
        facts += [(_("Country"), country_name(account.country)), (_("Since"), format_moment(account.updated_at))]
    if stands.asked:
        facts.append((_("Stripe asks for"), stands.asked))
    if stands.due_by:
        facts.append((_("Until"), stands.due_by))
    if account is not None and account.is_allowed_by_hand:
        facts.append((_("Payment by hand"), _("Allowed, though Stripe has rejected the account")))
    if bank is None:
        facts.append((_("Bank account"), _("Not told")))
    elif Role.FINANCE in caller_roles():
        facts.append((_("Bank account"), f"{bank.holder}, {bank.number or _('known from before')}"))
    else:
        facts.append((_("Bank account"), _("Known to finance")))
    return facts


@blueprint.post("/vendor/money/payees/<int:payee_id>/by-hand")
@open_to(Role.FINANCE)
def allow_by_hand(payee_id: int) -> ResponseReturnValue:
    """Let a payee be paid by hand whom Stripe has rejected."""
    try:
        reason = load_form(ReasonSchema())["reason"]
    except InvalidInput as error:
        return _page(payee_id, error.fields)
    with transaction() as session:
        commands.allow_by_hand(session, payee_id, reason, by=caller_id(), now=utcnow())
    tell(_("This partner is paid by hand from now on, and gets paid requests again."))
    return redirect(url_for(".payee", payee_id=payee_id))
