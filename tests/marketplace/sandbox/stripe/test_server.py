"""The server: on this machine only, with a memory and a clock of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import stripe
from werkzeug.test import Client

from marketplace.sandbox.stripe.server import Sandbox, SandboxServer
from marketplace.sandbox.stripe.visitor import pay_checkout
from tests.marketplace.sandbox.stripe.actions import DAY_S, KEY, ask, balance, charged, held, open_checkout


def client_of(server):
    return stripe.StripeClient(KEY, base_addresses={"api": server.url})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.test", "::"])  # noqa: S104 -- Refused, that is the point.
def test_the_stand_in_is_never_offered_to_others(host):
    with pytest.raises(ValueError, match="this machine only"):
        SandboxServer(host=host)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_stand_in_listens_on_this_machine(host):
    with SandboxServer(host=host, background=False) as server:
        assert ask(server.url)[0] == 200


def test_a_taken_port_is_said_to_be_taken(sandbox):
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        SandboxServer(port=port).start()


@pytest.mark.parametrize("name", ["stripe.example", "127.0.0.1.example"])
def test_a_name_from_elsewhere_leads_nowhere(sandbox, name):
    for path in ("/", "/v1/balance"):
        assert ask(sandbox.url + path, headers={"Host": name, "Authorization": f"Bearer {KEY}"})[0] == 403


def test_everything_is_there_after_a_restart(tmp_path):
    database = tmp_path / "stripe.db"
    with SandboxServer(database, background=False) as before:
        client = client_of(before)
        session, intent = open_checkout(client), held(client)
        before.advance(DAY_S // 2)
    with SandboxServer(database, background=False) as after:
        client = client_of(after)
        assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
        made = client.v1.customers.create().created
        assert made - session.created >= DAY_S // 2
        pay_checkout(f"{after.url}/c/pay/{session.id}")
        assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_without_a_file_everything_is_forgotten(sandbox, client):
    client.v1.customers.create()
    with SandboxServer(background=False) as other:
        assert client_of(other).v1.customers.list().data == []


def test_the_clock_is_moved_forward_over_http(client, sandbox):
    charged(client)
    before = client.v1.customers.create().created
    status, text, _headers = ask(
        f"{sandbox.url}/sandbox/clock",
        body=json.dumps({"advance_seconds": 2 * DAY_S}),
        headers={"Content-Type": "application/json"},
    )
    assert status == 200
    assert json.loads(text)["now"] - before >= 2 * DAY_S
    assert balance(client, "available") == 4900 - 172


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "[]",
        "{}",
        '{"advance_seconds": 0}',
        '{"advance_seconds": -1}',
        '{"advance_seconds": true}',
        '{"advance_seconds": "9"}',
        '{"advance_seconds": 1e18}',
    ],
)
def test_the_clock_never_goes_back(client, sandbox, asked):
    before = client.v1.customers.create().created
    headers = {"Content-Type": "application/json"}
    assert ask(f"{sandbox.url}/sandbox/clock", body=asked, headers=headers)[0] == 400
    assert client.v1.customers.create().created - before < DAY_S


def test_a_form_from_another_page_cannot_move_the_clock(sandbox):
    body = '{"advance_seconds": 60}'
    status, _text, _headers = ask(f"{sandbox.url}/sandbox/clock", body=body, headers={"Content-Type": "text/plain"})
    assert status == 400


def test_money_is_pending_for_two_days(client, sandbox):
    charged(client)
    assert (balance(client, "pending"), balance(client, "available")) == (4728, 0)
    sandbox.advance(2 * DAY_S - 60)
    assert balance(client, "pending") == 4728
    sandbox.advance(60)
    assert sandbox.sweep() == 1
    assert (balance(client, "pending"), balance(client, "available")) == (0, 4728)
    assert client.v1.balance_transactions.list().data[0].status == "available"


def test_a_balance_has_a_line_for_each_currency(client):
    charged(client)
    charged(client, amount=900, currency="jpy")
    shown = client.v1.balance.retrieve()
    assert {one.currency: one.amount for one in shown.pending} == {"eur": 4728, "jpy": 874, "usd": 0}
    assert [one.currency for one in shown.available] == ["eur", "jpy", "usd"]


def test_the_balance_is_the_sum_of_its_transactions(client):
    intent = charged(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1000})
    nets = [entry.net for entry in client.v1.balance_transactions.list({"currency": "eur"})]
    assert nets == [-1000, 4728]
    assert balance(client, "pending") == sum(nets)
    by_source = client.v1.balance_transactions.list({"source": intent.latest_charge.id})
    assert [entry.net for entry in by_source] == [4728]


def test_the_stand_in_is_a_wsgi_application():
    answer = Client(Sandbox().app).get("/v1/balance", headers={"Authorization": f"Bearer {KEY}"})
    assert (answer.status_code, answer.json["object"]) == (200, "balance")


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_with_a_signal(tmp_path, signal_number):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = f"from marketplace.sandbox.stripe.server import serve; serve(None, {port})"
    process = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    try:
        _until_it_answers(f"http://127.0.0.1:{port}/")
        process.send_signal(signal_number)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def _until_it_answers(url):
    for _attempt in range(3000):
        try:
            return ask(url)
        except ConnectionRefusedError:
            signal.sigtimedwait([], 0.01)
    raise AssertionError(f"{url} never answered")
