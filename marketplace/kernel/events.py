"""Tell the slices above what happened: call down, announce up.

Which function hears which event stands in one table, `marketplace.site.wiring.SUBSCRIBERS`. Subscribers run at once, in
the same transaction: either all of it happened, or none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

Subscriber = Callable[[Session, Any], None]
Subscribers = Mapping[type, Sequence[Subscriber]]

_KEY = "handrail_subscribers"


def connect(app: Flask, subscribers: Subscribers) -> None:
    """Give the application its table of subscribers."""
    app.extensions[_KEY] = subscribers


def announce(session: Session, event: object) -> None:
    """Tell every subscriber of the event's type, in the table's order."""
    subscribers: Subscribers = current_app.extensions[_KEY]
    for subscriber in subscribers.get(type(event), ()):
        subscriber(session, event)
