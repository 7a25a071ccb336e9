"""The list of providers: who meets what, counts, order, pages and advice, against the definitions themselves.

What the index says of columns is held to what is true of cards; the cards lie in one segment, or in two of which the
first has outdated rows. All of it is done twice: as if those who are found were few, and as if they were many.
"""

import base64
import json
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import brute_force
from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.typography import fold
from marketplace.tariffs.rules import PartnerLevel
from providers.directory import rules
from providers.directory.rules import (
    ANYBODY,
    OVERLAP_STEPS,
    STARS_STEPS,
    YES,
    BrokenCursor,
    Card,
    Condition,
    Nearest,
    Offering,
    Relaxation,
    Sort,
    asked_words,
    fitting,
    hours_asked,
    meets,
    price_from,
    price_steps,
    segment,
    tally,
)
from providers.profiles.rules import Cefr, Figures
from providers.profiles.rules.speech import Medium, Speech
from providers.services.rules import URGENCIES_HOURS, Terms
from tests.factories import DAY, HOUR, NOON
from tests.factories.listing import indexed

EVERYBODY = 1000


@pytest.fixture(scope="module", autouse=True, params=[1, EVERYBODY], ids=["few", "many"])
def few(request):
    """Let all but everybody be few, or nobody but nobody; and forget who has a word when another one is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "FEW", request.param)
        patch.setattr(segment, "MAX_WORDS", 1)
        patch.setattr(segment, "MAX_TALLIES", 1)
        patch.setattr(tally, "MANY", 2)
        yield


def euros(amount):
    return Money(amount * 100, "EUR")


def offering(niche, layer, amount, kind=ServiceKind.INCIDENT, urgency_hours=0):
    return Offering(niche, layer, terms_of(kind, euros(amount)), urgency_hours)


def terms_of(kind, price):
    """Sell at a price, of which an hour is the most."""
    lasts = {ServiceKind.HOURLY: {"cap_minutes": 60}, ServiceKind.SESSION: {"session_minutes": 60}}
    return Terms(kind, price, **lasts.get(kind, {}))


def opening(hours):
    """Be open in so many hours."""
    return {"next_open": None if hours == inf else NOON + hours * HOUR, "opens_in": hours}


def make_card(provider_id=1, **overrides):
    facts = {
        "words": frozenset({"ana", "ruiz", "upgrad"}),
        "languages": {"es": Speech.both(Cefr.C1)},
        "offerings": (offering("upgrades", Layer.PLATFORM, 49),),
        "tracks": frozenset({"upgrades-1"}),
        "releases": frozenset({"sample:4.1"}),
        "country": "CL",
        "level": PartnerLevel.NEW,
        "next_open": NOON,
        "opens_in": 0.0,
        "overlap_hours": 4.0,
        "figures": Figures(),
        "created_at": NOON - 100 * DAY,
        **overrides,
    }
    return Card(provider_id, **facts)


def asked(**conditions_):
    return replace(ANYBODY, **conditions_)


# What a card meets


@pytest.mark.parametrize(
    ("filters", "is_met"),
    [
        (asked(), True),
        (asked(languages={"es": None}), True),
        (asked(languages={"fr": None}), False),
        (asked(languages={"fr": None, "es": None}), True),
        (asked(languages={"es": None}, level=Cefr.C1), True),
        (asked(languages={"es": None}, level=Cefr.C2), False),
        (asked(languages={"es": Cefr.B2}, level=Cefr.C2), True),
        (asked(languages={"es": Cefr.NATIVE}), False),
        (asked(languages={"es": None}, medium=Medium.WRITTEN), True),
        (asked(languages={"es": None}, is_proven=True), False),
        (asked(level=Cefr.NATIVE), True),  # Of no language in particular.
        (asked(niches=frozenset({"upgrades", "themes"})), True),
        (asked(niches=frozenset({"themes"})), False),
        (asked(layers=frozenset({Layer.PLATFORM})), True),
        (asked(layers=frozenset({Layer.APPLICATION})), False),
        (asked(price_max=euros(49)), True),
        (asked(price_max=euros(48)), False),
        (asked(credentials=frozenset({"upgrades-1"})), True),
        (asked(credentials=frozenset({"upgrades-2"})), False),
        (asked(releases=frozenset({"sample:4.1", "sample:5.0"})), True),
        (asked(releases=frozenset({"sample:5.0"})), False),
        (asked(accepts_cover=True), True),
        (asked(urgency_hours=1), True),
        (asked(overlap_hours=4), True),
        (asked(overlap_hours=5), False),
        (asked(opens_within=0), True),
        (asked(countries=frozenset({"CL", "ES"})), True),
        (asked(countries=frozenset({"ES"})), False),
        (asked(partner_levels=frozenset({PartnerLevel.NEW})), True),
        (asked(partner_levels=frozenset({PartnerLevel.LEADING})), False),
        (asked(kinds=frozenset({ServiceKind.INCIDENT})), True),
        (asked(kinds=frozenset({ServiceKind.HOURLY})), False),
        (asked(stars_min=3.0), False),  # Nobody has said anything.
        (asked(words=asked_words("ruiz upgrading")), True),
        (asked(words=asked_words("ruiz themes")), False),
    ],
)
def test_a_condition_holds_or_not(filters, is_met):
    assert meets(make_card(), filters) == is_met


@pytest.mark.parametrize(
    ("hours", "fits"),
    [(0, [True, True, True]), (2, [False, True, True]), (2.1, [False, False, True]), (inf, 3 * [False])],
)
def test_who_opens_within_so_many_hours(hours, fits):
    card = make_card(**opening(hours))
    assert [meets(card, asked(opens_within=within)) for within in (0, 2, 168)] == fits
    assert card.is_open == fits[0]


@pytest.mark.parametrize(("stars", "fits"), [(4.0, True), (4.5, True), (4.6, False)])
def test_stars_are_the_average_that_is_shown(stars, fits):
    assert meets(make_card(figures=Figures(ratings=2, stars_sum=9)), asked(stars_min=stars)) == fits


def test_niche_layer_kind_and_price_must_be_those_of_one_service():
    card = make_card(
        offerings=(
            offering("upgrades", Layer.PLATFORM, 90),
            offering("themes", Layer.APPLICATION, 20, ServiceKind.SESSION),
        )
    )
    upgrades = asked(niches=frozenset({"upgrades"}))
    assert meets(card, upgrades)
    assert not meets(card, replace(upgrades, layers=frozenset({Layer.APPLICATION})))
    assert not meets(card, replace(upgrades, price_max=euros(50)))
    assert not meets(card, replace(upgrades, kinds=frozenset({ServiceKind.SESSION})))
    assert price_from(card, upgrades) == euros(90)
    assert price_from(card, asked()) == euros(20)


def test_who_needs_an_answer_sooner_pays_the_price_of_that():
    usual, urgent = (
        offering("upgrades", Layer.PLATFORM, amount, urgency_hours=hours) for amount, hours in ((50, 24), (80, 4))
    )
    card = make_card(offerings=(usual, urgent))
    prices = {hours: price_from(card, asked(urgency_hours=hours)) for hours in (2, 4, 23, 24, 72)}
    assert prices == {2: None, 4: euros(80), 23: euros(80), 24: euros(50), 72: euros(50)}
    assert price_from(card, asked()) == euros(50)
    assert not meets(card, asked(urgency_hours=4, price_max=euros(79)))


def test_who_sells_nothing_is_listed_until_something_is_asked_of_the_services():
    card = make_card(offerings=())
    assert meets(card, asked())
    assert not meets(card, asked(price_max=euros(1000)))
    assert price_from(card, asked()) is None


def test_case_and_accents_make_no_difference():
    assert fold("JOSÉ Núñez ß") == "jose nunez ss"


# Any list at all

LANGUAGES, NICHES, TRACKS = ["ar", "es", "fr"], ["hosting", "themes", "upgrades"], ["hosting-1", "upgrades-2"]
RELEASES = ["sample:4.1", "sample:5.0"]
COUNTRIES = ["CL", "ES"]


@st.composite
def speeches(draw):
    """Speak or write a language, or both; a lower or the same level may be proven, by a colleague perhaps."""
    some = st.none() | st.sampled_from(list(Cefr))
    told = draw(st.tuples(some, some).filter(any))
    proven = [draw(some) for _medium in told]
    return Speech(
        *told, *(one if one and level and one <= level else None for one, level in zip(proven, told, strict=True))
    )


@st.composite
def cards(draw):
    niche, layer = st.sampled_from(NICHES), st.sampled_from(list(Layer))
    terms = st.builds(terms_of, st.sampled_from(list(ServiceKind)), st.integers(20, 90).map(euros))
    urgency = st.sampled_from([0, 4, 24, 72, 168])
    ratings = draw(st.integers(0, 9))
    return make_card(
        words=frozenset(draw(st.sampled_from(["ana hosting", "bo themes", "ana themes"])).split()),
        languages=draw(st.dictionaries(st.sampled_from(LANGUAGES), speeches(), max_size=3)),
        offerings=tuple(draw(st.lists(st.builds(Offering, niche, layer, terms, urgency), max_size=3))),
        tracks=frozenset(draw(st.sets(st.sampled_from(TRACKS)))),
        accepts_cover=draw(st.booleans()),
        releases=frozenset(draw(st.sets(st.sampled_from(RELEASES)))),
        **opening(draw(st.just(inf) | st.integers(0, 9))),
        country=draw(st.sampled_from(COUNTRIES)),
        level=draw(st.sampled_from(list(PartnerLevel))),
        overlap_hours=draw(st.integers(0, 32)) / 4,
        figures=Figures(ratings=ratings, stars_sum=ratings * draw(st.integers(1, 5))),
        created_at=NOON - draw(st.integers(0, 5)) * DAY,
    )


@st.composite
def lists_of_cards(draw):
    drawn = draw(st.lists(cards(), max_size=8))
    return [replace(card, provider_id=number) for number, card in enumerate(drawn, start=1)]


WHAT_CAN_BE_ASKED = {
    "languages": st.dictionaries(st.sampled_from(LANGUAGES), st.none() | st.sampled_from(list(Cefr)), min_size=1),
    "niches": st.frozensets(st.sampled_from(NICHES), min_size=1),
    "layers": st.frozensets(st.sampled_from(list(Layer)), min_size=1),
    "credentials": st.frozensets(st.sampled_from(TRACKS), min_size=1),
    "releases": st.frozensets(st.sampled_from(RELEASES), min_size=1),
    "accepts_cover": st.sampled_from([True]),
    "overlap_hours": st.integers(1, 6),
    "kinds": st.frozensets(st.sampled_from(list(ServiceKind)), min_size=1),
    "urgency_hours": st.sampled_from([2, 4, 24, 100]),
    "countries": st.frozensets(st.sampled_from(COUNTRIES), min_size=1),
    "partner_levels": st.frozensets(st.sampled_from(list(PartnerLevel)), min_size=1),
    "opens_within": st.integers(0, 9),
    "stars_min": st.sampled_from(STARS_STEPS),
    "price_max": st.integers(30, 90).map(euros),
    "words": st.sampled_from(["ana", "themes an"]).map(asked_words),
}


@st.composite
def searches(draw):
    """Ask for a few things at once: who asks for everything finds nobody."""
    names = draw(st.sets(st.sampled_from(sorted(WHAT_CAN_BE_ASKED)), max_size=3))
    level, sort = draw(st.sampled_from(list(Cefr))), draw(st.sampled_from(list(Sort)))
    medium, is_proven = draw(st.none() | st.sampled_from(list(Medium))), draw(st.booleans())
    chosen = {name: draw(WHAT_CAN_BE_ASKED[name]) for name in sorted(names)}
    return asked(**chosen, level=level, medium=medium, is_proven=is_proven, sort=sort)


def matches_in(listed, filters):
    """Index the first half, with outdated rows of the others beside it, and the other half."""
    half = len(listed) // 2
    outdated = [replace(listed[0], provider_id=card.provider_id) for card in listed[half:]]
    first, second = indexed(listed[:half] + outdated, NOON), indexed(listed[half:], NOON)
    return [first.matches(filters, np.arange(len(listed)) < half), second.matches(filters)]


@dataclass(frozen=True)
class Page:
    cards: list
    total: int
    facets: dict
    next_cursor: str | None
    relax: list
    nearest: Nearest | None


def find(listed, filters, *, cursor=None, limit=EVERYBODY, now=NOON, reader="UTC EUR"):
    matches = matches_in(listed, filters)
    found = rules.find(matches, filters, now.date(), reader=reader, cursor=cursor, limit=limit)
    by_id = {card.provider_id: card for card in listed}
    cards = [by_id[one] for one in found.provider_ids]
    return Page(cards, found.total, found.facets, found.next_cursor, found.relax, found.nearest)


def facets(listed, filters):
    return find(listed, filters).facets


@given(lists_of_cards(), searches())
def test_the_count_of_a_facet_is_what_choosing_it_alone_would_find(listed, filters):
    for facet, counts in facets(listed, filters).items():
        for value, count in counts.items():
            alone = brute_force.alone(filters, facet, value)
            assert count == sum(meets(card, alone) for card in listed), (facet, value)


@given(lists_of_cards(), searches())
def test_every_value_that_brings_somebody_or_is_asked_is_counted(listed, filters):
    counted, used = facets(listed, filters), brute_force.values_in_use(listed, filters)
    assert set(counted[Condition.LANGUAGE]) == used[Condition.LANGUAGE] | set(filters.languages)
    assert set(counted[Condition.NICHE]) == used[Condition.NICHE] | filters.niches
    assert set(counted[Condition.CREDENTIAL]) == used[Condition.CREDENTIAL] | filters.credentials
    assert set(counted[Condition.RELEASE]) == used[Condition.RELEASE] | filters.releases
    assert set(counted[Condition.COUNTRY]) == used[Condition.COUNTRY] | filters.countries
    assert set(counted[Condition.LAYER]) == set(Layer)
    assert set(counted[Condition.KIND]) == set(ServiceKind)
    assert set(counted[Condition.PARTNER_LEVEL]) == set(PartnerLevel)
    assert set(counted[Condition.COVER]) == {YES}
    assert set(counted[Condition.URGENCY]) == {str(n) for n in {*URGENCIES_HOURS, filters.urgency_hours} if n}
    assert filters.opens_within is None or hours_asked(filters.opens_within) in counted[Condition.OPEN]
    assert set(counted[Condition.OVERLAP]) == {str(n) for n in {*OVERLAP_STEPS, filters.overlap_hours} if n}
    assert filters.price_max is None or str(filters.price_max.minor) in counted[Condition.PRICE]
    assert ("level" in counted) == (None in filters.languages.values())
    assert ("medium" in counted, "proven" in counted) == (bool(filters.languages),) * 2


@given(lists_of_cards(), searches())
def test_the_order_is_that_of_sorting_everybody(listed, filters):
    found = find(listed, filters)
    assert [card.provider_id for card in found.cards] == brute_force.in_order(listed, filters, NOON.date())


@given(lists_of_cards(), searches(), st.integers(1, 4))
def test_pages_put_together_are_the_whole_list(listed, filters, limit):
    whole = find(listed, filters)
    assert {card.provider_id for card in whole.cards} == {card.provider_id for card in listed if meets(card, filters)}
    assert whole.total == len(whole.cards)
    assert whole.next_cursor is None
    pages, cursor = [], None
    for _page in range(len(listed) + 1):
        page = find(listed, filters, cursor=cursor, limit=limit)
        assert page.total == whole.total
        assert page.cards or not whole.cards
        pages += page.cards
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.cards) == limit
    assert pages == whole.cards


@given(lists_of_cards(), searches())
def test_when_nobody_fits_each_way_out_brings_as_many_as_it_says(listed, filters):
    found = find(listed, filters)
    assert {(one.parameter, one.value): one.count for one in found.relax} == (
        {} if found.total else brute_force.ways_out(listed, filters, found.facets)
    )


@given(lists_of_cards(), searches())
def test_where_no_change_is_enough_nothing_that_is_left_out_could_have_been_kept(listed, filters):
    found = find(listed, filters)
    if found.total or found.relax or not listed:
        assert found.nearest is None
        return
    assert found.nearest is not None, "whoever is listed meets nothing"
    assert found.nearest.count == number_without(listed, filters, found.nearest.parameters) > 0
    for one in found.nearest.parameters:
        others = [other for other in found.nearest.parameters if other != one]
        if one in {*Condition}:  # What is asked of languages beside is given up where it is the least to give up.
            assert number_without(listed, filters, others) == 0, one


def number_without(listed, filters, parameters):
    """Count who meets what is asked but for some parameters."""
    return sum(meets(card, brute_force.without_all(filters, parameters)) for card in listed)


@given(lists_of_cards(), searches())
def test_a_language_is_given_up_only_if_nobody_knows_it_at_all(listed, filters):
    found = find(listed, filters)
    if found.nearest and Condition.LANGUAGE in found.nearest.parameters:
        assert not any(code in card.languages for code in filters.languages for card in listed)


@given(lists_of_cards(), searches())
def test_the_smallest_change_comes_first(listed, filters):
    relax = find(listed, filters).relax
    sizes = [(one.value is None and one.parameter != "medium", -one.count) for one in relax]
    parts = {one.parameter for one in relax} & {"proven", "medium", "level"}
    if parts and relax[-1].parameter == Condition.LANGUAGE:
        sizes.pop()
    assert sizes == sorted(sizes)
    assert not parts or Condition.LANGUAGE not in [one.parameter for one in relax[:-1]]


@given(lists_of_cards(), searches())
def test_prices_in_order_are_those_of_what_is_asked_for(listed, filters):
    found = find(listed, replace(filters, sort=Sort.PRICE))
    lowest = [min(one.price.minor for one in fitting(card, filters)) for card in found.cards if fitting(card, filters)]
    assert lowest == sorted(lowest)


# In which order


def order(listed, sort):
    return [card.provider_id for card in find(listed, asked(sort=sort)).cards]


def test_few_ratings_weigh_little():
    one_five = make_card(1, figures=Figures(ratings=1, stars_sum=5))
    many_good = make_card(2, figures=Figures(ratings=40, stars_sum=190))
    unknown = make_card(3)
    one_bad = make_card(4, figures=Figures(ratings=1, stars_sum=1))
    assert order([one_five, many_good, unknown, one_bad], Sort.SATISFACTION) == [2, 1, 3, 4]


def test_the_best_match_counts_satisfaction_promises_and_shared_hours():
    plain = make_card(1)
    satisfying = make_card(2, figures=Figures(ratings=20, stars_sum=100))
    keeping = make_card(3, figures=Figures(promises_due=50, promises_kept=50))
    near = make_card(4, overlap_hours=5.0)
    selling_nothing = make_card(5, offerings=(), figures=Figures(ratings=20, stars_sum=100), overlap_hours=8.0)
    found = order([plain, satisfying, keeping, near, selling_nothing], Sort.BEST)
    assert found[-2:] == [1, 5]
    assert set(found[:3]) == {2, 3, 4}


def test_language_comes_first_then_hours_then_the_rest():
    perfect = Figures(ratings=90, stars_sum=450, promises_due=90, promises_kept=90)
    native = make_card(1, languages={"es": Speech.both(Cefr.NATIVE)}, overlap_hours=3.0)
    fluent = make_card(2, languages={"es": Speech.both(Cefr.B2)}, overlap_hours=6.0, figures=perfect)
    present = make_card(3, languages={"es": Speech.both(Cefr.B2)}, overlap_hours=8.0)
    found = find([fluent, present, native], asked(languages={"es": None}))
    assert [card.provider_id for card in found.cards] == [1, 3, 2]
    assert order([replace(fluent, overlap_hours=8.0), present], Sort.BEST) == [2, 3]


def test_who_knows_a_language_just_as_well_as_is_asked_for_is_given_points_for_it():
    just = make_card(1, languages={"es": Speech.both(Cefr.B2)}, overlap_hours=8.0)
    better = make_card(2, languages={"es": Speech.both(Cefr.C1)}, overlap_hours=0.0)
    found = find([better, just], asked(languages={"es": Cefr.B2}))
    assert [card.provider_id for card in found.cards] == [1, 2]


def test_a_language_that_is_asked_at_a_level_of_its_own_keeps_it_when_levels_are_counted():
    listed = [
        make_card(1, languages={"pt": Speech.both(Cefr.B2)}),
        make_card(2, languages={"es": Speech.both(Cefr.A2)}),
    ]
    counts = facets(listed, asked(languages={"es": None, "pt": Cefr.B2}))["level"]
    assert counts == {"A1": 2, "A2": 2} | dict.fromkeys(["B1", "B2", "C1", "C2", "native"], 1)


def test_among_equals_everybody_comes_first_on_some_day():
    equals = [make_card(number) for number in range(1, 6)]
    first = {find(equals, asked(), limit=1, now=NOON + day * DAY).cards[0].provider_id for day in range(60)}
    assert first == {1, 2, 3, 4, 5}


def test_a_list_keeps_its_order_over_midnight():
    equals = [make_card(number) for number in range(1, 9)]
    whole = find(equals, asked())
    begun = find(equals, asked(), limit=3)
    rest = find(equals, asked(), cursor=begun.next_cursor, now=NOON + DAY)
    assert begun.cards + rest.cards == whole.cards
    assert find(equals, asked(), now=NOON + DAY).cards != whole.cards


def test_who_is_open_now_is_soonest_and_who_is_away_comes_last():
    later = make_card(1, **opening(2))
    sooner = make_card(2, **opening(1))
    away = make_card(3, **opening(inf))
    now = make_card(4)
    assert order([later, sooner, away, now], Sort.SOONEST) == [4, 2, 1, 3]


def test_the_newest_comes_first():
    assert order([make_card(1, created_at=NOON - DAY), make_card(2, created_at=NOON)], Sort.NEWEST) == [2, 1]


@pytest.mark.parametrize(
    "cursor",
    ["x", "no base64 at all", "bnVsbA", "W10", "WyJwcmljZSIsMV0", "WyJiZXN0IiwiYSJd", "WyJiZXN0Iix0cnVlXQ", "W" * 299],
    ids=["letter", "spaces", "null", "empty", "short", "text", "boolean", "long"],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor):
    with pytest.raises(BrokenCursor):
        find([make_card()], asked(), cursor=cursor, limit=1)


STRANGE = ["1", True, 2**60, [], {}]


@pytest.mark.parametrize(
    ("place", "wrong"),
    [*((place, one) for place in range(1, 5) for one in STRANGE), (1, -1), (3, -1), (4, 0.5), (4, None)],
)
def test_a_cursor_with_anything_else_in_it_is_refused(place, wrong):
    listed = [make_card(number) for number in (1, 2)]
    cursor = find(listed, asked(), limit=1).next_cursor
    said = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    assert find(listed, asked(), cursor=written(said), limit=1).cards
    said[place] = wrong
    with pytest.raises(BrokenCursor):
        find(listed, asked(), cursor=written(said), limit=1)


def written(said):
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


@given(searches(), searches())
def test_a_cursor_of_another_question_is_refused(filters, other):
    """It would hide whoever stands before that place in the other list."""
    everybody = [make_card(number) for number in (1, 2)]
    cursor = find(everybody, asked(), limit=1).next_cursor
    for question, reader in (
        (filters, "UTC EUR"),
        (other, "UTC EUR"),
        (asked(), "UTC USD"),
        (asked(), "Asia/Tokyo EUR"),
    ):
        if (question, reader) != (asked(), "UTC EUR"):
            with pytest.raises(BrokenCursor):
                find(everybody, question, cursor=cursor, limit=1, reader=reader)


def test_the_order_of_values_makes_no_other_question():
    everybody = [make_card(number, languages={"es": Speech.both(Cefr.C1)}) for number in (1, 2)]
    one = asked(languages={"es": None, "fr": Cefr.B1}, countries=frozenset(["CL", "ES", "AR"]))
    same = asked(languages={"fr": Cefr.B1, "es": None}, countries=frozenset(["AR", "ES", "CL"]))
    cursor = find(everybody, one, limit=1).next_cursor
    assert len(find(everybody, same, cursor=cursor).cards) == 1


# Round prices


@given(st.lists(st.integers(1, 99_999_999), min_size=1))
def test_price_steps_lie_around_the_prices(minors):
    steps = price_steps(minors)
    assert steps == sorted(set(steps))
    assert steps[-1] >= max(minors)
    assert all(step >= min(minors) for step in steps)
    assert all(step < max(minors) for step in steps[:-1])


def test_price_steps_are_round():
    assert price_steps([2500, 4900, 12_000]) == [3000, 5000, 7500, 10_000, 15_000]
    assert price_steps([]) == []


def test_one_condition_less():
    listed = [make_card(1, languages={"fr": Speech.both(Cefr.B2)}), make_card(2), make_card(3)]
    filters = asked(languages={"fr": None}, niches=frozenset({"upgrades"}), words=asked_words("nobody"))
    assert find(listed, filters).relax == [Relaxation("q", None, 1)]
    assert find(listed, replace(filters, words=(), overlap_hours=6)).relax == [Relaxation("overlap", "4", 1)]


def test_who_has_no_proof_is_nearer_than_who_speaks_another_language():
    learned, proven = Speech.both(Cefr.C1), Speech(Cefr.B1, Cefr.B2, written_proven=Cefr.B2)
    listed = [make_card(1, languages={"fr": learned})] + [make_card(one, languages={"es": proven}) for one in (2, 3)]
    proof = Relaxation("proven", "no", 1)
    [first, *others] = find(listed, asked(languages={"fr": None}, is_proven=True)).relax
    assert (first, others) == (proof, [Relaxation("language", None, 3)])
    themes = frozenset({"themes"})  # Nobody's: neither change is enough by itself.
    found = find(listed, asked(languages={"fr": None}, is_proven=True, niches=themes))
    assert (found.relax, found.nearest) == ([], Nearest(["proven", "niche"], 1))


def test_what_matters_most_is_kept_first():
    listed = [make_card(1, languages={"fr": Speech.both(Cefr.B2)}, country="FR"), make_card(2, overlap_hours=6.0)]
    everything = asked(
        languages={"fr": Cefr.C2}, overlap_hours=6, countries=frozenset({"FR"}), stars_min=4.5, words=asked_words("no")
    )
    assert find(listed, everything).nearest == Nearest(["level", "overlap", "q", "stars"], 1)
    hard = replace(everything, medium=Medium.WRITTEN, is_proven=True)
    assert find(listed, hard).nearest == Nearest(["proven", "level", "overlap", "q", "stars"], 1)
    unknown = replace(everything, languages={"sv": None}, countries=frozenset({"JP"}))
    assert find(listed, unknown).nearest == Nearest(["language", "q", "stars", "country"], 1)
    assert find([], everything).nearest is None


def test_who_speaks_a_little_less_is_nearest():
    levels = {1: Cefr.B1, 2: Cefr.A2, 3: Cefr.B1}
    listed = [make_card(one, languages={"fr": Speech.both(level)}) for one, level in levels.items()]
    for filters in (asked(languages={"fr": Cefr.C2}), asked(languages={"fr": None, "es": Cefr.A1}, level=Cefr.C1)):
        assert find(listed, filters).relax == [Relaxation("level", "B1", 2), Relaxation("language", None, 3)]
    written = asked(languages={"es": None}, medium=Medium.WRITTEN)
    speaks = [make_card(languages={"es": Speech(spoken=Cefr.B1)})]
    assert find(speaks, written).relax == [Relaxation("medium", None, 1), Relaxation("language", None, 1)]


@pytest.mark.parametrize(
    ("filters", "nearest"),
    [
        (asked(overlap_hours=8), Relaxation("overlap", "4", 1)),
        (asked(opens_within=0), Relaxation("open", "2", 1)),
        (asked(stars_min=4.5), Relaxation("stars", "4", 1)),
        (asked(urgency_hours=1), Relaxation("urgency", "4", 1)),
        (asked(price_max=euros(20)), Relaxation("price_max", "5000", 1)),
        (asked(opens_within=0, words=asked_words("ana")), Relaxation("open", "2", 1)),
    ],
)
def test_of_what_has_steps_the_nearest_is_told(filters, nearest):
    figures = Figures(ratings=10, stars_sum=42)
    offered = (offering("upgrades", Layer.PLATFORM, 49, urgency_hours=4),)
    near = make_card(1, overlap_hours=5.0, figures=figures, offerings=offered, **opening(1.5))
    far = make_card(2, overlap_hours=1.0, offerings=(offering("upgrades", Layer.PLATFORM, 90, urgency_hours=168),))
    far = replace(far, **opening(12))
    assert find([near, far], filters).relax == [nearest]
