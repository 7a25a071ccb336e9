"""Another look at what cover refused: asked for by the customer, answered by a person, and told to both."""

import pytest

from marketplace.insurance import commands, queries
from marketplace.insurance.models import Claim
from marketplace.insurance.rules import AppealStatus, AppealUnderWay, Obstacle, OwnAppeal
from marketplace.kernel.errors import IllegalMove, NotFound
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.insurance import make_policy

SAID = "The fault was there before I bought it, and nobody could know."


def letters(session):
    """To whom letters are owed, with what they say."""
    return {one.payload["to"]: str(one.payload) for one in session.query(OutboxMessage).filter_by(kind="mail")}


def appealed(session, policy, **about):
    """Ask for another look."""
    about = about or {"obstacle": Obstacle.WAITING}
    return commands.appeal(session, policy.reference, person_id=policy.person_id, statement=SAID, now=NOON, **about)


def test_who_decides_hears_what_the_customer_says_and_the_customer_what_they_answer(session):
    policy = make_policy(session)
    support = make_staff(session, "support")
    made = appealed(session, policy)
    assert [one.id for one in queries.open_appeals(session)] == [made.id]
    assert SAID in letters(session)[support.email]
    assert policy.person.email not in letters(session)
    commands.answer_appeal(session, made.id, answer="We give half of it back.", by=support.id, now=NOON + DAY)
    assert "We give half of it back." in letters(session)[policy.person.email]
    assert (made.status, made.answered_by) == (AppealStatus.ANSWERED, support.id)
    assert queries.open_appeals(session) == []


def test_one_is_answered_before_the_next_is_written(session):
    policy, support = make_policy(session), make_staff(session, "support")
    made = appealed(session, policy)
    with pytest.raises(AppealUnderWay):
        appealed(session, policy, obstacle=Obstacle.USED_UP)
    commands.answer_appeal(session, made.id, answer="No: it was known.", by=support.id, now=NOON)
    with pytest.raises(IllegalMove):
        commands.answer_appeal(session, made.id, answer="Yes.", by=support.id, now=NOON)
    appealed(session, policy, obstacle=Obstacle.USED_UP)
    assert len(queries.appeals_of(session, policy.id)) == 2


def test_nobody_answers_their_own(session):
    support = make_staff(session, "support")
    made = appealed(session, make_policy(session, person_id=support.id))
    with pytest.raises(OwnAppeal):
        commands.answer_appeal(session, made.id, answer="Yes, of course.", by=support.id, now=NOON)


def test_it_is_about_a_claim_and_a_policy_of_ones_own(session):
    policy, other = make_policy(session), make_policy(session)
    facts = {"purpose": "test", "subject_id": 1, "description": "Uploads stop", "path": "/requests/x", "made_at": NOON}
    mine, theirs = Claim(policy_id=policy.id, **facts), Claim(policy_id=other.id, **facts)
    session.add_all([mine, theirs])
    session.flush()
    with pytest.raises(NotFound):
        appealed(session, policy, claim_id=theirs.id)
    stranger = make_person(session)
    with pytest.raises(NotFound):
        commands.appeal(
            session,
            policy.reference,
            person_id=stranger.id,
            obstacle=Obstacle.OVER,
            statement=SAID,
            now=NOON,
        )
    assert appealed(session, policy, claim_id=mine.id).about == "Uploads stop"
