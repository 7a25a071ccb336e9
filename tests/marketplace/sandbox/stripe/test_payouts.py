"""Payouts: money goes to the bank, and may come back even after it had arrived."""

import pytest
import stripe

from tests.marketplace.sandbox.stripe.actions import (
    AVAILABLE_AT_ONCE,
    DAY_S,
    ask,
    balance,
    charged,
    onboarding_link,
    open_account,
    pull,
    ready_account,
    told,
)
from tests.marketplace.sandbox.stripe.test_pages import send

HOUR_S = 60 * 60


def platform_of(client):
    return client.v1.accounts.retrieve_current()


@pytest.fixture
def payout(client):
    """Send a part of an available balance to the platform's bank."""
    charged(client, card=AVAILABLE_AT_ONCE)
    return client.v1.payouts.create({"amount": 4000, "currency": "eur", "metadata": {"week": "47"}})


def test_a_payout_leaves_the_balance_at_once(client, payout):
    assert (payout.status, payout.automatic, payout.reconciliation_status) == ("pending", False, "not_applicable")
    assert payout.destination == platform_of(client).external_accounts.data[0].id
    entry = client.v1.balance_transactions.retrieve(payout.balance_transaction)
    assert (entry.type, entry.reporting_category, entry.net) == ("payout", "payout", -4000)
    assert balance(client, "available") == 728
    assert told(client)[-1] == "payout.created"


def test_a_payout_is_on_its_way_for_two_days(client, sandbox, payout):
    sandbox.advance(HOUR_S)
    assert client.v1.payouts.retrieve(payout.id).status == "in_transit"
    sandbox.advance(2 * DAY_S - HOUR_S)
    assert client.v1.payouts.retrieve(payout.id).status == "paid"
    assert told(client)[-2:] == ["payout.updated", "payout.paid"]


