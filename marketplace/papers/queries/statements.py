"""Reading what stands on partners' statements: all that was booked on their accounts, each booking once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from marketplace.kernel.money import Money, total
from marketplace.papers.models import Paper, StatedBooking
from marketplace.papers.rules import Line, PaperKind, Statement, replay
from marketplace.payments import queries as payments
from marketplace.payments.models import (
    Chargeback,
    Hold,
    LedgerAccount,
    LedgerTransaction,
    Payout,
    Posting,
    Refund,
    Settlement,
)
from marketplace.payments.rules import PAYEE_ACCOUNTS, AccountKind, Bearer, Fact, Shares, Terms

SHARED = (Fact.SETTLED, Fact.UNSETTLED)


def statement(session: Session, payee_id: int, currency: str, *, until: datetime | None = None) -> Statement:
    """Put together what was booked about a partner in a currency, and stands on no statement yet.

    Args:
        session: for reading.
        payee_id: whose.
        currency: which.
        until: what was booked then or later is left out; all if not given.
    """
    booked = _unstated(session, payee_id, currency, until)
    shares = _shares(session, booked)
    names = payments.holds_by_subject(session, {(one.purpose, one.subject_id) for one in booked})
    references = _references(session, booked)
    lines = []
    for one in booked:
        shared, rate = shares.get(one.id, (None, 0))
        hold = names.get((one.purpose, one.subject_id))
        lines.append(
            Line(
                at=one.at,
                fact=one.fact,
                what=hold.description if hold else "",
                shares=shared,
                commission_tax_rate=rate,
                change=_moved(one, payee_id, currency, PAYEE_ACCOUNTS),
                in_reserve=_moved(one, payee_id, currency, {AccountKind.PARTNER_RESERVE}),
                reference=references.get(one.key, ""),
            )
        )
    return Statement(
        opening=_stated(session, payee_id, currency, PAYEE_ACCOUNTS),
        opening_reserve=_stated(session, payee_id, currency, {AccountKind.PARTNER_RESERVE}),
        lines=lines,
        transaction_ids=[one.id for one in booked],
    )


def to_state(session: Session, until: datetime) -> list[tuple[int, str, datetime]]:
    """List the partners about whom something was booked before a moment, and stands on no statement: since when.

    Among them are those whose share is nothing, because all of a price is the commission that the vendor charges them.
    """
    since: dict[tuple[int, str], datetime] = {}
    for booked in (_on_accounts(until), _of_shared_prices(until)):
        for payee_id, currency, first in session.execute(booked):
            since[payee_id, currency] = min(first, since.get((payee_id, currency), first))
    return [(payee_id, currency, first) for (payee_id, currency), first in sorted(since.items())]


def _on_accounts(until: datetime) -> Select[int, str, datetime]:
    sides = or_(Posting.debit_id == LedgerAccount.id, Posting.credit_id == LedgerAccount.id)
    return (
        select(LedgerAccount.owner_id, LedgerAccount.currency, func.min(LedgerTransaction.at))
        .join(Posting, sides)
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(LedgerAccount.kind.in_(PAYEE_ACCOUNTS), LedgerTransaction.at < until, _is_unstated())
        .group_by(LedgerAccount.owner_id, LedgerAccount.currency)
    )


def _of_shared_prices(until: datetime) -> Select[int, str, datetime]:
    same = (Hold.subject_id == LedgerTransaction.subject_id) & (Hold.purpose == LedgerTransaction.purpose)
    return (
        select(Settlement.payee_id, Hold.currency, func.min(LedgerTransaction.at))
        .join(Hold, Hold.id == Settlement.hold_id)
        .join(LedgerTransaction, same)
        .where(LedgerTransaction.fact.in_(SHARED), LedgerTransaction.at < until, _is_unstated())
        .group_by(Settlement.payee_id, Hold.currency)
    )


def last_stated(session: Session, payee_id: int, currency: str) -> date | None:
    """Tell the month of a partner's last statement in a currency."""
    mine = select(func.max(Paper.month)).filter_by(provider_id=payee_id, currency=currency)
    return session.scalar(mine)


