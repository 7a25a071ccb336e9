"""Whether the demo is whole: people can look at it while what has happened is still being played."""

from flask import current_app
from sqlalchemy import select

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading

FILLED = "fill_demo"
_KEY = "handrail_demo_is_filled"


def is_filled() -> bool:
    """Tell whether the demo's database was filled, to the end."""
    known: bool = current_app.extensions.get(_KEY, False)
    if not known:
        known = reading().scalar(select(AuditEntry.id).filter_by(action=FILLED).limit(1)) is not None
        current_app.extensions[_KEY] = known
    return known
