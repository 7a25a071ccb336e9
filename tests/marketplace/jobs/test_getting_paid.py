"""The page that says how a partner is paid: in every state what happened, what to do, and the button for it."""

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.payments.models import BankDetails
from marketplace.payments.rules import AccountState
from providers.profiles.models import BusinessDetails
from tests.factories import DAY, NOON
from tests.factories.payees import make_account
from tests.factories.profiles import make_member, make_provider

CONNECT, AGAIN = "Connect with Stripe", "Try again with Stripe"
GO_ON, LOOK, WRITE = "Go on at Stripe", "Open your account at Stripe", "Write to us"
BUTTONS = {
    AccountState.NOT_STARTED: {CONNECT},
    AccountState.OPENING: {AGAIN, WRITE},
    AccountState.INCOMPLETE: {GO_ON},
    AccountState.ENABLED: {LOOK},
    AccountState.DUE: {GO_ON},
    AccountState.DUE_SOON: {GO_ON},
    AccountState.PENDING_VERIFICATION: {LOOK},
    AccountState.UNDER_REVIEW: {LOOK, WRITE},
    AccountState.PAYOUTS_PAUSED: {GO_ON},
    AccountState.PAST_DUE: {GO_ON},
    AccountState.REFUSED: {AGAIN},
    AccountState.DEAUTHORISED: {AGAIN},
    AccountState.REJECTED: {WRITE},
}


@pytest.fixture
def owner(app, client):
    """A browser in which the owner of a partner business is signed in; nobody knows how to pay it."""
    with transaction() as session:
        provider = make_provider(session, has_bank_account=False)
        client.provider_id, person = provider.id, provider.members[0].person
    client.sign_in(person)
    return client


@pytest.mark.parametrize(("state", "buttons"), BUTTONS.items())
def test_every_state_has_its_words_and_its_button(owner, state, buttons):
    if state is not AccountState.NOT_STARTED:
        with transaction() as session:
            facts = {"may_receive": state is AccountState.ENABLED, "due": ["external_account"], "due_by": NOON + DAY}
            make_account(session, owner.provider_id, state=state, **facts)
    page = owner.get("/work/getting-paid").text
    assert str(state.label) in page
    assert {text for text in (CONNECT, AGAIN, GO_ON, LOOK, WRITE) if text in page} == buttons
    assert ("There is no way to pay you at the moment" in page) is (state is not AccountState.ENABLED)


def test_an_owner_tells_the_bank_account_and_the_business(owner):
    owner.post("/work/getting-paid", data={"holder": "Bo", "number": "es9121000418450200051332"})
    told = {
        "legal_name": "Bo SL",
        "address": " Calle 1 \r\n\r\n 28001 Madrid",
        "country": "ES",
        "vat_number": "B12345674",
    }
    owner.post("/work/business", data=told)
    page = owner.get("/work/getting-paid").text
    assert "ES91 2100 0418 4502 0005 1332" in page
    assert "ESB12345674" in page
    reading().rollback()
    assert reading().query(BusinessDetails).one().address == "Calle 1\n28001 Madrid"


def test_who_only_works_there_changes_nothing(owner, app):
    with transaction() as session:
        provider = make_provider(session, has_bank_account=False)
        person = make_member(session, provider).person
    owner.sign_in(person)
    assert "Tell us your bank account" not in owner.get("/work/getting-paid").text
    assert owner.post("/work/getting-paid", data={"holder": "Me", "number": "1"}).status_code == 403
    told = {"legal_name": "Mine", "address": "Here", "country": "ES"}
    assert owner.post("/work/business", data=told).status_code == 403
    reading().rollback()
    assert reading().query(BankDetails).count() == 0
