"""What is true of money at any time, and what is true when all has come to rest."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.payments import queries, selfchecks
from marketplace.payments.models import LedgerAccount, Posting, StripeCall
from marketplace.payments.rules import (
    CREDIT_ACCOUNTS,
    OVER,
    AccountKind,
    ClawbackStatus,
    HoldStatus,
    PayoutMethod,
    PayoutStatus,
    PeriodReason,
    RefundStatus,
)
from marketplace.payments.selfchecks import periods
from tests.told import unapplied_events

# Those that look at Stripe are true when Stripe has told all, and what time has brought is booked every hour.
AT_REST = {
    selfchecks.lines_of_stripe_that_nothing_explains,
    selfchecks.balance_that_disagrees_with_stripe,
    periods.paid_invoices_that_stand_in_no_book,
    periods.periods_that_are_over_and_not_earned,
}
ALWAYS = [check for check in selfchecks.CHECKS if check not in AT_REST]
NEVER_NEGATIVE = {
    AccountKind.CUSTOMER_HELD,
    AccountKind.PARTNER_RESERVE,
    AccountKind.PARTNER_RECEIVABLE,
    AccountKind.COMMISSION,
    AccountKind.TAX_PAYABLE,
    AccountKind.AUTHORISED,
    AccountKind.DEFERRED,
    AccountKind.EARNED,
}

QUESTIONS = {
    "warning_needs_response": "inquiry",
    "warning_under_review": "inquiry_answered",
    "warning_closed": "inquiry_closed",
}
OVER_AT_STRIPE = {"canceled", "incomplete_expired"}
NEVER_BEGAN = {"incomplete", "incomplete_expired"}  # The first payment was not made.


def book():
    """Give what stands on each account, debits less credits: `{(kind, owner, currency): minor}`."""
    kinds = {one.id: one for one in reading().execute(select(LedgerAccount.__table__))}
    standing = Counter()
    for posting in reading().execute(select(Posting.__table__)):
        standing[_name(kinds[posting.debit_id])] += posting.amount_minor
        standing[_name(kinds[posting.credit_id])] -= posting.amount_minor
    reading().rollback()
    return standing


def _name(account):
    return account.kind, account.owner_id, account.currency


def hold_at_any_time(life, rows, checks):
    """Assert what is true after every step, and what `checks` look at."""
    standing = book()
    assert_the_book_balances(standing)
    assert_nothing_is_owed_twice(standing, rows)
    for hold in rows["hold"]:
        assert hold.captured_minor <= hold.amount_minor, hold
        assert hold.refunded_minor + hold.lost_minor <= hold.captured_minor, hold
    assert not life.sent_to_who_cannot_receive, life.sent_to_who_cannot_receive
    assert_checks_are_green(checks)


def assert_checks_are_green(checks):
    """What `handrail check` would find."""
    found = {check.__name__: broken for check in checks if (broken := check(reading()))}
    reading().rollback()
    assert not found, found


def assert_same(ours, theirs):
    """Our rows say what Stripe's objects say."""
    differing = {key: (ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys()}
    differing = {key: pair for key, pair in differing.items() if pair[0] != pair[1]}
    assert not differing, differing


def assert_the_book_balances(standing):
    """Debits and credits are equal, by currency; and nobody has less than nothing."""
    by_currency = Counter()
    for (kind, owner, currency), minor in standing.items():
        by_currency[currency] += minor
        amount = -minor if kind in CREDIT_ACCOUNTS else minor
        assert kind not in NEVER_NEGATIVE or amount >= 0, (kind, owner, currency, amount)
    assert not any(by_currency.values()), by_currency


def assert_nothing_is_owed_twice(standing, rows):
    """A payee is owed no less than nothing, but for what is being taken back; a debt is paid once."""
    coming_back = Counter()
    for clawback in rows["clawback"]:
        assert clawback.set_off_minor <= clawback.amount_minor, clawback
        is_paid = clawback.set_off_minor == clawback.amount_minor
        assert is_paid == (clawback.status is ClawbackStatus.PAID_OFF), clawback
        if clawback.status is ClawbackStatus.DUE:
            coming_back[clawback.payee_id, clawback.currency] += clawback.amount_minor
    for (kind, owner, currency), minor in standing.items():
        if kind is AccountKind.PARTNER_PAYABLE:
            assert -minor + coming_back[owner, currency] >= 0, (owner, currency, minor)


def hold_at_rest(life, rows, checks):
    """Assert what is true when nothing is on its way any more, and what `checks` look at."""
    hold_at_any_time(life, rows, checks)
    session = reading()
    unanswered = session.scalars(select(StripeCall.key).filter_by(answered_at=None)).all()
    assert not unanswered, unanswered
    assert not unapplied_events(), unapplied_events()
    session.rollback()
    unknown = queries.unknown_to_stripe(reading(), utcnow() + timedelta(days=2))
    assert not unknown, [one.key for one in unknown]
    reading().rollback()
    told = everything_at(life)
    assert_holds_are_payments(rows, told)
    assert_refunds_are_refunds(rows, told)
    assert_payouts_are_transfers(rows, told)
    assert_chargebacks_are_disputes(rows, told)
    assert_periods_are_invoices(rows, told)


def everything_at(life):
    """Give what the stand-in knows, by kind and id."""
    kinds = (
        "payment_intent",
        "charge",
        "refund",
        "transfer",
        "transfer_reversal",
        "dispute",
        "invoice",
        "subscription",
    )
    with life.stand_in._simulator.world() as world:
        return {kind: {one.id: one.body for one in world.every(kind)} for kind in kinds}


def assert_holds_are_payments(rows, told):
    """Nothing was taken of which we do not know, and nothing is set aside for what has ended."""
    of_periods = {one.charge_id for one in rows["period_payment"]}
    charges = [one for key, one in told["charge"].items() if one["captured"] and key not in of_periods]
    taken = {one["payment_intent"]: one["amount_captured"] for one in charges}
    ours = {one.payment_intent_id: one.charged_minor for one in rows["hold"] if one.charged_minor}
    assert_same(ours, taken)
    intents = told["payment_intent"].items()
    set_aside = {key: one["amount"] for key, one in intents if one["status"] == "requires_capture"}
    asked = [one for one in rows["hold"] if one.asked_minor and one.status is HoldStatus.HELD]
    held = {one.payment_intent_id: one.asked_minor for one in asked}
    assert_same(held, set_aside)
    charged = Counter(one["payment_intent"] for one in charges)
    assert all(count == 1 for count in charged.values()), charged


def assert_refunds_are_refunds(rows, told):
    """What Stripe gave back is what we asked for; letting go of a hold is no refund of money."""
    theirs = {key: one["amount"] for key, one in told["refund"].items() if one["balance_transaction"]}
    of_periods = {one.stripe_refund_id: one.amount_minor for one in rows["period_refund"] if one.stripe_refund_id}
    assert_same(of_periods, {key: minor for key, minor in theirs.items() if key in of_periods})
    ours = {one.stripe_refund_id: one for one in rows["refund"] if one.stripe_refund_id}
    assert ours.keys() == theirs.keys() - of_periods.keys()
    for key, one in ours.items():  # What a bank gave back was left out, or came back to us before that.
        came_back = told["refund"][key]["status"] in {"failed", "canceled"}
        most = one.amount_minor - one.cover_minor
        left = most - one.lost_minor
        assert left <= theirs[key] <= (most if came_back else left), (key, one)


def assert_payouts_are_transfers(rows, told):
    """Payees have got what our book says, and given back what it says."""
    paid = [one for one in rows["payout"] if one.status is PayoutStatus.PAID and one.method is PayoutMethod.TRANSFER]
    ours = {
        one.transfer_id: one.amount_minor - one.reduced_minor - one.set_off_minor for one in paid if one.transfer_id
    }
    assert_same(ours, {key: one["amount"] for key, one in told["transfer"].items()})
    back = {one.reversal_id: one.amount_minor for one in rows["clawback"] if one.reversal_id}
    assert_same(back, {key: one["amount"] for key, one in told["transfer_reversal"].items()})
    assert all(one["amount_reversed"] <= one["amount"] for one in told["transfer"].values())


def assert_chargebacks_are_disputes(rows, told):
    """What banks have taken, and what they have decided."""
    theirs = {key: (one["amount"], QUESTIONS.get(one["status"], one["status"])) for key, one in told["dispute"].items()}
    assert_same({one.stripe_dispute_id: (one.amount_minor, str(one.status)) for one in rows["chargeback"]}, theirs)


def assert_periods_are_invoices(rows, told):
    """Each paid invoice is in our book, once; and what is over here is over there."""
    paid = {key: one["amount_paid"] for key, one in told["invoice"].items() if one["status"] == "paid"}
    ours = {one.stripe_invoice_id: one.amount_minor for one in rows["period_payment"]}
    assert_same(ours, {key: minor for key, minor in paid.items() if minor})
    assert_no_time_is_paid_twice(rows)
    states = {one.stripe_subscription_id: one.status for one in rows["subscription"] if one.stripe_subscription_id}
    assert states.keys() == {key for key, one in told["subscription"].items() if one["status"] not in NEVER_BEGAN}
    for key, status in states.items():
        is_over = told["subscription"][key]["status"] in OVER_AT_STRIPE
        assert is_over == (status in OVER), (key, status, told["subscription"][key]["status"])


def assert_no_time_is_paid_twice(rows):
    """Each period of a subscription is paid once; what the rest of one costs more is paid beside it."""
    paid_until = {}
    for one in sorted(rows["period_payment"], key=lambda one: one.period_start):
        if one.reason is not PeriodReason.CHANGE:
            assert paid_until.get(one.subscription_id, one.period_start) <= one.period_start, one
            paid_until[one.subscription_id] = one.period_end


def assert_all_is_earned_or_given_back(rows):
    """In the end nothing is paid for a time to come: of each payment all is earned, or went back with its tax."""
    assert all(one.status in OVER for one in rows["subscription"]), rows["subscription"]
    here, back = Counter(), Counter()
    for one in rows["period_payment"]:
        here[one.subscription_id, one.currency] += one.amount_minor - one.tax_minor - one.earned_minor
        here[one.subscription_id, one.currency] -= one.refunded_minor - one.refunded_tax_minor
    assert not any(here.values()), here
    owners = {one.id: (one.subscription_id, one.currency) for one in rows["period_payment"]}
    for one in rows["period_refund"]:
        if one.status is RefundStatus.FAILED:  # It has come back, and is to be paid by hand.
            lost = one.lost_minor - one.lost_tax_minor
            back[owners[one.payment_id]] += one.amount_minor - one.tax_minor - lost
    deferred = {key[1:]: -minor for key, minor in book().items() if key[0] is AccountKind.DEFERRED and minor}
    assert deferred == back, (deferred, back)
