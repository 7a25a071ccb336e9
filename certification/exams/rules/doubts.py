"""Passes in doubt: a question was graded anew, and by that it would not have been enough. A person decides."""

from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MAX_ANSWER_LENGTH = 500


class DoubtStatus(StrEnum):
    """Where a pass in doubt stands."""

    OPEN = "open"
    KEPT = "kept"
    TAKEN_BACK = "taken_back"
    SETTLED = "settled"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return DOUBT_LABELS[self]

    @property
    def tone(self) -> str:
        """How its mark looks."""
        return DOUBT_TONES[self]


DOUBT_LABELS = {
    DoubtStatus.OPEN: _l("Waiting for your decision"),
    DoubtStatus.KEPT: _l("The pass stands"),
    DoubtStatus.TAKEN_BACK: _l("Taken back"),
    DoubtStatus.SETTLED: _l("Settled by a later regrade"),
}
DOUBT_TONES = {
    DoubtStatus.OPEN: "warn",
    DoubtStatus.KEPT: "good",
    DoubtStatus.TAKEN_BACK: "bad",
    DoubtStatus.SETTLED: "neutral",
}


class DoubtDecision(StrEnum):
    """How staff decide about a pass in doubt."""

    KEEP = "keep"
    TAKE_BACK = "take_back"

    @property
    def label(self) -> LazyText:
        """The decision in words."""
        return DOUBT_DECISION_LABELS[self]

    @property
    def explanation(self) -> LazyText:
        """What follows from it."""
        return DOUBT_DECISION_EXPLANATIONS[self]


DOUBT_DECISION_LABELS = {
    DoubtDecision.KEEP: _l("Let the pass stand"),
    DoubtDecision.TAKE_BACK: _l("Take the pass back, and revoke its certificate"),
}
DOUBT_DECISION_EXPLANATIONS = {
    DoubtDecision.KEEP: _l("Score and certificate stay as they are. The candidate hears nothing."),
    DoubtDecision.TAKE_BACK: _l(
        "The attempt counts as not passed. The holder gets a letter with your reason, everybody can read it on the "
        "certificate's public page, and the holder may appeal."
    ),
}


class DoubtAction(StrEnum):
    """What can happen to a pass in doubt."""

    KEEP = "keep"
    TAKE_BACK = "take_back"
    SETTLE = "settle"


DOUBT = StateTable[DoubtStatus, DoubtAction]({
    (DoubtStatus.OPEN, DoubtAction.KEEP):      DoubtStatus.KEPT,
    (DoubtStatus.OPEN, DoubtAction.TAKE_BACK): DoubtStatus.TAKEN_BACK,
    (DoubtStatus.OPEN, DoubtAction.SETTLE):    DoubtStatus.SETTLED,
})  # fmt: skip


class PassesAllTheSame(Conflict):
    """Something else was graded anew meanwhile, and by now it would be enough."""

    message = _l("By what is known now, this attempt would be a pass all the same. Let it stand.")
