"""Checking a badge that anybody brings: what is looked at, and what the outcomes come to.

Nothing is fetched: an address in a badge was chosen by whoever made it. Ours are answered from our own tables; of
others only that is said which the badge shows by itself, so none of them is ever called valid.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from certification.credentials.rules.baking import PNG, NotBaked, looks_like_svg, read_png, read_svg
from certification.credentials.rules.documents import BADGES_CONTEXT, CREDENTIALS_CONTEXT, seconds
from certification.credentials.rules.signing import ALGORITHM
from marketplace.kernel.translate import LazyText, _l

MAX_BADGE_BYTES = 1024 * 1024
MAX_TOKEN_LENGTH = 100_000
MAX_JWK_LENGTH = 2000
OTHERS = (ALGORITHM, "ES256")
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PICTURE = "data:image/png;base64,"
_ENVELOPE = re.compile(r"data:application/(?:vc\+)?jwt,")


class Unreadable(Exception):
    """What was brought holds no badge that we can read."""


class Outcome(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # It could not be checked.


class Subject(StrEnum):
    """What is looked at."""

    FORM = "form"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    PAIRS = "pairs"
    DATES = "dates"
    STATUS = "status"


class Verdict(StrEnum):
    """What all checks come to."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"

    @property
    def label(self) -> LazyText:
        """The verdict in words."""
        return VERDICT_LABELS[self]


VERDICT_LABELS = {
    Verdict.VALID: _l("This badge is valid"),
    Verdict.INVALID: _l("This badge is not valid"),
    Verdict.UNKNOWN: _l("We can not tell whether this badge is valid"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, with what came of it."""

    name: Subject
    outcome: Outcome
    text: LazyText

    @property
    def label(self) -> LazyText:
        """What was looked at, in words."""
        return CHECK_LABELS[self.name]


CHECK_LABELS = {
    Subject.FORM: _l("Form"),
    Subject.SIGNATURE: _l("Signature"),
    Subject.ISSUER: _l("Issuer"),
    Subject.PAIRS: _l("Repeated facts"),
    Subject.DATES: _l("Dates"),
    Subject.STATUS: _l("Revocation"),
}


@dataclass(frozen=True, slots=True)
class Brought:
    """A badge as it was brought: its document, and the token that signs it, if one does."""

    document: Mapping[str, Any]
    header: Mapping[str, Any]
    token: str | None

    @property
    def kid(self) -> str:
        """The address of the key that it names, or nothing."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else ""

    @property
    def issuer_id(self) -> str:
        """Who made it, as it says itself."""
        return _id_of(self.document.get("issuer"))


def read(content: bytes) -> Brought:
    """Read a badge: a token, JSON, PNG or SVG.

    Raises:
        Unreadable: it is none of these, or holds no badge, or too much.
    """
    if len(content) > MAX_BADGE_BYTES:
        raise Unreadable
    try:
        if content.startswith(PNG):
            return _read_text(read_png(content))
        if looks_like_svg(content):
            return _read_text(read_svg(content))
        return _read_text(content.decode("utf-8-sig"))
    except (NotBaked, UnicodeDecodeError):
        raise Unreadable from None


def _read_text(text: str) -> Brought:
    text = text.strip()
    if text.startswith(_PICTURE):
        return _read_text(read_png(_bytes(text.removeprefix(_PICTURE))))
    if _TOKEN.fullmatch(text):
        return _read_token(text)
    document = _object(text)
    address = document.get("id")
    envelope = _ENVELOPE.match(address) if isinstance(address, str) else None
    if envelope is not None and isinstance(address, str):
        return _read_token(address[envelope.end() :])
    return Brought(document, {}, None)


def _read_token(token: str) -> Brought:
    if len(token) > MAX_TOKEN_LENGTH or not _TOKEN.fullmatch(token):
        raise Unreadable
    head, payload, _signature = token.split(".")
    header, document = (_object(_decoded(part)) for part in (head, payload))
    return Brought(document, header, token)


def _decoded(part: str) -> str:
    try:
        return _bytes(part + "=" * (-len(part) % 4)).decode()
    except UnicodeDecodeError:
        raise Unreadable from None


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))
    except ValueError:
        raise Unreadable from None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # Nested without end, it is as little JSON as what never closes.
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    return found


def check_form(brought: Brought) -> Check:
    """Look whether it is an Open Badge of version 3."""
    context, kinds = brought.document.get("@context"), brought.document.get("type")
    is_one = (
        isinstance(context, list)
        and context[:1] == [CREDENTIALS_CONTEXT]
        and len(context) > 1
        and str(context[1]).startswith(BADGES_CONTEXT.partition("context")[0])
        and isinstance(kinds, list)
        and "VerifiableCredential" in kinds
        and bool({"OpenBadgeCredential", "AchievementCredential"}.intersection(map(str, kinds)))
        and isinstance(brought.document.get("credentialSubject"), dict)
        and bool(brought.issuer_id)
    )
    if is_one:
        return Check(Subject.FORM, Outcome.PASSED, _l("This is an Open Badge of version 3.0."))
    return Check(Subject.FORM, Outcome.FAILED, _l("This is not an Open Badge of version 3.0."))