def currencies_of(session: Session, payee_id: int) -> list[str]:
    """List the currencies in which anything was booked about a partner."""
    own = select(LedgerAccount.currency).where(
        LedgerAccount.kind.in_(PAYEE_ACCOUNTS), LedgerAccount.owner_id == payee_id
    )
    shared = select(Hold.currency).join(Settlement, Settlement.hold_id == Hold.id)
    of_jobs = shared.where(Settlement.payee_id == payee_id, Hold.captured_minor > 0)
    return sorted({*session.scalars(own.distinct()), *session.scalars(of_jobs.distinct())})


def statements_of(session: Session, provider_id: int) -> list[Paper]:
    """List a partner's statements, the newest first."""
    mine = select(Paper).filter_by(provider_id=provider_id, kind=PaperKind.STATEMENT)
    return list(session.scalars(mine.order_by(Paper.month.desc(), Paper.currency)))


def statement_of_payout(session: Session, payout: Payout) -> Paper | None:
    """Find the statement on which a payout stands; None before there is one."""
    stated = select(Paper).join(StatedBooking, StatedBooking.paper_id == Paper.id)
    booked = stated.join(LedgerTransaction, LedgerTransaction.id == StatedBooking.transaction_id)
    return session.scalar(booked.where(LedgerTransaction.key == f"payout:{payout.id}"))


def changes_stated(session: Session) -> dict[int, int]:
    """Tell by how much the bookings on each statement changed what its partner is owed."""
    signed = _signed(PAYEE_ACCOUNTS, Paper.provider_id)
    sums = (
        select(StatedBooking.paper_id, func.sum(signed))
        .join(Paper, Paper.id == StatedBooking.paper_id)
        .join(Posting, Posting.transaction_id == StatedBooking.transaction_id)
        .group_by(StatedBooking.paper_id)
    )
    return {paper_id: int(minor or 0) for paper_id, minor in session.execute(sums)}


def _is_unstated() -> ColumnElement[bool]:
    return LedgerTransaction.id.not_in(select(StatedBooking.transaction_id))


def _unstated(session: Session, payee_id: int, currency: str, until: datetime | None) -> list[LedgerTransaction]:
    own = select(LedgerAccount.id).where(
        LedgerAccount.kind.in_(PAYEE_ACCOUNTS), LedgerAccount.owner_id == payee_id, LedgerAccount.currency == currency
    )
    touched = LedgerTransaction.postings.any(Posting.debit_id.in_(own) | Posting.credit_id.in_(own))
    of_jobs = select(Hold.subject_id).join(Settlement, Settlement.hold_id == Hold.id)
    # A refund so small that the partner gives up nothing of it changes the commission all the same.
    shared = LedgerTransaction.fact.in_(SHARED) & LedgerTransaction.subject_id.in_(
        of_jobs.where(Settlement.payee_id == payee_id, Hold.currency == currency)
    )
    found = select(LedgerTransaction).where(touched | shared, _is_unstated())
    if until is not None:
        found = found.where(LedgerTransaction.at < until)
    return _with_sides(session, found.order_by(LedgerTransaction.at, LedgerTransaction.id))


def _with_sides(session: Session, found: Select[LedgerTransaction]) -> list[LedgerTransaction]:
    sides = selectinload(LedgerTransaction.postings)
    return list(session.scalars(found.options(sides.joinedload(Posting.debit), sides.joinedload(Posting.credit))))


def _moved(one: LedgerTransaction, payee_id: int, currency: str, kinds: Collection[AccountKind]) -> Money:
    """Tell by how much a booking changed what stands on a payee's accounts of some kinds, in the payee's favour."""
    minor = 0
    for posting in one.postings:
        for account, sign in ((posting.credit, 1), (posting.debit, -1)):
            if account.kind in kinds and account.owner_id == payee_id and posting.currency == currency:
                minor += sign * posting.amount_minor
    return Money(minor, currency)


