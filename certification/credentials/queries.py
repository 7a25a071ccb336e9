"""Reading credentials, each public by its reference, and the keys that sign them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from certification.credentials.models import Credential, CredentialAppeal, CredentialReminder, SigningKey
from certification.credentials.rules import REMINDER_DAYS, CredentialAppealStatus, reminder_due
from certification.exams.models import ExamAttempt
from certification.tracks.models import Track
from marketplace.kernel.errors import NotFound

_WITH_ALL = (
    joinedload(Credential.track).options(joinedload(Track.niche), joinedload(Track.product), joinedload(Track.release)),
    joinedload(Credential.release),
    joinedload(Credential.person),
)
_WITH_CREDENTIAL = joinedload(CredentialAppeal.credential).options(*_WITH_ALL)
DECIDED_SHOWN = 50


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


def own_credential(session: Session, reference: str, person_id: int) -> Credential:
    """Find a credential of this person, or raise `NotFound`."""
    found = by_reference(session, reference)
    if found.person_id != person_id:
        raise NotFound(reference=reference)
    return found


def lock_own_credential(session: Session, reference: str, person_id: int) -> Credential:
    """Hold on to a credential of this person until the transaction ends, or raise `NotFound`."""
    return lock_credential(session, own_credential(session, reference, person_id).id)


def valid_credentials(session: Session, person_ids: Collection[int], now: datetime) -> dict[int, list[Credential]]:
    """Give the credentials that count at `now`, by person; a person without any is not in it."""
    counts = _of(person_ids).where(Credential.revoked_at.is_(None), Credential.valid_until > now)
    return _by_person(session, counts)


def credentials_for_new_work(
    session: Session, person_ids: Collection[int], now: datetime
) -> dict[int, list[Credential]]:
    """Give the credentials that bring new work at `now`, by person; a person without any is not in it."""
    valid = valid_credentials(session, person_ids, now)
    counting = {person: [one for one in held if one.counts_for_new_work(now)] for person, held in valid.items()}
    return {person: held for person, held in counting.items() if held}


def all_credentials(session: Session, person_ids: Collection[int]) -> dict[int, list[Credential]]:
    """Give every credential by person, those that count no more included."""
    return _by_person(session, _of(person_ids))


def superseded_by(session: Session, credential_id: int) -> Credential | None:
    """Find the credential that has taken the place of this one."""
    return session.scalar(select(Credential).filter_by(supersedes_id=credential_id))


def credential(session: Session, credential_id: int) -> Credential:
    """Find a credential by its id, or raise `NotFound`."""
    found = session.get(Credential, credential_id)
    if found is None:
        raise NotFound(credential_id=credential_id)
    return found


def brought_by(session: Session, attempt: ExamAttempt) -> Credential | None:
    """Find the credential that a passed attempt has brought."""
    theirs = select(Credential).filter_by(person_id=attempt.person_id, track_id=attempt.track_id)
    return session.scalar(theirs.filter_by(issued_at=attempt.graded_at).options(*_WITH_ALL))


def to_renew(session: Session, person_id: int, track_id: int, now: datetime) -> Credential | None:
    """Find the credential whose place a new one for the same track takes: the latest that was not revoked."""
    replaced = select(Credential.supersedes_id).where(Credential.supersedes_id.is_not(None))
    earlier = select(Credential).filter_by(person_id=person_id, track_id=track_id, revoked_at=None)
    earlier = earlier.where(Credential.issued_at < now, Credential.id.not_in(replaced))
    return session.scalar(earlier.order_by(Credential.issued_at.desc(), Credential.id.desc()).limit(1))


def appeals_about(session: Session, credential_id: int) -> list[CredentialAppeal]:
    """List the appeals against revocations of a credential, the newest first."""
    about = select(CredentialAppeal).filter_by(credential_id=credential_id)
    return list(session.scalars(about.order_by(CredentialAppeal.id.desc())))


def appeal_of(session: Session, credential: Credential) -> CredentialAppeal | None:
    """Find the appeal against the present revocation of a credential."""
    return session.scalar(
        select(CredentialAppeal).filter_by(credential_id=credential.id, revoked_at=credential.revoked_at)
    )


def open_appeals(session: Session) -> list[CredentialAppeal]:
    """List the appeals that wait for a decision, the oldest first."""
    waiting = select(CredentialAppeal).filter_by(status=CredentialAppealStatus.OPEN)
    return list(
        session.scalars(waiting.order_by(CredentialAppeal.made_at, CredentialAppeal.id).options(_WITH_CREDENTIAL))
    )


def decided_appeals(session: Session) -> list[CredentialAppeal]:
    """List the appeals that were decided last, the newest first."""
    decided = select(CredentialAppeal).where(CredentialAppeal.status != CredentialAppealStatus.OPEN)
    latest = decided.order_by(CredentialAppeal.decided_at.desc()).limit(DECIDED_SHOWN)
    return list(session.scalars(latest.options(_WITH_CREDENTIAL)))


def appeal(session: Session, appeal_id: int) -> CredentialAppeal:
    """Find an appeal, or raise `NotFound`."""
    found = session.get(CredentialAppeal, appeal_id)
    if found is None:
        raise NotFound(appeal_id=appeal_id)
    return found


def lock_appeal(session: Session, appeal_id: int) -> CredentialAppeal:
    """Hold on to an appeal until the transaction ends, or raise `NotFound`."""
    wanted = select(CredentialAppeal).filter_by(id=appeal_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(appeal_id=appeal_id)
    return found


def to_remind_of(session: Session, now: datetime) -> list[int]:
    """List credentials whose holder is due a letter, because they end soon and nothing has taken their place."""
    soon = select(Credential).where(
        Credential.revoked_at.is_(None),
        Credential.valid_until > now,
        Credential.valid_until <= now + timedelta(days=max(REMINDER_DAYS)),
        ~_successor_of(Credential).exists(),
    )
    ending = list(session.scalars(soon.order_by(Credential.valid_until, Credential.id)))
    sent = reminders_sent(session, [one.id for one in ending])
    return [one.id for one in ending if reminder_due(one.issued_at, one.valid_until, sent[one.id], now) is not None]


def reminders_sent(session: Session, credential_ids: Collection[int]) -> dict[int, set[int]]:
    """Tell by credential how many days before their end letters were written."""
    found: dict[int, set[int]] = {credential_id: set() for credential_id in credential_ids}
    written = select(CredentialReminder).where(CredentialReminder.credential_id.in_(credential_ids))
    for one in session.scalars(written) if found else ():
        found[one.credential_id].add(one.days_before)
    return found


def _successor_of(replaced: type[Credential]) -> Select[int]:
    """Ask for what has taken the place of a credential and is not revoked."""
    later = aliased(Credential)
    return select(later.id).where(later.supersedes_id == replaced.id, later.revoked_at.is_(None))


def is_replaced(session: Session, credential_id: int) -> bool:
    """Tell whether another credential, which is not revoked, has taken the place of this one."""
    later = select(Credential.id).filter_by(supersedes_id=credential_id, revoked_at=None)
    return session.scalar(later) is not None


def in_grace(session: Session, track_id: int, now: datetime) -> list[Credential]:
    """List the valid credentials for older releases of a track that nothing has taken the place of."""
    valid = select(Credential).filter_by(track_id=track_id, revoked_at=None).where(Credential.valid_until > now)
    left = valid.where(~_successor_of(Credential).exists()).order_by(Credential.id)
    return [one for one in session.scalars(left.options(*_WITH_ALL)) if one.grace_ends_at is not None]


def last_status_list(session: Session) -> int:
    """Tell which status list is the newest; 0 when nothing is certified."""
    return session.scalar(select(func.max(Credential.status_list))) or 0


def revoked_in(session: Session, status_list: int) -> list[int]:
    """List the places in a status list whose credential is revoked."""
    revoked = select(Credential.status_index).filter_by(status_list=status_list)
    return list(session.scalars(revoked.where(Credential.revoked_at.is_not(None)).order_by(Credential.status_index)))


def highest_id(session: Session) -> int:
    """Tell about how many credentials there are."""
    return session.scalar(select(func.max(Credential.id))) or 0


def key_in_use(session: Session) -> SigningKey | None:
    """Find the key that signs."""
    return session.scalar(select(SigningKey).filter_by(retired_at=None))


def lock_key_in_use(session: Session) -> SigningKey | None:
    """Hold on to the key that signs until the transaction ends."""
    wanted = select(SigningKey).filter_by(retired_at=None).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def keys(session: Session) -> list[SigningKey]:
    """List all keys, the newest first."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.id.desc())))


def key_by_kid(session: Session, kid: str) -> SigningKey:
    """Find a key, be it retired, or raise `NotFound`."""
    found = session.scalar(select(SigningKey).filter_by(kid=kid))
    if found is None:
        raise NotFound(kid=kid)
    return found


def _of(person_ids: Collection[int]) -> Select[Credential]:
    theirs = select(Credential).where(Credential.person_id.in_(person_ids))
    return theirs.options(*_WITH_ALL).order_by(Credential.issued_at.desc(), Credential.id.desc())


def _by_person(session: Session, wanted: Select[Credential]) -> dict[int, list[Credential]]:
    found: defaultdict[int, list[Credential]] = defaultdict(list)
    for credential in session.scalars(wanted):
        found[credential.person_id].append(credential)
    return dict(found)
