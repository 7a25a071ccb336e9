"""The states of connected accounts: what Stripe asks for, what it stops, and who leaves."""

import json

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import PageClosed, complete_onboarding
from tests.marketplace.sandbox.stripe.actions import (
    DAY_S,
    ask,
    charged,
    onboarding_link,
    open_account,
    pull,
    ready_account,
)


def own_events(client, account):
    """List what was told about an account, in the order in which it happened."""
    found = client.v1.events.list({"limit": 100}, {"stripe_account": account.id}).data
    return list(reversed(found))


def state_of(account):
    due = account.requirements
    return (due.disabled_reason, due.currently_due, account.capabilities["transfers"], account.payouts_enabled)


ASKED = "individual.verification.document"


@pytest.mark.parametrize(
    ("lever", "state"),
    [
        ("complete", (None, [], "active", True)),
        ("due_soon", (None, [ASKED], "active", True)),
        ("past_due", ("requirements.past_due", [ASKED], "inactive", False)),
        ("pending_verification", ("requirements.pending_verification", [], "pending", False)),
        ("under_review", ("under_review", [], "inactive", False)),
        ("payouts_paused", ("requirements.past_due", ["external_account"], "active", False)),
    ],
)
def test_an_account_can_be_put_into_any_state(client, sandbox, lever, state):
    account = ready_account(client)
    pull(sandbox, account, lever)
    assert state_of(client.v1.accounts.retrieve(account.id)) == state
    pull(sandbox, account, "complete")
    assert state_of(client.v1.accounts.retrieve(account.id)) == (None, [], "active", True)


def test_a_new_account_can_be_taken_through_onboarding_by_hand(client, sandbox):
    account = open_account(client)
    pull(sandbox, account, "complete")
    found = client.v1.accounts.retrieve(account.id)
    assert (found.details_submitted, found.payouts_enabled) == (True, True)
    assert found.external_accounts.data[0].last4 == "6789"


def test_who_does_not_answer_in_time_is_stopped(client, sandbox):
    account = ready_account(client)
    pull(sandbox, account, "due_soon")
    asked = client.v1.accounts.retrieve(account.id)
    assert asked.requirements.current_deadline == pytest.approx(asked.created + 14 * DAY_S, abs=60)
    sandbox.advance(14 * DAY_S)
    stopped = client.v1.accounts.retrieve(account.id)
    assert (stopped.requirements.past_due, stopped.requirements.current_deadline) == ([ASKED], None)
    assert stopped.requirements.errors[0].requirement == ASKED
    told = own_events(client, account)[-2:]
    assert [event.type for event in told] == ["capability.updated", "account.updated"]
    assert told[0].data.object.status == "inactive"
    assert told[1].data.previous_attributes["payouts_enabled"] is True


def test_going_through_onboarding_again_answers_what_is_asked(client, sandbox):
    account = ready_account(client)
    pull(sandbox, account, "past_due")
    complete_onboarding(onboarding_link(client, account).url, name="Ana Other")
    found = client.v1.accounts.retrieve(account.id)
    assert state_of(found) == (None, [], "active", True)
    assert found.external_accounts.data[0].account_holder_name == "Ana Other"
    types = [event.type for event in own_events(client, account)]
    assert "account.external_account.deleted" in types
    assert types.count("account.external_account.created") == 2


def test_the_platform_can_turn_an_account_away(client):
    account = ready_account(client)
    rejected = client.v1.accounts.reject(account.id, {"reason": "fraud"})
    assert rejected.requirements.disabled_reason == "rejected.platform_fraud"
    assert (rejected.capabilities["transfers"], rejected.payouts_enabled) == ("inactive", False)
    with pytest.raises(stripe.InvalidRequestError, match="rejected already"):
        client.v1.accounts.reject(account.id, {"reason": "other"})
    with pytest.raises(stripe.InvalidRequestError, match="cannot change that"):
        onboarding_link(client, account)


def test_stripe_can_turn_an_account_away(client, sandbox):
    account = ready_account(client)
    link = onboarding_link(client, account)
    pull(sandbox, account, "reject", reason="listed")
    assert client.v1.accounts.retrieve(account.id).requirements.disabled_reason == "rejected.listed"
    complete_onboarding(link.url)
    assert client.v1.accounts.retrieve(account.id).requirements.disabled_reason == "rejected.listed"


def test_only_accounts_whose_losses_the_platform_bears_can_be_turned_away(client):
    account = open_account(client, controller={"stripe_dashboard": {"type": "full"}})
    with pytest.raises(stripe.InvalidRequestError, match="liable"):
        client.v1.accounts.reject(account.id, {"reason": "other"})


