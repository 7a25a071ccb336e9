"""What can be done with tracks."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.tracks import queries
from certification.tracks.events import TrackMovedOn
from marketplace.catalogue import queries as catalogue
from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _l


class CertifiesAlready(Conflict):
    """The track certifies for this release."""

    message = _l("This track certifies for this release already.")


def certify_for(session: Session, track_id: int, *, release_id: int, by: int | None, now: datetime) -> None:
    """Certify for another release of the product from now on; what was certified before stays true.

    Raises:
        NotFound: there is no such track, or its product has no such release.
        CertifiesAlready: it certifies for this one.
    """
    track = queries.lock_track(session, track_id)
    release = catalogue.release(session, release_id)
    if release.product_id != track.product_id:
        raise NotFound(release_id=release_id)
    if track.release_id == release.id:
        raise CertifiesAlready
    track.release_id, track.certifies_since = release.id, now
    session.flush()
    session.refresh(track)  # Whoever hears of it asks for the release.
    audit.record(session, track, "certify_for", by=by, at=now, release=release.version)
    announce(session, TrackMovedOn(track.id, now))
