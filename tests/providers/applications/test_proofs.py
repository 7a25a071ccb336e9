"""The pages on which members say how well they know languages, and staff note what is proven."""

import re
from html import unescape

import pytest
import time_machine

from marketplace.accounts.rules import StaffRole
from marketplace.kernel.database import reading, transaction
from providers.profiles.models import Member
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Speech
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_rates
from tests.factories.profiles import make_provider


@pytest.fixture(autouse=True)
def _at_noon(app):
    with time_machine.travel(NOON, tick=False):
        with transaction() as session:
            make_rates(session)
        yield


@pytest.fixture
def ana(client):
    """Ana, who is signed in; gives the id of the member."""
    with transaction() as session:
        member = make_provider(session, slug="ana", languages={"es": Speech(Cefr.B2, Cefr.C1)}).members[0]
        client.sign_in(member.person)
        return member.id


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def speech_of(member_id):
    reading().rollback()
    return reading().get_one(Member, member_id).speech


def as_clerk(client):
    with transaction() as session:
        client.sign_in(make_staff(session, StaffRole.CERTIFICATION))


def test_a_member_says_how_well_a_language_is_spoken_and_written(client, ana):
    sent = {"language_0": "es", "spoken_0": "B2", "written_0": "C2", "language_1": "fr", "spoken_1": "A2"}
    assert client.post("/work/languages", data=sent).status_code == 302
    assert speech_of(ana) == {"es": Speech(Cefr.B2, Cefr.C2), "fr": Speech(spoken=Cefr.A2)}
    page = client.get("/work/languages").text
    assert [re.findall(r'value="(\w+)"\s+selected', part) for part in page.split("<fieldset")[1:3]] == [
        ["es", "B2", "C2"],
        ["fr", "A2"],
    ]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"language_0": "es"}, "spoken_0"),
        ({"language_0": "es", "written_0": "D1"}, "written_0"),
        ({"language_0": "es", "spoken_0": "B2", "language_1": "es", "written_1": "B2"}, "language_1"),
        ({}, "language_0"),
        ({"language_0": "tlh-x", "spoken_0": "B2"}, "language_0"),
    ],
)
def test_what_can_not_be_is_told_beside_the_field_and_changes_nothing(client, ana, sent, field):
    answer = client.post("/work/languages", data=sent)
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert speech_of(ana) == {"es": Speech(Cefr.B2, Cefr.C1)}


def test_what_staff_have_seen_everybody_reads_as_proven(client, ana):
    as_clerk(client)
    path = f"/vendor/members/{ana}/languages"
    assert path in client.get("/vendor/providers/ana").text
    page = client.get(path).text
    assert 'value="es:written:C1"' in page
    sent = {"judged": "es:written:C1", "what": "DELE C1, seen as paper", "proven_on": "2026-03-01"}
    assert client.post(path, data=sent).status_code == 302
    assert speech_of(ana)["es"] == Speech(Cefr.B2, Cefr.C1, None, Cefr.C1)
    assert "DELE C1, seen as paper March 1, 2026" in words(client.get(path))
    assert "Language proven" in words(client.get("/vendor/providers/ana"))
    assert "C1 written, B2 spoken written proven" in words(client.get("/providers/ana"))
    answer = client.get("/api/v1/providers/ana").json["languages"]
    assert answer == [{"language": "es", "level": "C1", "spoken": "B2", "written": "C1", "proven": ["written"]}]
    with transaction() as session:
        client.sign_in(session.get_one(Member, ana).person)
    assert "DELE C1, seen as paper" in words(client.get("/work/languages"))
    client.post("/work/languages", data={"language_0": "es", "written_0": "C2"})
    assert "This does not count now" in words(client.get("/work/languages"))
    as_clerk(client)
    assert client.post(f"{path}/es/written/take-back").status_code == 302
    assert "What has shown it" not in words(client.get(path))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"judged": "es:sung:C1"}, "judged"),
        ({"judged": "es"}, "judged"),
        ({"judged": ""}, "judged"),
        ({"what": ""}, "what"),
        ({"what": "x" * 201}, "what"),
        ({"proven_on": "2026-03-11"}, "proven_on"),
        ({"proven_on": "soon"}, "proven_on"),
    ],
)
def test_a_proof_that_can_not_be_is_told_beside_the_field_and_keeps_what_was_typed(client, ana, changed, field):
    as_clerk(client)
    sent = {"judged": "es:written:C1", "what": "DELE C1", "proven_on": "2026-03-01"} | changed
    answer = client.post(f"/vendor/members/{ana}/languages", data=sent)
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert field == "what" or 'value="DELE C1"' in answer.text
    assert speech_of(ana)["es"].proof_text == ""


def test_a_language_that_nobody_says_can_not_be_proven(client, ana):
    as_clerk(client)
    sent = {"judged": "fr:written:C1", "what": "DALF", "proven_on": "2026-03-01"}
    assert client.post(f"/vendor/members/{ana}/languages", data=sent).status_code == 404
    assert client.post(f"/vendor/members/{ana}/languages/es/sung/take-back").status_code == 404
