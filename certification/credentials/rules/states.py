"""Whether a credential counts, and what it is called."""

from datetime import datetime
from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

# Read aloud and copied from paper: no letters or digits that look alike.
REFERENCE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
REFERENCE_LENGTH = 16
KID_LENGTH = 32
MAX_REASON_LENGTH = 500


class CredentialState(StrEnum):
    """Whether a credential counts."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def label(self) -> LazyText:
        """The state in words."""
        return STATE_LABELS[self]


class CredentialAction(StrEnum):
    """What can happen to a credential."""

    REVOKE = "revoke"
    GIVE_BACK = "give_back"


LIFECYCLE = StateTable[CredentialState, CredentialAction]({
    (CredentialState.VALID, CredentialAction.REVOKE): CredentialState.REVOKED,
    # A cheat that is found out late is still a cheat.
    (CredentialState.EXPIRED, CredentialAction.REVOKE): CredentialState.REVOKED,
    # After an appeal. If its time is over by then, it has expired.
    (CredentialState.REVOKED, CredentialAction.GIVE_BACK): CredentialState.VALID,
})  # fmt: skip

STATE_LABELS = {
    CredentialState.VALID: _l("Valid"),
    CredentialState.EXPIRED: _l("Expired"),
    CredentialState.REVOKED: _l("Revoked"),
}


def state_at(valid_until: datetime, revoked_at: datetime | None, now: datetime) -> CredentialState:
    """Tell how a credential stands; one that was revoked stays so when its time is over."""
    if revoked_at is not None:
        return CredentialState.REVOKED
    return CredentialState.VALID if now < valid_until else CredentialState.EXPIRED
