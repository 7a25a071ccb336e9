"""Why a partner suits a request: change one datum of the pair, and the reason changes or goes."""

from dataclasses import replace
from datetime import date

import pytest

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import use_reader
from marketplace.matching.rules import REASONS, Candidate, Need, Reason, Unfit, best_first, judge, obstacle, reasons
from providers.profiles.rules import Cefr, Figures
from providers.services.rules import Terms
from tests.factories import DAY, HOUR, NOON

NEED = Need(language="es", level=Cefr.B2, layer=Layer.PLATFORM, zone="America/Santiago", ceiling=Money(8000, "EUR"))


def fixed(minor):
    return Terms(ServiceKind.INCIDENT, Money(minor, "EUR"))


ANA = Candidate(
    provider_id=1,
    name="Ana",
    service_id=1,
    terms=fixed(4900),
    language_level=Cefr.C1,
    layer=Layer.PLATFORM,
    niche={"en": "Upgrades", "es": "Actualizaciones"},
    certified_until=date(2027, 3, 3),
    open_jobs=0,
    capacity=2,
    overlap_hours=6.0,
    next_open=NOON,
    figures=Figures(
        promises_due=48,
        promises_kept=46,
        ratings=31,
        stars_sum=149,
        first_answers=25,
        first_answer_minutes_sum=1000,
        jobs_done=31,
    ),
    solved_for_customer=2,
    was_asked=False,
)


def but(**changes):
    """Ana, with some data changed; those of her figures are told from the others by their names."""
    figures = {name: changes.pop(name) for name in list(changes) if name in Figures.__dataclass_fields__}
    return replace(ANA, figures=replace(ANA.figures, **figures), **changes)


# For each kind of reason: the datum that it rests on, and whether it goes or only changes.
FLIPS = {
    "language": ({"language_level": Cefr.NATIVE}, "changes"),
    "certificate": ({"certified_until": date(2028, 1, 1)}, "changes"),
    "history": ({"solved_for_customer": 0}, "goes"),
    "open": ({"next_open": NOON + 5 * HOUR}, "changes"),
    "overlap": ({"overlap_hours": 0.0}, "changes"),
    "promises": ({"promises_due": 0, "promises_kept": 0}, "goes"),
    "satisfaction": ({"ratings": 0, "stars_sum": 0}, "goes"),
    "speed": ({"first_answers": 0, "first_answer_minutes_sum": 0}, "goes"),
    "newcomer": ({"jobs_done": 2}, "comes"),
    "price": ({"terms": fixed(8000)}, "changes"),
}


def said(candidate):
    """Tell the reasons of a candidate by kind."""
    return {reason.kind: reason.text for reason in reasons(NEED, candidate, NOON)}


@pytest.mark.parametrize("kind", [kind for kind in REASONS if kind != "start"])  # Sessions have tests of their own.
def test_a_reason_rests_on_its_datum(kind):
    flip, effect = FLIPS[kind]
    before, after = said(ANA), said(but(**flip))
    if effect == "comes":
        assert kind not in before
        assert kind in after
    elif effect == "goes":
        assert kind in before
        assert kind not in after
    else:
        assert before[kind] != after[kind]
    others = set(before) - {kind}
    assert {name: before[name] for name in others} == {name: after[name] for name in others}


@pytest.mark.parametrize(
    ("is_for_release", "tone", "said"),
    [
        (True, "good", "Certified for Upgrades with Sample 4.2 until March 3, 2027"),
        (False, "neutral", "Certified for Upgrades until March 3, 2027, for another version than Sample 4.2"),
    ],
)
def test_the_certificate_is_said_with_the_release_that_the_request_is_about(is_for_release, tone, said):
    need = replace(NEED, release="Sample 4.2")
    found = {one.kind: one for one in reasons(need, but(is_for_release=is_for_release), NOON)}["certificate"]
    assert (found.tone, found.text) == (tone, said)
    assert obstacle(need, but(is_for_release=is_for_release), NOON) is None, "it brings new work all the same"