def check_own_signature(brought: Brought, public_jwk: Mapping[str, Any] | None) -> Check:
    """Look whether one of our keys has signed it, whatever the badge says of algorithms and keys."""
    if brought.token is None:
        return Check(Subject.SIGNATURE, Outcome.FAILED, _l("It is not signed. Ours always are."))
    if public_jwk is None:
        return Check(Subject.SIGNATURE, Outcome.FAILED, _l("It names a key that was never ours."))
    if _is_signed(brought.token, RSAKey.import_key(dict(public_jwk)), [ALGORITHM]):
        return Check(
            Subject.SIGNATURE, Outcome.PASSED, _l("One of our keys has signed it, and nothing was changed since.")
        )
    return Check(Subject.SIGNATURE, Outcome.FAILED, _l("The signature is wrong: we have not signed this."))


def check_foreign_signature(brought: Brought) -> Check:
    """Look at the signature of somebody else's badge, as far as the badge itself lets us."""
    if brought.token is None:
        return Check(Subject.SIGNATURE, Outcome.FAILED, _l("It is not signed, so anybody may have written it."))
    jwk = brought.header.get("jwk")
    if not isinstance(jwk, dict) or len(json.dumps(jwk)) > MAX_JWK_LENGTH:
        return Check(
            Subject.SIGNATURE, Outcome.UNKNOWN, _l("Its key is elsewhere, and we never fetch what a badge names.")
        )
    try:
        key = ECKey.import_key(jwk) if jwk.get("kty") == "EC" else RSAKey.import_key(jwk)
    except (ValueError, TypeError, JoseError):
        return Check(Subject.SIGNATURE, Outcome.FAILED, _l("The key that it carries is none."))
    if _is_signed(brought.token, key, list(OTHERS)):
        text = _l("It fits the key that the badge carries. That proves nothing about who made it.")
        return Check(Subject.SIGNATURE, Outcome.UNKNOWN, text)
    return Check(Subject.SIGNATURE, Outcome.FAILED, _l("It does not even fit the key that the badge carries."))


class _Registry(jws.JWSRegistry):
    """Signatures whose header may carry a key."""

    max_header_length = 4096


def _is_signed(token: str, key: RSAKey | ECKey, algorithms: list[str]) -> bool:
    try:
        jws.deserialize_compact(token, key, registry=_Registry(algorithms=algorithms))
    except (JoseError, ValueError, TypeError):
        return False
    return True


def check_pairs(brought: Brought) -> Check:
    """Look whether what a token says twice is the same both times."""
    said = brought.document
    if brought.token is None:
        return Check(Subject.PAIRS, Outcome.UNKNOWN, _l("There is no token that repeats the facts."))
    subject = said.get("credentialSubject")
    texts = [("iss", brought.issuer_id), ("jti", said.get("id")), ("sub", _id_of(subject))]
    moments = [("nbf", said.get("validFrom")), ("exp", said.get("validUntil"))]
    is_same = all(said.get(name) == value for name, value in texts) and all(
        said.get(name) == _seconds(value) for name, value in moments
    )
    if is_same:
        return Check(Subject.PAIRS, Outcome.PASSED, _l("What it says twice is the same both times."))
    if "sub" not in said and all(said.get(name) == value for name, value in texts[:2]):
        return Check(Subject.PAIRS, Outcome.UNKNOWN, _l("The token leaves out whom it is about."))
    return Check(Subject.PAIRS, Outcome.FAILED, _l("It says two different things in two places."))


def check_dates(brought: Brought, now: datetime) -> Check:
    """Look whether its time has come, and is not over."""
    begins, ends = (_seconds(brought.document.get(name)) for name in ("validFrom", "validUntil"))
    if begins is None or (ends is None and "validUntil" in brought.document):
        return Check(Subject.DATES, Outcome.FAILED, _l("It does not say properly from when until when it is valid."))
    if now.timestamp() < begins:
        return Check(Subject.DATES, Outcome.FAILED, _l("Its time has not come yet."))
    if ends is not None and now.timestamp() >= ends:
        return Check(Subject.DATES, Outcome.FAILED, _l("It has expired."))
    return Check(Subject.DATES, Outcome.PASSED, _l("It is within its dates."))


def verdict(checks: Sequence[Check]) -> Verdict:
    """Tell what all checks come to: never valid while something failed, or could not be checked."""
    outcomes = {one.outcome for one in checks}
    if Outcome.FAILED in outcomes or not outcomes:
        return Verdict.INVALID
    return Verdict.UNKNOWN if Outcome.UNKNOWN in outcomes else Verdict.VALID


def _id_of(value: Any) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _seconds(value: Any) -> int | None:
    try:
        return seconds(value)
    except (ValueError, TypeError, OverflowError):
        return None
