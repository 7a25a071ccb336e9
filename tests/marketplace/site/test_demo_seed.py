"""The demo as it stands when it has been filled."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import stripe
import time_machine
from sqlalchemy import select

from certification.credentials.models import Credential
from certification.credentials.rules import CredentialState
from certification.exams.models import ExamAttempt
from certification.exams.rules import AttemptState
from marketplace.accounts import passwords
from marketplace.accounts.models import Person
from marketplace.catalogue.rules import Layer
from marketplace.conversation.models import Message, Promise
from marketplace.insurance import queries as insurance
from marketplace.insurance.rules import ClaimStatus, Need, PolicyStatus, promise
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job
from marketplace.kernel import outbox
from marketplace.kernel.database import db, reading
from marketplace.kernel.money import Money
from marketplace.kernel.outbox import OutboxMessage
from marketplace.kernel.storage import read
from marketplace.matching import queries as matching
from marketplace.papers.models import Paper
from marketplace.papers.rules import Sold
from marketplace.payments import queries as payments
from marketplace.payments.gateway import gateway
from marketplace.payments.models import Chargeback, ConnectedAccount, Hold, LedgerTransaction, Payout, SavedCard
from marketplace.payments.rules import (
    AccountKind,
    AccountState,
    ChargebackStatus,
    Fact,
    HoldStatus,
    PayoutMethod,
    PayoutStatus,
)
from marketplace.sandbox.stripe.server import SandboxServer
from marketplace.site import migrate, wiring
from marketplace.site.app import create_app
from marketplace.site.demo import plans, seed
from marketplace.site.demo.content.plans_of_cover import PLANS, TAKEN_BACK_BY
from marketplace.site.filling import is_filled
from marketplace.site.settings import WrongSetting
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import RequestFile, SupportRequest
from marketplace.support_requests.rules import Mode, Status
from providers.profiles import queries as profiles
from providers.profiles.models import Provider, Review
from providers.services.models import Service
from tests.plugins.app import STRIPE_KEY, make_settings

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)  # A Tuesday.
PASSWORD = "handrail-demo"
PARTNERS = 20
LIVE = {HoldStatus.HELD, HoldStatus.CAPTURED}


@pytest.fixture(scope="module")
def stand_in():
    """Stripe's stand-in, at that moment."""
    with time_machine.travel(NOW, tick=False), SandboxServer(background=False) as server:
        yield server


@pytest.fixture(scope="module")
def filled(tmp_path_factory, stand_in):
    """Fill a demo once for all tests here; they only look at it."""
    app = create_app(make_settings(tmp_path_factory.mktemp("demo"), stripe_api_base=stand_in.url, demo=True))
    migrate.upgrade(app)
    with app.app_context():
        assert not is_filled()
        seed.fill(PARTNERS, PASSWORD, NOW)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(filled):
    """Give a session for looking."""
    yield reading()
    reading().rollback()


def all_of(session, model):
    return list(session.scalars(select(model)))


def person(session, name):
    return session.scalars(select(Person).filter_by(email=f"{name}@example.test")).one()


def desk_of(session, name):
    return jobs.desk_of(session, profiles.membership(session, person(session, name).id))


def test_it_is_filled_once(filled):
    assert is_filled()
    with pytest.raises(WrongSetting, match="--fresh"):
        seed.fill(1, PASSWORD, NOW)


def test_requests_are_in_every_state(session):
    assert {one.status for one in all_of(session, SupportRequest)} == set(Status)


def test_requests_and_threads_are_in_several_languages(session):
    assert {"en", "es", "ar", "fr", "de", "pt"} <= {one.language for one in all_of(session, SupportRequest)}
    bodies = " ".join(one.body for one in all_of(session, Message))
    assert "Hello" in bodies
    assert "Hola" in bodies
    assert "مرحبًا" in bodies


def test_a_promise_runs_and_one_was_missed(session):
    awaited = [one for one in all_of(session, Promise) if one.kept_at is None and one.ended_at is None]
    assert any(one.missed_at is None and one.due_at > NOW for one in awaited)
    assert any(one.missed_at is not None for one in awaited)


