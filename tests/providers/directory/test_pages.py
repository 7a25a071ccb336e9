"""The page of the list and the page of a provider."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
import time_machine

from marketplace.kernel.database import transaction
from providers.profiles.models import Provider, Review
from providers.profiles.rules import Cefr, ProviderStatus
from providers.profiles.rules.speech import Medium, Speech
from providers.services.models import Service
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.directory import make_partner
from tests.factories.profiles import make_proof
from tests.factories.services import make_service


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partners(app):
    """Three partners who help with two kinds of work."""
    with transaction() as session:
        make_rates(session, EUR=1_000_000, JPY=160_000_000)
        upgrades = make_niche(session, slug="upgrades", names={"en": "Upgrades"})
        themes = make_niche(session, slug="themes", names={"en": "Themes"})
        ana = make_person(session, name="Ana Ruiz")
        make_partner(session, upgrades, slug="ana", name="Ana Ruiz", person=ana, languages={"es": Cefr.NATIVE})
        make_partner(session, upgrades, slug="bo", name="Bo Lund", languages={"sv": Cefr.C1}, price_minor=9000)
        learned = {"es": Speech(spoken=Cefr.B1, written=Cefr.A2)}
        chen = make_partner(session, themes, slug="chen", name="Chen Wei", languages=learned, zone="Asia/Taipei")
        make_proof(session, chen.members[0], "es", Medium.WRITTEN, Cefr.A2)


def names(page):
    rows = re.findall(r'class="row-title".*?<a[^>]*><bdi>(.*?)</bdi></a>', page, re.DOTALL)
    return [unescape(name).strip() for name in rows]


def words(page):
    """Give what stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
        ("language=es", {"Ana Ruiz", "Chen Wei"}),
        ("language=es&level=B2", {"Ana Ruiz"}),
        ("language=es:B2&language=sv", {"Ana Ruiz", "Bo Lund"}),
        ("language=es&medium=spoken", {"Ana Ruiz", "Chen Wei"}),
        ("language=es:B1&medium=written", {"Ana Ruiz"}),
        ("language=es&medium=written&proven=yes", {"Chen Wei"}),
        ("language=es&medium=spoken&proven=yes", set()),
        ("language=es&proven=no", {"Ana Ruiz", "Chen Wei"}),
        ("niche=upgrades&price_max=5000", {"Ana Ruiz"}),
        ("overlap=4&tz=Europe/Madrid", {"Ana Ruiz", "Bo Lund"}),
        ("open=now", {"Ana Ruiz", "Bo Lund"}),
        ("open=24", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
        ("open=8", {"Ana Ruiz", "Bo Lund"}),
        ("kind=incident&country=ES&partner_level=new", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
        ("layer=application&q=wei", {"Chen Wei"}),
        ("utm_source=letter", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
        ("language=&q=&price_max=", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
    ],
)
def test_the_list_shows_who_meets_what_is_asked(client, partners, query, found):
    answer = client.get(f"/providers?{query}")
    assert answer.status_code == 200
    assert set(names(answer.text)) == found
    assert f"{len(found)} partner" in words(answer.text)


def test_a_row_says_what_is_true_of_the_partner(client, partners):
    row = words(client.get("/providers?q=ana").text)
    for said in (
        "Ana Ruiz",
        "Español Native",
        "Spain",
        "Upgrades",
        "from €49",
        "No ratings yet",
        "No promises due yet",
    ):
        assert said in row, said
    assert "Open 8:00 AM–4:00 PM your time; open now" in row.replace("\u202f", " ")


def test_a_row_is_true_at_each_moment_and_for_each_reader(client, partners):
    """What a row says is kept for a minute, for readers of one language and zone, and until something changes."""
    evening = NOON + 4 * HOUR - MINUTE  # The last one of Ana's day in Madrid, from 9 to 17.
    for moment, said in ((evening, "Open now"), (evening + MINUTE, "Open again"), (evening, "Open now")):
        with time_machine.travel(moment, tick=False):
            assert said in words(client.get("/providers?q=ana").text)
    shown = [client.get(f"/providers?q=ana&{reader}").text for reader in ("tz=Asia/Tokyo", "lang=es", "")]
    hours = ("5:00\u202fPM–12:00\u202fAM your time", "8:00–16:00 (tu hora)", "8:00\u202fAM–4:00\u202fPM your time")
    assert [own in page for own, page in zip(hours, shown, strict=True)] == [True] * 3
    with transaction() as session:
        session.query(Provider).filter_by(slug="ana").one().country = "CL"
    assert "Chile" in words(client.get("/providers?q=ana").text)


def test_who_takes_no_cover_is_left_out_where_it_is_asked_for_and_says_so(client, partners):
    with transaction() as session:
        session.query(Provider).filter_by(slug="bo").one().accepts_cover = False
    assert set(names(client.get("/providers?cover=yes").text)) == {"Ana Ruiz", "Chen Wei"}
    assert words(client.get("/providers").text).count("Takes no support cover") == 1
    assert "takes no requests that support cover pays for." in words(client.get("/providers/bo").text)
    assert "support cover pays for" not in words(client.get("/providers/ana").text)


def test_prices_are_those_for_how_soon_an_answer_is_needed(client, partners):
    with transaction() as session:
        bo = session.query(Provider).filter_by(slug="bo").one()
        [usual] = session.query(Service).filter_by(provider_id=bo.id)
        usual.urgency_hours = 24
        facts = {"layer": usual.layer, "niche": usual.niche, "price_minor": 15_000, "urgency_hours": 4}
        make_service(session, provider=bo, **facts)
    assert "from €90" in words(client.get("/providers?q=bo").text)
    assert "from €90" in words(client.get("/providers?q=bo&urgency=24").text)
    assert "from €150" in words(client.get("/providers?q=bo&urgency=4").text)
    assert set(names(client.get("/providers?urgency=2").text)) == {"Ana Ruiz", "Chen Wei"}
    page = words(client.get("/providers/bo").text)
    assert "First answer within 4 hours" in page
    assert "First answer within 1 day" in page
    assert "First answer within 1 day" in words(client.get("/compare?partner=bo").text)


def test_what_is_chosen_can_be_taken_back(client, partners):
    page = client.get("/providers?language=es&level=B2&niche=upgrades&niche=themes").text
    assert 'href="/providers?language=es&amp;level=B2&amp;niche=themes"' in page
    assert 'href="/providers?level=B2&amp;niche=upgrades&amp;niche=themes"' in page


def test_counts_stand_beside_what_can_be_chosen(client, partners):
    page = words(client.get("/providers?niche=upgrades").text)
    assert "Upgrades 2" in page
    assert "Themes 1" in page
    assert "Spanish 1" in page  # Chen does themes.


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("open=now", "Remove: Open now"),
        ("open=8", "Remove: Open within 8 hours"),
        ("kind=session", "Remove: Guided session at a time"),
        ("stars=4.5", "Remove: 4.5 stars or more"),
        ("country=ES", "Remove: Spain"),
        ("partner_level=leading", "Remove: Leading partner"),
        ("urgency=4", "Remove: First answer within 4 hours"),
        ("cover=yes", "Remove: Paid by support cover"),
        ("language=es&medium=written", "Remove: Writing"),
        ("language=es&proven=yes", "Remove: Proven only"),
    ],
)
def test_what_is_chosen_is_said_in_words(client, partners, query, said):
    assert said in words(client.get(f"/providers?{query}").text)


