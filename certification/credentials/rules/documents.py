"""What we say about a credential, as Open Badges 3.0: plain JSON, the same for everybody who asks.

Lists stand where either edition of the schema allows one. The addresses in it stay what they are for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from certification.credentials.rules.status_lists import encode_list

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
STATUS_TTL = timedelta(minutes=5)
STATUS_VALID = timedelta(days=1)  # An old list that somebody kept does not speak for a credential for ever.


@dataclass(frozen=True, slots=True)
class Place:
    """The addresses of an installation; `base` is that of the site, without a slash at its end."""

    base: str

    @property
    def issuer(self) -> str:
        """Who certifies."""
        return f"{self.base}/issuer"

    def key(self, kid: str) -> str:
        """The public half of a key."""
        return f"{self.base}/keys/{kid}"

    def achievement(self, slug: str) -> str:
        """What is certified."""
        return f"{self.base}/achievements/{slug}"

    def credential(self, reference: str) -> str:
        """That it is certified."""
        return f"{self.base}/credentials/{reference}"

    def status(self, number: int) -> str:
        """Which credentials of a list are revoked."""
        return f"{self.base}/status/{number}"


@dataclass(frozen=True, slots=True)
class Certified:
    """What a track certifies."""

    slug: str
    name: str
    product: str
    niche: str
    level: int
    version: str | None = None  # Of the product, if it is for one by name.


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """The place of a credential in the status lists."""

    number: int
    index: int


def issuer(place: Place, *, name: str, email: str) -> dict[str, Any]:
    """Describe who certifies."""
    return {
        "@context": [CREDENTIALS_CONTEXT, BADGES_CONTEXT],
        **_issuer(place, name),
        "email": email,
    }


def _issuer(place: Place, name: str) -> dict[str, Any]:
    return {"id": place.issuer, "type": ["Profile"], "name": name, "url": place.base}


def achievement(place: Place, certified: Certified) -> dict[str, Any]:
    """Describe what is certified."""
    return {"@context": [CREDENTIALS_CONTEXT, BADGES_CONTEXT], **_achievement(place, certified)}


def _achievement(place: Place, certified: Certified) -> dict[str, Any]:
    what = f"{certified.product}, {certified.niche}, level {certified.level}"
    return {
        "id": place.achievement(certified.slug),
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": certified.name,
        "description": f"Certified to give paid support for {what}.",
        "criteria": {"narrative": f"Passed the exam for {what}."},
        "creator": {"id": place.issuer, "type": ["Profile"]},
        **({} if certified.version is None else {"version": certified.version}),
    }


def credential(
    place: Place,
    certified: Certified,
    *,
    reference: str,
    holder: str,
    vendor: str,
    valid: tuple[datetime, datetime],
    awarded_at: datetime,
    status: StatusEntry,
) -> dict[str, Any]:
    """Say that somebody is certified.

    Args:
        place: the addresses.
        certified: for what.
        reference: of the credential; also the number of the certificate.
        holder: the name of the person.
        vendor: who certifies.
        valid: from when until when.
        awarded_at: when it was given first; a renewal keeps it.
        status: where one reads whether it is revoked.
    """
    address, listed = place.credential(reference), place.status(status.number)
    return {
        "@context": [CREDENTIALS_CONTEXT, BADGES_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": _issuer(place, vendor),
        "validFrom": moment(valid[0]),
        "validUntil": moment(valid[1]),
        "awardedDate": moment(awarded_at),
        "name": certified.name,
        "credentialSubject": {
            "id": f"{address}#holder",
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": holder, "identityType": "name"}],
            "licenseNumber": reference,
            "achievement": _achievement(place, certified),
        },
        "credentialStatus": {
            "id": f"{listed}#{status.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status.index),
            "statusListCredential": listed,
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def status_list(place: Place, number: int, revoked: list[int], *, vendor: str, now: datetime) -> dict[str, Any]:
    """Say which credentials of a list are revoked; within `STATUS_TTL` it is the same text."""
    begun = datetime.fromtimestamp(now.timestamp() // STATUS_TTL.total_seconds() * STATUS_TTL.total_seconds(), UTC)
    address = place.status(number)
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": place.issuer, "name": vendor},
        "validFrom": moment(begun),
        "validUntil": moment(begun + STATUS_VALID),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_list(revoked),
            "ttl": int(STATUS_TTL.total_seconds() * 1000),
        },
    }


def claims_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Add what a JWT says besides: the same facts once more, under the names that readers of tokens know."""
    return {
        **document,
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": seconds(document["validFrom"]),
        "exp": seconds(document["validUntil"]),
    }


def enveloped(token: str) -> dict[str, Any]:
    """Put a signed credential into an envelope of JSON (Verifiable Credentials 2.0)."""
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": f"data:application/vc+jwt,{token}",
        "type": ["EnvelopedVerifiableCredential"],
    }


def moment(at: datetime) -> str:
    """Write a moment to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> int:
    """Read a moment as seconds since 1970.

    Raises:
        ValueError: it is no moment with a zone.
    """
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError(text)
    return int(read.timestamp())
