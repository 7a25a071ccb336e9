"""What time makes due, row by row."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import DomainError

Row = TypeVar("Row")
_log = logging.getLogger(__name__)


def for_each(rows: Iterable[Row], perform: Callable[[Session, Row], object]) -> None:
    """Do something about each of several rows, named by their ids, each in a transaction of its own.

    So nobody waits for two of them in a circle, and one about which something is broken keeps back no other.
    """
    reading().rollback()
    for row in rows:
        try:
            with transaction() as session:
                perform(session, row)
        except DomainError as error:  # Somebody was faster, or the payment is on its way: the next round looks again.
            _log.info("%s was left as it is: %r", row, error)
        except Exception:  # noqa: BLE001 - whatever it is, the rows behind it wait as well
            _log.exception("nothing could be done about %s", row)
