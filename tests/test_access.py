"""Who may do what: every route, asked by everybody.

A row is a route and what it answers to each caller, in the order of `CALLERS`: visitor, customer, stranger, partner,
rival, support, certification, finance, admin. `in` means: asked to sign in first (a page: 302 to the sign-in; the API:
401). What is not yours does not exist (404); what is not for your office is refused (403).
"""

import re

import pytest
from werkzeug.exceptions import MethodNotAllowed

from marketplace.accounts.models import Person
from marketplace.kernel.database import transaction
from tests.factories.forms import body_of
from tests.factories.world import CALLERS

TABLE = """
GET  /                                                               200 200 200 200 200 200 200 200 200
GET  /healthz                                                        200 200 200 200 200 200 200 200 200
GET  /readyz                                                         200 200 200 200 200 200 200 200 200
GET  /robots.txt                                                     200 200 200 200 200 200 200 200 200
GET  /mailbox                                                        404 404 404 404 404 404 404 404 404
POST /language                                                       302 302 302 302 302 302 302 302 302
POST /theme                                                          302 302 302 302 302 302 302 302 302

GET  /sign-up                                                        200 200 200 200 200 200 200 200 200
POST /sign-up                                                        302 302 302 302 302 302 302 302 302
GET  /sign-up/letter                                                 200 200 200 200 200 200 200 200 200
POST /confirm                                                        302 302 302 302 302 302 302 302 302
GET  /confirm/forged                                                 410 410 410 410 410 410 410 410 410
POST /confirm/forged                                                 410 410 410 410 410 410 410 410 410
GET  /sign-in                                                        200 302 302 302 302 302 302 302 302
POST /sign-in                                                        302 302 302 302 302 302 302 302 302
POST /sign-out                                                       302 302 302 302 302 302 302 302 302
GET  /forgot                                                         200 200 200 200 200 200 200 200 200
POST /forgot                                                         302 302 302 302 302 302 302 302 302
GET  /forgot/letter                                                  200 200 200 200 200 200 200 200 200
GET  /reset/forged                                                   410 410 410 410 410 410 410 410 410
POST /reset/forged                                                   410 410 410 410 410 410 410 410 410
GET  /account                                                         in 200 200 200 200 200 200 200 200
POST /account                                                         in 302 302 302 302 302 302 302 302
GET  /account/password                                                in 200 200 200 200 200 200 200 200
POST /account/password                                                in 302 422 422 422 422 422 422 422
GET  /account/tokens                                                  in 200 200 200 200 200 200 200 200
POST /account/tokens                                                  in 200 200 200 200 200 200 200 200
POST /account/tokens/{customer_token}/revoke                          in 302 404 404 404 404 404 404 404

GET  /providers                                                      200 200 200 200 200 200 200 200 200
GET  /providers/{partner}                                            200 200 200 200 200 200 200 200 200
GET  /providers/suspended                                            404 404 404 404 404 404 404 404 404
GET  /providers/the-vendor                                           404 404 404 404 404 404 404 404 404
GET  /credentials/{partner_credential}                               200 200 200 200 200 200 200 200 200

GET  /requests                                                        in 200 200 200 200 200 200 200 200
GET  /requests/new                                                    in 200 200 200 200 200 200 200 200
GET  /requests/new/{category}                                         in 200 200 200 200 200 200 200 200
POST /requests/new/{category}                                         in 302 302 302 302 302 302 302 302
GET  /requests/{draft}                                                in 302 404 404 404 404 404 404 404
GET  /requests/{awaiting_payment}                                     in 200 404 404 404 200 200 200 200
GET  /requests/{matching}                                             in 200 404 404 404 200 200 200 200
GET  /requests/{in_progress}                                          in 200 404 200 404 200 200 200 200
GET  /requests/{closed}                                               in 200 404 200 404 200 200 200 200
GET  /requests/{draft}/live                                           in 200 404 404 404 404 404 404 404
GET  /requests/{in_progress}/live                                     in 200 404 200 404 200 200 200 200
GET  /requests/{draft}/files/{draft_file}                             in 200 404 404 404 404 404 404 404
GET  /requests/{matching}/files/{matching_file}                       in 200 404 200 404 200 200 200 200
GET  /requests/{unmatched}/files/{unmatched_file}                     in 200 404 404 404 200 200 200 200
GET  /requests/{in_progress}/files/{in_progress_file}                 in 200 404 200 404 200 200 200 200
GET  /requests/{closed}/files/{closed_message_file}                   in 200 404 200 404 200 200 200 200
GET  /requests/{matching}/files/{closed_message_file}                 in 404 404 404 404 404 404 404 404
GET  /requests/{in_progress}/files/{draft_file}                       in 404 404 404 404 404 404 404 404
GET  /requests/{draft}/edit                                           in 200 404 404 404 404 404 404 404
POST /requests/{draft}/edit                                           in 302 404 404 404 404 404 404 404
GET  /requests/{draft}/partner                                        in 200 404 404 404 404 404 404 404
GET  /requests/{draft}/check?mode=best_fit&ceiling=60                 in 200 404 404 404 404 404 404 404
POST /requests/{draft}/submit                                         in 303 404 404 404 404 404 404 404
POST /requests/{refused}/pay                                          in 303 404 404 404 404 404 404 404
GET  /payments/{awaiting_payment_hold}/pay                            in 303 404 404 404 404 404 404 404
GET  /payments/{matching_hold}/back                                   in 302 404 404 404 404 404 404 404
POST /requests/{in_progress}/messages                                 in 302 404 302 404 404 404 404 404
POST /requests/{in_progress}/promise                                  in 403 403 302 404 403 403 403 403
POST /requests/{in_progress}/resolve                                  in 403 403 302 404 403 403 403 403
POST /requests/{in_progress}/give-back                                in 403 403 302 404 403 403 403 403
POST /requests/{matching}/cancel                                      in 302 404 404 404 404 404 404 404
POST /requests/{resolved}/confirm                                     in 302 404 404 404 404 404 404 404
POST /requests/{resolved}/reopen                                      in 302 404 404 404 404 404 404 404
POST /requests/{closed}/reopen                                        in 302 404 404 404 404 404 404 404
POST /requests/{closed}/rating                                        in 302 404 404 404 404 404 404 404

GET  /work                                                            in 403 403 200 200 403 403 403 403
GET  /work/offers/{offer}                                             in 403 403 200 404 403 403 403 403
POST /work/offers/{offer}/accept                                      in 403 403 302 404 403 403 403 403
POST /work/offers/{offer}/decline                                     in 403 403 302 404 403 403 403 403
POST /work/payouts/connect                                            in 403 403 302 302 403 403 403 403
GET  /work/payouts/connected                                          in 403 403 302 302 403 403 403 403

GET  /vendor                                                          in 403 403 403 403 200 200 200 200
GET  /vendor/requests                                                 in 403 403 403 403 200 200 200 200
POST /vendor/requests/{unmatched}/search                              in 403 403 403 403 302 403 403 302
GET  /vendor/providers                                                in 403 403 403 403 200 200 200 200
GET  /vendor/providers/{partner}                                      in 403 403 403 403 200 200 200 200
POST /vendor/providers/{partner}/suspend                              in 403 403 403 403 302 403 403 302
POST /vendor/providers/suspended/reinstate                            in 403 403 403 403 302 403 403 302
GET  /vendor/providers/{partner}/credentials/{partner_credential}/revoke
                                                                      in 403 403 403 403 403 200 403 200
POST /vendor/providers/{partner}/credentials/{partner_credential}/revoke
                                                                      in 403 403 403 403 403 302 403 302
POST /vendor/providers/{partner}/credentials/{rival_credential}/revoke
                                                                      in 403 403 403 403 403 404 403 404
GET  /vendor/money                                                    in 403 403 403 403 200 200 200 200
POST /vendor/money/payouts/{payout}/paid                              in 403 403 403 403 403 403 302 302

POST /webhooks/stripe                                                400 400 400 400 400 400 400 400 400
POST /webhooks/stripe/connect                                        400 400 400 400 400 400 400 400 400

GET  /api/openapi.json                                               200 200 200 200 200 200 200 200 200
GET  /api/v1/catalogue                                               200 200 200 200 200 200 200 200 200
GET  /api/v1/providers                                               200 200 200 200 200 200 200 200 200
GET  /api/v1/providers/{partner}                                     200 200 200 200 200 200 200 200 200
GET  /api/v1/me                                                       in 200 200 200 200 200 200 200 200
GET  /api/v1/requests                                                 in 200 200 200 200 200 200 200 200
POST /api/v1/requests                                                 in 201 201 201 201 201 201 201 201
GET  /api/v1/requests/{draft}                                         in 200 404 404 404 404 404 404 404
GET  /api/v1/requests/{matching}                                      in 200 404 404 404 200 200 200 200
GET  /api/v1/requests/{in_progress}                                   in 200 404 200 404 200 200 200 200
POST /api/v1/requests/{draft}/submit                                  in 202 404 404 404 404 404 404 404
POST /api/v1/requests/{draft}/files                                   in 201 404 404 404 404 404 404 404
GET  /api/v1/requests/{draft}/files/{draft_file}                      in 200 404 404 404 404 404 404 404
GET  /api/v1/requests/{matching}/files/{matching_file}                in 200 404 200 404 200 200 200 200
POST /api/v1/requests/{matching}/cancel                               in 200 404 404 404 404 404 404 404
GET  /api/v1/requests/{in_progress}/messages                          in 200 404 200 404 200 200 200 200
POST /api/v1/requests/{in_progress}/messages                          in 201 404 201 404 404 404 404 404
POST /api/v1/requests/{in_progress}/promise                           in 403 403 200 404 403 403 403 403
POST /api/v1/requests/{in_progress}/resolve                           in 403 403 200 404 403 403 403 403
POST /api/v1/requests/{resolved}/confirm                              in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{resolved}/reopen                               in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{closed}/rating                                 in 204 404 404 404 404 404 404 404
GET  /api/v1/offers                                                   in 403 403 200 200 403 403 403 403
POST /api/v1/offers/{offer}/accept                                    in 403 403 200 404 403 403 403 403
POST /api/v1/offers/{offer}/decline                                   in 403 403 204 404 403 403 403 403
"""


