"""Both sides of a request say how it was, and neither reads the other before it has spoken or a week has passed."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Person
from marketplace.jobs import commands
from marketplace.jobs.rules import RatedAlready
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from providers.profiles import effects, queries, selfchecks
from providers.profiles.models import Provider, Review
from providers.profiles.rules.reviews import BLIND_FOR, OtherWasRead, ReviewSubject, blind_until
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.jobs import Life, choose, taken
from tests.factories.profiles import make_provider

SECOND = timedelta(seconds=1)
OF_PARTNER, OF_CUSTOMER = "It was fast and kind.", "Knew what was wrong."


@pytest.fixture
def partner_id(market, add_partner):
    return add_partner(price_minor=4900, slug="ana")


@pytest.fixture
def life(market, partner_id):
    """A request that was closed at `NOON`."""
    life = taken(market, partner_id)
    life.resolve()
    life.confirm()
    return life


def rate(life, *, stars=5, comment=OF_PARTNER, now=NOON):
    with transaction() as session:
        customer_id = life.market.customer_id
        commands.rate(session, life.reference, customer_id=customer_id, stars=stars, comment=comment, now=now)


def rate_customer(life, *, stars=3, comment=OF_CUSTOMER, now=NOON):
    with transaction() as session:
        member = life.member(session)
        commands.rate_customer(session, life.reference, member=member, stars=stars, comment=comment, now=now)


def shown():
    """What anybody but its author may read."""
    reading().rollback()
    return {one.body for one in reading().query(Review) if one.is_shown}


def figures(partner_id):
    reading().rollback()
    assert selfchecks.ratings_that_disagree_with_reviews(reading()) == []
    counted = reading().get_one(Provider, partner_id).figures
    return counted.ratings, counted.stars_sum


@pytest.mark.parametrize(
    ("now", "other_wrote", "until"),
    [
        (NOON, False, NOON + BLIND_FOR),
        (NOON + BLIND_FOR - SECOND, False, NOON + BLIND_FOR),
        (NOON + BLIND_FOR, False, None),
        (NOON, True, None),
    ],
)
def test_a_review_is_blind_for_a_week_or_until_both_have_spoken(now, other_wrote, until):
    assert blind_until(NOON, now, other_wrote=other_wrote) == until


@pytest.mark.parametrize("steps", [(rate, rate_customer), (rate_customer, rate)], ids=["customer", "partner"])
def test_whoever_speaks_first_is_read_when_the_other_has_spoken(life, partner_id, steps):
    first, second = steps
    first(life)
    assert (shown(), figures(partner_id)) == (set(), (0, 0))
    second(life)
    assert (shown(), figures(partner_id)) == ({OF_PARTNER, OF_CUSTOMER}, (1, 5))


def test_after_a_week_what_one_side_has_said_is_shown_and_counted_once(life, partner_id):
    rate(life)
    effects.show_reviews(NOON + BLIND_FOR - SECOND)
    assert (shown(), figures(partner_id)) == (set(), (0, 0))
    for _round in range(2):
        effects.show_reviews(NOON + BLIND_FOR)
    assert (shown(), figures(partner_id)) == ({OF_PARTNER}, (1, 5))


def test_who_could_read_the_other_has_no_say_any_more(life, partner_id):
    rate_customer(life)
    effects.show_reviews(NOON + BLIND_FOR)
    with pytest.raises(OtherWasRead):
        rate(life, now=NOON + BLIND_FOR)
    assert figures(partner_id) == (0, 0)


def test_who_speaks_late_into_silence_is_read_at_once(life, partner_id):
    rate(life, now=NOON + 30 * DAY)
    assert figures(partner_id) == (1, 5)
    with pytest.raises(OtherWasRead):
        rate_customer(life, now=NOON + 30 * DAY)


def test_what_is_said_of_customers_is_not_counted_of_partners(life, partner_id):
    rate_customer(life)
    effects.show_reviews(NOON + BLIND_FOR)
    assert figures(partner_id) == (0, 0)
    assert queries.reviews(reading(), partner_id, limit=9) == []


@pytest.mark.parametrize("say", [rate, rate_customer])
def test_each_side_speaks_once(life, say):
    say(life)
    with pytest.raises(RatedAlready):
        say(life)


def test_nobody_speaks_before_the_end(market, partner_id):
    with pytest.raises(IllegalMove):
        rate_customer(taken(market, partner_id))


def test_only_who_did_the_job_speaks_of_the_customer(life):
    with transaction() as session:
        stranger = make_provider(session).members[0]
        told = {"stars": 1, "comment": None, "now": NOON}
        with pytest.raises(NotFound):
            commands.rate_customer(session, life.reference, member=stranger, **told)


@pytest.mark.parametrize(
    "facts",
    [
        {"about": ReviewSubject.CUSTOMER},
        {"about": ReviewSubject.PROVIDER, "customer_id": 1},
        {"blind_until": NOON},
        {},
    ],
    ids=["nobody", "both", "never blind", "twice"],
)
def test_the_database_refuses_reviews_that_make_no_sense(life, partner_id, facts):
    with transaction() as session:
        told = {"author_name": "Eve", "stars": 5, "language": "en", "at": NOON, **facts}
        if not facts:
            session.add(Review(provider_id=partner_id, request_id=life.id, **told))
            session.flush()
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Review(provider_id=partner_id, request_id=life.id, **told))
        session.rollback()


# Pages


@pytest.fixture
def read(client, life):
    """A function that reads a page as the customer, the partner, staff or the partner's next offer's reader does."""

    def read(who, path=f"/requests/{life.reference}", *, now=NOON):
        with time_machine.travel(now, tick=False):
            client.get("/")
            with transaction() as session:
                people = {
                    "customer": lambda: session.get_one(Person, life.market.customer_id),
                    "partner": lambda: life.member(session).person,
                    "staff": lambda: make_staff(session),
                    "stranger": lambda: make_person(session),
                }
                client.sign_in(people[who]())
            return client.get(path).text

    return read


def test_while_it_is_blind_only_its_author_and_staff_read_it(life, read):
    rate(life)
    rate_of_customer = "How was it to work with this customer?"
    assert OF_PARTNER in read("customer")
    assert OF_PARTNER not in read("partner")
    assert rate_of_customer in read("partner")
    assert OF_PARTNER in read("staff")
    assert OF_PARTNER not in read("stranger", "/providers/ana")
    rate_customer(life)
    assert OF_PARTNER in read("partner")
    assert rate_of_customer not in read("partner")
    assert OF_CUSTOMER in read("customer")
    page = read("stranger", "/providers/ana")
    assert OF_PARTNER in page
    assert OF_CUSTOMER not in page


def test_the_api_tells_what_is_public(life, client):
    rate(life)
    with time_machine.travel(NOON, tick=False):
        assert client.get("/api/v1/providers/ana").json["reviews"] == []
        rate_customer(life)
        [review] = client.get("/api/v1/providers/ana").json["reviews"]
    assert review["body"] == OF_PARTNER


def test_partners_read_what_others_say_of_whoever_asks_them(life, read, partner_id):
    rate(life)
    rate_customer(life)
    again = Life(life.market)
    again.submit(choose(partner_id))
    again.pay()
    assert OF_CUSTOMER in read("partner", f"/work/offers/{again.offer.id}")
    again.accept()
    assert OF_CUSTOMER in read("partner", f"/requests/{again.reference}")
    assert OF_CUSTOMER in read("staff", f"/requests/{again.reference}")
    assert OF_CUSTOMER not in read("customer", f"/requests/{again.reference}")


def test_the_partner_speaks_on_the_page(life, client, read):
    read("partner")
    with time_machine.travel(NOON, tick=False):
        answer = client.post(f"/requests/{life.reference}/customer-rating", data={"stars": "9"})
        assert answer.status_code == 422
        answer = client.post(f"/requests/{life.reference}/customer-rating", data={"stars": "4", "comment": "Kind."})
    assert answer.status_code == 302
    assert "as soon as the other side has written" in read("partner")
