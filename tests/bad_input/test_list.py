"""The list, asked for with whatever: the page and the call say the same, and nobody is hidden or left alone."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.directory import asking

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Who is found is told by the index alone.
only_looking = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # Nothing is changed.

GOOD = {
    "language": ["es", "en:B2", "fr", "pt-BR:native"],
    "level": ["A1", "B2", "native"],
    "medium": ["spoken", "written"],
    "proven": ["yes", "no"],
    "niche": ["uploads"],
    "layer": ["application", "platform"],
    "kind": ["incident", "session"],
    "urgency": ["4", "24"],
    "country": ["ES", "CL"],
    "partner_level": ["new", "leading"],
    "cover": ["yes"],
    "tz": ["Europe/Madrid", "Asia/Kathmandu"],
    "overlap": ["1", "8"],
    "open": ["now", "24"],
    "stars": ["4.5", "3"],
    "price_max": ["0", "5000", "100000"],
    "currency": ["EUR"],
    "q": ["partner", "spanish uploads", "لغة", "עזרה 帮助", "a\u200bb\u202ec"],
    "sort": ["best", "soonest", "price", "satisfaction", "newest"],
}
ODD = [
    *("", " ", "0", "-1", "+1", "01", "1e3", "1.0", "9" * 400, "25", "٣", "NaN", "null", "true", "yes ", "ES ", "es-"),
    *("es:", "es:Z9", ":B2", "es:B2:C1", "xx", "XXX", "Mars/Olympus", "../../etc/passwd", "Europe/Madrid/..", "UTC\n"),
    *("x" * 10_000, "\u202eedoc", "\u200b", "<script>", "'--", "%", "%2500", "\\", "𝟒", "WyJiZXN0Il0", "e30", "bnVsbA"),
]
ANY_GOOD = [value for values in GOOD.values() for value in values]
NAMES = (*asking.PARAMETERS, "cursor")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def parameters(draw):
    """Draw a parameter with a value: good for it, good for another one, odd, or any text at all."""
    name = draw(st.sampled_from(NAMES))
    good = GOOD.get(name) or ANY_GOOD
    kind = draw(st.integers(0, 9))
    others = [st.sampled_from(ODD), texts, st.sampled_from(ANY_GOOD)]
    return name, draw(st.sampled_from(good) if kind < 7 else others[kind - 7])


# Often a few that are good; at times many, most of them the same.
queries = st.lists(parameters(), max_size=5) | st.builds(
    lambda one, times, more: [one] * times + more, parameters(), st.integers(2, 500), st.lists(parameters(), max_size=2)
)


def both(client, query):
    """Ask for the page and for the call."""
    page, call = (client.get(f"{path}?{urlencode(query)}") for path in ("/providers", "/api/v1/providers"))
    assert page.status_code == call.status_code, (page.status, call.text)
    return page, call


@on_sqlite
@only_looking
@given(query=queries)
def test_the_page_says_what_the_call_says(visits, query):
    client = visits.client("visitor")
    page, call = both(client, query)
    if call.status_code == 200:
        same_partners(page.text, call.json)
    elif call.status_code == 422:
        same_faults(page.text, call.json)
    else:
        assert call.status_code == 400
        assert any("\0" in value for _name, value in query)


def same_partners(page, told):
    """See that the same partners stand in the same order, and that where nobody does, the page leads on."""
    found = re.findall(r'id="partner-([^"]+)"', page)
    assert found == [one["slug"] for one in told["items"]]
    assert f'data-announce="{told["total"]} partner' in page
    assert bool(found) == (told["total"] > 0)
    if not found:
        ways = page.partition("One condition less, and there is somebody:")[2].partition("</ul>")[0]
        assert ways.count("<a ") == len(told["relax"])
        assert ways or 'href="/requests/new"' in page
    assert all(one["total"] > 0 for one in told["relax"])


def same_faults(page, told):
    """See that the page marks what the call names, at its place, and offers to begin again."""
    assert set(re.findall(r'href="#field-([a-z_]+)"', page)) == set(told["errors"])
    for name, messages in told["errors"].items():
        assert page.count(f'id="field-{name}"') == 1, name
        assert all(messages)
        assert all(message in unescape(page) for message in messages), name
    assert 'href="/providers"' in page


@on_sqlite
@pytest.mark.parametrize("name", NAMES)
def test_too_many_and_too_long_are_named_where_they_stand(visits, name):
    client = visits.client("visitor")
    good = GOOD.get(name, ["W10"])[0]
    unseen = [] if name == "q" else [f"\u202e{good}", f"{good}\u200b"]  # Any words may be looked for.
    for query in [[(name, good)] * 500, *([(name, one)] for one in ["x" * 10_000, *unseen])]:
        page, call = both(client, query)
        assert (page.status_code, set(call.json["errors"])) == (422, {name})
        same_faults(page.text, call.json)


@on_sqlite
@only_looking
@given(query=st.binary(max_size=60) | st.binary(max_size=30).map(lambda one: b"%".join(bytes([c]) for c in one)))
def test_whatever_stands_behind_the_question_mark_is_answered(visits, query):
    client = visits.client("visitor")
    for path in ("/providers", "/api/v1/providers", "/providers/partner", "/compare"):
        answer = client.get(path, query_string=query.decode("latin-1"))
        assert answer.status_code in {200, 400, 422}, (path, query)
