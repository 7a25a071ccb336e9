"""Telling about a badge that anybody brings whether it is valid; what is ours is answered from our own tables."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from certification.credentials import issuing, queries, rules
from certification.credentials.models import Credential
from certification.credentials.rules import Brought, Check, Outcome, Subject, Verdict
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.translate import _, _l


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, what it comes to, and the certificate of ours that it is about."""

    checks: list[Check]
    verdict: Verdict
    credential: Credential | None


def verify(session: Session, content: bytes, now: datetime) -> Verified:
    """Check a badge.

    Raises:
        InvalidInput: it is no badge that can be read; names `badge`.
    """
    try:
        brought = rules.read(content)
    except rules.Unreadable:
        text = _("We can read no badge in this. Bring a PNG, an SVG, or the text of a badge, of at most 1 MB.")
        raise InvalidInput({"badge": [text]}) from None
    place = issuing.issuer().place
    is_ours = brought.issuer_id == place.issuer or brought.kid.startswith(place.key(""))
    credential = _named(session, brought) if is_ours else None
    checks = _ours(session, brought, credential, now) if is_ours else _of_others(brought, now)
    verdict = rules.verdict(checks)
    return Verified(checks, verdict, credential)


def _named(session: Session, brought: Brought) -> Credential | None:
    """Find the certificate whose address a badge names."""
    address, start = brought.document.get("id"), issuing.issuer().place.credential("")
    if not isinstance(address, str) or not address.startswith(start) or "\x00" in address:
        return None
    try:
        return queries.by_reference(session, address.removeprefix(start))
    except NotFound:
        return None


def _ours(session: Session, brought: Brought, credential: Credential | None, now: datetime) -> list[Check]:
    return [
        rules.check_form(brought),
        rules.check_own_signature(brought, _own_key(session, brought.kid)),
        _check_issuer(brought, credential),
        rules.check_pairs(brought),
        rules.check_dates(brought, now),
        _check_status(credential),
    ]


def _own_key(session: Session, kid: str) -> dict[str, object] | None:
    start = issuing.issuer().place.key("")
    try:
        return queries.key_by_kid(session, kid.removeprefix(start).replace("\x00", "")).public_jwk
    except NotFound:
        return None


def _check_issuer(brought: Brought, credential: Credential | None) -> Check:
    if brought.issuer_id != issuing.issuer().place.issuer:
        return Check(Subject.ISSUER, Outcome.FAILED, _l("It names one of our keys, but somebody else as its issuer."))
    if credential is None:
        return Check(Subject.ISSUER, Outcome.FAILED, _l("It says that it is ours, but we have never issued it."))
    return Check(Subject.ISSUER, Outcome.PASSED, _l("We have issued it, and have it in our book."))


def _check_status(credential: Credential | None) -> Check:
    if credential is None:
        return Check(Subject.STATUS, Outcome.UNKNOWN, _l("What we have never issued, we can not have revoked."))
    if credential.revoked_at is not None:
        return Check(Subject.STATUS, Outcome.FAILED, _l("We have revoked it. Its page says why."))
    return Check(Subject.STATUS, Outcome.PASSED, _l("It is not revoked."))


def _of_others(brought: Brought, now: datetime) -> list[Check]:
    is_proven = brought.token is None and "proof" in brought.document
    return [
        rules.check_form(brought),
        rules.check_proofs(brought, now) if is_proven else rules.check_foreign_signature(brought),
        Check(Subject.ISSUER, Outcome.UNKNOWN, _l("It is not ours. Who made it, only its issuer can tell.")),
        rules.check_pairs(brought),
        rules.check_dates(brought, now),
        Check(Subject.STATUS, Outcome.UNKNOWN, _l("Only its issuer knows: we never fetch what a badge names.")),
    ]
