"""What may be chosen in an account."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.accounts import choices
from marketplace.kernel.translate import is_zone, use_reader, zone_offset
from tests.factories import NOON
from tests.factories.catalogue import make_rates


def zone_labels(language="en", now=NOON, chosen="UTC"):
    with use_reader(language, "UTC"):
        return dict(choices.zones(now, chosen=chosen))


def test_a_zone_reads_as_its_city_and_its_distance_from_utc():
    assert zone_labels()["Europe/Madrid"] == "Madrid (UTC+01:00)"
    assert zone_labels()["Asia/Kolkata"] == "Kolkata (UTC+05:30)"
    assert zone_labels("es")["Europe/London"].startswith("Londres")


def test_the_distance_is_that_of_today():
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert zone_labels(now=summer)["Europe/Madrid"] == "Madrid (UTC+02:00)"


def test_zones_stand_from_west_to_east():
    zones = [choices.ZoneInfo(key) for key in zone_labels()]
    offsets = [NOON.astimezone(zone).utcoffset() for zone in zones]
    assert offsets == sorted(offsets)
    assert offsets[0] < timedelta(0) < offsets[-1]


@pytest.mark.parametrize("chosen", ["Asia/Calcutta", "UTC", "Etc/GMT+5", "Europe/Madrid"])
def test_the_zone_that_is_set_is_among_them(chosen):
    assert chosen in zone_labels(chosen=chosen)


def test_what_is_no_zone_is_not_offered():
    assert "Mars/Olympus" not in zone_labels(chosen="Mars/Olympus")
    assert all(is_zone(key) for key in zone_labels())


def test_two_zones_never_read_the_same():
    labels = list(zone_labels(chosen="Europe/Madrid").values())
    assert len(set(labels)) == len(labels) > 400


@pytest.mark.parametrize(("zone", "offset"), [("America/St_Johns", "UTC−03:30"), ("Asia/Kathmandu", "UTC+05:45")])
def test_a_distance_counts_minutes(zone, offset):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert zone_offset(choices.ZoneInfo(zone), now) == offset


def test_countries_are_named_and_sorted_in_the_readers_language():
    with use_reader("es", "UTC"):
        countries = choices.countries()
    assert ("DE", "Alemania") in countries
    assert len(countries) == len(choices.country_codes()) > 240
    assert all(name != code for code, name in countries)


def test_only_currencies_with_a_rate_are_offered(session):
    make_rates(session, EUR=1_000_000, JPY=160_000_000)
    with use_reader("en", "UTC"):
        assert choices.currencies(session) == [("EUR", "Euro (EUR)"), ("JPY", "Japanese Yen (JPY)")]


def test_without_rates_there_is_the_installations_own_currency(session):
    assert choices.currency_codes(session) == ["EUR"]


@pytest.mark.parametrize(
    ("zone", "currency"),
    [("Asia/Tokyo", "JPY"), ("Europe/Madrid", "EUR"), ("America/Santiago", "EUR"), ("UTC", "EUR"), ("", "EUR")],
)
def test_a_currency_is_guessed_from_the_zone_if_it_can_be_used(session, zone, currency):
    make_rates(session, EUR=1_000_000, JPY=160_000_000)
    assert choices.likely_currency(choices.currency_codes(session), zone) == currency
