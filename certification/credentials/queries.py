"""Reading credentials; each is public by its reference."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from certification.credentials.models import Credential
from certification.tracks.models import Track
from marketplace.kernel.errors import NotFound

_WITH_ALL = (
    joinedload(Credential.track).options(joinedload(Track.niche), joinedload(Track.product)),
    joinedload(Credential.person),
)


def by_reference(session: Session, reference: str) -> Credential:
    """Find a credential with its holder and its track, or raise `NotFound`."""
    wanted = select(Credential).filter_by(reference=reference)
    found = session.scalar(wanted.options(*_WITH_ALL))
    if found is None:
        raise NotFound(reference=reference)
    return found


def lock_credential(session: Session, credential_id: int) -> Credential:
    """Hold on to a credential until the transaction ends, or raise `NotFound`."""
    wanted = select(Credential).filter_by(id=credential_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(credential_id=credential_id)
    return found


def valid_credentials(session: Session, person_ids: Collection[int], now: datetime) -> dict[int, list[Credential]]:
    """Give the credentials that count at `now`, by person; a person without any is not in it."""
    counts = _of(person_ids).where(Credential.revoked_at.is_(None), Credential.valid_until > now)
    return _by_person(session, counts)


def all_credentials(session: Session, person_ids: Collection[int]) -> dict[int, list[Credential]]:
    """Give every credential by person, those that count no more included."""
    return _by_person(session, _of(person_ids))


def _of(person_ids: Collection[int]) -> Select[Credential]:
    theirs = select(Credential).where(Credential.person_id.in_(person_ids))
    return theirs.options(*_WITH_ALL).order_by(Credential.issued_at.desc(), Credential.id.desc())


def _by_person(session: Session, wanted: Select[Credential]) -> dict[int, list[Credential]]:
    found: defaultdict[int, list[Credential]] = defaultdict(list)
    for credential in session.scalars(wanted):
        found[credential.person_id].append(credential)
    return dict(found)
