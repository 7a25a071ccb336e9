"""Appeals against revocation: once, in time, and decided by somebody else; what is given back counts again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certification.credentials import commands, queries, selfchecks
from certification.credentials.rules import (
    AppealDecision,
    AppealedAlready,
    AppealTooLate,
    CredentialAppealStatus,
    CredentialState,
    NotRevoked,
    OwnCertificate,
    OwnRevocation,
    check_appeal,
    check_decider,
)
from marketplace.accounts.rules import StaffRole
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.credentials import make_appeal, make_credential
from tests.plugins.racing import broken_checks, crashed, done, in_transaction, on_postgresql, race, refused

REVOKED = {"revoked_at": NOON - DAY, "revoked_reason": "Copied answers."}
END = 30 * DAY
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("revoked_at", "is_appealed", "after", "refusal"),
    [
        (NOON, False, 0 * DAY, None),
        (NOON, False, END - SECOND, None),
        (NOON, False, END, AppealTooLate),
        (NOON, True, DAY, AppealedAlready),
        (NOON, True, END, AppealedAlready),
        (None, False, 0 * DAY, NotRevoked),
    ],
)
def test_an_appeal_is_made_once_and_within_30_days(revoked_at, is_appealed, after, refusal):
    def check():
        check_appeal(revoked_at, is_appealed=is_appealed, now=NOON + after)

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


@pytest.mark.parametrize(
    ("by", "revoked_by", "officers", "refusal"),
    [
        (2, 3, {2, 3}, None),
        (2, None, {2}, None),  # Revoked before that was kept.
        (2, 2, {2, 3}, OwnRevocation),
        (2, 2, {2}, None),  # Nobody else can.
        (2, 2, {1, 2}, None),  # The only colleague is the holder.
        (1, 2, {1, 2}, OwnCertificate),
        (1, 1, {1}, OwnCertificate),
    ],
)
def test_somebody_else_decides_if_there_is_somebody_else(by, revoked_by, officers, refusal):
    def check():
        check_decider(by, holder_id=1, revoked_by=revoked_by, officers=officers)

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


def appeal(session, credential, *, now=NOON):
    return commands.appeal(
        session, credential.reference, person_id=credential.person_id, statement="I wrote them myself.", now=now
    )


def decide(session, appeal_id, by, *, decision=AppealDecision.GIVE_BACK, now=NOON):
    commands.decide_appeal(session, appeal_id, decision=decision, answer="We looked.", by=by.id, now=now)


def test_what_is_given_back_counts_again_in_its_old_place(session):
    credential, staff = make_credential(session), make_staff(session)
    place = credential.status_entry
    commands.revoke(session, credential.id, reason="Copied answers.", by=make_staff(session).id, now=NOON)
    assert queries.revoked_in(session, place.number) == [place.index]
    made = appeal(session, credential)
    decide(session, made.id, staff, now=NOON + DAY)
    assert credential.state(NOON + DAY) is CredentialState.VALID
    assert (credential.revoked_at, credential.revoked_reason, credential.revoked_by) == (None, None, None)
    assert credential.status_entry == place
    assert queries.revoked_in(session, place.number) == []
    assert queries.valid_credentials(session, [credential.person_id], NOON) == {credential.person_id: [credential]}
    assert (made.status, made.decided_by, made.revoked_reason) == (
        *(CredentialAppealStatus.GIVEN_BACK, staff.id, "Copied answers."),
    )


def test_each_step_leaves_a_trace(session):
    credential, staff = make_credential(session, **REVOKED), make_staff(session)
    decide(session, appeal(session, credential).id, staff)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.subject_kind, one.action, one.by_person_id) for one in entries] == [
        ("credential_appeal", "make", credential.person_id),
        ("credential_appeal", "give_back", staff.id),
        ("credential", "give_back", staff.id),
    ]
    assert entries[-1].facts == {"reason": "We looked."}


def test_what_was_due_to_end_meanwhile_has_expired(session):
    credential = make_credential(session, **REVOKED, valid_until=NOON + DAY)
    decide(session, appeal(session, credential).id, make_staff(session), now=NOON + DAY)
    assert credential.state(NOON + DAY) is CredentialState.EXPIRED


def test_what_is_kept_stays_revoked_and_is_not_looked_at_again(session):
    credential, staff = make_credential(session, **REVOKED), make_staff(session)
    made = appeal(session, credential)
    decide(session, made.id, staff, decision=AppealDecision.KEEP)
    assert (made.status, credential.state(NOON)) == (CredentialAppealStatus.KEPT, CredentialState.REVOKED)
    with pytest.raises(AppealedAlready):
        appeal(session, credential)
    with pytest.raises(IllegalMove):
        decide(session, made.id, staff)


def test_each_revocation_may_be_appealed_against(session):
    credential, staff, other = make_credential(session), make_staff(session), make_staff(session)
    for days in (0, 2):
        now = NOON + days * DAY
        commands.revoke(session, credential.id, reason="Copied answers.", by=staff.id, now=now)
        decide(session, appeal(session, credential, now=now).id, other, now=now + DAY)
    assert len(queries.appeals_about(session, credential.id)) == 2


def test_who_revoked_it_does_not_decide_while_a_colleague_can(session):
    credential, revoker = make_credential(session), make_staff(session)
    commands.revoke(session, credential.id, reason="Copied answers.", by=revoker.id, now=NOON)
    made = appeal(session, credential)
    colleague = make_staff(session, StaffRole.CERTIFICATION)
    with pytest.raises(OwnRevocation):
        decide(session, made.id, revoker)
    colleague.staff_role = StaffRole.FINANCE
    session.flush()
    decide(session, made.id, revoker)
    assert made.status is CredentialAppealStatus.GIVEN_BACK


def test_nobody_appeals_for_somebody_else(session):
    credential = make_credential(session, **REVOKED)
    with pytest.raises(NotFound):
        commands.appeal(
            session, credential.reference, person_id=make_person(session).id, statement="It is mine.", now=NOON
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"made_at": NOON - 2 * DAY},
        {"answer": "We looked."},
        {"status": CredentialAppealStatus.KEPT},
        {"decided_at": NOON},
    ],
)
def test_the_table_refuses_what_can_not_be(session, wrong):
    with pytest.raises(IntegrityError):
        make_appeal(session, **wrong)
    session.rollback()


def test_the_table_refuses_a_second_one_and_a_revoker_without_revocation(session):
    credential = make_credential(session, **REVOKED)
    make_appeal(session, credential)
    with pytest.raises(IntegrityError):
        make_appeal(session, credential)
    session.rollback()
    with pytest.raises(IntegrityError):
        make_credential(session, revoked_by=make_staff(session).id)
    session.rollback()


def test_the_self_check_finds_appeals_about_nothing(session):
    credential = make_credential(session, **REVOKED)
    made = make_appeal(session, credential)
    check = selfchecks.appeals_that_disagree_with_their_credentials
    assert check(session) == []
    made.status, made.answer, made.decided_by = CredentialAppealStatus.GIVEN_BACK, "We looked.", make_staff(session).id
    made.decided_at = NOON
    assert check(session) == [f"appeal {made.id}"]
    credential.revoked_at = credential.revoked_reason = None
    assert check(session) == []
    made.status, made.answer, made.decided_by, made.decided_at = CredentialAppealStatus.OPEN, None, None, None
    assert check(session) == [f"appeal {made.id}"]


class TestTwoAtOnce:
    """Two colleagues decide at the same moment: one of them is told that it is done."""

    def prepare(self):
        with transaction() as session:
            made = make_appeal(session)
            self.appeal_id, self.credential_id = made.id, made.credential_id
            staff = make_staff(session), make_staff(session)
            self.sides = zip((one.id for one in staff), AppealDecision, strict=True)

    def run(self, app):
        def side(by, decision):
            facts = {"decision": decision, "answer": "We looked.", "by": by, "now": NOON}
            return in_transaction(lambda session: commands.decide_appeal(session, self.appeal_id, **facts))

        return race(app, *(side(by, decision) for by, decision in self.sides))

    def test_one_decides(self, app):
        self.prepare()
        outcomes = self.run(app)
        assert (len(done(outcomes)), len(refused(outcomes)), crashed(outcomes)) == (1, 1, [])
        assert not broken_checks()
        made = queries.appeal(reading(), self.appeal_id)
        is_revoked = queries.credential(reading(), self.credential_id).revoked_at is not None
        assert is_revoked == (made.status is CredentialAppealStatus.KEPT)

    @on_postgresql
    def test_without_the_lock_both_have_their_way(self, app, guards):
        self.prepare()
        guards.locks_off("credential", "credential_appeal")
        outcomes = self.run(app)
        assert len(done(outcomes)) == 2 or crashed(outcomes) or broken_checks()

    def test_appealing_twice_at_once_makes_one_appeal(self, app):
        with transaction() as session:
            credential = make_credential(session, **REVOKED)
            reference, person_id = credential.reference, credential.person_id

        def once(session):
            commands.appeal(session, reference, person_id=person_id, statement="I wrote them myself.", now=NOON)

        outcomes = race(app, in_transaction(once), in_transaction(once))
        assert (len(done(outcomes)), [type(one) for one in refused(outcomes)]) == (1, [AppealedAlready])


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def revoked(app):
    """A certificate of Ana's that was revoked a day ago; gives its reference and its holder."""
    with transaction() as session:
        person = make_person(session, name="Ana Ruiz")
        return make_credential(session, person=person, **REVOKED).reference, person