def test_an_account_that_leaves_is_out_of_reach(client, sandbox):
    account, charge = ready_account(client), charged(client).latest_charge
    sent = client.v1.transfers.create(
        {"amount": 100, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )
    pull(sandbox, account, "deauthorise")
    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.accounts.retrieve(account.id)
    assert refused.value.error.code == "account_invalid"
    with pytest.raises(stripe.PermissionError):
        client.v1.balance.retrieve(options={"stripe_account": account.id})
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.transfers.create({"amount": 1, "currency": "eur", "destination": account.id})
    assert (missing.value.code, missing.value.param) == ("resource_missing", "destination")
    assert client.v1.accounts.list().data == []
    assert client.v1.transfers.retrieve(sent.id).destination == account.id


def test_the_platform_is_told_who_leaves(client, sandbox, receiver):
    client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["account.application.deauthorized"], "connect": True}
    )
    account = ready_account(client)
    pull(sandbox, account, "deauthorise")
    sandbox.deliver_pending()
    [event] = receiver.events
    assert (event["type"], event["account"]) == ("account.application.deauthorized", account.id)
    assert event["data"]["object"]["object"] == "application"


def test_an_account_without_money_can_be_deleted(client):
    account = ready_account(client)
    assert client.v1.accounts.delete(account.id).deleted is True
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(account.id)


def test_an_account_with_money_cannot_be_deleted(client):
    account, charge = ready_account(client), charged(client).latest_charge
    client.v1.transfers.create(
        {"amount": 100, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )
    with pytest.raises(stripe.InvalidRequestError, match="balances are zero"):
        client.v1.accounts.delete(account.id)


def test_the_platform_can_change_what_it_knows(client):
    account = ready_account(client)
    changed = client.v1.accounts.update(
        account.id,
        {
            "metadata": {"provider_id": "7"},
            "business_profile": {"name": "Ana Support"},
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        },
    )
    assert (changed.metadata["provider_id"], changed.business_profile.name) == ("7", "Ana Support")
    assert (changed.settings.payouts.schedule.interval, changed.settings.payouts.schedule.delay_days) == ("manual", 2)
    assert own_events(client, account)[-1].data.previous_attributes["metadata"].to_dict() == {"provider_id": None}


def test_what_an_account_may_do_is_listed(client):
    account = ready_account(client)
    [capability] = client.v1.accounts.capabilities.list(account.id).data
    assert (capability.id, capability.status) == ("transfers", "active")
    assert client.v1.accounts.capabilities.retrieve(account.id, "transfers").requested is True
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.accounts.capabilities.retrieve(account.id, "card_payments")
    assert missing.value.http_status == 404


def test_the_bank_of_an_account_is_seen(client):
    account = ready_account(client)
    [bank] = client.v1.accounts.external_accounts.list(account.id, {"object": "bank_account"}).data
    assert (bank.last4, bank.status) == ("6789", "new")
    assert client.v1.accounts.external_accounts.list(account.id, {"object": "card"}).data == []
    changed = client.v1.accounts.external_accounts.update(account.id, bank.id, {"metadata": {"a": "1"}})
    assert changed.metadata["a"] == "1"
    assert own_events(client, account)[-1].type == "account.external_account.updated"
    assert client.v1.accounts.external_accounts.retrieve(account.id, bank.id).metadata["a"] == "1"
    with pytest.raises(stripe.InvalidRequestError, match="default external account"):
        client.v1.accounts.external_accounts.delete(account.id, bank.id)
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.accounts.external_accounts.retrieve(account.id, "ba_unknown")
    assert missing.value.http_status == 404


def test_a_login_link_opens_the_dashboard_once(client):
    account, charge = ready_account(client), charged(client).latest_charge
    client.v1.transfers.create(
        {"amount": 4165, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )
    link = client.v1.accounts.login_links.create(account.id)
    status, text, _headers = ask(link.url)
    assert status == 200
    for shown in ("ana@example.test", "€41.65", "No money moves here."):
        assert shown in text
    assert ask(link.url)[0] == 404


def test_there_is_a_dashboard_only_after_onboarding(client):
    with pytest.raises(stripe.InvalidRequestError, match="completed onboarding"):
        client.v1.accounts.login_links.create(open_account(client).id)
    full = ready_account(client, controller={"stripe_dashboard": {"type": "full"}})
    with pytest.raises(stripe.InvalidRequestError, match="Express Dashboard"):
        client.v1.accounts.login_links.create(full.id)


def test_an_account_is_put_only_into_states_that_follow(client, sandbox):
    account = open_account(client)
    url = f"{sandbox.url}/sandbox/objects/{account.id}"
    shown = json.loads(ask(url)[1])
    assert sorted(shown["levers"]) == ["complete", "deauthorise", "keep_positive", "reject"]
    status, text, _headers = ask(f"{url}/past_due", body="{}", headers={"Content-Type": "application/json"})
    assert (status, json.loads(text)["error"]["param"]) == (400, "lever")


def test_the_page_of_an_account_that_left_is_closed(client, sandbox):
    account = open_account(client)
    link = onboarding_link(client, account)
    pull(sandbox, account, "deauthorise")
    with pytest.raises(PageClosed):
        complete_onboarding(link.url)