def _stated(session: Session, payee_id: int, currency: str, kinds: Collection[AccountKind]) -> Money:
    """Tell what the bookings that stand on statements add up to, on a payee's accounts of some kinds."""
    stated = Posting.transaction_id.in_(select(StatedBooking.transaction_id))
    sums = select(func.sum(_signed(kinds, payee_id))).where(stated, Posting.currency == currency)
    return Money(int(session.scalar(sums) or 0), currency)


def _signed(kinds: Collection[AccountKind], owner: object) -> ColumnElement[int]:
    own = select(LedgerAccount.id).where(LedgerAccount.kind.in_(kinds), LedgerAccount.owner_id == owner)
    own = own.correlate(Paper)
    credit = case((Posting.credit_id.in_(own), Posting.amount_minor), else_=0)
    return credit - case((Posting.debit_id.in_(own), Posting.amount_minor), else_=0)


def _references(session: Session, booked: Iterable[LedgerTransaction]) -> dict[str, str]:
    """Find by which reference the partner finds a payment, by the key of its booking."""
    keys = {one.key: int(one.key.removeprefix("payout:")) for one in booked if one.key.startswith("payout:")}
    found = {one.id: one for one in session.scalars(select(Payout).where(Payout.id.in_(keys.values())))}
    return {key: found[row].reference or found[row].transfer_id or "" for key, row in keys.items() if row in found}


def _shares(session: Session, booked: Iterable[LedgerTransaction]) -> dict[int, tuple[Shares, int]]:
    """Tell how bookings shared the price of jobs, each with the rate of the tax on the commission."""
    subjects = {one.subject_id for one in booked if one.fact in SHARED}
    about = select(LedgerTransaction).where(
        LedgerTransaction.fact.in_(SHARED), LedgerTransaction.subject_id.in_(subjects)
    )
    by_hold = _by_hold(session, _with_sides(session, about.order_by(LedgerTransaction.id)))
    settled = select(Settlement).where(Settlement.hold_id.in_(by_hold))
    found: dict[int, tuple[Shares, int]] = {}
    for settlement in session.scalars(settled):
        bookings = by_hold[settlement.hold_id]
        changes = _changes(settlement.terms, bookings)
        rate = settlement.terms.commission_tax_rate
        found |= {one.id: (shares, rate) for (one, _borne), shares in zip(bookings, changes, strict=True)}
    return found


Sharing = tuple[LedgerTransaction, bool]  # A booking, and whether the vendor alone bears it.


def _changes(terms: Terms, bookings: Iterable[Sharing]) -> list[Shares]:
    (first, _borne), *later = bookings
    assert first.fact is Fact.SETTLED, first.key
    zero = Money.zero(first.postings[0].currency)
    taken_off = [zero if is_borne else _sum_of(one) for one, is_borne in later]
    return replay(terms, _sum_of(first), taken_off)


def _sum_of(one: LedgerTransaction) -> Money:
    return total((posting.amount for posting in one.postings), one.postings[0].currency)


def _by_hold(session: Session, booked: Iterable[LedgerTransaction]) -> dict[int, list[Sharing]]:
    """Group bookings by the hold that they shared; their keys say which it is, or which refund or chargeback of it."""
    told = [(one, *one.key.rpartition(":")[::2]) for one in booked]
    rows: dict[str, set[int]] = defaultdict(set)
    for _one, about, row in told:
        rows[about].add(int(row))
    refunds = {one.id: one for one in session.scalars(select(Refund).where(Refund.id.in_(rows["unsettle:refund"])))}
    lost = select(Chargeback.id, Chargeback.hold_id).where(Chargeback.id.in_(rows["unsettle:chargeback"]))
    chargebacks = {row_id: hold_id for row_id, hold_id in session.execute(lost) if hold_id is not None}
    found: dict[int, list[Sharing]] = defaultdict(list)
    for one, about, row in told:
        if about == "unsettle:refund":
            refund = refunds[int(row)]
            found[refund.hold_id].append((one, refund.bearer is Bearer.VENDOR))
        else:
            hold_id = chargebacks[int(row)] if about == "unsettle:chargeback" else int(row)
            found[hold_id].append((one, False))
    return found
