"""Letters while somebody is away: whoever stands in gets them, and hears for whom."""

import pytest

from marketplace.matching.commands import OfferMade
from marketplace.site import notifications as tell
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.availability import make_absence
from tests.factories.conversation import make_message
from tests.factories.matching import make_job, make_offer
from tests.factories.profiles import make_member, make_provider
from tests.factories.support_requests import make_request
from tests.marketplace.site.test_letters_of_businesses import PASSWORD, letters

TODAY = NOON.date()


@pytest.fixture
def team(session):
    """Ana, Bo and Mia of one business; the last one reads no letters."""
    ana, bo = (
        make_person(session, name=name, email=f"{name.lower()}@example.test", password=PASSWORD)
        for name in ("Ana", "Bo")
    )
    provider = make_provider(session, person=ana)
    return [provider.members[0], make_member(session, provider, person=bo), make_member(session, provider)]


def offer(session, team):
    """Put a request to the business, and give what is written about it."""
    made = make_offer(session, provider=team[0].provider)
    tell.offer_made(session, OfferMade(made.id, made.request_id, made.provider_id, NOON))
    return [(to, text) for to, _path, text in letters(session)]


def test_all_hear_of_an_offer_while_nobody_is_away(session, team):
    make_absence(session, team[0], TODAY + DAY, stand_in=team[1])
    found = offer(session, team)
    assert [to for to, _text in found] == ["ana@example.test", "bo@example.test"]
    assert not any("stand in" in text for _to, text in found)


def test_who_stands_in_hears_in_place_of_who_is_away(session, team):
    make_absence(session, team[0], TODAY, TODAY + 4 * DAY, stand_in=team[1])
    [(to, text)] = offer(session, team)
    assert to == "bo@example.test"
    assert "You stand in for Ana, who is away until March 14, 2026." in text


def test_who_is_away_is_told_all_the_same_if_nobody_else_would_be(session, team):
    make_absence(session, team[0], TODAY, TODAY + 4 * DAY)
    assert "ana@example.test" in [to for to, _text in offer(session, team)]


@pytest.mark.parametrize("is_away_too", [True, False])
def test_a_stand_in_who_is_not_reached_takes_nobodys_letters(session, team, is_away_too):
    ana, bo, mia = team
    make_absence(session, ana, TODAY, stand_in=bo if is_away_too else mia)
    if is_away_too:
        make_absence(session, bo, TODAY)
    assert "ana@example.test" in [to for to, _text in offer(session, team)]


def test_a_customers_message_comes_to_who_stands_in(session, team):
    ana, bo, _mia = team
    taken = make_request(session, provider=ana.provider, status="in_progress")
    make_job(session, support_request=taken)
    make_absence(session, ana, TODAY, stand_in=bo)
    message = make_message(session, support_request=taken, author=taken.customer)
    tell.message_written(session, tell.work.MessageWritten(message.id, taken.id, message.side, NOON))
    [(to, _path, text)] = letters(session)
    assert to == "bo@example.test"
    assert "You stand in for Ana" in text
