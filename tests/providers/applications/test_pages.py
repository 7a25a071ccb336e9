"""The pages of an application, from the first word to the directory, for those who apply and those who decide."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from certification.credentials import commands as credentials
from marketplace.accounts.models import Person
from marketplace.accounts.rules import StaffRole
from marketplace.catalogue import queries as catalogue
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from providers.applications import links
from providers.applications.models import Application
from providers.applications.rules import ApplicationStatus
from providers.profiles import queries as profiles
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.applications import make_applicant, make_application, make_invitation
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.profiles import make_member, make_provider
from tests.factories.services import make_service
from tests.factories.tracks import make_track

PROFILE = {"name": "Nia Helps", "country": "ES", "capacity": "4", "about_en": "Uploads are what I do best."}
OVERVIEW = "/work/application"


@pytest.fixture(autouse=True)
def _at_noon(app):
    with time_machine.travel(NOON, tick=False):
        with transaction() as session:
            make_rates(session)
            make_niche(session, slug="uploads", names={"en": "Uploads"})
        yield


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def sign_in(client, make, *arguments, **facts):
    """Sign somebody in who is made for it."""
    with transaction() as session:
        person = make(session, *arguments, **facts)
        client.sign_in(person)
        return person.id


def taken(client, path, **fields):
    """Send a form that must be taken."""
    answer = client.post(path, data=fields)
    assert answer.status_code == 302, words(answer)
    return answer


def fill_in(client):
    """Go through the steps that one can type."""
    taken(
        client,
        "/work/languages",
        language_0="es",
        spoken_0="native",
        written_0="native",
        language_1="en",
        spoken_1="C1",
        written_1="C1",
    )
    taken(
        client, "/work/hours", zone="Europe/Madrid", from_0_1="09:00", to_0_1="17:00", from_6_1="22:00", to_6_1="02:00"
    )
    taken(
        client,
        "/work/services/new",
        niche="uploads",
        layer="application",
        kind="hourly",
        price="60",
        cap_minutes="180",
        includes_en="Looking, mending, telling.",
    )
    taken(client, "/work/business", legal_name="Nia Novo", address="Calle Mayor 1", country="ES")
    taken(client, "/work/getting-paid", holder="Nia Novo", number="DE89370400440532013000")
    taken(client, "/work/application/conduct", accepted="yes")


def application():
    """Give the one application that there is, as it stands now."""
    reading().rollback()
    return reading().scalars(select(Application)).one()


def letters():
    """List to whom letters went, and where they lead."""
    reading().rollback()
    owed = reading().scalars(select(OutboxMessage).filter_by(kind="mail").order_by(OutboxMessage.id))
    return [(one.payload["to"], urlsplit(one.payload["action"][1]).path) for one in owed]


def back_as(client, person_id):
    """Let somebody who was here before come back."""
    with transaction() as session:
        client.sign_in(session.get_one(Person, person_id))


def applied(client):
    """Apply as Nia, up to the moment in which it is sent; gives who she is."""
    nia = sign_in(client, make_person, email="nia@example.test", password="a good long phrase")
    taken(client, "/apply/begin", **PROFILE, currency="EUR", zone="Europe/Madrid")
    fill_in(client)
    taken(client, f"{OVERVIEW}/check")
    return nia


def certify(person_id):
    """Give somebody the certificate that goes with the service."""
    with transaction() as session:
        track = make_track(session, niche=catalogue.niche(session, "uploads"))
        credentials.award(session, person_id=person_id, track_id=track.id, valid_for=365 * DAY, now=NOON)


def test_who_begins_is_led_through_the_steps(client):
    sign_in(client, make_person)
    assert "Begin to apply" in words(client.get("/apply"))
    taken(client, "/apply/begin", **PROFILE, currency="EUR", zone="Europe/Madrid")
    assert "Go on with your application" in words(client.get("/apply"))
    assert "You are not in the directory yet" in words(client.get("/work"))
    assert "Go through the steps" in words(client.get(OVERVIEW))
    assert client.post(f"{OVERVIEW}/check").status_code == 409
    fill_in(client)
    assert "Check and send" in words(client.get(OVERVIEW))


def test_all_that_was_said_is_shown_before_it_is_sent(client):
    applied(client)
    page = words(client.get(f"{OVERVIEW}/check")).replace("\u202f", " ")
    for said in (
        "Nia Helps",
        "Nia Novo",
        "English (C1) and Spanish (Native)",
        "Sunday 10:00 PM–2:00 AM",
        "€60 per hour, at most 3 hours: €180",
        "By hand: the bank account is known.",
        "Version 1, accepted on",
    ):
        assert said in page, said


def test_the_whole_way_into_the_directory(app, client):
    nia = applied(client)
    assert "We are looking at it" in words(client.get(OVERVIEW))
    clerk = sign_in(client, make_staff, StaffRole.CERTIFICATION, email="clerk@example.test", name="Cleo")
    case = f"/vendor/applications/{application().id}"
    assert "Still missing: Certificates" in words(client.get("/vendor/applications"))
    assert client.post(f"{case}/approve").status_code == 409
    taken(client, f"{case}/ask", question="Who has taught you?")
    back_as(client, nia)
    assert "Who has taught you?" in words(client.get(OVERVIEW))
    taken(client, f"{OVERVIEW}/answer", answer="Nobody; I have read.")
    certify(nia)
    back_as(client, clerk)
    page = words(client.get(case))
    assert "Nobody; I have read." in page
    assert "Something on the check list is missing" not in page
    taken(client, f"{case}/approve")
    assert "Nia Helps" in words(client.get("/providers?niche=uploads&language=es"))
    assert "Uploads are what I do best." in words(client.get("/providers/nia-helps"))
    led = [  # Nobody was there yet to read of the application itself.
        ("nia@example.test", OVERVIEW),
        ("clerk@example.test", case),
        ("nia@example.test", "/providers/nia-helps"),
    ]
    assert letters() == led
    assert all(app.url_map.bind("localhost").match(path, method="GET") for _to, path in led)


def test_what_is_done_is_kept_up_to_date_on_the_same_pages(client):
    with transaction() as session:
        provider = make_provider(session)
        service = make_service(session, provider=provider).id
        client.sign_in(provider.members[0].person)
    assert "Working hours" in words(client.get("/work"))
    assert taken(client, "/work/hours", zone="Asia/Tokyo", from_0_1="09:00", to_0_1="12:00").location == "/work/hours"
    page = client.get("/work/hours").text
    assert 'value="09:00"' in page
    assert "Tokyo" in page
    taken(client, f"/work/services/{service}", price="55", includes_en="Everything.")
    assert "€55 per request" in words(client.get("/work/services"))
    taken(client, f"/work/services/{service}/stop")
    assert "Not on sale" in words(client.get("/work/services"))
    taken(client, f"/work/services/{service}/resume")
    assert "On sale" in words(client.get(f"/work/services/{service}"))


@pytest.mark.parametrize(
    ("sent", "field", "told"),
    [
        ({"from_1_1": "09:00"}, "to_1_1", "Tuesday: write the other time, too."),
        ({"to_1_1": "09:00"}, "from_1_1", "Tuesday: write the other time, too."),
        (
            {"from_1_1": "09:00", "to_1_1": "13:00", "from_1_2": "12:00", "to_1_2": "15:00"},
            "from_1_2",
            "Tuesday: this begins before other hours are over.",
        ),
        (
            {"from_6_1": "22:00", "to_6_1": "03:00", "from_0_1": "02:00", "to_0_1": "05:00"},
            "from_0_1",
            "Monday: this begins before other hours are over.",
        ),
    ],
)
def test_hours_say_what_is_wrong_with_them(client, sent, field, told):
    with transaction() as session:
        client.sign_in(make_provider(session).members[0].person)
    answer = client.post("/work/hours", data={"zone": "Europe/Madrid", **sent})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert told in words(answer)


@pytest.mark.parametrize(("kind", "field"), [("hourly", "cap_minutes"), ("session", "session_minutes")])
def test_help_by_time_says_for_how_long(client, kind, field):
    with transaction() as session:
        client.sign_in(make_provider(session).members[0].person)
    sent = {"niche": "uploads", "layer": "platform", "kind": kind, "price": "60", "includes_en": "All."}
    answer = client.post("/work/services/new", data=sent)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    taken(client, "/work/services/new", **sent, **{field: "60"})
    assert client.post("/work/services/new", data={**sent, field: "60"}).status_code == 409
    # A session has its start, so that it is the same however soon an answer comes.
    again = client.post("/work/services/new", data={**sent, field: "60", "urgency_hours": "4"})
    assert again.status_code == (302 if kind == "hourly" else 409)
    assert ("First answer within 4 hours" in words(client.get("/work/services"))) == (kind == "hourly")


def test_who_only_works_there_says_the_own_hours_and_nothing_for_all(client):
    with transaction() as session:
        provider = make_applicant(session)
        make_application(session, provider=provider, status=ApplicationStatus.DRAFT)
        client.sign_in(make_member(session, provider).person)
    taken(client, "/work/hours", zone="Europe/Madrid", from_0_1="09:00", to_0_1="12:00")
    taken(client, "/work/languages", language_0="fr", spoken_0="B2", written_0="B2")
    assert "Only an owner" in words(client.get("/work/profile"))
    for path, sent in {
        "/work/profile": PROFILE,
        "/work/members": {"email": "new@example.test"},
        "/work/application/conduct": {"accepted": "yes"},
        "/work/application/check": {},
        "/work/application/withdraw": {},
    }.items():
        assert client.post(path, data=sent).status_code == 403, path
    assert client.get("/work/services/new").status_code == 403


def refused(client, **moments):
    """Refuse somebody, who looks at it then."""
    with transaction() as session:
        facts = {"status": ApplicationStatus.REFUSED, "reason": "Nobody answered us.", **moments}
        provider = make_applicant(session)
        make_application(session, provider=provider, **facts)
        client.sign_in(provider.members[0].person)


def test_who_is_refused_sees_why_and_from_when_on_to_try_again(client):
    refused(client)
    page = words(client.get(OVERVIEW))
    assert "Nobody answered us." in page
    assert "You can apply again from Apr 8, 2026" in page
    assert client.post(f"{OVERVIEW}/again").status_code == 409


def test_who_has_waited_tries_again_with_what_was_written(client):
    refused(client, submitted_at=NOON - 40 * DAY, decided_at=NOON - 30 * DAY)
    assert "Apply again" in words(client.get(OVERVIEW))
    taken(client, f"{OVERVIEW}/again")
    page = words(client.get(OVERVIEW))
    assert "Earlier applications" in page
    assert "Nobody answered us." in page


# Invitations


@pytest.fixture
def invited(app):
    """Somebody is invited into a business; gives the address of the letter."""
    with transaction() as session:
        owner = make_person(session, name="Nia", password="a good long phrase", email="nia@example.test")
        provider = make_provider(session, name="Nia Helps", person=owner)
        return f"/join/{links.make(make_invitation(session, provider).id)}"


def test_who_is_invited_signs_in_and_joins(client, invited):
    answer = client.get(invited)
    assert urlsplit(answer.location).path == "/sign-in"
    bo = sign_in(client, make_person, name="Bo")
    assert "Nia would like you to work with them" in words(client.get(invited))
    assert taken(client, invited).location == "/work/languages"
    reading().rollback()
    assert profiles.membership(reading(), bo).provider.name == "Nia Helps"
    assert letters() == [("nia@example.test", "/work/members")]


def test_an_invitation_is_used_once(client, invited):
    sign_in(client, make_person)
    taken(client, invited)
    sign_in(client, make_person)
    assert "was used" in words(client.get(invited))
    assert client.post(invited).status_code == 409


def test_an_invitation_ends_by_itself(client):
    with transaction() as session:
        over = make_invitation(session, make_provider(session), made_at=NOON - 7 * DAY, expires_at=NOON)
        path = f"/join/{links.make(over.id)}"
    sign_in(client, make_person)
    assert "too old" in words(client.get(path))
    assert client.post(path).status_code == 409


def test_an_invitation_can_be_taken_back(client, invited):
    back_as(client, nias_id())
    page = client.get("/work/members").text
    assert "new@example.test" in page
    made = re.search(r"/work/members/invitations/\d+/take-back", page)[0]
    taken(client, made)
    assert client.post(made).status_code == 409
    sign_in(client, make_person)
    assert client.post(invited).status_code == 409


def nias_id():
    """Tell who has sent the invitation."""
    return reading().scalars(select(Person.id).filter_by(email="nia@example.test")).one()


def test_who_works_for_somebody_can_not_join_another(client, invited):
    with transaction() as session:
        client.sign_in(make_provider(session).members[0].person)
    assert "You work for a partner already" in words(client.get(invited))
    assert client.post(invited).status_code == 409


def test_nobody_writes_to_half_the_world(client, invited):
    back_as(client, nias_id())
    for number in range(10):
        taken(client, "/work/members", email=f"friend-{number}@example.test")
    assert client.post("/work/members", data={"email": "one-more@example.test"}).status_code == 429


# Names


@pytest.mark.parametrize(
    "name", ["\u200b", "Nia\u200b", "\u202eaiN", "\u3164", "N\u00adia", "Nia\u2028Helps", "Nia\u200dHelps", "---"]
)
def test_a_name_that_is_not_seen_or_turns_the_line_is_refused(client, name):
    sign_in(client, make_person)
    answer = client.post("/apply/begin", data={**PROFILE, "name": name, "currency": "EUR", "zone": "Europe/Madrid"})
    assert answer.status_code == 422
    assert 'href="#field-name"' in answer.text


@pytest.mark.parametrize("name", ["VEGA  Lima", "Vega-Lima", "V\u0435ga Lima", "Vega 1ima", "Véga Lima"])
def test_a_name_that_passes_for_another_is_refused(client, name):
    with transaction() as session:
        make_provider(session, name="Vega lima")
    sign_in(client, make_person)
    begun = {**PROFILE, "currency": "EUR", "zone": "Europe/Madrid"}
    answer = client.post("/apply/begin", data={**begun, "name": name})
    assert answer.status_code == 422
    assert "Another partner has this name" in words(answer)
    taken(client, "/apply/begin", **begun)
    answer = client.post("/work/profile", data={**PROFILE, "name": name})
    assert answer.status_code == 422
    assert 'href="#field-name"' in answer.text
    taken(client, "/work/profile", **{**PROFILE, "name": f"{name} Helps"})


def test_the_vendor_is_not_passed_for_and_who_only_applies_keeps_no_name(client):
    with transaction() as session:
        make_provider(session, name="Lumentree", is_vendor_desk=True)
        make_applicant(session, name="Nia Helps")
    sign_in(client, make_person)
    begun = {**PROFILE, "currency": "EUR", "zone": "Europe/Madrid"}
    assert client.post("/apply/begin", data={**begun, "name": "Iumentree"}).status_code == 422
    taken(client, "/apply/begin", **begun)


def test_who_has_a_name_keeps_it_and_may_write_it_otherwise(client):
    with transaction() as session:
        namesakes = [make_provider(session, name="Ana Ruiz") for _number in range(2)]
        make_provider(session, name="Bo Lund")
        client.sign_in(namesakes[0].members[0].person)
        slug = namesakes[0].slug
    taken(client, "/work/profile", **{**PROFILE, "name": "Ana Ruiz"})
    assert client.post("/work/profile", data={**PROFILE, "name": "ANA RUIZ"}).status_code == 422
    taken(client, "/work/profile", **{**PROFILE, "name": "  Ana\u00a0 Ruiz\u00a0Madrid "})
    reading().rollback()
    assert profiles.any_provider_by_slug(reading(), slug).name == "Ana Ruiz Madrid"
    taken(client, "/work/profile", **{**PROFILE, "name": "ANA RUIZ MADRID"})
