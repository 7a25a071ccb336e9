"""What happens to credentials, for whoever is told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """A credential counts no more."""

    credential_id: int
    person_id: int
    niche_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialAppealed:
    """A holder asks for another look."""

    appeal_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialAppealDecided:
    """Somebody has looked at it again: the credential is given back, or stays revoked."""

    appeal_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialEnding:
    """A credential ends soon, and nothing has taken its place."""

    credential_id: int
    at: datetime
