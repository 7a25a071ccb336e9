"""A credential as its seal shows it, wherever it stands."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from certification.credentials.models import Credential
from certification.credentials.rules import CredentialState
from marketplace.kernel.translate import format_day, localized


@dataclass(frozen=True, slots=True)
class Seal:
    """What the macro `ui.seal` reads."""

    track_name: str
    level: int
    valid_until_text: str
    url: str
    state: CredentialState


def seal_of(credential: Credential, now: datetime) -> Seal:
    """Give the seal of a credential, as it stands at `now`."""
    return Seal(
        track_name=localized(credential.track.names),
        level=credential.track.level,
        valid_until_text=format_day(credential.valid_until),
        url=url_for("credentials.show", reference=credential.reference),
        state=credential.state(now),
    )
