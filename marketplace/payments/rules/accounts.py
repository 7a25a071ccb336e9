"""Payees' accounts at Stripe: how they stand, and whether somebody can be paid at all."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stdnum import iban
from stdnum.exceptions import ValidationError

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import LazyText, _l

MAX_HOLDER_LENGTH = 120
MAX_BANK_ACCOUNT_LENGTH = 300


class AccountState(StrEnum):
    """How a payee's account at Stripe stands, from the best to the worst within each part of its life."""

    NOT_STARTED = "not_started"
    OPENING = "opening"  # Stripe is being asked.
    INCOMPLETE = "incomplete"  # Its owner has not told Stripe everything.
    ENABLED = "enabled"
    DUE = "due"  # Something is asked for, without a day.
    DUE_SOON = "due_soon"  # Something is asked for until a day.
    PENDING_VERIFICATION = "pending_verification"
    UNDER_REVIEW = "under_review"
    PAYOUTS_PAUSED = "payouts_paused"  # Money arrives at Stripe, and stays there.
    PAST_DUE = "past_due"
    REFUSED = "refused"  # Stripe opens none.
    DEAUTHORISED = "deauthorised"  # Its owner has left the platform.
    REJECTED = "rejected"

    @property
    def label(self) -> LazyText:
        """The state in words."""
        return ACCOUNT_STATE_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks: neutral, active, good, warn or bad."""
        return ACCOUNT_STATE_TONES[self]


ACCOUNT_STATE_LABELS = {
    AccountState.NOT_STARTED: _l("No account at Stripe"),
    AccountState.OPENING: _l("Being opened"),
    AccountState.INCOMPLETE: _l("Not finished"),
    AccountState.ENABLED: _l("Ready to receive money"),
    AccountState.DUE: _l("Stripe asks for something"),
    AccountState.DUE_SOON: _l("Stripe asks for something soon"),
    AccountState.PENDING_VERIFICATION: _l("Being checked"),
    AccountState.UNDER_REVIEW: _l("Under review"),
    AccountState.PAYOUTS_PAUSED: _l("Payouts are paused"),
    AccountState.PAST_DUE: _l("Stopped: something is missing"),
    AccountState.REFUSED: _l("Stripe opened no account"),
    AccountState.DEAUTHORISED: _l("Disconnected"),
    AccountState.REJECTED: _l("Rejected by Stripe"),
}
ACCOUNT_STATE_TONES = {
    AccountState.NOT_STARTED: "neutral",
    AccountState.OPENING: "active",
    AccountState.INCOMPLETE: "warn",
    AccountState.ENABLED: "good",
    AccountState.DUE: "warn",
    AccountState.DUE_SOON: "warn",
    AccountState.PENDING_VERIFICATION: "active",
    AccountState.UNDER_REVIEW: "warn",
    AccountState.PAYOUTS_PAUSED: "bad",
    AccountState.PAST_DUE: "bad",
    AccountState.REFUSED: "bad",
    AccountState.DEAUTHORISED: "bad",
    AccountState.REJECTED: "bad",
}

# Where a payee can begin again, with a new account.
MAY_BEGIN_AGAIN = frozenset({AccountState.REFUSED, AccountState.DEAUTHORISED})
# Where Stripe's own pages can mend it.
MENDED_AT_STRIPE = frozenset({
    AccountState.INCOMPLETE,
    AccountState.DUE,
    AccountState.DUE_SOON,
    AccountState.PAYOUTS_PAUSED,
    AccountState.PAST_DUE,
})  # fmt: skip
# Where there is something to look at on Stripe's pages.
HAS_DASHBOARD = frozenset({
    AccountState.ENABLED,
    AccountState.PENDING_VERIFICATION,
    AccountState.UNDER_REVIEW,
})  # fmt: skip
# From the smallest trouble to the greatest; what is not listed is none.
_TROUBLES = (
    AccountState.DUE,
    AccountState.DUE_SOON,
    AccountState.PENDING_VERIFICATION,
    AccountState.UNDER_REVIEW,
    AccountState.PAYOUTS_PAUSED,
    AccountState.PAST_DUE,
    AccountState.DEAUTHORISED,
    AccountState.REFUSED,
    AccountState.REJECTED,
)


@dataclass(frozen=True, slots=True)
class Requirements:
    """What Stripe says of an account: what it may do, and what it is asked for.

    See https://docs.stripe.com/connect/handling-api-verification. The names of what is due are Stripe's, such as
    "individual.verification.document".
    """

    may_receive: bool  # The `transfers` capability is active.
    may_pay_out: bool = True
    is_submitted: bool = True
    currently_due: tuple[str, ...] = ()
    past_due: tuple[str, ...] = ()
    eventually_due: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    due_by: datetime | None = None
    disabled_reason: str | None = None
    problems: tuple[str, ...] = ()  # What was wrong with what was sent, in Stripe's words.

    @property
    def due(self) -> tuple[str, ...]:
        """What is asked for now, or by the day."""
        return self.currently_due or self.past_due or (self.eventually_due if self.due_by else ())


def state_of(said: Requirements) -> AccountState:
    """Tell how an account stands by what Stripe says of it."""
    reason = said.disabled_reason or ""
    findings = (
        (reason.startswith("rejected."), AccountState.REJECTED),
        (not said.is_submitted, AccountState.INCOMPLETE),
        (reason in {"under_review", "listed", "platform_paused"}, AccountState.UNDER_REVIEW),
        (said.may_receive and not said.may_pay_out, AccountState.PAYOUTS_PAUSED),
        (bool(said.past_due), AccountState.PAST_DUE),
        (not said.may_receive and bool(said.currently_due), AccountState.PAST_DUE),
        (not said.may_receive, AccountState.PENDING_VERIFICATION),
        (bool(said.due) and said.due_by is not None, AccountState.DUE_SOON),
        (bool(said.due), AccountState.DUE),
    )
    return next((state for is_so, state in findings if is_so), AccountState.ENABLED)


def is_worse(before: AccountState, after: AccountState) -> bool:
    """Tell whether an account is in greater trouble than before."""
    return _trouble(after) > _trouble(before)


def _trouble(state: AccountState) -> int:
    return _TROUBLES.index(state) + 1 if state in _TROUBLES else 0


def may_be_paid(*, may_receive: bool, state: AccountState, is_allowed_by_hand: bool, has_bank_account: bool) -> bool:
    """Tell whether there is any way to pay somebody: by transfer, or by hand to a bank account that is known.

    Whom Stripe has rejected is not paid by hand either, unless the vendor has looked at the reason and allows it.
    """
    if may_receive:
        return True
    is_barred = state is AccountState.REJECTED and not is_allowed_by_hand
    return has_bank_account and not is_barred


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where somebody is paid by hand."""

    holder: str
    number: str  # An IBAN, or an account number with its bank.


def read_account_number(text: str) -> str:
    """Bring an IBAN to its usual form; other numbers stay as they were typed.

    Raises:
        ValueError: it looks like an IBAN, and is none.
    """
    compact = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{9,30}", compact):
        return text.strip()
    try:
        return str(iban.format(iban.validate(compact)))
    except ValidationError:
        raise ValueError(text) from None


class CanNotBePaid(Conflict):
    """A paid job for somebody who could not get the money."""

    message = _l(
        "There is no way to pay you at the moment, so you can not take paid requests. "
        "Open “How you are paid” on your work page: it says what is missing."
    )


class NotRejected(Conflict):
    """Only what is barred needs leave."""

    message = _l("This partner is not rejected by Stripe, so nothing has to be allowed.")
