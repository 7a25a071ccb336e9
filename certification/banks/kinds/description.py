"""A text between questions."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from certification.banks.kinds.base import Content, Control, Kind, Posted, Problems, Response, Seen, ShownIds
from certification.banks.kinds.grades import NOTHING
from certification.banks.kinds.texts import Text


@dataclass(frozen=True, kw_only=True)
class Description(Content):
    """Only read: nothing is asked, and nothing is earned."""

    KIND: ClassVar[Kind] = Kind.DESCRIPTION

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        return self.stem, self.general_feedback

    def seen(self, ids: ShownIds) -> Seen:
        """Show the text."""
        del ids
        return self._seen(Control.NOTHING)

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Take nothing."""
        del posted, ids
        return ()

    def mark(self, response: Response) -> Fraction:
        """Give nothing."""
        del response
        return NOTHING

    def _check_parts(self) -> Problems:
        return {}
