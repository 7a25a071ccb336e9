"""What programs read: one address for each document, and one credential in several forms."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
import time_machine
from joserfc.jwk import RSAKey
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, check_credential_status
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from certification.credentials import commands, issuing, queries, rules, selfchecks
from certification.credentials.commands import giving
from certification.credentials.models import Credential, SigningKey
from certification.credentials.rules import LIST_ENTRIES
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.credentials import make_credential, make_signing_key
from tests.factories.tracks import make_track


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def credential(app):
    with transaction() as session:
        return make_credential(session, person=make_person(session, name="Ana Ruiz")).reference


def ask(client, path, accept="*/*"):
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer


def verifier(client, token):
    """Give the second opinion, with the key that the token names."""
    header = json.loads(urlsafe_b64decode(token.split(".")[0] + "=="))
    path = header["kid"].removeprefix("http://localhost:8000")
    return OB3Verifier(RSAKey.import_key(ask(client, path).json).as_pem(private=False))


def test_a_browser_gets_a_page_and_a_program_the_credential(at_noon, client, credential):
    path = f"/credentials/{credential}"
    page = ask(client, path, "text/html,application/xhtml+xml,*/*;q=0.8")
    assert page.mimetype == "text/html"
    assert ask(client, path).mimetype == "text/html"
    tokens = [ask(client, path, kind) for kind in ("application/jwt", "text/plain")]
    assert [one.mimetype for one in tokens] == ["application/jwt", "text/plain"]
    assert tokens[0].text == tokens[1].text
    envelope = ask(client, path, "application/vc+ld+json")
    assert envelope.mimetype == "application/vc+ld+json"
    assert envelope.json["id"] == f"data:application/vc+jwt,{tokens[0].text}"
    assert all("Accept" in one.headers["Vary"] for one in (page, envelope, *tokens))


def test_others_accept_it_by_the_key_that_it_names(at_noon, client, credential):
    token = ask(client, f"/credentials/{credential}", "application/jwt").text
    read = verifier(client, token).verify(token)
    assert read.issuer.id == ask(client, "/issuer").json["id"]
    achievement = ask(client, "/achievements/" + read.achievement.id.rpartition("/")[2]).json
    assert achievement["id"] == read.achievement.id
    check_credential_status(read, download=lambda url: status_of(client, url))


def status_of(client, url):
    answer = ask(client, url.removeprefix("http://localhost:8000"))
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    return answer.data


def test_others_see_that_it_is_revoked(at_noon, client, credential):
    with transaction() as session:
        found = queries.by_reference(session, credential)
        commands.revoke(session, found.id, reason="Copied.", by=make_staff(session).id, now=NOON)
    token = ask(client, f"/credentials/{credential}", "application/jwt").text
    read = verifier(client, token).verify(token)
    with pytest.raises(OB3VerificationError, match="is set"):
        check_credential_status(read, download=lambda url: status_of(client, url))


def test_what_an_old_key_signed_is_read_with_it_for_ever(at_noon, client, credential):
    before = ask(client, f"/credentials/{credential}", "application/jwt").text
    with transaction() as session:
        old = queries.key_in_use(session)
        new = commands.rotate_key(session, secret=issuing.secret(), now=NOON + DAY)
        assert (old.retired_at, new.retired_at) == (NOON + DAY, None)
    after = ask(client, f"/credentials/{credential}", "application/jwt").text
    assert before != after
    assert verifier(client, before).verify(before).id == verifier(client, after).verify(after).id
    entries = reading().scalars(select(AuditEntry).filter_by(subject_kind="signing_key").order_by(AuditEntry.id))
    assert [one.action for one in entries] == ["retire", "make"]


def test_no_key_leaves_the_house(at_noon, client, credential):
    ask(client, f"/credentials/{credential}", "application/jwt")
    key = queries.key_in_use(reading())
    told = ask(client, f"/keys/{key.kid}").json
    assert told.keys() == {"kty", "n", "e", "kid", "alg", "use"}
    assert told["kid"] == f"http://localhost:8000/keys/{key.kid}"


def test_a_secret_that_was_changed_is_told(at_noon, app, client, credential):
    ask(client, f"/credentials/{credential}", "application/jwt")
    app.config["SECRET_KEY"], kept = "another secret, long enough as well", app.config["SECRET_KEY"]
    try:
        assert client.get(f"/credentials/{credential}", headers={"Accept": "application/jwt"}).status_code == 409
        assert ask(client, f"/credentials/{credential}").mimetype == "text/html"
    finally:
        app.config["SECRET_KEY"] = kept


def test_the_first_certificate_brings_the_key_and_reading_none(at_noon, client, app):
    with transaction() as session:
        reference = make_credential(session, person=make_person(session)).reference
        session.delete(queries.key_in_use(session))
    check = selfchecks.credentials_without_a_key
    assert check(reading()) == ["there are credentials, but no key is in use"]
    assert client.get(f"/credentials/{reference}", headers={"Accept": "application/jwt"}).status_code == 409
    assert queries.key_in_use(reading()) is None
    with transaction() as session:
        award(session, make_person(session), make_track(session), NOON)
    assert check(reading()) == []
    ask(client, f"/credentials/{reference}", "application/jwt")


def test_a_key_that_does_not_open_any_more_is_found(app, session):
    key = make_signing_key(session)
    key.sealed = rules.seal(rules.unseal(key.sealed, issuing.secret()), "another secret, long enough as well")
    assert selfchecks.credentials_without_a_key(session) == [f"key {key.kid} was sealed with another secret: rotate it"]


def test_one_key_at_most_is_in_use(session):
    make_signing_key(session)
    facts = {"kid": "another", "algorithm": "RS256", "public_jwk": {}, "sealed": "", "made_at": NOON}
    session.add(SigningKey(**facts))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_key_is_made_once(session):
    assert make_signing_key(session).id == make_signing_key(session, now=NOON + DAY).id


def test_no_two_credentials_have_one_place(session):
    make_credential(session, status_index=7)
    with pytest.raises(IntegrityError):
        make_credential(session, status_index=7)
    session.rollback()


@pytest.mark.parametrize("wrong", [{"status_index": LIST_ENTRIES}, {"status_index": -1}, {"status_list": 0}])
def test_a_place_is_in_a_list(session, wrong):
    with pytest.raises(IntegrityError):
        make_credential(session, **wrong)
    session.rollback()


def test_a_place_that_is_taken_is_drawn_again(session, monkeypatch):
    make_credential(session, status_index=7)
    drawn = [8, 7, 7]
    monkeypatch.setattr(giving.secrets, "randbelow", lambda _most: drawn.pop())
    awarded = award(session, make_person(session), make_track(session), NOON)
    assert awarded.status_index == 8


def award(session, person, track, now):
    return commands.award(session, person_id=person.id, track_id=track.id, valid_for=timedelta(days=365), now=now)


def test_passing_again_takes_the_place_of_the_last_one_and_keeps_the_first_day(session):
    person, track = make_person(session), make_track(session)
    first, second, third = (award(session, person, track, NOON + days * DAY) for days in (0, 300, 700))
    assert [one.supersedes_id for one in (first, second, third)] == [None, first.id, second.id]
    assert {one.awarded_at for one in (first, second, third)} == {NOON}
    assert queries.superseded_by(session, first.id) is second
    assert award(session, person, make_track(session), NOON + 800 * DAY).supersedes_id is None
    assert award(session, make_person(session), track, NOON + 800 * DAY).supersedes_id is None


def test_what_was_revoked_is_not_renewed(session):
    person, track = make_person(session), make_track(session)
    first = award(session, person, track, NOON)
    commands.revoke(session, first.id, reason="Copied.", by=make_staff(session).id, now=NOON + DAY)
    assert award(session, person, track, NOON + 2 * DAY).awarded_at == NOON + 2 * DAY


def test_both_pages_know_of_each_other(at_noon, client):
    with transaction() as session:
        person, track = make_person(session), make_track(session)
        old, new = (award(session, person, track, NOON - days * DAY).reference for days in (300, 1))
    assert f'href="/credentials/{new}"' in ask(client, f"/credentials/{old}").text
    page = ask(client, f"/credentials/{new}").text
    assert f'href="/credentials/{old}"' in page
    assert "First awarded" in page


def test_nothing_takes_the_place_of_itself(session):
    make_credential(session)
    with pytest.raises(IntegrityError):
        session.execute(update(Credential).values(supersedes_id=Credential.id))
    session.rollback()
