"""Credentials."""

import itertools

from certification.credentials.models import Credential
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.tracks import make_track

_numbers = itertools.count(1)


def make_credential(session, *, person=None, track=None, niche=None, **overrides):
    """Make a credential that is valid at `NOON`, for a new track in `niche` unless `track` is given."""
    facts = {
        "reference": f"ref{next(_numbers):013}",
        "person_id": (person or make_person(session)).id,
        "track_id": (track or make_track(session, niche=niche)).id,
        "issued_at": NOON - 100 * DAY,
        "valid_until": NOON + 265 * DAY,
        **overrides,
    }
    credential = Credential(**facts)
    session.add(credential)
    session.flush()
    return credential
