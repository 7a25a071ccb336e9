"""What people do with their accounts."""

import secrets
import string
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts import choices, links, passwords, queries
from marketplace.accounts.events import PersonSignedUp, ResetAsked, SignUpRepeated
from marketplace.accounts.models import ApiToken, Attempt, EndedSession, Person
from marketplace.accounts.passwords import Proof
from marketplace.accounts.rules import (
    CONFIRM_WITHIN,
    KEEP_ATTEMPTS,
    LIMITS,
    MAX_TOKENS,
    RESET_WITHIN,
    EnoughTokens,
    NotConfirmed,
    StaffRole,
    Tried,
    WrongPassword,
    email_key,
    password_problem,
    wait_s,
)
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import InvalidInput, NotFound, TooMany
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _

PREFIX = "hr_"  # Of tokens, so that people and scanners see what it is.
RANDOM_LENGTH = 40
_CHARACTERS = string.ascii_letters + string.digits


def count_attempt(session: Session, kind: Tried, *, email: str, place: str, now: datetime) -> Attempt:
    """Count a try.

    A try to sign in counts as failed until `sign_in` finds it right, so that many at once are counted too.

    Raises:
        TooMany: this address, or this place in the network, has to wait.
    """
    limit = LIMITS[kind]
    key, since = email_key(email), now - limit.within
    for limiting_at in (
        queries.nth_last_attempt(session, kind, limit.per_email, since=since, email_key=key),
        queries.nth_last_attempt(session, kind, limit.per_place, since=since, place=place),
    ):
        if limiting_at is not None:
            raise TooMany(retry_after_s=wait_s(limiting_at, limit.within, now))
    session.execute(delete(Attempt).where(Attempt.at <= now - KEEP_ATTEMPTS))
    attempt = Attempt(kind=kind, email_key=key, place=place, at=now)
    session.add(attempt)
    session.flush()
    return attempt


def sign_up(
    session: Session, *, email: str, name: str, password: str, language: str, zone: str, currency: str, now: datetime
) -> Person:
    """Open an account; a letter asks its owner to confirm the address before the first sign-in.

    An address that has an account is not told to whoever asks: its owner gets a letter. While an address is not
    confirmed, who signs up last has it; otherwise somebody could prepare accounts with the addresses of others.

    Raises:
        InvalidInput: the password is too easy to guess, or the currency can't be used here.
    """
    _check_password(password, email=email, name=name)
    _check_currency(session, currency)
    facts = {
        "email": email,
        "name": name,
        "password_hash": passwords.hashed(password),  # For known addresses too, or the time that it takes would tell.
        "language": language,
        "zone": zone,
        "currency": currency,
        "session_key": _new_session_key(),
    }
    person = _find_or_add(session, Person(email_key=email_key(email), created_at=now, **facts))
    if person.confirmed_at is not None:
        announce(session, SignUpRepeated(person.id, at=now))
        return person
    for column, value in facts.items():
        setattr(person, column, value)
    audit.record(session, person, "sign_up", by=person.id, at=now)
    _send_confirmation(session, person, now)
    return person


def _find_or_add(session: Session, fresh: Person) -> Person:
    """Find whoever has the address, or else add the person who wants it; hold on to that one."""
    known = queries.lock_person_by_email(session, fresh.email_key)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # Another came first while we looked; its transaction has ended by now.
        return _find_or_add(session, fresh)
    return fresh


def ask_for_confirmation(session: Session, *, email: str, now: datetime) -> None:
    """Send the letter that confirms an address again, if there is anything to confirm."""
    person = queries.lock_person_by_email(session, email)
    if person is not None and person.confirmed_at is None:
        _send_confirmation(session, person, now)


def _send_confirmation(session: Session, person: Person, now: datetime) -> None:
    token = links.make(links.Purpose.CONFIRM, person, until=now + CONFIRM_WITHIN)
    announce(session, PersonSignedUp(person.id, token, at=now))


def confirm(session: Session, token: str, *, now: datetime) -> Person:
    """Confirm an address; doing it again changes nothing.

    Raises:
        LinkOver: the link is too old, or a later letter has taken its place.
    """
    person = links.person_of(session, links.Purpose.CONFIRM, token, now=now, lock=True)
    if person.confirmed_at is None:
        person.confirmed_at = now
        audit.record(session, person, "confirm", by=person.id, at=now)
    return person


def sign_in(session: Session, attempt_id: int, *, proof: Proof | None, now: datetime) -> Person:
    """End a counted try to sign in.

    The password was checked before, outside of the transaction, because that takes a while on purpose.

    Args:
        session: the transaction.
        attempt_id: of `count_attempt`.
        proof: what the password was right for, if it was.
        now: the present moment.

    Raises:
        WrongPassword: it was not right; the try stays counted.
        NotConfirmed: it was right, but the address is not confirmed.
    """
    attempt = session.get_one(Attempt, attempt_id)
    person = queries.lock_person_by_email(session, attempt.email_key)
    if proof is None or person is None or person.password_hash != proof.against:
        raise WrongPassword
    if person.confirmed_at is None:
        raise NotConfirmed
    session.delete(attempt)
    person.password_hash = proof.renewed
    audit.record(session, person, "sign_in", by=person.id, at=now)
    return person


