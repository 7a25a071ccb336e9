"""Telling holders in time that a certificate ends."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.credentials import queries
from certification.credentials.events import CredentialEnding
from certification.credentials.models import CredentialReminder
from certification.credentials.rules import CredentialState, reminder_due
from marketplace.kernel.database import insert_new
from marketplace.kernel.events import announce


def remind(session: Session, credential_id: int, *, now: datetime) -> None:
    """Have the letter written that is due; nothing if none is, or if it was written.

    Raises:
        NotFound: there is no such credential.
    """
    found = queries.lock_credential(session, credential_id)
    if found.state(now) is not CredentialState.VALID or queries.is_replaced(session, found.id):
        return
    sent = queries.reminders_sent(session, [found.id])[found.id]
    days = reminder_due(found.issued_at, found.valid_until, sent, now)
    if days is not None and insert_new(session, CredentialReminder, credential_id=found.id, days_before=days, at=now):
        announce(session, CredentialEnding(found.id, now))
