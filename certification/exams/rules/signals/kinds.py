"""What was seen, by its kind."""

from enum import StrEnum

from marketplace.kernel.translate import LazyText, _l

MAX_NOTE_LENGTH = 500


class SignalKind(StrEnum):
    """What was seen."""

    SAME_PLACE = "same_place"
    SPEED = "speed"
    SAME_ANSWERS = "same_answers"
    EXPOSED = "exposed"
    RISEN = "risen"

    @property
    def label(self) -> LazyText:
        """What was seen, in words."""
        return SIGNAL_LABELS[self]

    @property
    def innocent(self) -> LazyText:
        """What it may mean without anybody's fault."""
        return INNOCENT[self]


SIGNAL_LABELS = {
    SignalKind.SAME_PLACE: _l("Two attempts from one place"),
    SignalKind.SPEED: _l("Much faster than others"),
    SignalKind.SAME_ANSWERS: _l("The same wrong answers"),
    SignalKind.EXPOSED: _l("A question that is shown to many"),
    SignalKind.RISEN: _l("A question that has become easier"),
}
INNOCENT = {
    SignalKind.SAME_PLACE: _l(
        "Colleagues share an office, families a connection, and many devices of one model look the same from here."
    ),
    SignalKind.SPEED: _l(
        "Some know the field by heart, some have seen these questions in an earlier try, and some read fast."
    ),
    SignalKind.SAME_ANSWERS: _l(
        "Who learned from the same course makes the same mistakes, and a question whose answer is wrong misleads all "
        "alike: look at these questions first."
    ),
    SignalKind.EXPOSED: _l("The pool may simply be small. More questions about the topic help, whatever the cause."),
    SignalKind.RISEN: _l(
        "A better course, a better product or a new version of the question make it easier as well. Or it has got out."
    ),
}
