"""The life of a request, and who is responsible for what it is about."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from marketplace.catalogue.rules import Layer
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MIN_URGENCY_HOURS = 1
MAX_URGENCY_HOURS = 168
DEFAULT_URGENCY_HOURS = 24
MAX_TITLE_LENGTH = 120
MAX_DESCRIPTION_LENGTH = 10_000
MAX_FILES = 5

CONFIRM_AFTER = timedelta(hours=72)  # A customer who says nothing has nothing to add.
REOPEN_WITHIN = timedelta(days=14)


class Status(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    MATCHING = "matching"
    UNMATCHED = "unmatched"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    DISPUTED = "disputed"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return STATUS_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks: neutral, active, good, warn or bad."""
        return STATUS_TONES[self]


class Action(StrEnum):
    """What can happen to a request."""

    SUBMIT = "submit"
    SUBMIT_FREE = "submit_free"
    CHOOSE = "choose"
    LET_GO = "let_go"
    AUTHORISE = "authorise"
    LAPSE = "lapse"
    FIND_NOBODY = "find_nobody"
    FIND = "find"
    ACCEPT = "accept"
    FAIL_CAPTURE = "fail_capture"
    PAY = "pay"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    TAKE_BACK = "take_back"
    DISPUTE = "dispute"
    RESUME = "resume"  # The customer takes the dispute back: work goes on,
    RESTORE = "restore"  # or the solution waits to be confirmed again.
    SETTLE = "settle"
    CANCEL = "cancel"


LIFECYCLE = StateTable[Status, Action]({
    (Status.DRAFT,            Action.SUBMIT):       Status.AWAITING_PAYMENT,
    (Status.DRAFT,            Action.SUBMIT_FREE):  Status.MATCHING,  # The vendor's own layer, and asking for quotes.
    (Status.DRAFT,            Action.CANCEL):       Status.CANCELLED,
    (Status.AWAITING_PAYMENT, Action.AUTHORISE):    Status.MATCHING,
    (Status.AWAITING_PAYMENT, Action.PAY):          Status.IN_PROGRESS,  # Somebody has accepted before.
    (Status.AWAITING_PAYMENT, Action.LAPSE):        Status.DRAFT,
    (Status.AWAITING_PAYMENT, Action.LET_GO):       Status.MATCHING,  # The quote that was chosen is not paid.
    (Status.AWAITING_PAYMENT, Action.CANCEL):       Status.CANCELLED,
    (Status.MATCHING,         Action.FIND_NOBODY):  Status.UNMATCHED,
    (Status.MATCHING,         Action.ACCEPT):       Status.IN_PROGRESS,
    (Status.MATCHING,         Action.CHOOSE):       Status.AWAITING_PAYMENT,  # A quote.
    (Status.MATCHING,         Action.TAKE_BACK):    Status.DRAFT,  # To ask in another way than for quotes.
    (Status.MATCHING,         Action.CANCEL):       Status.CANCELLED,
    (Status.UNMATCHED,        Action.FIND):         Status.MATCHING,
    (Status.UNMATCHED,        Action.TAKE_BACK):    Status.DRAFT,
    (Status.UNMATCHED,        Action.CANCEL):       Status.CANCELLED,
    (Status.IN_PROGRESS,      Action.FAIL_CAPTURE): Status.AWAITING_PAYMENT,
    (Status.IN_PROGRESS,      Action.RESOLVE):      Status.RESOLVED,
    (Status.IN_PROGRESS,      Action.CANCEL):       Status.CANCELLED,
    (Status.RESOLVED,         Action.CONFIRM):      Status.CLOSED,
    (Status.RESOLVED,         Action.REOPEN):       Status.IN_PROGRESS,
    (Status.IN_PROGRESS,      Action.DISPUTE):      Status.DISPUTED,
    (Status.RESOLVED,         Action.DISPUTE):      Status.DISPUTED,
    (Status.DISPUTED,         Action.RESUME):       Status.IN_PROGRESS,
    (Status.DISPUTED,         Action.RESTORE):      Status.RESOLVED,
    (Status.DISPUTED,         Action.SETTLE):       Status.CLOSED,
    (Status.CLOSED,           Action.REOPEN):       Status.IN_PROGRESS,
})  # fmt: skip

STATUS_LABELS = {
    Status.DRAFT: _l("Draft"),
    Status.AWAITING_PAYMENT: _l("Waiting for payment"),
    Status.MATCHING: _l("Looking for a partner"),
    Status.UNMATCHED: _l("Nobody found yet"),
    Status.IN_PROGRESS: _l("A partner is on it"),
    Status.RESOLVED: _l("Solved, to be confirmed"),
    Status.DISPUTED: _l("Disputed"),
    Status.CLOSED: _l("Closed"),
    Status.CANCELLED: _l("Cancelled"),
}

STATUS_TONES = {
    Status.DRAFT: "neutral",
    Status.AWAITING_PAYMENT: "warn",
    Status.MATCHING: "active",
    Status.UNMATCHED: "bad",
    Status.IN_PROGRESS: "active",
    Status.RESOLVED: "good",
    Status.DISPUTED: "bad",
    Status.CLOSED: "neutral",
    Status.CANCELLED: "neutral",
}

OPEN = frozenset(set(Status) - {Status.CLOSED, Status.CANCELLED})
BUSY = frozenset({Status.IN_PROGRESS})  # Counts against a provider's capacity.


class Mode(StrEnum):
    """How customer and partner come together."""

    CHOSEN = "chosen"  # The customer takes a partner, at that partner's price.
    BEST_FIT = "best_fit"  # The customer sets a ceiling, and the best fit at or below it is asked.
    QUOTES = "quotes"  # Several partners name their price, and the customer chooses one of them.

    @property
    def label(self) -> LazyText:
        """The mode in words."""
        return MODE_LABELS[self]


MODE_LABELS = {
    Mode.CHOSEN: _l("A partner of your choice"),
    Mode.BEST_FIT: _l("The best fit within your limit"),
    Mode.QUOTES: _l("Quotes from several partners"),
}


class Responsible(StrEnum):
    """Whose job it is."""

    VENDOR = "vendor"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Triage:
    """Which layer a request is about, whose job that is, and why, in one sentence."""

    layer: Layer
    responsible: Responsible
    why: LazyText


_WHY_PARTNER = {
    Layer.APPLICATION: _l(
        "Using the product well is not a fault of it: a certified partner helps, at an agreed price."
    ),
    Layer.PLATFORM: _l("Servers and hosting are not part of the product: a partner who knows them helps."),
    Layer.INTEGRATION: _l("What the product is connected to belongs to others: a partner who knows both sides helps."),
}
_WHY_VENDOR = _l("A fault in the product is mended by those who make it, free of charge.")


def triage(layer: Layer, *, is_defect: bool) -> Triage:
    """Tell whose job a request is: the vendor mends its own product for free, partners do the rest for a price."""
    if is_defect:
        return Triage(layer, Responsible.VENDOR, _WHY_VENDOR)
    return Triage(layer, Responsible.PARTNER, _WHY_PARTNER[layer])
