"""Tracks."""

import itertools

from certification.tracks.models import Track
from tests.factories.catalogue import make_niche, make_product

_numbers = itertools.count(1)


def make_track(session, *, niche=None, product=None, **overrides):
    number = next(_numbers)
    facts = {
        "slug": f"track-{number}",
        "names": {"en": f"Track {number}"},
        "niche_id": (niche or make_niche(session)).id,
        "product_id": (product or make_product(session)).id,
        "level": 1,
        **overrides,
    }
    track = Track(**facts)
    session.add(track)
    session.flush()
    return track
