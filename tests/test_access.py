"""Who may do what: every route of the table in `tests/access.py`, asked by everybody."""

import dis
import inspect
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from types import CodeType, FunctionType, ModuleType

import pytest
from werkzeug.exceptions import MethodNotAllowed

from marketplace.accounts.models import Person
from marketplace.kernel.database import transaction
from tests.access import ROWS
from tests.factories.forms import body_of


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


# What may write although it only answers GET, mostly because Stripe sends people back by a link, and why that does no
# harm.
WRITES_ON_GET = {
    "payments.back": "notes how Stripe says that the payment stands; its webhook says the same",
    "payments.subscribed": "notes how Stripe says that the subscription stands; its webhooks say the same",
    "payments.card_added": "notes which cards Stripe lists; its webhooks say the same",
    "jobs.connected": "notes how Stripe says that the account stands; its webhook says the same",
}


def names_in(code: CodeType) -> Iterator[tuple[str, str]]:
    """List the global names that a function looks up, each with the attribute that it takes of it, if any."""
    for one, following in pairwise([*dis.get_instructions(code), None]):
        if one.opname == "LOAD_GLOBAL":
            yield one.argval, following.argval if following.opname in {"LOAD_ATTR", "LOAD_METHOD"} else ""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_in(inner)


def functions_in(function: FunctionType) -> Iterator[FunctionType]:
    """List the functions that a function names: those of its own module, and those of modules that it imports."""
    for name, attribute in names_in(function.__code__):
        found = function.__globals__.get(name)
        found = getattr(found, attribute, None) if isinstance(found, ModuleType) else found
        if isinstance(found, FunctionType):
            yield found


def leads_to(start: Callable[..., object], goal: Callable[..., object]) -> bool:
    """Tell whether a function, or one that it names, names another one."""
    known, waiting = {inspect.unwrap(start)}, [inspect.unwrap(start)]
    while waiting:
        named = set(functions_in(waiting.pop()))
        if goal in named:
            return True
        fresh = {inspect.unwrap(one) for one in named} - known
        known |= fresh
        waiting += fresh
    return False


@on_sqlite
def test_what_is_only_read_does_not_write(app):
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    writing = {endpoint for endpoint in asked if leads_to(app.view_functions[endpoint], transaction)}
    assert writing == set(WRITES_ON_GET)


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
    known = {(method, visits.address(path).partition("?")[0]) for method, path, _expected in ROWS}
    others = product(("PUT", "PATCH", "DELETE"), {path for _method, path in known})
    before = visits.dump()
    for method, path in set(others) - known:
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
