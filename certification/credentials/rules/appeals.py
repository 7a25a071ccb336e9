"""Appeals: a holder asks for another look at a revocation, and somebody else decides with a reason."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

APPEAL_WITHIN = timedelta(days=30)
MAX_APPEAL_LENGTH = 5000


class CredentialAppealStatus(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    GIVEN_BACK = "given_back"
    KEPT = "kept"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return APPEAL_LABELS[self]

    @property
    def tone(self) -> str:
        """How its mark looks."""
        return APPEAL_TONES[self]


APPEAL_LABELS = {
    CredentialAppealStatus.OPEN: _l("Waiting for a decision"),
    CredentialAppealStatus.GIVEN_BACK: _l("Given back"),
    CredentialAppealStatus.KEPT: _l("Stays revoked"),
}
APPEAL_TONES = {
    CredentialAppealStatus.OPEN: "warn",
    CredentialAppealStatus.GIVEN_BACK: "good",
    CredentialAppealStatus.KEPT: "neutral",
}


class AppealDecision(StrEnum):
    """How an appeal is decided."""

    GIVE_BACK = "give_back"
    KEEP = "keep"

    @property
    def label(self) -> LazyText:
        """The decision in words."""
        return DECISION_LABELS[self]


DECISION_LABELS = {
    AppealDecision.GIVE_BACK: _l("Give the certificate back"),
    AppealDecision.KEEP: _l("Keep it revoked"),
}

APPEAL = StateTable[CredentialAppealStatus, AppealDecision]({
    (CredentialAppealStatus.OPEN, AppealDecision.GIVE_BACK): CredentialAppealStatus.GIVEN_BACK,
    (CredentialAppealStatus.OPEN, AppealDecision.KEEP):      CredentialAppealStatus.KEPT,
})  # fmt: skip


class NotRevoked(Conflict):
    """There is nothing to look at again."""

    message = _l("This certificate is not revoked.")


class AppealTooLate(Conflict):
    """The time for an appeal is over."""

    message = _l("An appeal could be made within 30 days of the revocation. This time is over.")


class AppealedAlready(Conflict):
    """Each revocation is looked at again once."""

    message = _l("You have appealed against this already. It is looked at once; you get a letter with the decision.")


class OwnCertificate(NotAllowed):
    """Nobody decides about a certificate of their own."""

    message = _l("This is your own certificate. Let a colleague decide.")


class OwnRevocation(NotAllowed):
    """Whoever revoked a certificate does not look at it again, as long as a colleague can."""

    message = _l("You have revoked this certificate yourself. Let a colleague decide.")


def appeal_until(revoked_at: datetime) -> datetime:
    """Tell until when a holder may appeal."""
    return revoked_at + APPEAL_WITHIN


def check_appeal(revoked_at: datetime | None, *, is_appealed: bool, now: datetime) -> None:
    """Tell whether a holder may appeal.

    Args:
        revoked_at: when the certificate was revoked, if it is.
        is_appealed: whether this revocation was looked at again, or is being looked at.
        now: the present moment.

    Raises:
        NotRevoked, AppealedAlready, AppealTooLate: why not.
    """
    if revoked_at is None:
        raise NotRevoked
    if is_appealed:
        raise AppealedAlready
    if now >= appeal_until(revoked_at):
        raise AppealTooLate


def check_decider(by: int, *, holder_id: int, revoked_by: int | None, officers: Collection[int]) -> None:
    """Tell whether somebody may decide about an appeal.

    Args:
        by: who wants to.
        holder_id: whose certificate it is.
        revoked_by: who revoked it, if that is known.
        officers: all who may decide about certificates.

    Raises:
        OwnCertificate, OwnRevocation: why not.
    """
    if by == holder_id:
        raise OwnCertificate
    if by == revoked_by and set(officers) - {by, holder_id}:
        raise OwnRevocation
