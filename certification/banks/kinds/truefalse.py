"""Saying whether something is true."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from certification.banks.kinds.base import (
    Content,
    Control,
    Kind,
    Posted,
    Problems,
    Response,
    Seen,
    Shown,
    ShownIds,
    one_value,
    own_ids,
)
from certification.banks.kinds.grades import NOTHING, RIGHT
from certification.banks.kinds.texts import Text
from marketplace.kernel.translate import LazyText, _l

TRUE, FALSE = "true", "false"
_WORDS: dict[str, LazyText] = {TRUE: _l("True"), FALSE: _l("False")}


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Content):
    """A statement is true or false."""

    KIND: ClassVar[Kind] = Kind.TRUE_FALSE
    is_true: bool
    feedback_true: Text = field(default_factory=Text)  # For whoever says that it is true.
    feedback_false: Text = field(default_factory=Text)

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        return self.stem, self.general_feedback, self.feedback_true, self.feedback_false

    def part_ids(self) -> tuple[str, ...]:
        """Name both answers."""
        return TRUE, FALSE

    def seen(self, ids: ShownIds) -> Seen:
        """Show both answers, always the true one first: there is nothing to shuffle."""
        options = tuple(Shown(ids[own], str(words)) for own, words in _WORDS.items())
        return self._seen(Control.CHOOSE_ONE, options)

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read the id that was chosen."""
        value = one_value(posted)
        return own_ids([value] if value else [], ids, self.part_ids())

    def mark(self, response: Response) -> Fraction:
        """All or nothing."""
        return RIGHT if response == (TRUE if self.is_true else FALSE,) else NOTHING

    def _check_parts(self) -> Problems:
        return {}
