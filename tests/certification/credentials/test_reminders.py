"""Holders hear 60, 14 and 1 days before a certificate ends: each time once, to the second, and not without need."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certification.credentials import commands, effects, queries
from certification.credentials.models import CredentialReminder
from certification.credentials.rules import reminder_due
from marketplace.kernel import mail
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.credentials import make_credential
from tests.factories.tracks import make_track
from tests.plugins.racing import done, in_transaction, race

SECOND = timedelta(seconds=1)
BEGAN, ENDS = NOON - 100 * DAY, NOON + 265 * DAY


@pytest.mark.parametrize(
    ("before_end", "sent", "due"),
    [
        (60 * DAY + SECOND, (), None),
        (60 * DAY, (), 60),
        (14 * DAY + SECOND, (), 60),
        (14 * DAY + SECOND, (60,), None),
        (14 * DAY, (60,), 14),
        (14 * DAY, (), 14),  # The first was missed, and is not written any more.
        (14 * DAY - SECOND, (14,), None),
        (DAY + SECOND, (60, 14), None),
        (DAY, (60, 14), 1),
        (SECOND, (60, 14), 1),
        (SECOND, (60, 14, 1), None),
        (0 * DAY, (), None),
        (-DAY, (), None),
    ],
)
def test_each_letter_has_its_time(before_end, sent, due):
    assert reminder_due(BEGAN, ENDS, sent, ENDS - before_end) == due


@pytest.mark.parametrize(("lasts", "due"), [(60 * DAY, None), (60 * DAY + SECOND, None), (DAY, None)])
def test_what_is_valid_for_a_short_time_is_not_announced_at_once(lasts, due):
    assert reminder_due(NOON, NOON + lasts, (), NOON) == due


def letters():
    """List the letters that are owed."""
    reading().rollback()
    return list(reading().scalars(select(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id)))


def make(**facts):
    with transaction() as session:
        person = make_person(session, email="ana@example.test")
        track = make_track(session, names={"en": "Upgrades"})
        return make_credential(session, person=person, track=track, valid_until=ENDS, **facts).id


def test_the_clock_brings_three_letters(app):
    credential_id = make()
    for before_end in (61 * DAY, 60 * DAY, 59 * DAY, 14 * DAY, 13 * DAY, DAY, SECOND, 0 * DAY, -DAY):
        effects.remind(ENDS - before_end)
        effects.remind(ENDS - before_end)
    told = letters()
    assert [one.payload["subject"] for one in told] == [
        "Your certificate ends in 60 days: Upgrades",
        "Your certificate ends in 14 days: Upgrades",
        "Your certificate ends in 1 day: Upgrades",
    ]
    assert {one.payload["to"] for one in told} == {"ana@example.test"}
    assert "Pass the exam again before then" in told[0].payload["paragraphs"][-1]
    assert queries.reminders_sent(reading(), [credential_id]) == {credential_id: {60, 14, 1}}


def test_two_workers_write_one_letter(app):
    credential_id = make()
    now = ENDS - 60 * DAY
    outcomes = race(app, *[in_transaction(lambda session: commands.remind(session, credential_id, now=now))] * 2)
    assert len(done(outcomes)) == 2
    assert len(letters()) == 1


def test_what_is_revoked_or_renewed_is_not_announced(app):
    revoked, renewed = make(revoked_at=NOON, revoked_reason="Copied."), None
    with transaction() as session:
        renewed = make_credential(session, valid_until=ENDS)
        facts = {"person": renewed.person, "track": renewed.track, "issued_at": NOON, "valid_until": ENDS + 300 * DAY}
        successor_id = make_credential(session, **facts, supersedes_id=renewed.id).id
        renewed = renewed.id
    now = ENDS - 60 * DAY
    assert queries.to_remind_of(reading(), now) == []
    with transaction() as session:  # Whoever was on the list when it happened.
        commands.remind(session, revoked, now=now)
        commands.remind(session, renewed, now=now)
    assert letters() == []
    with transaction() as session:
        commands.revoke(session, successor_id, reason="Copied.", by=make_staff(session).id, now=NOON)
    assert queries.to_remind_of(reading(), now) == [renewed]


def test_the_table_keeps_each_letter_once(session):
    credential = make_credential(session)
    session.add(CredentialReminder(credential_id=credential.id, days_before=60, at=NOON))
    session.flush()
    with pytest.raises(IntegrityError):
        session.execute(
            CredentialReminder.__table__.insert().values(credential_id=credential.id, days_before=60, at=NOON)
        )
    session.rollback()
