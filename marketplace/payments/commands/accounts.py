"""Where payees get their money: accounts at Stripe, and bank accounts for payment by hand."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.events import PayeeChanged
from marketplace.payments.gateway import Account
from marketplace.payments.models import BankDetails, ConnectedAccount
from marketplace.payments.rules import (
    MAY_BEGIN_AGAIN,
    AccountState,
    BankAccount,
    CallKind,
    NotRejected,
    read_account_number,
    state_of,
)


def ask_account(session: Session, payee_id: int, *, country: str, email: str, now: datetime) -> int | None:
    """Open an account at Stripe for a payee, or begin again where Stripe opened none or the payee has left.

    Gives the outbox message that does it, None if there is an account or one is being opened.
    """
    asked = {"country": country, "email": email, "updated_at": now}
    known = session.get(ConnectedAccount, payee_id, with_for_update=True)
    if known is None:
        try:
            with session.begin_nested():
                session.add(ConnectedAccount(payee_id=payee_id, state=AccountState.OPENING, **asked))
        except IntegrityError:  # Asked for twice at the same time.
            return None
    elif known.state in MAY_BEGIN_AGAIN:
        known.stripe_account_id = known.refusal = known.disabled_reason = known.due_by = None
        known.events_read_until = None
        known.due, known.problems = [], []
        for name, value in asked.items():
            setattr(known, name, value)
        _enter(session, known, AccountState.OPENING, now)
    else:
        return None
    session.flush()  # The call is about this row.
    return owe_call(session, CallKind.ACCOUNT, payee_id, now)


def refuse_account(
    session: Session, payee_id: int, reason: str, *, account_id: str | None = None, now: datetime
) -> None:
    """Note that Stripe opens no account for a payee, or lets us reach the one of this id no more."""
    known = session.get_one(ConnectedAccount, payee_id, with_for_update=True)
    if known.stripe_account_id != account_id:  # Another has taken its place.
        return
    known.may_receive = False
    known.refusal = reason
    note_answer(session, CallKind.ACCOUNT, payee_id, now, stripe_id=known.stripe_account_id)
    known.due, known.problems, known.due_by = [], [], None
    _enter(session, known, AccountState.REFUSED if account_id is None else AccountState.DEAUTHORISED, now)


def describe_account(session: Session, payee_id: int, account: Account, *, now: datetime) -> None:
    """Note how Stripe describes a payee's account now."""
    known = session.get_one(ConnectedAccount, payee_id, with_for_update=True)
    if known.stripe_account_id not in {None, account.id}:  # Another has taken its place.
        return
    said = account.said
    known.stripe_account_id = account.id
    known.may_receive = said.may_receive
    known.refusal = None
    known.due, known.due_by = list(said.due), said.due_by
    known.problems = list(dict.fromkeys(said.problems))
    known.disabled_reason = said.disabled_reason
    note_answer(session, CallKind.ACCOUNT, payee_id, now, stripe_id=account.id)
    _enter(session, known, state_of(said), now)


def _enter(session: Session, known: ConnectedAccount, state: AccountState, now: datetime) -> None:
    known.updated_at = now
    before, known.state = known.state, state
    if before is state:
        return
    if state is AccountState.REJECTED:
        known.is_allowed_by_hand = False  # What was allowed was allowed for an earlier reason.
    session.flush()  # Whoever hears of it asks the database who can be paid.
    audit.record(session, known, "change_state", by=None, at=now, before=before, after=state)
    announce(session, PayeeChanged(known.payee_id, before, state, now))


def mark_account_read(session: Session, payee_id: int, account_id: str, *, until: datetime) -> None:
    """Note that every event of an account up to a moment was asked for."""
    known = session.get_one(ConnectedAccount, payee_id, with_for_update=True)
    if known.stripe_account_id == account_id:  # Another may have taken its place.
        known.events_read_until = until


def allow_by_hand(session: Session, payee_id: int, reason: str, *, by: int, now: datetime) -> None:
    """Let somebody be paid by hand although Stripe has rejected the account.

    Raises:
        NotFound: nobody of this id has an account.
        NotRejected: it is not rejected.
    """
    known = session.get(ConnectedAccount, payee_id, with_for_update=True)
    if known is None:
        raise NotFound(payee_id=payee_id)
    if known.state is not AccountState.REJECTED:
        raise NotRejected
    known.is_allowed_by_hand = True
    audit.record(session, known, "allow_by_hand", by=by, at=now, reason=reason)


def set_bank_account(session: Session, payee_id: int, bank: BankAccount, *, by: int, now: datetime) -> None:
    """Note where a payee is paid by hand.

    Raises:
        InvalidInput: it looks like an IBAN, and is none.
    """
    try:
        number = read_account_number(bank.number)
    except ValueError:
        wrong = _("This IBAN has a slip: its check digits do not fit. Look at each letter and digit.")
        raise InvalidInput({"number": [wrong]}) from None
    queries.lock_payee(session, payee_id)
    known = session.get(BankDetails, payee_id) or BankDetails(payee_id=payee_id)
    known.holder, known.number, known.updated_at = bank.holder, number, now
    session.add(known)
    session.flush()
    audit.record(session, known, "set_bank_account", by=by, at=now)
