"""Payees' accounts at Stripe, in every state that Stripe tells of."""

import pytest
from werkzeug.test import Client

from marketplace.kernel import mail, outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands, gateway, queries
from marketplace.payments.models import BankDetails, ConnectedAccount, StripeCall
from marketplace.payments.rules import AccountState, BankAccount, CallKind, NotRejected, Requirements
from marketplace.payments.wording import REJECTIONS, standing
from providers.profiles.models import Provider
from tests.factories.accounts import make_staff
from tests.factories.profiles import make_provider
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess, to_app
from tests.told import kept_events, unapplied_events

CONNECT = "/webhooks/stripe/connect"


@pytest.fixture
def stand_in(app):
    """A Stripe that tells the site what happens to connected accounts."""
    stand_in = StripeInProcess(send=to_app(app))
    before = gateway.gateway()
    gateway.connect(app, gateway.Gateway(SECRET_KEY, URL, http_client=stand_in.http_client()))
    stand_in.listen(CONNECT, app.extensions["handrail_settings"].stripe_connect_webhook_secret, connect=True)
    yield stand_in
    gateway.connect(app, before)


def heard(stand_in):
    """Take what Stripe tells, and do all that is owed."""
    stand_in.deliver_pending()
    while outbox.deliver_due(utcnow()):
        stand_in.deliver_pending()


@pytest.fixture
def account_id(stand_in):
    """The account of a payee who may receive transfers."""
    with transaction() as session:
        payee = make_provider(session)
        commands.ask_account(session, payee.id, country="DE", email="bo@example.test", now=utcnow())
    heard(stand_in)
    account_id = reading().query(ConnectedAccount).one().stripe_account_id
    link = gateway.gateway().onboarding_url(account_id, refresh_url=URL, return_url=URL)
    stand_in.onboard(link)
    heard(stand_in)
    return account_id


def pull(stand_in, account_id, lever, **given):
    """Do by hand what Stripe or a payee may do."""
    answer = Client(stand_in.app).post(f"/sandbox/objects/{account_id}/{lever}", json=given, base_url=URL)
    assert answer.status_code == 200, answer.text
    heard(stand_in)


def known():
    """Give what we know of the one account."""
    reading().rollback()
    return reading().query(ConnectedAccount).one()


# What a lever of the stand-in brings about: the state, and whether transfers still arrive.
LEVERS = {
    "complete": (AccountState.ENABLED, True),
    "due_soon": (AccountState.DUE_SOON, True),
    "past_due": (AccountState.PAST_DUE, False),
    "pending_verification": (AccountState.PENDING_VERIFICATION, False),
    "under_review": (AccountState.UNDER_REVIEW, False),
    "payouts_paused": (AccountState.PAYOUTS_PAUSED, True),
    "deauthorise": (AccountState.DEAUTHORISED, False),
}


def stands():
    """Say how the account stands, as its owner reads it."""
    return standing(known())


@pytest.mark.parametrize(("lever", "state", "may_receive"), [(one, *found) for one, found in LEVERS.items()])
def test_every_state_that_stripe_tells_of_is_known(stand_in, account_id, lever, state, may_receive):
    pull(stand_in, account_id, lever)
    assert (known().state, known().may_receive) == (state, may_receive)
    assert kept_events()
    assert not unapplied_events()


@pytest.mark.parametrize("reason", ["fraud", "incomplete_verification", "listed", "other", "terms_of_service"])
def test_a_rejection_has_its_reason_in_words(stand_in, account_id, reason):
    pull(stand_in, account_id, "reject", reason=reason)
    assert (known().state, known().may_receive) == (AccountState.REJECTED, False)
    assert stands().said == [str(REJECTIONS[reason])]


def test_who_has_begun_and_not_finished_is_asked_to_go_on(stand_in):
    open_account(stand_in)
    assert known().state is AccountState.INCOMPLETE
    assert "date of birth" in stands().asked


def test_what_stripe_asks_for_is_said_in_plain_words_with_its_day(stand_in, account_id):
    pull(stand_in, account_id, "due_soon")
    assert stands().asked == "an identity document"
    assert known().due_by > utcnow()
    assert stands().due_by


def test_what_was_wrong_is_told_in_stripes_words(stand_in, account_id):
    pull(stand_in, account_id, "past_due")
    assert stands().said == ["Stripe says: The document could not be read. Upload a document with good lighting."]


def test_what_is_mended_is_as_before(stand_in, account_id):
    for lever in ("past_due", "under_review", "payouts_paused"):
        pull(stand_in, account_id, lever)
        pull(stand_in, account_id, "complete")
        assert (known().state, known().may_receive) == (AccountState.ENABLED, True)
        assert (stands().asked, list(stands().said)) == ("", [])


def test_who_has_left_the_platform_is_paid_by_hand(stand_in, account_id):
    pull(stand_in, account_id, "deauthorise")
    assert not known().may_receive
    assert "access" in known().refusal


def open_account(stand_in, country="DE", payee_id=None):
    """Ask for an account, of a new payee if none is given."""
    with transaction() as session:
        payee_id = payee_id or make_provider(session).id
        commands.ask_account(session, payee_id, country=country, email="bo@example.test", now=utcnow())
    heard(stand_in)
    return payee_id


def test_who_has_left_may_connect_again_with_a_new_account(stand_in, account_id):
    pull(stand_in, account_id, "deauthorise")
    open_account(stand_in, payee_id=known().payee_id)
    assert known().state is AccountState.INCOMPLETE
    assert known().stripe_account_id != account_id
    assert known().refusal is None