def test_plans_are_on_sale_in_every_language_and_one_has_changed(session):
    on_sale = insurance.plans_on_sale(session)
    assert len(on_sale) == len(PLANS)
    [changed] = [one.plan for one in on_sale if one.number > 1]
    assert [one.made_at < NOW for one in changed.versions] == [True, True]
    assert changed.versions[0].made_at < changed.versions[1].made_at
    assert all(set(one.names) == set(one.terms_texts) == {"en", "es", "ar"} for one in on_sale)


def test_somebody_is_covered(session):
    [policy] = insurance.live_policies(session, person(session, "insured").id)
    assert policy.status is PolicyStatus.ACTIVE
    [year] = insurance.years_of(session, [policy.id])
    assert all((year.left, year.used, year.reserved))
    claims = insurance.claims_of(session, [policy.id])
    assert [one.status for one in claims] == [ClaimStatus.RESERVED, ClaimStatus.PAID, ClaimStatus.PAID]
    assert {one.parts[0].own_minor for one in claims} == {2000}
    need = Need(Money(20_000, "GBP"), Layer.APPLICATION, "upgrade")
    promised = promise(insurance.standing(session, policy.id, policy.begins_at), need, policy.begins_at)
    assert promised.covered == Money(18_000, "GBP")


def test_whoever_it_is_that_helps_is_paid_out_of_the_premium_at_once(stand_in, session):
    """Who is asked depends on the hour; a partner with an account at Stripe is paid by a transfer."""
    client = stripe.StripeClient(STRIPE_KEY, base_addresses={"api": stand_in.url})
    there = {one.currency: one.amount for one in client.v1.balance.retrieve().available}
    [policy] = insurance.live_policies(session, person(session, "insured").id)
    [year] = insurance.years_of(session, [policy.id])
    assert there["gbp"] >= year.used.minor


def test_a_bank_has_taken_back_a_premium_and_premiums_have_their_papers(session):
    [chargeback] = [one for one in all_of(session, Chargeback) if one.payment_id is not None]
    assert chargeback.takes_answer
    policy = insurance.policy(session, chargeback.about.subject_id)
    assert policy.status is PolicyStatus.SUSPENDED
    receipts = [one for one in all_of(session, Paper) if one.payment_id is not None]
    assert {one.sold for one in receipts} == {Sold.COVER}
    assert {one.person_id for one in receipts} == {policy.person_id, person(session, "insured").id}


@pytest.mark.parametrize("check", wiring.SELF_CHECKS, ids=lambda one: one.__name__)
def test_every_self_check_is_green(session, check):
    assert check(session) == []


def test_the_ledger_has_what_the_stand_in_has_in_every_currency(session):
    at_stripe = {currency: amount for currency, amount in gateway().balance().items() if amount}
    booked = {currency: payments.balance(session, AccountKind.STRIPE_BALANCE, currency) for currency in at_stripe}
    assert booked == at_stripe
    assert len(booked) > 3


def test_every_movement_at_stripe_names_its_object(session):
    at_stripe = {Fact.AUTHORISED, Fact.CAPTURED, Fact.TRANSFERRED, Fact.REFUNDED}
    booked = [one for one in all_of(session, LedgerTransaction) if one.fact in at_stripe]
    assert {one.fact for one in booked} == at_stripe
    assert all(one.stripe_id for one in booked)


def test_whoever_signs_in_has_the_password_and_nobody_else_has_any(session):
    names = ("customer", "insured", "partner", "partner.es", "partner.ar", "applicant", "staff")
    able = [one for one in all_of(session, Person) if one.password_hash is not None]
    assert {one.email for one in able} == {f"{name}@example.test" for name in names}
    assert len({one.password_hash for one in able}) == 1
    assert passwords.check(PASSWORD, able[0].password_hash) is not None
    assert all(one.confirmed_at is not None for one in all_of(session, Person))
    assert {person(session, name).language for name in ("partner.es", "partner.ar")} == {"es", "ar"}


