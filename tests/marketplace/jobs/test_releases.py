"""Matching and the directory agree on who gets new work after a release: to the second at the end of its grace."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from certification.credentials import queries as certificates
from certification.tracks import commands as tracks
from marketplace.kernel.database import reading, transaction
from marketplace.matching import queries as matching
from providers.directory import queries as directory
from providers.directory.queries import Reader, Search
from providers.directory.rules import ANYBODY
from providers.profiles.models import Provider
from tests.factories import DAY, NOON
from tests.factories.catalogue import make_release
from tests.factories.jobs import Life

END = NOON + 90 * DAY
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("now", "gets_work"), [(END - SECOND, True), (END, False)])
def test_who_is_certified_for_the_older_release_gets_work_until_the_grace_ends(market, add_partner, now, gets_work):
    partner_id = add_partner()
    life = Life(market)
    with transaction() as session:
        person_id = session.get_one(Provider, partner_id).members[0].person_id
        [credential] = certificates.all_credentials(session, [person_id])[person_id]
        release = make_release(session, product=credential.track.product)
        tracks.certify_for(session, credential.track_id, release_id=release.id, by=None, now=NOON)
    session, asked = reading(), life.request
    provider = session.get_one(Provider, partner_id)
    assert [one.provider_id for one in matching.matches(session, asked, now)] == [partner_id] * gets_work
    assert matching.is_barred(session, asked, provider, now) is not gets_work
    found = directory.search(session, Search(ANYBODY, Reader(ZoneInfo("UTC"), "EUR")), now)
    [shown] = found.snapshots
    assert bool(shown.services) is gets_work
    assert bool(shown.card.tracks) is gets_work
    assert [one.id for one in shown.credentials] == [credential.id]  # It stays true.