def be(client, person=None, *, role=StaffRole.CERTIFICATION):
    with transaction() as session:
        client.sign_in(person or make_staff(session, role, name="Joana Weiss"))


def test_the_holder_is_led_to_the_appeal_and_nobody_else(at_noon, client, revoked):
    reference, person = revoked
    address = f"/credentials/{reference}/appeal"
    assert address not in client.get(f"/credentials/{reference}").text
    be(client, make_person_now())
    assert address not in client.get(f"/credentials/{reference}").text
    assert client.get(address).status_code == 404
    be(client, person)
    page = client.get(f"/credentials/{reference}").text
    assert f'href="{address}"' in page
    assert "You may appeal once, until" in page
    answer = client.post(address, data={"statement": "I wrote <them> myself."}, follow_redirects=True)
    assert "It is sent." in answer.text
    assert "I wrote &lt;them&gt; myself." in answer.text
    assert f'href="{address}"' not in answer.text
    assert client.get(address).status_code == 409
    assert client.post(address, data={"statement": "Once more."}).status_code == 409


def make_person_now():
    with transaction() as session:
        return make_person(session)


def test_the_holder_hears_that_the_time_is_over(client, revoked):
    reference, person = revoked
    with time_machine.travel(NOON - DAY + END, tick=False):
        be(client, person)
        assert "An appeal could be made until" in client.get(f"/credentials/{reference}").text
        assert client.get(f"/credentials/{reference}/appeal").status_code == 409


