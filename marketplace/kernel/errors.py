"""The family of errors that a person can cause or must be told about.

DomainError
├── NotFound        it does not exist, or is not this person's
├── NotAllowed      it exists and is visible, but this person may not do this
├── Conflict        right as such, wrong now
│   └── IllegalMove the state does not allow the move
├── InvalidInput    a value breaks a rule that its form alone cannot know
└── TooMany         too often in too short a time

An error is named for the rule that broke and carries words for the person; `marketplace.site.errors` turns its kind
into an HTTP status.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from marketplace.kernel.translate import LazyText, _l


class DomainError(Exception):
    """A rule of the field was broken.

    `message` is for the person and may have gaps, which the details given to the constructor fill.
    """

    message: ClassVar[LazyText] = _l("This did not work.")

    def __init__(self, **details: Any) -> None:
        """Keep `details`: they fill the gaps of the message, and the log shows them."""
        super().__init__(", ".join(f"{name}={value}" for name, value in details.items()))
        self.details = details

    @property
    def text(self) -> str:
        """The message in the reader's language."""
        return str(self.message % {name: str(value) for name, value in self.details.items()})


class NotFound(DomainError):
    """What was asked for does not exist, or is not this person's to know about."""

    message = _l("There is nothing here, or it is not yours to see.")


class NotAllowed(DomainError):
    """The person may see it, but may not do this."""

    message = _l("Your account may not do this.")


class Conflict(DomainError):
    """The move would be right at another time."""

    message = _l("Something has changed in the meantime. Look at the page again, then decide.")


class IllegalMove(Conflict):
    """The state does not allow the move.

    The message names the state, so that the person knows where things stand.
    """

    message = _l("This can not be done now. The present state is: %(state)s.")

    def __init__(self, *, state: object, action: object) -> None:
        """Name the `state` and the `action` that it refuses."""
        super().__init__(state=getattr(state, "label", state), action=action)


class InvalidInput(DomainError):
    """A value is refused by a rule that its form alone cannot know.

    `fields` maps the name of each field to the messages about it.
    """

    message = _l("Some answers need another look.")

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        """Keep the messages by field."""
        super().__init__()
        self.fields = {name: [str(text) for text in texts] for name, texts in fields.items()}


class TooMany(DomainError):
    """The same was tried too often; `retry_after_s` says when it may be tried again."""

    message = _l("That was too often. Wait a little, then try again.")

    def __init__(self, *, retry_after_s: int) -> None:
        """Say after how many seconds a new try is welcome."""
        super().__init__(retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s
