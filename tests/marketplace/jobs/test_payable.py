"""No paid offer goes to who can not be paid in any way, and none stays with them."""

import pytest

from marketplace.jobs import commands
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.matching import queries as matching
from marketplace.matching.rules import Unfit
from marketplace.payments import commands as payments
from marketplace.payments.commands import PayeeChanged
from marketplace.payments.gateway import Account
from marketplace.payments.models import BankDetails
from marketplace.payments.rules import AccountState, CanNotBePaid, Requirements
from marketplace.support_requests.rules import Status
from providers.profiles import queries as profiles
from tests.factories import HOUR, NOON
from tests.factories.jobs import Life, best_fit
from tests.factories.payees import make_account, make_bank_details

ALL = sorted(set(AccountState) - {AccountState.NOT_STARTED})
REACHED = {AccountState.ENABLED, AccountState.DUE, AccountState.DUE_SOON, AccountState.PAYOUTS_PAUSED}


def account_in(provider_id, state):
    """Give a partner an account in a state."""
    with transaction() as session:
        make_account(session, provider_id, state=state, may_receive=state in REACHED)


def who_fits(life):
    """List who is found for a request."""
    request = life.request
    return [match.provider_id for match in matching.matches(reading(), request, NOON)]


@pytest.mark.parametrize("state", ALL)
def test_who_has_no_bank_account_is_found_only_while_transfers_arrive(market, add_partner, state):
    partner_id = add_partner(has_bank_account=False)
    account_in(partner_id, state)
    assert (who_fits(Life(market)) == [partner_id]) is (state in REACHED)


@pytest.mark.parametrize("state", ALL)
def test_who_is_paid_by_hand_is_found_unless_stripe_has_rejected_them(market, add_partner, state):
    partner_id = add_partner()
    account_in(partner_id, state)
    assert (who_fits(Life(market)) == [partner_id]) is (state is not AccountState.REJECTED)


def test_who_has_said_nothing_is_not_found_and_the_gap_says_why(market, add_partner):
    add_partner(has_bank_account=False)
    life = Life(market)
    assert who_fits(life) == []
    assert matching.gap(reading(), life.request, NOON) == [Unfit.PAYMENT]


@pytest.fixture
def asked(market, add_partner):
    """A request that is put to the better of two partners, who could be paid until now."""
    best, other = add_partner(has_bank_account=False, price_minor=3000), add_partner(price_minor=6000)
    account_in(best, AccountState.ENABLED)
    life = Life(market)
    life.submit(best_fit(8000))
    life.pay()
    assert life.offer.provider_id == best
    life.best, life.other = best, other
    return life


def describe(provider_id, said):
    """Let Stripe say something of a partner's account."""
    with transaction() as session:
        account = Account(f"acct_{provider_id}", said)
        payments.describe_account(session, provider_id, account, now=NOON)


STOPPED = {
    "past due": Requirements(may_receive=False, past_due=("external_account",)),
    "being checked": Requirements(may_receive=False, pending=("external_account",)),
    "under review": Requirements(may_receive=False, disabled_reason="under_review"),
    "rejected": Requirements(may_receive=False, disabled_reason="rejected.fraud"),
}


@pytest.mark.parametrize("said", STOPPED.values(), ids=STOPPED)
def test_an_offer_goes_on_to_the_next_when_its_partner_can_not_be_paid_any_more(asked, said):
    describe(asked.best, said)
    assert asked.offer.provider_id == asked.other


def test_an_offer_stays_while_there_is_a_way_to_pay(asked):
    describe(asked.best, Requirements(may_receive=True, currently_due=("external_account",), due_by=NOON + HOUR))
    assert asked.offer.provider_id == asked.best
    with transaction() as session:
        make_bank_details(session, asked.best)
    describe(asked.best, Requirements(may_receive=False, past_due=("external_account",)))
    assert asked.offer.provider_id == asked.best


def test_who_leaves_the_platform_keeps_no_offer(asked):
    with transaction() as session:
        payments.refuse_account(session, asked.best, "gone", account_id=f"acct_{asked.best}", now=NOON)
    assert asked.offer.provider_id == asked.other


def test_nobody_accepts_what_could_not_be_paid(asked):
    """The state has changed between the offer and the acceptance, and the offer has not been withdrawn yet."""
    offer_id = asked.offer.id
    with transaction() as session:
        member = profiles.providers_by_id(session, [asked.best])[asked.best].members[0]
        session.expunge(member)
        session.query(payments.accounts.ConnectedAccount).update({"may_receive": False, "state": AccountState.PAST_DUE})
    with transaction() as session, pytest.raises(CanNotBePaid):
        commands.accept(session, offer_id, member=member, now=NOON)
    assert asked.request.status is Status.MATCHING
    with transaction() as session:
        make_bank_details(session, asked.best)
        commands.accept(session, offer_id, member=member, now=NOON)
    assert asked.request.status is Status.IN_PROGRESS
    asked.work()
    assert asked.hold.captured == Money(3000, "EUR")


def test_a_change_that_leaves_a_way_withdraws_nothing(asked):
    with transaction() as session:
        session.query(BankDetails).filter_by(payee_id=asked.other).delete()
        event = PayeeChanged(asked.other, AccountState.ENABLED, AccountState.REJECTED, NOON)
        commands.payee_changed(session, event)  # Nothing is offered to that one.
    assert asked.offer.provider_id == asked.best