def test_staff_read_both_sides_and_give_it_back(at_noon, client, revoked):
    reference, person = revoked
    with transaction() as session:
        appeal_id = appeal(session, queries.by_reference(session, reference)).id
    address = f"/vendor/certification/appeals/{appeal_id}"
    be(client)
    assert f'href="{address}"' in client.get("/vendor/certification/appeals").text
    assert 'href="/vendor/certification/appeals"' in client.get("/vendor").text
    page = client.get(address).text
    assert "Copied answers." in page
    assert "I wrote them myself." in page
    assert client.post(address, data={"decision": "give_back", "answer": " "}).status_code == 422
    assert client.post(address, data={"decision": "perhaps", "answer": "Why."}).status_code == 422
    client.post(address, data={"decision": "give_back", "answer": "They were <yours>."})
    assert "They were &lt;yours&gt;." in client.get(address).text
    public = client.get(f"/credentials/{reference}").text
    assert "counts no more" not in public
    assert "revoked on March 9, 2026, and given back on March 10, 2026 after an appeal" in public
    be(client, person)
    assert "They were &lt;yours&gt;." in client.get(f"/credentials/{reference}").text


def test_what_was_said_is_for_the_holder_alone(at_noon, client, revoked):
    reference, _person = revoked
    with transaction() as session:
        made = appeal(session, queries.by_reference(session, reference))
        decide(session, made.id, make_staff(session))
    page = client.get(f"/credentials/{reference}").text
    assert "given back" in page
    for words in ("I wrote them myself.", "We looked.", "Copied answers."):
        assert words not in page, words


def test_who_revoked_it_reads_why_they_can_not_decide(at_noon, client):
    with transaction() as session:
        revoker, _colleague = make_staff(session), make_staff(session)
        made = make_appeal(session, make_credential(session, **REVOKED, revoked_by=revoker.id))
        address = f"/vendor/certification/appeals/{made.id}"
    be(client, revoker)
    page = client.get(address).text
    assert "You have revoked this certificate yourself." in page
    assert 'name="decision"' not in page
    assert client.post(address, data={"decision": "keep", "answer": "No."}).status_code == 403
