"""Giving credentials, taking them back, and what the public sees of it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certification.credentials import commands, queries
from certification.credentials.events import CredentialRevoked
from certification.credentials.rules import CredentialState, state_at
from marketplace.kernel import events
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.catalogue import make_niche, make_product
from tests.factories.credentials import make_credential
from tests.factories.tracks import make_track


@pytest.mark.parametrize(
    ("valid_until", "revoked_at", "state"),
    [
        (NOON + DAY, None, CredentialState.VALID),
        (NOON, None, CredentialState.EXPIRED),
        (NOON - DAY, None, CredentialState.EXPIRED),
        (NOON + DAY, NOON - DAY, CredentialState.REVOKED),
        (NOON - DAY, NOON - 2 * DAY, CredentialState.REVOKED),
    ],
)
def test_a_credential_counts_until_its_time_is_over_or_it_is_revoked(valid_until, revoked_at, state):
    assert state_at(valid_until, revoked_at, NOON) is state


def test_a_pass_brings_a_credential(session):
    person, track = make_person(session), make_track(session)
    credential = commands.award(
        session, person_id=person.id, track_id=track.id, valid_for=timedelta(days=365), now=NOON
    )
    assert queries.by_reference(session, credential.reference) is credential
    assert queries.valid_credentials(session, [person.id], NOON) == {person.id: [credential]}
    assert queries.valid_credentials(session, [person.id], NOON + 365 * DAY) == {}
    entry = session.scalars(select(AuditEntry).filter_by(subject_kind="credential")).one()
    assert (entry.action, entry.by_person_id) == ("award", None)


def test_references_can_not_be_guessed_from_each_other(session):
    person, track = make_person(session), make_track(session)
    facts = {"person_id": person.id, "track_id": track.id, "valid_for": DAY, "now": NOON}
    references = {commands.award(session, **facts).reference for _number in range(20)}
    assert len(references) == 20
    assert all(len(reference) == 16 for reference in references)


def test_revoking_is_written_down_and_announced(app, session):
    heard = []
    events.connect(app, {CredentialRevoked: [lambda _session, event: heard.append(event)]})
    credential, staff = make_credential(session), make_staff(session)
    commands.revoke(session, credential.id, reason="Copied answers.", by=staff.id, now=NOON)
    assert credential.state(NOON) is CredentialState.REVOKED
    assert queries.valid_credentials(session, [credential.person_id], NOON) == {}
    assert queries.all_credentials(session, [credential.person_id]) == {credential.person_id: [credential]}
    assert heard == [CredentialRevoked(credential.id, credential.person_id, credential.track.niche_id, NOON)]
    entry = session.scalars(select(AuditEntry).filter_by(subject_kind="credential")).one()
    assert (entry.action, entry.by_person_id, entry.facts) == ("revoke", staff.id, {"reason": "Copied answers."})


def test_once_is_enough(session):
    credential, staff = make_credential(session), make_staff(session)
    commands.revoke(session, credential.id, reason="Copied answers.", by=staff.id, now=NOON)
    with pytest.raises(IllegalMove):
        commands.revoke(session, credential.id, reason="Once more.", by=staff.id, now=NOON)
    assert credential.revoked_reason == "Copied answers."
    with pytest.raises(NotFound):
        commands.revoke(session, 404, reason="None.", by=staff.id, now=NOON)


@pytest.mark.parametrize(
    "wrong", [{"valid_until": NOON - 100 * DAY}, {"revoked_at": NOON}, {"revoked_reason": "No moment."}]
)
def test_the_table_refuses_what_can_not_be(session, wrong):
    with pytest.raises(IntegrityError):
        make_credential(session, **wrong)
    session.rollback()


@pytest.mark.parametrize("level", [0, 4])
def test_tracks_have_three_levels(session, level):
    with pytest.raises(IntegrityError):
        make_track(session, level=level)
    session.rollback()


def read(client, credential_facts):
    with transaction() as session:
        product = make_product(session, name="Lumentree")
        track = make_track(
            session, names={"en": "Upgrades", "es": "Mejoras"}, niche=make_niche(session), product=product, level=2
        )
        person = make_person(session, name="Ana Ruiz")
        reference = make_credential(session, person=person, track=track, **credential_facts).reference
    with time_machine.travel(NOON, tick=False):
        return client.get(f"/credentials/{reference}").text


def test_the_public_page_says_who_is_certified_for_what(client):
    page = read(client, {})
    for words in ("Ana Ruiz", "Upgrades", "Lumentree", "2 of 3", "Valid", "November 30, 2026", "November 30, 2025"):
        assert words in page, words
    assert "counts no more" not in page


def test_the_public_page_of_an_old_one_says_so(client):
    page = read(client, {"valid_until": NOON - DAY})
    assert "expired on March 9, 2026" in page


def test_the_public_page_of_a_revoked_one_says_why(client):
    page = read(client, {"revoked_at": NOON - DAY, "revoked_reason": "Copied <answers>."})
    assert "Revoked on March 9, 2026. The reason: <bdi>Copied &lt;answers&gt;.</bdi>" in page
    assert "counts no more" in page


def test_what_does_not_exist_is_not_there(client):
    assert client.get("/credentials/nothing").status_code == 404