def keys():
    """List the keys under which accounts were asked for."""
    return {call.key for call in reading().query(StripeCall).filter_by(kind=CallKind.ACCOUNT)}


def test_a_refusal_says_why_and_can_be_mended(stand_in):
    payee_id = open_account(stand_in, country="KP")
    [first] = keys()
    assert (known().state, known().stripe_account_id) == (AccountState.REFUSED, None)
    assert "not supported" in stands().said[0]
    open_account(stand_in, country="DE", payee_id=payee_id)
    assert (known().state, known().country) == (AccountState.INCOMPLETE, "DE")
    assert len(keys()) == 2
    assert first in keys()


def test_asking_again_for_an_account_that_is_there_changes_nothing(stand_in, account_id):
    with transaction() as session:
        payee_id = known().payee_id
        again = commands.ask_account(session, payee_id, country="FR", email="bo@example.test", now=utcnow())
    assert again is None
    assert (known().stripe_account_id, known().country) == (account_id, "DE")


def test_news_of_an_account_that_was_left_does_not_touch_the_new_one(stand_in, account_id):
    pull(stand_in, account_id, "deauthorise")
    open_account(stand_in, payee_id=known().payee_id)
    late = gateway.Account(account_id, Requirements(may_receive=True))
    with transaction() as session:
        commands.describe_account(session, known().payee_id, late, now=utcnow())
        commands.refuse_account(session, known().payee_id, "gone", account_id=account_id, now=utcnow())
    assert (known().state, known().may_receive) == (AccountState.INCOMPLETE, False)


# Who can be paid


def can_be_paid():
    """Tell whether the one payee can be paid in some way."""
    reading().rollback()
    return queries.can_be_paid(reading(), known().payee_id)


def without_bank_account():
    """Forget where the payee is paid by hand."""
    with transaction() as session:
        session.query(BankDetails).delete()


@pytest.mark.parametrize(("lever", "state", "may_receive"), [(one, *found) for one, found in LEVERS.items()])
def test_whom_transfers_do_not_reach_can_be_paid_by_hand_or_not_at_all(stand_in, account_id, lever, state, may_receive):
    pull(stand_in, account_id, lever)
    assert can_be_paid()
    without_bank_account()
    assert can_be_paid() is may_receive


def test_whom_stripe_has_rejected_is_paid_by_hand_only_if_the_vendor_allows_it(stand_in, account_id):
    pull(stand_in, account_id, "reject", reason="other")
    assert not can_be_paid()
    with transaction() as session:
        clerk = make_staff(session)
        commands.allow_by_hand(session, known().payee_id, "Seen the passport.", by=clerk.id, now=utcnow())
    assert can_be_paid()
    without_bank_account()
    assert not can_be_paid()


def test_nothing_needs_to_be_allowed_for_who_is_not_rejected(stand_in, account_id):
    with transaction() as session, pytest.raises(NotRejected):
        commands.allow_by_hand(session, known().payee_id, "Why not.", by=1, now=utcnow())


def test_somebody_of_whom_nothing_is_known_can_not_be_paid(session):
    ready, unknown = make_provider(session), make_provider(session, has_bank_account=False)
    assert queries.payable(session, [ready.id, unknown.id]) == {ready.id}
    assert not queries.can_be_paid(session, unknown.id)
    bank = BankAccount("Bo", "ES91 2100 0418 4502 0005 1332")
    commands.set_bank_account(session, unknown.id, bank, by=unknown.members[0].person_id, now=utcnow())
    assert queries.can_be_paid(session, unknown.id)


def test_an_iban_is_held_to_its_check_digits(session):
    payee, wrong = make_provider(session), BankAccount("Bo", "ES9121000418450200051333")
    with pytest.raises(InvalidInput) as refusal:
        commands.set_bank_account(session, payee.id, wrong, by=payee.members[0].person_id, now=utcnow())
    assert refusal.value.fields.keys() == {"number"}
    for typed, kept in (
        ("es9121000418450200051332", "ES91 2100 0418 4502 0005 1332"),
        ("Banco Azul, 0007-1234", "Banco Azul, 0007-1234"),
    ):
        commands.set_bank_account(session, payee.id, BankAccount("Bo", typed), by=1, now=utcnow())
        assert queries.bank_account(session, payee.id).number == kept


def test_changes_for_the_worse_are_told_by_letter(stand_in, account_id):
    with transaction() as session:
        provider = session.get_one(Provider, known().payee_id)
        provider.members[0].person.password_hash = "can sign in"
        owner = provider.members[0].person.email
        finance = make_staff(session, "finance").email
    before = written()
    for lever, subjects in (
        ("due_soon", [(owner, "About how you are paid: Stripe asks for something soon")]),
        ("past_due", [(owner, "About how you are paid: Stopped: something is missing")]),
        ("complete", []),
        ("deauthorise", [(owner, "About how you are paid: Disconnected"), (finance, "Provider")]),
    ):
        pull(stand_in, account_id, lever)
        found = written()[len(before) :]
        assert [to for to, _subject in found] == [to for to, _subject in subjects]
        assert all(subject.startswith(start) for (_, subject), (_, start) in zip(found, subjects, strict=True))
        before = written()


def written():
    """List to whom letters were owed, and about what."""
    reading().rollback()
    owed = reading().query(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id)
    return [(one.payload["to"], one.payload["subject"]) for one in owed]