def test_when_nobody_fits_the_page_says_what_to_drop(client, partners):
    page = words(client.get("/providers?language=sv&niche=themes").text)
    assert "Nobody meets all of this" in page
    assert "Without Swedish: 1 partner" in page
    assert "Without Themes: 1 partner" in page


@pytest.mark.parametrize(
    ("query", "said", "asks"),
    [
        ("language=sv&proven=yes", "Proven or not (1 partner)", "language=sv&proven=no"),
        ("language=es&level=C2&niche=themes", "B1 or better (1 partner)", "language=es&level=B1&niche=themes"),
        (
            "language=es:native&language=sv:A2&niche=themes",
            "B1 or better (1 partner)",
            "language=es&language=sv:A2&niche=themes&level=B1",
        ),
        ("language=es:B1&niche=themes&medium=written", "Without Writing: 1 partner", "language=es:B1&niche=themes"),
        ("open=now&niche=themes", "Open within 24 hours (1 partner)", "open=24&niche=themes"),
        ("niche=upgrades&price_max=4000", "up to €50 (1 partner)", "niche=upgrades&price_max=5000"),
    ],
)
def test_what_is_nearest_stands_first_and_leads_there(client, partners, query, said, asks):
    page = client.get(f"/providers?{query}").text
    listed = page.partition("One condition less, and there is somebody:")[2].partition("</ul>")[0]
    ways = re.findall(r'<a href="([^"]+)">(.*?)</a>', listed, re.DOTALL)
    assert words(ways[0][1]) == said
    address = unquote(unescape(ways[0][0]))
    assert address == f"/providers?{asks}"
    assert len(names(client.get(address).text)) == 1