def change_settings(
    session: Session,
    person_id: int,
    *,
    name: str,
    language: str,
    zone: str,
    country: str | None,
    currency: str,
    now: datetime,
) -> Person:
    """Change how a person is addressed, and in which language, hours and currency.

    Raises:
        InvalidInput: the currency can't be used here.
    """
    _check_currency(session, currency)
    person = queries.lock_person(session, person_id)
    person.name, person.language, person.zone = name, language, zone
    person.country, person.currency = country, currency
    audit.record(session, person, "change_settings", by=person_id, at=now)
    return person


def set_language(session: Session, person_id: int, language: str) -> None:
    """Speak to a person in another language from now on."""
    queries.lock_person(session, person_id).language = language


def give_office(session: Session, person_id: int, office: StaffRole, *, now: datetime) -> None:
    """Make a person one of the vendor's staff, or change what they are."""
    person = queries.lock_person(session, person_id)
    person.staff_role = office
    audit.record(session, person, "give_office", by=None, at=now, office=office)


def change_password(session: Session, person_id: int, *, current: str, password: str, now: datetime) -> Person:
    """Change a password; whoever was signed in with the old one no longer is.

    Raises:
        InvalidInput: the current password is wrong, or the new one is too easy to guess.
    """
    person = queries.lock_person(session, person_id)
    if passwords.check(current, person.password_hash) is None:
        raise InvalidInput({"current_password": [_("This is not your password. Type it again.")]})
    _check_password(password, email=person.email, name=person.name)
    person.password_hash = passwords.hashed(password)
    person.session_key = _new_session_key()
    audit.record(session, person, "change_password", by=person_id, at=now)
    return person


def end_session(session: Session, session_id: str, *, now: datetime) -> None:
    """End one session of somebody, in one browser."""
    insert_new(session, EndedSession, digest=queries.token_digest(session_id), at=now)


def sign_out_everywhere(session: Session, person_id: int, *, now: datetime) -> None:
    """End all sessions of a person, wherever they were begun; links in letters end with them."""
    person = queries.lock_person(session, person_id)
    person.session_key = _new_session_key()
    audit.record(session, person, "sign_out_everywhere", by=person_id, at=now)


def ask_for_reset(session: Session, *, email: str, now: datetime) -> None:
    """Send a letter with which a person can choose a new password; to an address that nobody has goes none."""
    person = queries.lock_person_by_email(session, email)
    if person is not None:
        token = links.make(links.Purpose.RESET, person, until=now + RESET_WITHIN)
        announce(session, ResetAsked(person.id, token, at=now))


def reset_password(session: Session, token: str, *, password: str, now: datetime) -> Person:
    """Choose a new password by a link from a letter, which also shows that the address is right.

    Raises:
        LinkOver: the link was used or is too old.
        InvalidInput: the password is too easy to guess.
    """
    person = links.person_of(session, links.Purpose.RESET, token, now=now, lock=True)
    _check_password(password, email=person.email, name=person.name)
    person.password_hash = passwords.hashed(password)
    person.confirmed_at = person.confirmed_at or now
    person.session_key = _new_session_key()
    audit.record(session, person, "reset_password", by=person.id, at=now)
    return person


def issue_token(session: Session, person_id: int, *, name: str, now: datetime) -> str:
    """Make a token for programs that act for a person. It can't be shown again: only its digest is kept.

    Raises:
        EnoughTokens: the person has as many as one may have.
    """
    person = queries.lock_person(session, person_id)
    if len(queries.tokens(session, person.id)) >= MAX_TOKENS:
        raise EnoughTokens
    secret = "".join(secrets.choice(_CHARACTERS) for _position in range(RANDOM_LENGTH))
    token = PREFIX + secret
    kept = ApiToken(person_id=person.id, digest=queries.token_digest(token), name=name, created_at=now)
    session.add(kept)
    session.flush()
    audit.record(session, kept, "issue_token", by=person.id, at=now)
    return token


def revoke_token(session: Session, person_id: int, token_id: int, *, now: datetime) -> None:
    """End a token of this person; ending it again changes nothing.

    Raises:
        NotFound: the person has no such token.
    """
    kept = session.get(ApiToken, token_id, with_for_update=True)
    if kept is None or kept.person_id != person_id:
        raise NotFound(token_id=token_id)
    if kept.revoked_at is None:
        kept.revoked_at = now
        audit.record(session, kept, "revoke_token", by=person_id, at=now)


def _check_password(password: str, *, email: str, name: str) -> None:
    problem = password_problem(password, email=email, name=name)
    if problem is not None:
        raise InvalidInput({"password": [str(problem)]})


def _check_currency(session: Session, currency: str) -> None:
    if currency not in choices.currency_codes(session):
        raise InvalidInput({"currency": [_("This currency can not be used here. Choose another one.")]})


def _new_session_key() -> str:
    """Make what ends all sessions of a person, and the links in all letters, when it takes the place of the old one."""
    return secrets.token_urlsafe(32)
