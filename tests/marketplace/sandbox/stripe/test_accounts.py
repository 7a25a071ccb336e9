"""Connected accounts: opened, taken through onboarding, then able to be paid."""

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import PageClosed, complete_onboarding
from tests.marketplace.sandbox.stripe.actions import (
    SITE,
    ask,
    onboarding_link,
    open_account,
    ready_account,
)


def test_a_new_account_can_do_nothing(client):
    account = open_account(client, metadata={"provider_id": "7"})
    assert (account.type, account.default_currency, account.metadata["provider_id"]) == ("express", "eur", "7")
    assert (account.details_submitted, account.payouts_enabled, account.charges_enabled) == (False, False, False)
    assert account.capabilities.to_dict() == {"transfers": "inactive"}
    assert "external_account" in account.requirements.currently_due


def test_onboarding_makes_an_account_able_to_be_paid(client):
    account = ready_account(client)
    assert (account.details_submitted, account.payouts_enabled) == (True, True)
    assert account.capabilities.to_dict() == {"transfers": "active"}
    assert account.requirements.currently_due == []
    assert account.external_accounts.data[0].last4 == "6789"


def test_onboarding_leads_back(client):
    account = open_account(client)
    assert complete_onboarding(onboarding_link(client, account).url) == f"{SITE}/return"


def test_onboarding_is_told_as_an_event_of_the_account(client):
    account = ready_account(client)
    told = client.v1.events.list(options={"stripe_account": account.id}).data
    assert [(event.type, event.account) for event in told] == [
        ("account.updated", account.id),
        ("capability.updated", account.id),
        ("account.external_account.created", account.id),
    ]
    assert told[1].data.object.status == "active"
    assert told[1].data.previous_attributes["status"] == "inactive"
    assert told[0].data.previous_attributes["details_submitted"] is False
    assert client.v1.events.list().data == []


def test_an_account_may_also_take_payments(client):
    capabilities = {"card_payments": {"requested": True}, "transfers": {"requested": True}}
    account = ready_account(client, capabilities=capabilities)
    assert account.charges_enabled is True
    assert ready_account(client).charges_enabled is False


def test_a_link_is_good_for_one_visit(client):
    link = onboarding_link(client, open_account(client))
    _status, _text, first = ask(link.url)
    _status, _text, second = ask(link.url)
    assert "/visit/" in first["Location"]
    assert second["Location"] == f"{SITE}/refresh"


def test_a_link_is_good_for_five_minutes(client, sandbox):
    link = onboarding_link(client, open_account(client))
    assert link.expires_at == link.created + 300
    sandbox.advance(300)
    _status, _text, headers = ask(link.url)
    assert headers["Location"] == f"{SITE}/refresh"


def test_a_visit_ends_after_an_hour(client, sandbox):
    _status, _text, headers = ask(onboarding_link(client, open_account(client)).url)
    sandbox.advance(60 * 60)
    with pytest.raises(PageClosed):
        complete_onboarding(sandbox.url + headers["Location"])


def test_only_links_to_onboarding_are_made(client):
    account = open_account(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.account_links.create(
            {"account": account.id, "type": "account_update", "refresh_url": SITE, "return_url": SITE}
        )
    assert refused.value.param == "type"


@pytest.mark.parametrize(
    ("country", "agreement", "code"),
    [("DE", "full", ""), ("CL", "recipient", ""), ("CL", "full", None), ("KP", "full", "country_unsupported")],
)
def test_accounts_are_opened_only_where_stripe_is(client, country, agreement, code):
    def open_there():
        return open_account(client, country=country, tos_acceptance={"service_agreement": agreement})

    if code == "":
        assert open_there().tos_acceptance.service_agreement == agreement
        return
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_there()
    assert refused.value.code == code


def test_a_type_and_a_controller_exclude_each_other(client):
    with pytest.raises(stripe.InvalidRequestError, match="only one of"):
        open_account(client, type="express")


def test_a_type_stands_for_a_controller(client):
    account = client.v1.accounts.create({"type": "express", "country": "ES"})
    assert account.controller.stripe_dashboard.type == "express"
    assert account.controller.losses.payments == "application"


def test_the_platform_sees_its_accounts(client):
    first, second = open_account(client), open_account(client)
    client.v1.balance.retrieve()
    assert [one.id for one in client.v1.accounts.list()] == [second.id, first.id]


def test_an_account_sees_itself_only(client):
    mine, other = open_account(client), open_account(client)
    assert client.v1.accounts.retrieve(mine.id, options={"stripe_account": mine.id}).id == mine.id
    assert client.v1.accounts.retrieve_current(options={"stripe_account": mine.id}).id == mine.id
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(other.id, options={"stripe_account": mine.id})


def test_the_platform_has_an_account_of_its_own(client):
    own = client.v1.accounts.retrieve_current()
    assert (own.details_submitted, own.type) == (True, "standard")
    assert client.v1.accounts.retrieve(own.id).id == own.id


def test_an_unknown_account_is_out_of_reach(client):
    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.accounts.retrieve("acct_unknown")
    assert refused.value.error.code == "account_invalid"
    with pytest.raises(stripe.PermissionError):
        client.v1.balance.retrieve(options={"stripe_account": "acct_unknown"})