def test_how_many_there_are_decides_the_word_for_them(client, partners):
    page = words(client.get("/providers?language=sv&niche=themes&lang=ar").text)
    assert "شريك واحد عند إزالة: السويدية" in page


@pytest.mark.parametrize(
    ("query", "left_out", "asks", "number"),
    [
        ("language=fr&q=nobody&tz=UTC", ["French", "“nobody”"], "tz=UTC", 3),
        (
            "language=sv:C2&language=es:native&medium=written&proven=yes&niche=themes&country=SE&sort=newest",
            ["Proven only", "Themes", "Sweden"],
            "language=sv:C2&language=es:native&medium=written&sort=newest",
            1,
        ),
    ],
)
def test_where_no_change_is_enough_the_nearest_are_told(client, partners, query, left_out, asks, number):
    page = client.get(f"/providers?{query}").text
    told = page.partition("No one change is enough.")[2].partition("</main>")[0]
    assert [words(one) for one in re.findall(r"<bdi>(.*?)</bdi>", told.partition("</ul>")[0], re.DOTALL)] == left_out
    address = unquote(unescape(re.findall(r'href="([^"]+)"', told)[0]))
    assert address == f"/providers?{asks}"
    assert len(names(client.get(address).text)) == number
    assert 'href="/requests/new"' in told


def test_an_empty_list_leads_somewhere(client):
    page = client.get("/providers").text
    assert "Nobody is listed yet" in page
    assert 'href="/requests/new"' in page


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("language=xx", "language"),
        ("language=es:D1", "language"),
        ("&".join(f"language=es&x={number}" for number in range(500)), "language"),
        ("language=pt_BR", "language"),
        ("language=ES", "language"),
        ("level=D1", "level"),
        ("medium=sung", "medium"),
        ("proven=perhaps", "proven"),
        ("proven=true", "proven"),
        ("niche=nothing", "niche"),
        ("niche=" + "x" * 10_000, "niche"),
        ("layer=earth", "layer"),
        ("credential=nothing", "credential"),
        ("tz=Mars/Olympus", "tz"),
        ("tz=" + "x" * 10_000, "tz"),
        ("tz=../../etc/passwd", "tz"),
        ("currency=XXX", "currency"),
        ("currency=EUR&currency=JPY", "currency"),
        ("overlap=25", "overlap"),
        ("overlap=-1", "overlap"),
        ("overlap=many", "overlap"),
        ("&".join(["overlap=2"] * 500), "overlap"),
        ("open=later", "open"),
        ("open=0", "open"),
        ("open=169", "open"),
        ("open=08", "open"),
        ("open=" + "9" * 5000, "open"),
        ("open=٣", "open"),
        ("kind=gift", "kind"),
        ("country=Spain", "country"),
        ("country=es", "country"),
        ("partner_level=best", "partner_level"),
        ("stars=4.9", "stars"),
        ("stars=many", "stars"),
        ("price_max=-1", "price_max"),
        ("price_max=1e3", "price_max"),
        ("price_max=" + "9" * 5000, "price_max"),
        ("q=" + "x" * 10_000, "q"),
        ("sort=random", "sort"),
        ("cursor=nothing", "cursor"),
        ("cursor=WyJiZXN0IixbXV0", "cursor"),
    ],
)
def test_what_can_not_be_asked_is_said_at_its_field(client, partners, query, field):
    answer = client.get(f"/providers?{query}")
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    assert names(answer.text) == []