def test_the_partner_has_an_offer_jobs_and_money(session):
    member = profiles.membership(session, person(session, "partner").id)
    desk = desk_of(session, "partner")
    assert desk.offers
    assert len([one for one in desk.jobs if one.status is Status.IN_PROGRESS]) > 1
    assert desk.promises
    assert any(one.status is PayoutStatus.PAID and one.method is PayoutMethod.TRANSFER for one in desk.payouts)
    assert session.get_one(ConnectedAccount, member.provider_id).may_receive


@pytest.mark.parametrize("name", ["partner.es", "partner.ar"])
def test_partners_elsewhere_are_paid_by_hand(session, name):
    desk = desk_of(session, name)
    assert desk.offers
    assert desk.jobs
    assert {one.method for one in desk.payouts} == {PayoutMethod.BY_HAND}


def test_banks_ask_take_back_and_decide(session):
    statuses = {one.status for one in all_of(session, Chargeback)}
    assert statuses == {
        ChargebackStatus.INQUIRY,
        ChargebackStatus.NEEDS_RESPONSE,
        ChargebackStatus.UNDER_REVIEW,
        ChargebackStatus.WON,
        ChargebackStatus.LOST,
    }
    assert payments.debts(session)


def test_a_refund_came_back_and_waits_to_be_paid_by_hand(session):
    [returned] = payments.refunds_to_pay_by_hand(session)
    assert returned.failure == "expired_or_canceled_card"
    assert str(returned.why_failed) == "The card has expired, or was cancelled"


def test_a_bank_gave_nothing_for_work_that_was_taken(session):
    failed = [one for one in all_of(session, Hold) if one.status is HoldStatus.FAILED]
    assert len(failed) == 1
    assert session.get_one(SupportRequest, failed[0].subject_id).status is Status.AWAITING_PAYMENT


def test_who_wanted_it_and_who_pays_by_the_period_has_a_stored_card(session):
    stored = Counter(one.person_id for one in all_of(session, SavedCard))
    assert stored == {person(session, name).id: 1 for name in ("customer", "insured", TAKEN_BACK_BY)}


def test_stripe_wants_more_of_some_partners(session):
    states = Counter(one.state for one in all_of(session, ConnectedAccount))
    assert states[AccountState.PAST_DUE] == 2
    assert states[AccountState.DUE_SOON] == states[AccountState.PENDING_VERIFICATION] == 1


def test_staff_work_at_the_vendors_own_desk(session):
    staff = person(session, "staff")
    assert profiles.membership(session, staff.id).provider == profiles.vendor_desk(session)
    assert desk_of(session, "staff").offers
    assert desk_of(session, "staff").jobs


def test_the_customer_has_something_of_nearly_everything(session):
    mine = requests.requests_of(session, person(session, "customer").id)
    assert {one.status for one in mine} == set(Status) - {Status.UNMATCHED}


def test_requests_that_need_money_have_it(session):
    for one in all_of(session, SupportRequest):
        hold = payments.latest_hold(session, "request", one.id)
        is_unpaid = one.is_vendors or (one.mode is Mode.QUOTES and one.status is Status.MATCHING)
        if one.status in {Status.MATCHING, Status.IN_PROGRESS, Status.RESOLVED} and not is_unpaid:
            assert hold.status in LIVE or (hold.status is HoldStatus.SETTLED and one.closed_at), one.title


def test_the_customer_has_quotes_to_choose_from(session):
    mine = requests.requests_of(session, person(session, "customer").id)
    [quoting] = [one for one in mine if one.mode is Mode.QUOTES]
    quotes = matching.standing_quotes(session, quoting.id)
    assert len(quotes) > 1
    assert len({one.quote.price for one in quotes}) == len(quotes)
    assert all(one.expires_at > NOW for one in quotes)


