"""What must always hold of money; `handrail check` and the worker ask every day. Each check names what is broken."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from marketplace.payments import queries
from marketplace.payments.gateway import Uncertain, gateway
from marketplace.payments.models import (
    Chargeback,
    Clawback,
    Hold,
    LedgerAccount,
    LedgerTransaction,
    Payout,
    Posting,
    Refund,
    Renewal,
    Settlement,
)
from marketplace.payments.rules import (
    OPEN_CHARGEBACKS,
    OPEN_RENEWALS,
    UNPAID,
    AccountKind,
    Bearer,
    CallKind,
    ClawbackStatus,
    Fact,
    HoldStatus,
    PayoutStatus,
    RefundStatus,
    RenewalStatus,
)
from marketplace.payments.selfchecks.banks import (
    chargebacks_that_disagree_with_the_ledger,
    chargebacks_that_moved_something_else,
    losses_that_disagree_with_holds,
    refunds_that_wait_for_nothing,
)
from marketplace.payments.selfchecks.cover import (
    cover_that_disagrees_with_its_terms,
    cover_that_disagrees_with_the_ledger,
)
from marketplace.payments.selfchecks.periods import CHECKS as OF_PERIODS


def transactions_without_postings(session: Session) -> list[str]:
    """A fact that moved nothing."""
    empty = select(LedgerTransaction.key).where(~LedgerTransaction.postings.any())
    return [f"ledger transaction {key} has no postings" for key in session.scalars(empty)]


def money_held_that_belongs_to_nobody(session: Session) -> list[str]:
    """What is held for customers, by the ledger, and by their holds and the refunds that have not arrived."""
    unshared = {HoldStatus.CAPTURED, HoldStatus.REFUNDING, HoldStatus.REFUNDED}
    kept = Hold.captured_minor - Hold.refunded_minor - Hold.lost_minor
    by_hold = select(Hold.subject_id, Hold.currency, func.sum(kept)).where(Hold.status.in_(unshared))
    by_refund = (
        select(Hold.subject_id, Hold.currency, func.sum(Refund.amount_minor - Refund.cover_minor - Refund.lost_minor))
        .join(Hold, Hold.id == Refund.hold_id)
        .where(Refund.status.in_({RefundStatus.WAITING, RefundStatus.DUE, RefundStatus.FAILED}))
    )
    expected: Counter[tuple[int, str]] = Counter()
    for query in (by_hold, by_refund):
        for subject_id, currency, minor in session.execute(query.group_by(Hold.subject_id, Hold.currency)):
            expected[subject_id, currency] += int(minor)
    return _differing(session, AccountKind.CUSTOMER_HELD, expected, "subject")


def holds_that_disagree_with_the_ledger(session: Session) -> list[str]:
    """What is set aside, by the holds and by the ledger's memo."""
    broken = []
    for account in session.scalars(select(LedgerAccount).filter_by(kind=AccountKind.AUTHORISED)):
        booked = queries.balance(session, account.kind, account.currency, account.owner_id)
        set_aside = session.scalar(
            select(func.coalesce(func.sum(Hold.asked_minor), 0)).where(
                Hold.subject_id == account.owner_id,
                Hold.currency == account.currency,
                Hold.held_at.is_not(None),
                Hold.status.in_({HoldStatus.HELD, HoldStatus.CAPTURING, HoldStatus.RELEASING}),
            )
        )
        # For the moment of a renewal, two are set aside.
        twice = session.scalar(
            select(func.coalesce(func.sum(Hold.asked_minor), 0))
            .join(Renewal, Renewal.hold_id == Hold.id)
            .where(
                Hold.subject_id == account.owner_id,
                Hold.currency == account.currency,
                Renewal.status == RenewalStatus.REPLACING,
            )
        )
        set_aside = (set_aside or 0) + (twice or 0)
        if booked.minor != set_aside:
            broken.append(f"subject {account.owner_id}: the ledger has {booked.minor} set aside, its holds {set_aside}")
    return broken


def renewals_of_what_is_not_held(session: Session) -> list[str]:
    """Only what is held, and not taken, is set aside once more."""
    rows = select(Renewal.id, Renewal.status, Hold.status).join(Hold, Hold.id == Renewal.hold_id)
    astray = rows.where(Renewal.status.in_(OPEN_RENEWALS), Hold.status != HoldStatus.HELD)
    return [f"renewal {one} is {status}, but its hold is {hold}" for one, status, hold in session.execute(astray)]