def test_what_was_asked_well_is_kept_beside_what_was_not(client, partners):
    page = client.get("/providers?language=sv&q=themes+please&overlap=25").text
    assert re.search(r'value="sv"\s+checked', page)
    assert 'value="themes please"' in page
    assert words(page).startswith("Error:")


def test_pages_of_the_list_follow_each_other(client):
    with transaction() as session:
        make_rates(session)
        niche = make_niche(session)
        for number in range(25):
            make_partner(session, niche, name=f"Partner {number:02}", created_at=NOON - number * DAY)
    first = client.get("/providers?sort=newest&language=en").text
    (following,) = re.findall(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', first)
    second = client.get(unescape("".join(following))).text
    assert names(first) + names(second) == [f"Partner {number:02}" for number in range(25)]


@pytest.fixture
def many(app):
    """More than a page of partners; gives the address of the second one."""
    with transaction() as session:
        make_rates(session, EUR=1_000_000, USD=1_100_000)
        niche = make_niche(session, slug="upgrades")
        for number in range(25):
            make_partner(session, niche, name=f"Partner {number:02}", languages={"es": Cefr.C1, "fr": Cefr.B2})
    first = app.test_client().get("/api/v1/providers?language=es&language=fr&currency=EUR&tz=UTC").json
    return f"language=es&language=fr&currency=EUR&tz=UTC&cursor={first['next']}"


def test_the_same_question_goes_on_however_it_is_written(client, many):
    assert len(names(client.get(f"/providers?{many}").text)) == 5
    other_way = many.replace("language=es&language=fr", "level=&language=fr&language=es&language=es&utm_source=x")
    assert len(names(client.get(f"/providers?{other_way}").text)) == 5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("language=fr&", ""),
        ("language=fr", "language=fr:B1"),
        ("language=es", "language=es&proven=yes"),
        ("tz=UTC", "tz=UTC&niche=upgrades"),
        ("tz=UTC", "tz=UTC&sort=newest"),
        ("tz=UTC", "tz=UTC&q=partner"),
        ("tz=UTC", "tz=Asia/Tokyo"),
        ("currency=EUR", "currency=USD"),
        ("currency=EUR", "currency=EUR&price_max=9000"),
    ],
)
def test_a_page_of_another_question_is_not_taken_for_one_of_this(client, many, old, new):
    """It would hide whoever stands before it in this one."""
    query = many.replace(old, new)
    page, call = client.get(f"/providers?{query}"), client.get(f"/api/v1/providers?{query}")
    assert (page.status_code, call.status_code) == (422, 422)
    assert 'href="#field-cursor"' in page.text
    assert "Begin at the first one." in words(page.text)
    assert set(call.json["errors"]) == {"cursor"}


def test_a_page_on_which_nobody_stands_any_more_says_so(client, many):
    shown = names(client.get(f"/providers?{many}").text)
    with transaction() as session:
        for one in session.query(Provider).filter(Provider.name.in_(shown)):
            one.status, one.suspended_reason = ProviderStatus.SUSPENDED, "Unreachable."
    page = client.get(f"/providers?{many}")
    assert page.status_code == 422
    assert "Begin at the first one." in words(page.text)
    assert "Nobody" not in words(page.text)
    call = client.get(f"/api/v1/providers?{many}").json  # A program has come to the end.
    assert (call["items"], call["next"], call["total"]) == ([], None, 20)