def read_table():
    """Read the table, as (method, path, what each caller gets)."""
    lines = re.sub(r"(?m)^((?:GET|POST) +\S+)\n +", r"\1 ", TABLE).strip().splitlines()
    rows = [line.split() for line in lines if line.strip()]
    return [(method, path, dict(zip(CALLERS, answers, strict=True))) for method, path, *answers in rows]


ROWS = read_table()


def send(visits, caller, method, path):
    """Ask as a caller, with the body that belongs to the route."""
    return visits.ask(caller, method, path, **body_of(method, path))


def is_asked_in(path, answer):
    """Tell whether a visitor is asked to sign in first."""
    if path.startswith("/api/"):
        return answer.status_code == 401 and answer.mimetype == "application/problem+json"
    return answer.status_code == 302 and answer.location.partition("?")[0] == "/sign-in"


on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # The door does not ask the database's kind.


@on_sqlite
@pytest.mark.parametrize(("method", "path", "expected"), ROWS, ids=[f"{method} {path}" for method, path, _ in ROWS])
def test_everybody_gets_what_is_theirs(visits, method, path, expected):
    before = visits.dump()
    for caller, wanted in expected.items():
        answer = send(visits, caller, method, path)
        if wanted == "in":
            assert is_asked_in(path, answer), f"{caller} got {answer.status}"
        else:
            assert answer.status_code == int(wanted), f"{caller} got {answer.status}\n{answer.text[:3000]}"
        if method == "GET" or wanted in {"in", "403", "404", "410"}:
            assert visits.dump() == before, f"{caller} changed something"
        else:
            visits.reset()


