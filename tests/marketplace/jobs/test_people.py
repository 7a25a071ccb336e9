"""Those who work for a partner: jobs go on to colleagues, and nobody leaves a customer alone."""

import pytest

from certification.credentials.models import Credential
from marketplace.jobs import commands, queries, rules
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import OutboxMessage
from marketplace.matching.rules import OfferStatus
from marketplace.support_requests.rules import Status
from providers.profiles.models import Member, Provider
from providers.profiles.rules import MemberRole
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.credentials import make_credential
from tests.factories.jobs import FOR_QUOTES, Life, best_fit, choose, taken
from tests.factories.profiles import make_member, make_provider
from tests.plugins.racing import crashed, in_transaction, on_postgresql, race

PASSWORD = "a good long phrase"


@pytest.fixture
def partner_id(add_partner):
    """A partner of an owner, and of Mia, who reads letters."""
    partner_id = add_partner()
    with transaction() as session:
        mia = make_person(session, name="Mia", email="mia@example.test", password=PASSWORD)
        make_member(session, session.get_one(Provider, partner_id), person=mia)
    return partner_id


def members(session, partner_id):
    """The owner, and Mia."""
    return session.query(Member).filter_by(provider_id=partner_id).order_by(Member.id).all()


def hand_on(life, partner_id, to=1):
    with transaction() as session:
        people = members(session, partner_id)
        commands.hand_on(session, life.reference, member=people[0], to_id=people[to].id, now=NOON)


def part(partner_id, who=1, by=None):
    with transaction() as session:
        people = members(session, partner_id)
        commands.part(session, people[who if by is None else by], people[who].id, now=NOON)


def make_finance(partner_id):
    with transaction() as session:
        owner, mia = members(session, partner_id)
        commands.change_role(session, owner, mia.id, MemberRole.FINANCE, now=NOON)


def job_of(life):
    return queries.job_of(reading(), life.request.id)


def letters():
    reading().rollback()
    owed = reading().query(OutboxMessage).filter_by(kind="mail").order_by(OutboxMessage.id)
    return [(one.payload["to"], one.payload["subject"]) for one in owed]


def test_a_job_goes_on_to_a_colleague_and_everybody_concerned_hears_of_it(market, partner_id):
    life = taken(market, partner_id)
    before = len(letters())
    hand_on(life, partner_id)
    assert job_of(life).member.person.name == "Mia"
    subjects = dict(letters()[before:])
    assert subjects["mia@example.test"].startswith("You go on with")
    assert subjects[life.request.customer.email] == "Mia goes on with your request"
    assert reading().query(AuditEntry).filter_by(subject_kind="job", action="hand_on").count() == 1
    hand_on(life, partner_id)
    assert reading().query(AuditEntry).filter_by(subject_kind="job", action="hand_on").count() == 1


def test_the_terms_of_a_job_that_is_handed_on_stay(market, partner_id):
    life = taken(market, partner_id)
    frozen = job_of(life).price, job_of(life).shares
    hand_on(life, partner_id)
    assert (job_of(life).price, job_of(life).shares) == frozen


def test_a_job_is_handed_on_within_the_business_to_whoever_takes_jobs(market, partner_id):
    life = taken(market, partner_id)
    with transaction() as session:
        stranger_id = make_provider(session).members[0].id
    with pytest.raises(NotFound), transaction() as session:
        commands.hand_on(session, life.reference, member=members(session, partner_id)[0], to_id=stranger_id, now=NOON)
    stranger = reading().get_one(Member, stranger_id)
    with pytest.raises(NotFound), transaction() as session:
        commands.hand_on(session, life.reference, member=stranger, to_id=stranger_id, now=NOON)
    make_finance(partner_id)
    with pytest.raises(NotFound):
        hand_on(life, partner_id)


def test_what_is_over_is_not_handed_on(market, partner_id):
    life = taken(market, partner_id)
    life.resolve()
    life.confirm()
    with pytest.raises(rules.JobIsOver):
        hand_on(life, partner_id)


