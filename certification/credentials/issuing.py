"""Our own documents: who certifies what, signed with the key of the installation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

from certification.credentials import queries, rules
from certification.credentials.models import Credential, SigningKey
from certification.credentials.rules import Certified, Place
from certification.tracks.models import Track
from marketplace.catalogue.models import Release
from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import SOURCE_LANGUAGE, _l

_KEY = "handrail_issuer"


class KeyLost(Conflict):
    """There is no key, or it was sealed with another secret."""

    message = _l("Certificates can not be signed at the moment: the vendor has to make a new key.")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who certifies, and where."""

    name: str
    email: str
    place: Place


def connect(app: Flask, found: Issuer) -> None:
    """Give the application its issuer."""
    app.extensions[_KEY] = found


def issuer() -> Issuer:
    """Tell who certifies."""
    found: Issuer = current_app.extensions[_KEY]
    return found


def profile() -> dict[str, Any]:
    """Describe ourselves."""
    return rules.issuer(issuer().place, name=issuer().name, email=issuer().email)


def achievement(track: Track) -> dict[str, Any]:
    """Describe what a track certifies now."""
    return rules.achievement(issuer().place, certified(track, track.release))


def certified(track: Track, release: Release | None) -> Certified:
    """Say what a track certifies, for a release if it is for one by name."""
    name, niche = _for_everybody(track.names), _for_everybody(track.niche.names)
    version = None if release is None else release.version
    return Certified(track.slug, name, track.product.name, niche, track.level, version)


def _for_everybody(texts: Mapping[str, str]) -> str:
    """Choose the text that is signed: the same for every reader."""
    return texts.get(SOURCE_LANGUAGE) or next(iter(texts.values()))


def document(credential: Credential) -> dict[str, Any]:
    """Write a credential down, as Open Badges 3.0."""
    return rules.credential(
        issuer().place,
        certified(credential.track, credential.release),
        reference=credential.reference,
        holder=credential.person.name,
        vendor=issuer().name,
        valid=(credential.issued_at, credential.valid_until),
        awarded_at=credential.awarded_at,
        status=credential.status_entry,
    )


def status_list(session: Session, number: int, now: datetime) -> dict[str, Any]:
    """Write down which credentials of a list are revoked."""
    return rules.status_list(issuer().place, number, queries.revoked_in(session, number), vendor=issuer().name, now=now)


def signed(session: Session, said: Mapping[str, Any]) -> str:
    """Sign a document.

    Raises:
        KeyLost: there is no key in use, or it was sealed with another secret than the installation has now.
    """
    key = queries.key_in_use(session)
    if key is None:
        raise KeyLost
    try:
        pair = rules.unseal(key.sealed, secret())
    except rules.SealBroken:
        raise KeyLost from None
    return rules.sign(rules.claims_of(said), pair, issuer().place.key(key.kid))


def secret() -> str:
    """Give the secret of the installation, which seals the keys."""
    return str(current_app.config["SECRET_KEY"])


def published(key: SigningKey) -> dict[str, Any]:
    """Give the public half of a key, under its address."""
    return rules.published(key.public_jwk, issuer().place.key(key.kid))


def address(credential: Credential) -> str:
    """Give the address of a credential, as people type it."""
    return issuer().place.credential(credential.reference)