def cards_that_nobody_tries(session: Session) -> list[str]:
    """A hold that waits for a saved card has a call under way that tries it."""
    waiting = select(Hold).where(Hold.status == HoldStatus.OPENING, Hold.card_id.is_not(None))
    return [
        f"hold {hold.id} waits for a saved card that nobody tries"
        for hold in session.scalars(waiting)
        if not queries.is_under_way(session, CallKind.PAY, hold.id)
    ]


def payables_that_disagree_with_payouts(session: Session) -> list[str]:
    """What partners are owed, by the ledger, and by the payouts that are not paid less what is being taken back."""
    open_minor = Payout.amount_minor - Payout.reduced_minor - Payout.set_off_minor
    owed = select(Payout.payee_id, Payout.currency, func.sum(open_minor))
    due = owed.where(Payout.status.in_(UNPAID), ~Payout.in_reserve)
    expected = _by_payee(session, due.group_by(Payout.payee_id, Payout.currency))
    expected.subtract(_by_payee(session, _clawbacks(ClawbackStatus.DUE)))
    waiting = owed.where(Payout.status.in_(UNPAID), Payout.in_reserve).group_by(Payout.payee_id, Payout.currency)
    return [
        *_differing(session, AccountKind.PARTNER_PAYABLE, expected, "payee"),
        *_differing(session, AccountKind.PARTNER_RESERVE, _by_payee(session, waiting), "payee"),
    ]


def debts_that_disagree_with_clawbacks(session: Session) -> list[str]:
    """What partners owe, by the ledger and by what could not be taken back."""
    owed = _by_payee(session, _clawbacks(ClawbackStatus.OWED))
    return _differing(session, AccountKind.PARTNER_RECEIVABLE, owed, "payee")


def _clawbacks(status: ClawbackStatus) -> Select[int, str, int]:
    left = func.sum(Clawback.amount_minor - Clawback.set_off_minor)
    of_status = select(Clawback.payee_id, Clawback.currency, left).where(Clawback.status == status)
    return of_status.group_by(Clawback.payee_id, Clawback.currency)


def _by_payee(session: Session, query: Select[int, str, int]) -> Counter[tuple[int, str]]:
    return Counter({(payee_id, currency): int(minor) for payee_id, currency, minor in session.execute(query)})


def _differing(session: Session, kind: AccountKind, expected: Mapping[tuple[int, str], int], owner: str) -> list[str]:
    """Compare the accounts of a kind with what our rows say of their owners."""
    accounts = session.scalars(select(LedgerAccount).filter_by(kind=kind))
    booked = {
        (one.owner_id, one.currency): queries.balance(session, kind, one.currency, one.owner_id).minor
        for one in accounts
    }
    return [
        f"{owner} {key[0]}: the ledger has {booked.get(key, 0)} {key[1]} on {kind}, our rows {expected.get(key, 0)}"
        for key in sorted(booked.keys() | expected.keys())
        if booked.get(key, 0) != expected.get(key, 0)
    ]


def refunds_that_disagree_with_holds(session: Session) -> list[str]:
    """What holds say was given back, and the refunds that did."""
    given_back = func.coalesce(func.sum(Refund.amount_minor), 0)
    rows = select(Hold.id, Hold.refunded_minor, given_back).outerjoin(Refund, Refund.hold_id == Hold.id)
    differing = rows.group_by(Hold.id, Hold.refunded_minor).having(given_back != Hold.refunded_minor)
    return [
        f"hold {hold_id}: {noted} is noted as refunded, its refunds are {minor}"
        for hold_id, noted, minor in session.execute(differing)
    ]


def goodwill_that_disagrees_with_holds(session: Session) -> list[str]:
    """What holds say that the vendor gave back alone, and the refunds that did."""
    borne = func.coalesce(func.sum(Refund.amount_minor), 0)
    rows = select(Hold.id, Hold.borne_minor, borne).outerjoin(
        Refund, (Refund.hold_id == Hold.id) & (Refund.bearer == Bearer.VENDOR)
    )
    differing = rows.group_by(Hold.id, Hold.borne_minor).having(borne != Hold.borne_minor)
    return [
        f"hold {hold_id}: {noted} is noted as borne by the vendor, its refunds are {minor}"
        for hold_id, noted, minor in session.execute(differing)
    ]


def payouts_of_contested_holds(session: Session) -> list[str]:
    """While payer and payee disagree, or a bank decides, nothing is there to be paid."""
    questioned = or_(
        Hold.contested_at.is_not(None),
        Hold.id.in_(select(Chargeback.hold_id).where(Chargeback.status.in_(OPEN_CHARGEBACKS))),
    )
    payable = (
        select(Payout.id, Payout.status)
        .join(Hold, Hold.id == Payout.hold_id)
        .where(questioned, Payout.status.in_({PayoutStatus.WAITING, PayoutStatus.DUE}))
    )
    return [
        f"payout {payout_id} is {status} while it is not decided whose it is"
        for payout_id, status in session.execute(payable)
        if not queries.is_under_way(session, CallKind.TRANSFER, payout_id)
    ]