def test_who_has_a_job_under_way_stays_until_it_is_handed_on_or_ended(market, partner_id):
    life = taken(market, partner_id)
    hand_on(life, partner_id)
    for leave in (lambda: part(partner_id), lambda: part(partner_id, by=0), lambda: make_finance(partner_id)):
        with pytest.raises(rules.StillAtWork):
            leave()
    life.resolve()
    with pytest.raises(rules.StillAtWork):  # The customer may still say that it is not solved.
        part(partner_id)
    life.confirm()
    part(partner_id)
    assert [one.left_at for one in members(reading(), partner_id)] == [None, NOON]


def test_who_has_handed_all_on_may_go(market, partner_id):
    life = taken(market, partner_id)
    hand_on(life, partner_id)
    with transaction() as session:
        mia = members(session, partner_id)[1]
        commands.hand_on(session, life.reference, member=mia, to_id=members(session, partner_id)[0].id, now=NOON)
    part(partner_id)
    assert life.request.status is Status.IN_PROGRESS


def test_who_has_a_quote_that_may_be_chosen_stays(market, partner_id):
    life = Life(market)
    life.submit(FOR_QUOTES)
    life.quote(partner_id)
    with transaction() as session:
        [offer] = life.asked()
        session.query(type(offer.quote)).update({"member_id": members(session, partner_id)[1].id})
    with pytest.raises(rules.StillAtWork):
        part(partner_id)


def test_an_offer_that_nobody_left_is_certified_for_goes_to_others(market, add_partner):
    first_id = add_partner(price_minor=4000)
    with transaction() as session:
        first = session.get_one(Provider, first_id)
        expert = make_member(session, first)
        [owner] = [one for one in members(session, first_id) if one.role is MemberRole.OWNER]
        held = session.query(Credential).filter_by(person_id=owner.person_id).one()
        make_credential(session, person=expert.person, track=held.track)
        held.revoked_at, held.revoked_reason = NOON, "Expired in spirit."
    life = Life(market)
    life.submit(best_fit(6000))
    life.pay()
    assert life.offer.provider_id == first_id
    second_id = add_partner(price_minor=4500)
    part(first_id)
    assert life.offer_to(first_id).status is OfferStatus.WITHDRAWN
    assert life.offer.provider_id == second_id


def test_whoever_takes_no_jobs_accepts_none(market, partner_id):
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    make_finance(partner_id)
    with pytest.raises(rules.NoWorker), transaction() as session:
        commands.accept(session, life.offer.id, member=members(session, partner_id)[1], now=NOON)
    assert life.request.status is Status.MATCHING


class LeavesAndAccepts:
    """Mia leaves in one window, and accepts in another."""

    def __init__(self, market, partner_id):
        self.partner_id = partner_id
        self.life = Life(market)
        self.life.submit(choose(partner_id))
        self.life.pay()
        self.offer_id = self.life.offer.id

    def leave(self, session):
        mia = members(session, self.partner_id)[1]
        commands.part(session, mia, mia.id, now=NOON)

    def accept(self, session):
        commands.accept(session, self.offer_id, member=members(session, self.partner_id)[1], now=NOON)

    def broken(self, outcomes):
        """Tell whether somebody who is gone has a job, or somebody crashed."""
        job = queries.job_of(reading(), self.life.request.id)
        return crashed(outcomes) or (job is not None and job.member.left_at is not None)


def test_nobody_leaves_while_accepting(app, market, partner_id, together):
    running = LeavesAndAccepts(market, partner_id)
    assert not running.broken(together(running.leave, running.accept))


@on_postgresql
def test_without_the_locks_somebody_leaves_while_accepting(app, market, partner_id, guards):
    running = LeavesAndAccepts(market, partner_id)
    guards.locks_off("support_request", "member")
    outcomes = race(app, in_transaction(running.leave), in_transaction(running.accept))
    assert running.broken(outcomes), outcomes