def test_prices_are_shown_in_the_currency_of_the_account(client, partners):
    with transaction() as session:
        reader = make_person(session, currency="JPY", zone="Asia/Tokyo")
    client.sign_in(reader)
    page = words(client.get("/providers?q=ana").text)
    assert "¥7,840" in page
    assert "Tokyo (UTC+09:00)" in page
    assert "Open 12:00 AM–1:00 AM and 5:00 PM–12:00 AM your time" in page.replace("\u202f", " ")


def test_a_partner_has_a_page(client, partners):
    page = words(client.get("/providers/ana").text)
    for said in ("Ana Ruiz", "Open now", "Upgrades", "€49", "Ask Ana", "Tuesday, March 10, 2026", "No reviews yet"):
        assert said in page, said
    assert 'href="/requests/new?provider=ana"' in client.get("/providers/ana").text


def test_a_converted_price_shows_the_original_too(client, partners):
    with transaction() as session:
        reader = make_person(session, currency="JPY")
    client.sign_in(reader)
    page = words(client.get("/providers/ana").text)
    assert "¥7,840" in page
    assert "set as €49" in page


def test_a_provider_that_is_not_listed_has_no_page(client, partners):
    assert client.get("/providers/nobody").status_code == 404


def test_texts_of_others_are_shown_as_texts(client):
    with transaction() as session:
        make_rates(session)
        nasty = "<script>alert(1)</script>"
        make_partner(session, make_niche(session, names={"en": nasty}), slug="x", name=nasty, abouts={"en": nasty})
    for address in ("/providers", "/providers/x", "/providers?q=%3Cscript%3E&overlap=25"):
        assert "<script>" not in client.get(address).text.replace('<script type="module"', "")


def test_reviews_show_first_names_only():
    assert Review(author_name="Ana Ruiz").author_first_name == "Ana"
    assert Review(author_name="").author_first_name == ""


def test_a_break_is_said_in_the_list_and_where_one_would_ask(client, partners):
    with transaction() as session:
        session.query(Provider).filter_by(slug="ana").one().break_until = NOON + 9 * DAY
    assert "On a break until March 19, 2026" in words(client.get("/providers").text)
    page = words(client.get("/providers/ana").text)
    assert "Ana takes no new requests before." in page
    assert "You pay only when it is accepted." not in page
    assert "You pay only when it is accepted." in words(client.get("/providers/bo").text)


@pytest.mark.parametrize("name", ["עדה רואיז", "\u202eadA", "A\u200bda", "\u2067Ada", "Ada (علي)"])
def test_a_name_never_turns_what_stands_beside_it(client, app, name):
    """Also names that were there before such were refused."""
    with transaction() as session:
        make_rates(session)
        make_partner(session, make_niche(session), slug="ada", name=name)
    for path in ("/providers", "/providers/ada", "/compare?partner=ada"):
        body = client.get(path).text.partition("<main")[2]
        shown = re.sub(r"<script.*?</script>|<bdi>.*?</bdi>|<[^>]*>", "", body, flags=re.DOTALL)
        assert f"<bdi>{name}</bdi>" in body, path
        assert name not in unescape(shown), path


@pytest.mark.parametrize(
    ("reader", "told", "language"),
    [("es", "Actualizo.", "es"), ("ar", "أحدّث.", "ar"), ("en", "Actualizo.", "es")],
)
def test_what_is_said_in_several_languages_is_read_in_ones_own_and_says_which_it_is(
    client, app, reader, told, language
):
    with transaction() as session:
        make_rates(session)
        make_partner(session, make_niche(session), slug="ada", abouts={"es": "Actualizo.", "ar": "أحدّث."})
    page = client.get(f"/providers/ada?lang={reader}").text
    assert f'<p class="lead" dir="auto" lang="{language}">{told}</p>' in page
    assert client.get(f"/api/v1/providers/ada?lang={reader}").json["about"] == told