def shares_that_do_not_add_up(session: Session) -> list[str]:
    """What partner and vendor got of each settled hold, after all refunds, is what the terms make of what is kept."""
    broken = []
    for settlement, hold in session.execute(select(Settlement, Hold).join(Hold, Hold.id == Settlement.hold_id)).all():
        due = hold.shares(settlement.terms).payee.minor
        payouts = session.scalars(select(Payout).filter_by(hold_id=hold.id))
        has = sum(one.amount_minor - one.reduced_minor - one.clawed_back_minor for one in payouts)
        if has != due:
            broken.append(f"hold {hold.id}: its payee has {has} of it, by the terms it is {due}")
    return broken


def captures_booked_twice(session: Session) -> list[str]:
    """A subject for which more, or less, was taken than its holds say."""
    held_side = select(LedgerAccount.id).filter_by(kind=AccountKind.CUSTOMER_HELD)
    is_in = Posting.credit_id.in_(held_side)
    net = case((is_in, Posting.amount_minor), else_=-Posting.amount_minor)  # A fee may be above what was taken.
    booked = (
        select(LedgerTransaction.subject_id, func.sum(net))
        .join(Posting, Posting.transaction_id == LedgerTransaction.id)
        .where(LedgerTransaction.fact.in_({Fact.CAPTURED, Fact.COVERED}), is_in | Posting.debit_id.in_(held_side))
        .group_by(LedgerTransaction.subject_id)
    )
    taken_states = {HoldStatus.CAPTURED, HoldStatus.SETTLED, HoldStatus.REFUNDING, HoldStatus.REFUNDED}
    by_holds = select(Hold.subject_id, func.sum(Hold.captured_minor)).where(Hold.status.in_(taken_states))
    taken = dict(session.execute(by_holds.group_by(Hold.subject_id)).all())
    by_ledger: dict[int, int] = {subject_id: int(minor) for subject_id, minor in session.execute(booked)}
    return [
        f"subject {subject_id}: the ledger took {by_ledger.get(subject_id, 0)}, its holds {taken.get(subject_id, 0)}"
        for subject_id in sorted(by_ledger.keys() | taken.keys())
        if by_ledger.get(subject_id, 0) != taken.get(subject_id, 0)
    ]


def balance_that_disagrees_with_stripe(session: Session) -> list[str]:
    """What Stripe holds for us, by Stripe and by the ledger."""
    currencies = set(session.scalars(select(LedgerAccount.currency).filter_by(kind=AccountKind.STRIPE_BALANCE)))
    booked = {currency: queries.balance(session, AccountKind.STRIPE_BALANCE, currency) for currency in currencies}
    session.rollback()
    if not booked:
        return []
    try:
        at_stripe = gateway().balance()
    except Uncertain as error:
        return [f"Stripe could not be asked for the balance: {error}"]
    return [
        f"the ledger has {booked_amount.minor} {currency} at Stripe, Stripe has {at_stripe[currency].minor}"
        for currency, booked_amount in sorted(booked.items())
        if currency in at_stripe and at_stripe[currency] != booked_amount
    ]


def lines_of_stripe_that_nothing_explains(session: Session) -> list[str]:
    """What changed the balance at Stripe, and stands in no book of ours, as of the last time that it was read."""
    return [
        f"Stripe's {one.id} ({one.kind} of {one.net.minor} {one.currency}) stands in no book of ours"
        for one in queries.unexplained(session)
    ]


CHECKS = (
    transactions_without_postings,
    money_held_that_belongs_to_nobody,
    holds_that_disagree_with_the_ledger,
    renewals_of_what_is_not_held,
    cards_that_nobody_tries,
    payables_that_disagree_with_payouts,
    debts_that_disagree_with_clawbacks,
    refunds_that_disagree_with_holds,
    goodwill_that_disagrees_with_holds,
    payouts_of_contested_holds,
    shares_that_do_not_add_up,
    chargebacks_that_moved_something_else,
    chargebacks_that_disagree_with_the_ledger,
    losses_that_disagree_with_holds,
    refunds_that_wait_for_nothing,
    captures_booked_twice,
    *OF_PERIODS,
    cover_that_disagrees_with_its_terms,
    cover_that_disagrees_with_the_ledger,
    lines_of_stripe_that_nothing_explains,
    balance_that_disagrees_with_stripe,
)
