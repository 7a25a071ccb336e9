"""Free times by the days of the customer's calendar: pages, the API, and every kind of clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalogue.models import Category
from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import slots
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import use_reader
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.starts import LATEST_START
from providers.availability.rules import QUARTER
from providers.profiles.models import Provider
from tests.factories import DAY, HOUR, NOON
from tests.factories.forms import REQUEST
from tests.factories.jobs import Life, choose, make_market, make_partner

AN_HOUR = {"kind": ServiceKind.SESSION, "session_minutes": 60}
START = NOON + 2 * DAY + 2 * HOUR  # Thursday at 15:00 in Madrid.
ZONES = (
    "Europe/Madrid", "Asia/Kathmandu", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe",
    "America/Santiago", "America/New_York", "Africa/Casablanca", "Pacific/Chatham",
)  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)


def every_quarter(within):
    """Be free all the time."""
    count = (within.end - within.start) // QUARTER
    return [within.start + number * QUARTER for number in range(count)]


# Rules


@settings(max_examples=60, deadline=None)
@given(zones, st.integers(0, 365), st.integers(1, 14))
def test_every_free_time_is_on_one_day_of_the_calendar_whatever_the_clocks_do(zone, days, count):
    first = date(2026, 1, 1) + timedelta(days=days)
    found = slots.days_from(every_quarter, zone, first, count)
    assert [one.day for one in found] == [first + timedelta(days=number) for number in range(count)]
    starts = [start for one in found for start in one.starts]
    assert starts == [starts[0] + number * QUARTER for number in range(len(starts))], "none is lost, none comes twice"
    assert all(start.astimezone(zone).date() == one.day for one in found for start in one.starts)


@settings(max_examples=60, deadline=None)
@given(zones, st.integers(0, 365))
def test_no_two_times_of_a_day_look_the_same_and_each_is_sent_as_its_moment(zone, days):
    now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=days)
    page = slots.page_of(every_quarter, zone, now.astimezone(zone).date(), now)
    with use_reader("en", "UTC"):
        sent, shown = zip(*page.options, strict=True)
    assert len(set(shown)) == len(shown)
    assert [datetime.fromisoformat(one) for one in sent] == page.shown
    assert len(shown) >= 46, "each half hour of a day of 23 hours or more"
    assert set(page.shown) <= set(page.opened.starts)


def test_a_time_that_the_clock_shows_twice_says_which_one_it_is():
    zone, day = ZoneInfo("Europe/Madrid"), date(2026, 10, 25)
    page = slots.page_of(every_quarter, zone, day, datetime(2026, 10, 20, tzinfo=UTC))
    with use_reader("en", "UTC"):
        shown = [label.replace("\u202f", " ") for _value, label in page.options]
    assert {"2:30 AM UTC+02:00", "2:30 AM UTC+01:00"} <= set(shown)
    assert len(shown) == 25 * 2


def test_a_day_beyond_what_can_be_booked_is_the_nearest_that_can():
    zone = ZoneInfo("Europe/Madrid")
    far = slots.page_of(every_quarter, zone, date.max, NOON)
    assert far.opened.day == (NOON + LATEST_START).date()
    assert (far.later, far.earlier) == (None, NOON.date() + timedelta(weeks=7))
    past = slots.page_of(every_quarter, zone, date.min, NOON)
    assert (past.opened.day, past.earlier, past.later) == (NOON.date(), None, NOON.date() + timedelta(weeks=1))


@pytest.mark.parametrize("days", [0, 5, 20, 55])
def test_the_first_day_with_a_free_time_is_open(days):
    start = NOON + days * DAY
    page = slots.page_of(
        lambda within: [start] if within.start <= start < within.end else [], ZoneInfo("UTC"), None, NOON
    )
    assert (page.opened.day, page.opened.starts) == (start.date(), [start])


# Pages


@pytest.fixture
def market(app, sandbox):
    """A market of guided sessions."""
    with transaction() as session:
        return make_market(session, service_kind=ServiceKind.SESSION)


@pytest.fixture
def partner_id(market):
    """A partner who holds sessions every day from 8 to 20."""
    with transaction() as session:
        return make_partner(session, market, sells=AN_HOUR).id


@pytest.fixture
def category(market):
    return reading().get_one(Category, market.category_id).slug


@pytest.fixture
def wish(market):
    """A draft whose time is still to be chosen."""
    return Life(market)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def start_of(life):
    reading().rollback()
    return reading().get_one(SupportRequest, life.id).starts_at


def test_who_leaves_the_time_open_chooses_from_free_times(browse, partner_id, category):
    sent = {**REQUEST, "language": "en", "form_key": "k" * 20, "starts_at": "", "field-method": ""}
    answer = browse.post(f"/requests/new/{category}", data={k: v for k, v in sent.items() if v or k == "starts_at"})
    assert answer.status_code == 302, answer.text
    answer = browse.get(answer.location)
    assert answer.location.endswith("/times")
    page = browse.get(answer.location).text
    assert "2026-03-10T14:00Z" in page
    assert "2026-03-10T13:45Z" not in page
    assert "3:00\u202fPM" in page
    assert "(Madrid time, UTC+01:00)" in page
    answer = browse.post(answer.location, data={"starts_at": "2026-03-12T14:00Z"})
    assert answer.location.endswith("/partner")
    assert "The session starts on Mar 12, 2026" in browse.get(answer.location).text
    reading().rollback()
    assert reading().query(SupportRequest).one().starts_at == START


def test_a_time_that_somebody_has_taken_is_not_shown_and_not_given(browse, market, partner_id, wish):
    path = f"/requests/{wish.reference}/times"
    assert "2026-03-12T14:00Z" in browse.get(f"{path}?day=2026-03-12").text
    taken = Life(market, starts_at=START)
    taken.submit(choose(partner_id))
    taken.pay()
    taken.accept()
    assert "2026-03-12T14:00Z" not in browse.get(f"{path}?day=2026-03-12").text
    answer = browse.post(path, data={"starts_at": "2026-03-12T14:00Z"})
    assert answer.status_code == 409
    assert "That time is not free any more" in answer.text
    assert start_of(wish) is None


def test_free_times_of_one_partner_are_shown_alone(browse, market, partner_id, wish):
    with transaction() as session:
        slug = session.get_one(Provider, partner_id).slug
        other = make_partner(session, market, sells={**AN_HOUR, "session_minutes": 30}, zone="America/Santiago")
        other_slug = other.slug
    path = f"/requests/{wish.reference}/times?day=2026-03-12"
    late = "2026-03-12T22:00Z"  # 19:00 in Santiago, 23:00 in Madrid.
    assert late in browse.get(path).text
    assert late not in browse.get(f"{path}&provider={slug}").text
    assert late in browse.get(f"{path}&provider={other_slug}").text
    answer = browse.post(f"{path}&provider={slug}", data={"starts_at": late})
    assert answer.status_code == 409
    assert browse.post(f"{path}&provider={other_slug}", data={"starts_at": late}).status_code == 302


def test_days_are_those_of_the_customers_zone(browse, market, partner_id):
    wish = Life(market, zone="Pacific/Kiritimati")  # UTC+14: noon in Madrid is past midnight there.
    page = browse.get(f"/requests/{wish.reference}/times?day=2026-03-13").text
    assert "2026-03-12T10:00Z" in page
    assert "12:00\u202fAM" in page
    assert "(Kiritimati time, UTC+14:00)" in page
    assert "2026-03-12T09:45Z" not in page


# The API


def test_the_api_tells_the_same(call, client, market, partner_id, category):
    slug = reading().get_one(Provider, partner_id).slug
    asked = f"category={category}&language=en&timezone=Asia/Kathmandu&from=2026-03-12&days=1"
    answer = client.get(f"/api/v1/providers/{slug}/slots?{asked}").json
    assert (answer["provider"], answer["timezone"]) == (slug, "Asia/Kathmandu")
    [day] = answer["days"]
    assert day["day"] == "2026-03-12"
    assert day["slots"][0]["local"] == "2026-03-12T12:45+05:45"  # 8:00 in Madrid.
    moments = [datetime.fromisoformat(one["starts_at"]) for one in day["slots"]]
    assert moments == [datetime(2026, 3, 12, 7, tzinfo=UTC) + number * QUARTER for number in range(4 * 11 + 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        "category=none",
        "timezone=Nowhere",
        "days=99",
        "from=soon",
        "language=",
        "language=xx",
        "language=pt_BR",
        "level=Z9",
    ],
)
def test_the_api_says_what_is_wrong(client, market, partner_id, category, wrong):
    slug = reading().get_one(Provider, partner_id).slug
    asked = {"category": category, "language": "en", "timezone": "UTC", **dict([wrong.split("=")])}
    answer = client.get(f"/api/v1/providers/{slug}/slots", query_string=asked)
    assert answer.status_code == 422
    assert wrong.partition("=")[0] in answer.json["errors"]
