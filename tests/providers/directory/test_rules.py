"""The list of providers: who meets what, counts, order, pages and advice, against the definitions themselves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import fold
from providers.directory.rules import (
    ANYBODY,
    OVERLAP_STEPS,
    BrokenCursor,
    Card,
    Condition,
    Offering,
    Relaxation,
    Sort,
    conditions,
    facets,
    find,
    fitting,
    meets,
    price_from,
    price_steps,
    relaxations,
    without,
)
from providers.profiles.rules import Cefr, Figures
from providers.services.rules import Terms
from tests.factories import DAY, HOUR, NOON

EVERYBODY = 1000


def euros(amount):
    return Money(amount * 100, "EUR")


def offering(niche, layer, amount):
    return Offering(niche, layer, Terms(ServiceKind.INCIDENT, euros(amount)))


def make_card(provider_id=1, **overrides):
    facts = {
        "text": "ana ruiz upgrades",
        "languages": {"es": Cefr.C1},
        "offerings": (offering("upgrades", Layer.PLATFORM, 49),),
        "tracks": frozenset({"upgrades-1"}),
        "is_open": True,
        "next_open": NOON,
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
        (asked(level=Cefr.NATIVE), True),  # Of no language in particular.
        (asked(niches=frozenset({"upgrades", "themes"})), True),
        (asked(niches=frozenset({"themes"})), False),
        (asked(layers=frozenset({Layer.PLATFORM})), True),
        (asked(layers=frozenset({Layer.APPLICATION})), False),
        (asked(price_max=euros(49)), True),
        (asked(price_max=euros(48)), False),
        (asked(credentials=frozenset({"upgrades-1"})), True),
        (asked(credentials=frozenset({"upgrades-2"})), False),
        (asked(overlap_hours=4), True),
        (asked(overlap_hours=5), False),
        (asked(open_now=True), True),
        (asked(words=("ruiz", "upgrade")), True),
        (asked(words=("ruiz", "themes")), False),
    ],
)
def test_a_condition_holds_or_not(filters, is_met):
    assert meets(make_card(), filters) == is_met


def test_who_is_closed_is_not_open_now():
    closed = make_card(is_open=False, next_open=NOON + HOUR)
    assert not meets(closed, asked(open_now=True))


def test_niche_layer_and_price_must_be_those_of_one_service():
    card = make_card(
        offerings=(
            offering("upgrades", Layer.PLATFORM, 90),
            offering("themes", Layer.APPLICATION, 20),
        )
    )
    upgrades = asked(niches=frozenset({"upgrades"}))
    assert meets(card, upgrades)
    assert not meets(card, replace(upgrades, layers=frozenset({Layer.APPLICATION})))
    assert not meets(card, replace(upgrades, price_max=euros(50)))
    assert price_from(card, upgrades) == euros(90)
    assert price_from(card, asked()) == euros(20)


def test_who_sells_nothing_is_listed_until_something_is_asked_of_the_services():
    card = make_card(offerings=())
    assert meets(card, asked())
    assert not meets(card, asked(price_max=euros(1000)))
    assert price_from(card, asked()) is None


def test_case_and_accents_make_no_difference():
    assert fold("JOSÉ Núñez ß") == "jose nunez ss"


# Any list at all

LANGUAGES, NICHES, TRACKS = ["ar", "es", "fr"], ["hosting", "themes", "upgrades"], ["hosting-1", "upgrades-2"]


@st.composite
def cards(draw):
    niche, layer = st.sampled_from(NICHES), st.sampled_from(list(Layer))
    terms = st.builds(Terms, st.just(ServiceKind.INCIDENT), st.integers(20, 90).map(euros))
    ratings = draw(st.integers(0, 9))
    return make_card(
        text=draw(st.sampled_from(["ana hosting", "bo themes", "ana themes"])),
        languages=draw(st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(list(Cefr)), max_size=3)),
        offerings=tuple(draw(st.lists(st.builds(Offering, niche, layer, terms), max_size=3))),
        tracks=frozenset(draw(st.sets(st.sampled_from(TRACKS)))),
        is_open=draw(st.booleans()),
        next_open=draw(st.none() | st.integers(0, 9).map(lambda hours: NOON + hours * HOUR)),
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
    "overlap_hours": st.integers(1, 6),
    "open_now": st.just(True),  # noqa: FBT003
    "price_max": st.integers(30, 90).map(euros),
    "words": st.sampled_from([("ana",), ("themes", "ana")]),
}


@st.composite
def searches(draw):
    """Ask for a few things at once: who asks for everything finds nobody."""
    names = draw(st.sets(st.sampled_from(sorted(WHAT_CAN_BE_ASKED)), max_size=3))
    level, sort = draw(st.sampled_from(list(Cefr))), draw(st.sampled_from(list(Sort)))
    return asked(**{name: draw(WHAT_CAN_BE_ASKED[name]) for name in sorted(names)}, level=level, sort=sort)


def chosen_alone(filters, facet, value):
    """Ask for one value of a facet in the place of what was asked of it."""
    return {
        Condition.LANGUAGE: lambda: replace(filters, languages={value: filters.languages.get(value)}),
        "level": lambda: replace(filters, level=Cefr(value)),
        Condition.NICHE: lambda: replace(filters, niches=frozenset({value})),
        Condition.LAYER: lambda: replace(filters, layers=frozenset({Layer(value)})),
        Condition.CREDENTIAL: lambda: replace(filters, credentials=frozenset({value})),
        Condition.OVERLAP: lambda: replace(filters, overlap_hours=int(value)),
        Condition.OPEN: lambda: replace(filters, open_now=True),
        Condition.PRICE: lambda: replace(filters, price_max=Money(int(value), "EUR")),
    }[facet]()


@given(lists_of_cards(), searches())
def test_the_count_of_a_facet_is_what_choosing_it_alone_would_find(listed, filters):
    for facet, counts in facets(listed, filters).items():
        for value, count in counts.items():
            alone = chosen_alone(filters, facet, value)
            assert count == sum(meets(card, alone) for card in listed), (facet, value)


@given(lists_of_cards(), searches())
def test_every_value_that_somebody_has_or_asks_for_is_counted(listed, filters):
    counted = facets(listed, filters)
    assert set(counted[Condition.LANGUAGE]) == {code for card in listed for code in card.languages} | set(
        filters.languages
    )
    assert set(counted[Condition.NICHE]) == {one.niche for card in listed for one in card.offerings} | filters.niches
    assert set(counted[Condition.CREDENTIAL]) == {one for card in listed for one in card.tracks} | filters.credentials
    assert set(counted[Condition.LAYER]) == set(Layer)
    assert set(counted[Condition.OVERLAP]) == {str(n) for n in {*OVERLAP_STEPS, filters.overlap_hours} if n}
    assert filters.price_max is None or str(filters.price_max.minor) in counted[Condition.PRICE]
    assert ("level" in counted) == (None in filters.languages.values())


@given(lists_of_cards(), searches(), st.integers(1, 4))
def test_pages_put_together_are_the_whole_list(listed, filters, limit):
    whole = find(listed, filters, cursor=None, limit=EVERYBODY)
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
    assert pages == list(whole.cards)


@given(lists_of_cards(), searches())
def test_when_nobody_fits_each_way_out_brings_as_many_as_it_says(listed, filters):
    found = find(listed, filters, cursor=None, limit=EVERYBODY)
    brings = {one: sum(meets(card, without(filters, one)) for card in listed) for one in conditions(filters)}
    assert bool(found.relax) == (found.total == 0 and any(brings.values()))
    if found.relax:
        assert {one.condition: one.count for one in found.relax} == {one: n for one, n in brings.items() if n}
        assert [one.count for one in found.relax] == sorted((n for n in brings.values() if n), reverse=True)


@given(lists_of_cards(), searches())
def test_prices_in_order_are_those_of_what_is_asked_for(listed, filters):
    found = find(listed, replace(filters, sort=Sort.PRICE), cursor=None, limit=EVERYBODY)
    lowest = [min(one.price.minor for one in fitting(card, filters)) for card in found.cards if fitting(card, filters)]
    assert lowest == sorted(lowest)


# In which order


def order(listed, sort):
    return [card.provider_id for card in find(listed, asked(sort=sort), cursor=None, limit=EVERYBODY).cards]


def test_few_ratings_weigh_little():
    one_five = make_card(1, figures=Figures(ratings=1, stars_sum=5))
    many_good = make_card(2, figures=Figures(ratings=40, stars_sum=190))
    unknown = make_card(3)
    one_bad = make_card(4, figures=Figures(ratings=1, stars_sum=1))
    assert order([one_five, many_good, unknown, one_bad], Sort.SATISFACTION) == [2, 1, 3, 4]


def test_the_best_record_counts_satisfaction_promises_and_shared_hours():
    plain = make_card(1)
    satisfying = make_card(2, figures=Figures(ratings=20, stars_sum=100))
    keeping = make_card(3, figures=Figures(promises_due=50, promises_kept=50))
    near = make_card(4, overlap_hours=5.0)
    selling_nothing = make_card(5, offerings=(), figures=Figures(ratings=20, stars_sum=100), overlap_hours=8.0)
    found = order([plain, satisfying, keeping, near, selling_nothing], Sort.BEST)
    assert found[-2:] == [1, 5]
    assert set(found[:3]) == {2, 3, 4}


def test_who_is_open_now_is_soonest_and_who_is_away_comes_last():
    later = make_card(1, is_open=False, next_open=NOON + 2 * HOUR)
    sooner = make_card(2, is_open=False, next_open=NOON + HOUR)
    away = make_card(3, is_open=False, next_open=None)
    now = make_card(4)
    assert order([later, sooner, away, now], Sort.SOONEST) == [4, 2, 1, 3]


def test_the_newest_comes_first():
    assert order([make_card(1, created_at=NOON - DAY), make_card(2, created_at=NOON)], Sort.NEWEST) == [2, 1]


@pytest.mark.parametrize(
    "cursor",
    ["x", "no base64 at all", "bnVsbA", "W10", "WyJwcmljZSIsMV0", "WyJiZXN0IiwiYSJd", "WyJiZXN0Iix0cnVlXQ", "W" * 299],
    ids=["letter", "spaces", "null", "empty", "another order", "text", "boolean", "long"],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor):
    with pytest.raises(BrokenCursor):
        find([make_card()], asked(), cursor=cursor, limit=1)


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
    listed = [make_card(1, languages={"fr": Cefr.B2}), make_card(2), make_card(3)]
    filters = asked(languages={"fr": None}, niches=frozenset({"upgrades"}), words=("nobody",))
    assert relaxations(listed, filters) == [Relaxation(Condition.TEXT, 1)]
    assert relaxations(listed, replace(filters, words=(), overlap_hours=6)) == [Relaxation(Condition.OVERLAP, 1)]