@on_sqlite
def test_every_route_has_a_row(app, visits):
    adapter = app.url_map.bind("localhost")
    covered = set()
    for method, path, _expected in ROWS:
        rule, _values = adapter.match(visits.address(path).partition("?")[0], method=method, return_rule=True)
        covered.add((rule.rule, method))
    routes = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert covered == routes


@on_sqlite
def test_asking_for_the_head_alone_is_answered_alike_and_changes_nothing(visits):
    before = visits.dump()
    for method, path, expected in ROWS:
        if method == "GET":
            for caller in ("visitor", "customer", "partner", "admin"):
                answer = visits.ask(caller, "HEAD", path)
                assert answer.data == b""
                if expected[caller] == "in":
                    assert answer.status_code in {302, 401}
                else:
                    assert answer.status_code == int(expected[caller]), f"{caller} asks for {path}"
    assert visits.dump() == before


@on_sqlite
def test_nobody_asks_by_another_method(app, visits):
    adapter = app.url_map.bind("localhost")
    paths = {visits.address(path).partition("?")[0] for _method, path, _expected in ROWS}
    before = visits.dump()
    for path in paths:
        for method in ("PUT", "PATCH", "DELETE"):
            with pytest.raises(MethodNotAllowed):
                adapter.match(path, method=method)
            assert visits.ask("admin", method, path).status_code == 405
    assert visits.dump() == before


@on_sqlite
def test_an_address_that_is_not_confirmed_opens_nothing(visits):
    with transaction() as session:
        session.get_one(Person, visits.world.people["customer"].id).confirmed_at = None
    for method, path, expected in ROWS:
        if method == "GET" and expected["visitor"] == "in":
            assert visits.ask("customer", "GET", path).status_code == 403, path


@on_sqlite
def test_the_api_does_not_look_at_sessions_nor_pages_at_tokens(visits):
    assert visits.client("customer").get("/api/v1/me").status_code == 401
    token = {"Authorization": f"Bearer {visits.world.people['customer'].token}"}
    assert visits.client("visitor").get("/api/v1/me", headers=token).status_code == 200
    assert visits.client("visitor").get("/account", headers=token).status_code == 302


@on_sqlite
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer hr_nobody", "Basic hr_customer", "Bearer é", "hr_customer"]
)
def test_what_is_no_token_opens_nothing(visits, header):
    assert visits.client("visitor").get("/api/v1/me", headers={"Authorization": header}).status_code == 401


@on_sqlite
def test_a_revoked_token_opens_nothing(visits):
    visits.ask("customer", "POST", "/account/tokens/{customer_token}/revoke")
    assert visits.ask("customer", "GET", "/api/v1/me").status_code == 401


@on_sqlite
def test_a_session_ends_with_its_key(visits):
    with transaction() as session:
        session.get_one(Person, visits.world.people["customer"].id).session_key = "another"
    assert visits.ask("customer", "GET", "/account").location.startswith("/sign-in")