def test_language_is_said_first():
    assert next(iter(said(ANA))) == "language"


def test_reasons_are_said_in_the_readers_language_and_zone():
    [opening] = [one for one in reasons(NEED, but(next_open=NOON + 5 * HOUR), NOON) if one.kind == "open"]
    with use_reader("en", "UTC"):
        in_utc = opening.text
    with use_reader("en", "Asia/Kathmandu"):
        in_nepal = opening.text
    assert in_utc != in_nepal
    [certificate] = [one for one in reasons(NEED, ANA, NOON) if one.kind == "certificate"]
    with use_reader("es", "UTC"):
        assert "Actualizaciones" in certificate.text


def test_reasons_survive_being_stored_as_json():
    for reason in reasons(NEED, ANA, NOON):
        assert Reason(reason.kind, dict(reason.facts)).text == reason.text


@pytest.mark.parametrize(
    ("datum", "kind"),
    [
        ({"language_level": None}, Unfit.LANGUAGE),
        ({"language_level": Cefr.B1}, Unfit.LANGUAGE),
        ({"certified_until": None}, Unfit.CREDENTIAL),
        ({"layer": Layer.APPLICATION}, Unfit.LAYER),
        ({"next_open": None}, Unfit.AWAY),
        ({"next_open": NOON + 4 * DAY}, Unfit.AWAY),
        ({"open_jobs": 2}, Unfit.CAPACITY),
        ({"daily_capacity": 2, "taken_today": 2}, Unfit.CAPACITY),
        ({"is_on_break": True}, Unfit.BREAK),
        ({"terms": fixed(8001)}, Unfit.PRICE),
        ({"was_asked": True}, Unfit.ASKED),
    ],
)
def test_what_stands_in_the_way_is_named(datum, kind):
    assert obstacle(NEED, ANA, NOON) is None
    assert obstacle(NEED, but(**datum), NOON) is kind


def test_obstacles_are_looked_at_in_the_order_in_which_they_are_listed():
    data = [
        {"language_level": None},
        {"certified_until": None},
        {"layer": Layer.APPLICATION},
        {"urgency_hours": 200},
        {"can_be_paid": False},
        {"accepts_cover": False},
        {"is_on_break": True},
        {"next_open": None},
        {"open_jobs": 2},
        {"is_free_then": False},
        {"terms": fixed(8001)},
        {"was_asked": True},
    ]
    for first, kind in enumerate(Unfit):
        changes = {name: value for datum in data[first:] for name, value in datum.items()}
        assert obstacle(replace(NEED, is_covered=True), but(**changes), NOON) is kind


def test_who_takes_no_cover_is_in_nobodys_way_who_pays_otherwise():
    assert obstacle(NEED, but(accepts_cover=False), NOON) is None
    assert obstacle(replace(NEED, is_covered=True), ANA, NOON) is None


@pytest.mark.parametrize(
    "better",
    [
        {"overlap_hours": 8.0},
        {"promises_kept": 48},
        {"stars_sum": 155},
        {"terms": fixed(3000)},
        {"next_open": NOON - HOUR, "promises_kept": 47},
    ],
)
def test_who_does_better_is_asked_first(better):
    other = but(provider_id=2, **better)
    first = best_first([judge(NEED, ANA, NOON), judge(NEED, other, NOON)])[0]
    assert first.provider_id == 2


def test_one_bad_rating_does_not_sink_a_newcomer_below_a_long_bad_record():
    newcomer = but(provider_id=2, ratings=1, stars_sum=2, jobs_done=1)
    known = but(provider_id=3, ratings=40, stars_sum=80)
    assert judge(NEED, newcomer, NOON).score > judge(NEED, known, NOON).score


def test_equals_are_asked_in_the_order_in_which_they_came():
    later, earlier = but(provider_id=9), but(provider_id=4)
    order = best_first([judge(NEED, later, NOON), judge(NEED, earlier, NOON)])
    assert [match.provider_id for match in order] == [4, 9]