def test_more_than_is_available_cannot_be_paid_out(client, payout):
    charged(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payouts.create({"amount": 729, "currency": "eur"})
    assert refused.value.code == "balance_insufficient"
    assert client.v1.payouts.create({"amount": 728, "currency": "eur"}).amount == 728


def test_a_pending_payout_can_be_stopped(client, payout):
    stopped = client.v1.payouts.cancel(payout.id, {"expand": ["failure_balance_transaction"]})
    assert stopped.status == "canceled"
    entry = stopped.failure_balance_transaction
    assert (entry.type, entry.reporting_category, entry.net) == ("payout_cancel", "payout_reversal", 4000)
    assert balance(client, "available") == 4728
    assert told(client)[-1] == "payout.canceled"


def test_a_payout_that_the_bank_has_cannot_be_stopped(client, sandbox, payout):
    pull(sandbox, payout, "submit")
    with pytest.raises(stripe.InvalidRequestError, match="is in_transit"):
        client.v1.payouts.cancel(payout.id)


@pytest.mark.parametrize("moves", [[], ["submit"], ["submit", "arrive"]])
def test_a_payout_may_come_back_even_after_it_arrived(client, sandbox, payout, moves):
    for move in moves:
        pull(sandbox, payout, move)
    failed = pull(sandbox, payout, "fail", reason="account_closed")
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    entry = client.v1.balance_transactions.retrieve(failed["failure_balance_transaction"])
    assert (entry.type, entry.reporting_category, entry.net) == ("payout_failure", "payout_reversal", 4000)
    assert balance(client, "available") == 4728
    assert told(client)[-1] == "payout.failed"
    sandbox.advance(5 * DAY_S)
    assert client.v1.payouts.retrieve(payout.id).status == "failed"


def test_an_automatic_payout_takes_all_that_is_available(client, sandbox):
    charged(client, card=AVAILABLE_AT_ONCE)
    charged(client)
    made = pull(sandbox, platform_of(client), "pay_out")
    assert (made["amount"], made["automatic"], made["reconciliation_status"]) == (4728, True, "completed")
    assert (balance(client, "available"), balance(client, "pending")) == (0, 4728)
    assert told(client)[-2:] == ["payout.created", "payout.reconciliation_completed"]
    with pytest.raises(stripe.InvalidRequestError, match="not made automatically"):
        client.v1.payouts.cancel(made["id"])


def test_what_an_automatic_payout_is_made_of_adds_up(client, sandbox):
    first = charged(client, card=AVAILABLE_AT_ONCE).latest_charge
    client.v1.refunds.create({"charge": first.id, "amount": 900})
    one = pull(sandbox, platform_of(client), "pay_out")
    charged(client, card=AVAILABLE_AT_ONCE)
    pull(sandbox, client.v1.payouts.retrieve(one["id"]), "fail", reason="no_account")
    other = pull(sandbox, platform_of(client), "pay_out")
    for made, kinds in (
        (one, ["charge", "payout", "refund"]),
        (other, ["charge", "payout", "payout_failure"]),
    ):
        entries = client.v1.balance_transactions.list({"payout": made["id"]}).data
        assert sorted(entry.type for entry in entries) == kinds
        assert sum(entry.net for entry in entries) == 0


def test_nothing_is_paid_out_of_nothing(client, sandbox):
    body = "{}"
    url = f"{sandbox.url}/sandbox/objects/{platform_of(client).id}/pay_out"
    assert ask(url, body=body, headers={"Content-Type": "application/json"})[0] == 400
    assert client.v1.payouts.list().data == []


def test_an_account_has_payouts_of_its_own(client, sandbox):
    account = ready_account(client)
    charged(client, card=AVAILABLE_AT_ONCE)
    client.v1.transfers.create({"amount": 3000, "currency": "eur", "destination": account.id})
    own = {"stripe_account": account.id}
    made = client.v1.payouts.create({"amount": 2000, "currency": "eur"}, own)
    assert balance(client, "available", **own) == 1000
    assert client.v1.payouts.list().data == []
    assert [one.id for one in client.v1.payouts.list({"status": "pending"}, own)] == [made.id]
    assert pull(sandbox, account, "pay_out")["amount"] == 1000
    sandbox.advance(3 * DAY_S)
    assert client.v1.payouts.retrieve(made.id, options=own).status == "paid"
    types = [event.type for event in client.v1.events.list({"type": "payout.*"}, own).data]
    assert types.count("payout.paid") == 2


def test_payouts_to_a_bad_number_come_back(client, sandbox):
    account = open_account(client)
    _status, _text, headers = ask(onboarding_link(client, account).url)
    form = {"name": "Ana", "account_number": "000111111116", "agrees": "yes", "answer": "finish"}
    send(sandbox.url + headers["Location"], form)
    charged(client, card=AVAILABLE_AT_ONCE)
    client.v1.transfers.create({"amount": 3000, "currency": "eur", "destination": account.id})
    own = {"stripe_account": account.id}
    made = client.v1.payouts.create({"amount": 3000, "currency": "eur"}, own)
    pull(sandbox, made, "submit")
    sandbox.advance(2 * DAY_S)
    failed = client.v1.payouts.retrieve(made.id, options=own)
    assert (failed.status, failed.failure_code) == ("failed", "no_account")
    assert balance(client, "available", **own) == 3000
    assert client.v1.accounts.retrieve(account.id).external_accounts.data[0].status == "errored"
    types = [event.type for event in client.v1.events.list(options=own).data]
    assert types[:2] == ["account.external_account.updated", "payout.failed"]


def test_an_account_whose_payouts_are_stopped_cannot_be_paid_out(client, sandbox):
    account = ready_account(client)
    charged(client, card=AVAILABLE_AT_ONCE)
    client.v1.transfers.create({"amount": 3000, "currency": "eur", "destination": account.id})
    pull(sandbox, account, "payouts_paused")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payouts.create({"amount": 2000, "currency": "eur"}, {"stripe_account": account.id})
    assert refused.value.code == "payouts_not_allowed"


def test_payouts_are_listed_by_status_and_by_day(client, payout):
    later = {"arrival_date": {"gt": payout.arrival_date}}
    assert client.v1.payouts.list(later).data == []
    assert [one.id for one in client.v1.payouts.list({"arrival_date": payout.arrival_date})] == [payout.id]
    assert client.v1.payouts.list({"status": "paid"}).data == []
    assert client.v1.payouts.update(payout.id, {"metadata": {"a": "1"}}).metadata.to_dict() == {"a": "1", "week": "47"}


def test_a_payout_goes_to_a_bank_that_is_known(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payouts.create({"amount": 1, "currency": "eur", "destination": "ba_unknown"})
    assert refused.value.param == "destination"


def test_every_change_of_the_balance_is_listed(client, sandbox, payout):
    account = ready_account(client)
    charge = charged(client, card="4000000000000259").latest_charge
    client.v1.disputes.list()
    client.v1.transfers.create(
        {"amount": 100, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )
    sandbox.advance(3 * DAY_S)
    everything = list(client.v1.balance_transactions.list({"limit": 2}).auto_paging_iter())
    assert sum(one.net for one in everything) == balance(client, "available") + balance(client, "pending")
    assert [one.type for one in everything] == ["transfer", "adjustment", "charge", "payout", "charge"]
    moment = everything[2].created
    recent = client.v1.balance_transactions.list({"created": {"gte": moment}, "type": "charge"})
    assert everything[2].id in [one.id for one in recent]
