"""Letters about certificates."""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.orm import Session

from certification.credentials import queries
from certification.credentials.events import (
    CredentialAppealDecided,
    CredentialAppealed,
    CredentialEnding,
    CredentialRevoked,
)
from certification.credentials.models import Credential
from certification.credentials.rules import CredentialAppealStatus, appeal_until
from certification.tracks.events import TrackMovedOn
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, localized, ngettext
from marketplace.site.notifications.post import certification_staff, page, tell, tell_all, when


def certificate_revoked(session: Session, event: CredentialRevoked) -> None:
    """Tell the holder that a certificate counts no more, why, and until when they may appeal."""
    revoked = queries.credential(session, event.credential_id)
    reason = revoked.revoked_reason
    assert reason is not None, "revoked with a reason"

    def write() -> Letter:
        until = {"day": when(appeal_until(event.at))}
        return Letter(
            _("Your certificate was revoked: %(track)s") % _named(revoked),
            [
                _("It counts no more. This is the reason:"),
                reason,
                _("If you see it otherwise, you may appeal once, until %(day)s. A person reads it.") % until,
            ],
            (_("Read it, or appeal"), _page_of(revoked)),
        )

    tell(session, revoked.person, write, event.at)


def certificate_appeal_made(session: Session, event: CredentialAppealed) -> None:
    """Tell those who may decide that a holder asks for another look; not who has revoked it, if others can."""
    found = queries.appeal(session, event.appeal_id)
    credential = found.credential

    def write() -> Letter:
        facts = {**_named(credential), "name": credential.person.name}
        return Letter(
            _("%(name)s appeals against a revocation: %(track)s") % facts,
            [_("It was revoked for this reason:"), found.revoked_reason, _("They say:"), found.statement],
            (_("Read and decide"), page(f"/vendor/certification/appeals/{found.id}")),
        )

    staff = [one for one in certification_staff(session) if one.id != credential.person_id]
    others = [one for one in staff if one.id != found.revoked_by]
    tell_all(session, others or staff, write, event.at)


def certificate_appeal_decided(session: Session, event: CredentialAppealDecided) -> None:
    """Bring the decision to whoever appealed, with its reason."""
    found = queries.appeal(session, event.appeal_id)
    credential, answer = found.credential, found.answer
    assert answer is not None, "it is decided"

    def write() -> Letter:
        facts = _named(credential)
        if found.status is CredentialAppealStatus.GIVEN_BACK:
            subject = _("Your certificate is given back: %(track)s") % facts
            follows = _("It counts again as if it had never been revoked. Offers come to you as before.")
        else:
            subject = _("Your certificate stays revoked: %(track)s") % facts
            follows = _("This decision is final. Whoever passes the exam again gets a new certificate.")
        said = _("We have looked at it again. This is the reason for our decision:")
        return Letter(subject, [said, answer, follows], (_("See the certificate"), _page_of(credential)))

    tell(session, credential.person, write, event.at)


def certificate_ending(session: Session, event: CredentialEnding) -> None:
    """Tell the holder that a certificate ends soon, and what to do."""
    ending = queries.credential(session, event.credential_id)
    days = ceil((ending.valid_until - event.at) / timedelta(days=1))

    def write() -> Letter:
        facts = {**_named(ending), "day": when(ending.valid_until)}
        counted = ngettext(
            "Your certificate ends in %(num)d day: %(track)s", "Your certificate ends in %(num)d days: %(track)s", days
        )
        return Letter(
            counted % {**facts, "num": days},
            [
                _("It is valid until %(day)s. After that it brings no new work.") % facts,
                _("Pass the exam again before then: the new certificate takes the place of this one."),
            ],
            (_("See the certificate"), _page_of(ending)),
        )

    tell(session, ending.person, write, event.at)


def grace_began(session: Session, event: TrackMovedOn) -> None:
    """Tell those who are certified for an older release until when that brings new work."""
    for credential in queries.in_grace(session, event.track_id, event.at):
        _tell_of_grace(session, credential, event.at)


def _tell_of_grace(session: Session, credential: Credential, now: datetime) -> None:
    release, ends_at = credential.track.release, credential.grace_ends_at
    assert release is not None, "the track has moved on"
    assert ends_at is not None, "it is for an older release"

    def write() -> Letter:
        facts = {**_named(credential), "release": f"{release.product.name} {release.version}", "day": when(ends_at)}
        return Letter(
            _("%(track)s: the exam is about %(release)s now") % facts,
            [
                _("Your certificate stays true, and its page stays as it is."),
                _("It brings new work until %(day)s. From then on new work goes to those certified for %(release)s.")
                % facts,
                _("Pass the exam for it before then, and nothing changes for you. Work that you have taken goes on."),
            ],
            (_("See the certificate"), _page_of(credential)),
        )

    tell(session, credential.person, write, now)


def _named(credential: Credential) -> dict[str, str]:
    return {"track": localized(credential.track.names)}


def _page_of(credential: Credential) -> str:
    return page(f"/credentials/{credential.reference}")