def test_stars_are_those_of_the_reviews_and_each_review_has_its_closed_request(session):
    reviews = all_of(session, Review)
    for provider in all_of(session, Provider):
        own = [one.stars for one in profiles.reviews(session, provider.id, limit=len(reviews))]
        assert (provider.ratings, provider.stars_sum) == (len(own), sum(own))
        assert provider.jobs_done >= provider.ratings
    closed = {one.id for one in all_of(session, SupportRequest) if one.closed_at is not None}
    assert {one.request_id for one in reviews} <= closed


def test_nothing_lies_in_the_future(session):
    moments = [one.created_at for one in all_of(session, SupportRequest)]
    moments += [one.at for one in (*all_of(session, Message), *all_of(session, LedgerTransaction))]
    moments += [one.accepted_at for one in all_of(session, Job)]
    moments += [one.paid_at for one in all_of(session, Payout) if one.paid_at]
    assert max(moments) <= NOW


@pytest.mark.parametrize("model", [Message, LedgerTransaction], ids=lambda one: one.__name__)
def test_rows_are_in_the_order_of_their_moments(session, model):
    moments = list(session.scalars(select(model.at).order_by(model.id)))
    assert moments == sorted(moments)


def test_screenshots_can_be_read(session):
    files = [one.file for one in all_of(session, RequestFile)]
    assert len(files) >= 3
    assert all(read(one).startswith(b"\x89PNG") for one in files)


def test_certificates_have_ended_were_taken_back_and_end_soon(session):
    states = [one.state(NOW) for one in all_of(session, Credential)]
    assert states.count(CredentialState.EXPIRED) == 1
    assert states.count(CredentialState.REVOKED) == 1
    ends = [one.valid_until - NOW for one in all_of(session, Credential) if one.state(NOW) is CredentialState.VALID]
    assert min(ends) < timedelta(days=60)


def test_whoever_passed_an_exam_got_one_certificate_then_and_who_only_failed_got_none(session):
    attempts = all_of(session, ExamAttempt)
    passed = [(one.person_id, one.track_id, one.ended_at) for one in attempts if one.state is AttemptState.PASSED]
    held = [(one.person_id, one.track_id, one.issued_at) for one in all_of(session, Credential)]
    assert passed
    assert all(held.count(one) == 1 for one in passed)
    failed = {(one.person_id, one.track_id) for one in attempts if one.state is AttemptState.FAILED}
    assert failed - {one[:2] for one in passed}
    assert {one[:2] for one in held}.isdisjoint(failed - {one[:2] for one in passed})


def test_nothing_is_owed_and_nothing_has_failed(session):
    messages = all_of(session, OutboxMessage)
    assert all(one.done_at is not None and one.last_error is None for one in messages)
    assert outbox.deliver_due(NOW) == 0


def test_whom_nobody_takes_is_still_unmatched_after_another_look(session):
    waiting = [one for one in all_of(session, SupportRequest) if one.status is Status.UNMATCHED]
    assert waiting
    for one in waiting:
        asked = matching.asked_already(session, one.id)
        left = {match.provider_id for match in matching.matches(session, one, NOW)} - asked
        assert asked
        assert not left or not one.may_fall_back


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_it_is_the_same_on_another_database(app, sandbox, monkeypatch):
    settings = replace(app.extensions["handrail_settings"], stripe_api_base=sandbox.url)
    monkeypatch.setitem(app.extensions, "handrail_settings", settings)  # Where levers are pulled.
    seed.fill(2, PASSWORD, NOW)
    planned = [(plan.slug, one.price.minor, one.price.currency) for plan in plans.partners(2) for one in plan.services]
    prices = select(Provider.slug, Service.price_minor, Service.currency).join(Service).order_by(Service.id)
    prices = prices.where(Provider.slug.in_([slug for slug, *_price in planned]))  # Others apply.
    assert [tuple(row) for row in reading().execute(prices)] == planned
    reading().rollback()
    assert [problem for check in wiring.SELF_CHECKS for problem in check(reading())] == []
    reading().rollback()
