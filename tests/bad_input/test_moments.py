"""The right thing at the wrong time: in another state, twice, from an old page; nothing is lost, one effect at most."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.conversation.models import Message
from marketplace.jobs.models import ExtraWork, Job
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading
from marketplace.matching.models import Quote
from marketplace.payments.models import Hold
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action
from providers.profiles.models import Review
from tests.factories.forms import body_of, sent_to
from tests.factories.world import STATES, TAKEN, status_of

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

# What customers and partners do to a request, and the move that it is; a partner sees the requests it has taken.
MOVES = {
    "submit": ("customer", Action.SUBMIT),
    "cancel": ("customer", Action.CANCEL),
    "confirm": ("customer", Action.CONFIRM),
    "reopen": ("customer", Action.REOPEN),
    "resolve": ("partner", Action.RESOLVE),
    "promise": ("partner", Action.RESOLVE),
    "give-back": ("partner", Action.RESOLVE),
}
# What is no move of a request, and the states in which it may be done.
ACTS = {
    "messages": ("customer", {"in_progress", "extended", "resolved", "disputed"}),
    "extras": ("partner", {"in_progress"}),
    "rating": ("customer", {"closed"}),
    "customer-rating": ("partner", {"closed"}),
    "pay": ("customer", {"refused"}),
    "edit": ("customer", {"draft"}),
}
BY_API = (
    "submit",
    "cancel",
    "confirm",
    "reopen",
    "resolve",
    "promise",
    "messages",
    "rating",
    "customer-rating",
    "extras",
)
# The same place is found again: a second click on "pay" leads to the page that was made for the first.
LED_ON = {("submit", "awaiting_payment"), ("submit", "refused")}
# Refused for another reason than the state: a page waits to be paid already; work has begun; one proposal at a time.
OTHERWISE = {
    ("pay", "awaiting_payment"): 409,
    ("cancel", "in_progress"): 403,
    ("cancel", "extended"): 403,
    ("extras", "extended"): 409,
}


def cases():
    """List every act in every state, with who tries it and whether it is the time for it."""
    for act, (caller, move) in MOVES.items():
        for state in STATES:
            yield act, state, caller, LIFECYCLE.allows(status_of(state), move)
    for act, (caller, states) in ACTS.items():
        for state in STATES:
            yield act, state, caller, state in states


def wrong_cases(acts):
    return [
        pytest.param(act, state, caller, id=f"{act} when {state}")
        for act, state, caller, is_time in cases()
        if act in acts and not is_time and (act, state) not in LED_ON and (act, state) not in OTHERWISE
    ]


def right_cases():
    return [
        pytest.param(act, state, caller, id=f"{act} when {state}")
        for act, state, caller, is_time in cases()
        if is_time and (act, state) not in OTHERWISE
    ]


def path_of(act, state):
    return f"/requests/{{{state}}}/{act}"


def form_of(act, state):
    return sent_to(path_of(act, "draft") if act == "edit" else path_of(act, state))


@on_sqlite
@pytest.mark.parametrize(("act", "state", "caller"), right_cases())
def test_at_the_right_time_it_is_done(visits, act, state, caller):
    before = visits.dump()
    answer = visits.ask(caller, "POST", path_of(act, state), data=form_of(act, state))
    assert answer.status_code in {302, 303}, answer.text
    assert visits.dump() != before


@on_sqlite
@pytest.mark.parametrize(("act", "state", "caller"), wrong_cases({*MOVES, *ACTS}))
def test_at_the_wrong_time_the_page_names_the_state(visits, act, state, caller):
    before = visits.dump()
    answer = visits.ask(caller, "POST", path_of(act, state), data=form_of(act, state))
    if caller == "partner" and state not in TAKEN:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 409
        assert str(status_of(state).label) in unescape(answer.text)
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize(("act", "state", "caller"), wrong_cases(BY_API))
def test_at_the_wrong_time_the_api_names_the_state(visits, act, state, caller):
    before = visits.dump()
    path = f"/api/v1/requests/{{{state}}}/{act}"
    sent = sent_to("/api/v1/requests/{draft}/submit" if act == "submit" else path)
    answer = visits.ask(caller, "POST", path, json=sent)
    if caller == "partner" and state not in TAKEN:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 409
        assert answer.json["type"] == "urn:handrail:IllegalMove"
        assert str(status_of(state).label) in answer.json["detail"]
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize(("act", "state"), OTHERWISE)
def test_what_is_refused_for_another_reason_says_which(visits, act, state):
    before = visits.dump()
    caller, _when = {**MOVES, **ACTS}[act]
    answer = visits.ask(caller, "POST", path_of(act, state), data=form_of(act, state))
    assert answer.status_code == OTHERWISE[act, state]
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize("path", ["edit", "partner", "check?mode=best_fit&ceiling=60"])
@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
def test_the_pages_of_a_draft_say_when_it_is_none_any_more(visits, path, state):
    answer = visits.ask("customer", "GET", f"/requests/{{{state}}}/{path}")
    assert answer.status_code == 409
    assert str(status_of(state).label) in unescape(answer.text)


@on_sqlite
@pytest.mark.parametrize(
    ("caller", "path"),
    [
        ("support", "/vendor/providers/{partner}/reinstate"),
        ("support", "/vendor/providers/suspended/suspend"),
        ("support", "/vendor/providers/the-vendor/suspend"),
        ("finance", "/vendor/money/payouts/{payout}/paid"),
        ("certification", "/vendor/certification/credentials/{partner_credential}/revoke"),
        ("certification", "/vendor/certification/appeals/{revocation_appeal}"),
        ("certification", "/vendor/certification/doubts/{doubt}"),
        ("partner", "/credentials/{revoked_credential}/appeal"),
        ("partner", "/work/offers/{offer}/accept"),
        ("partner", "/work/offers/{offer}/decline"),
        ("partner", "/work/offers/{quoting_offer}/decline"),
        ("partner", "/work/offers/{quoted_offer}/withdraw"),
        ("partner", "/work/offers/{choosing_offer}/quote"),
        ("customer", "/requests/{choosing}/let-go"),
        ("customer", "/requests/{quoting}/take-back"),
        ("customer", "/requests/{extended}/extras/2/decline"),
        ("partner", "/requests/{extended}/extras/2/withdraw"),
        ("customer", "/requests/{booked}/moves/1/agree"),
        ("customer", "/requests/{booked}/moves/1/decline"),
        ("partner", "/requests/{booked}/moves/1/withdraw"),
        ("partner", "/requests/{in_progress}/extras"),
        ("customer", "/api/v1/requests/{extended}/extras/2/approve"),
        ("customer", "/api/v1/requests/{extended}/extras/2/decline"),
        ("partner", "/api/v1/requests/{extended}/extras/2/withdraw"),
        ("customer", "/api/v1/requests/{booked}/moves/1/agree"),
        ("customer", "/api/v1/requests/{booked}/moves/1/decline"),
        ("partner", "/api/v1/requests/{booked}/moves/1/withdraw"),
        ("partner", "/api/v1/requests/{in_progress}/extras"),
        ("partner", "/api/v1/offers/{offer}/accept"),
        ("partner", "/api/v1/offers/{offer}/decline"),
        ("partner", "/api/v1/offers/{quoted_offer}/withdraw"),
        ("partner", "/api/v1/offers/{quoted_offer}/accept"),
        ("partner", "/api/v1/offers/{choosing_offer}/accept"),
        ("customer", "/api/v1/requests/{choosing}/let-go"),
        ("customer", "/api/v1/requests/{quoted}/choose"),
    ],
)
def test_what_was_done_is_not_done_again(visits, caller, path):
    def send():
        return visits.ask(caller, "POST", path, **body_of("POST", path))

    send()
    before = visits.dump()
    assert send().status_code == 409
    assert visits.dump() == before


# Twice


def count(table):
    reading().rollback()
    return reading().scalar(sa.select(sa.func.count()).select_from(table))


def shown_form(page):
    """Give the hidden fields of the last form of a page that has a key."""
    return dict(re.findall(r'type="hidden" name="(form_key|version)" value="([^"]+)"', page))


@on_sqlite
def test_two_clicks_make_one_request(visits):
    path = "/requests/new/{category}"
    fields = {**sent_to(path), **shown_form(visits.ask("customer", "GET", path).text)}
    assert "form_key" in fields
    before = count(SupportRequest)
    answers = [visits.ask("customer", "POST", path, data=fields) for _click in range(2)]
    assert answers[0].location == answers[1].location
    assert count(SupportRequest) == before + 1


@on_sqlite
def test_two_clicks_say_it_once(visits):
    page = visits.ask("customer", "GET", "/requests/{in_progress}").text
    said = count(Message)
    for _click in range(2):
        fields = {"body": "Any news?", **shown_form(page)}
        assert visits.ask("customer", "POST", "/requests/{in_progress}/messages", data=fields).status_code == 302
    assert count(Message) == said + 1


@on_sqlite
def test_the_same_words_from_a_new_page_are_said_again(visits):
    said = count(Message)
    for _visit in range(2):
        page = visits.ask("customer", "GET", "/requests/{in_progress}").text
        visits.ask(
            "customer", "POST", "/requests/{in_progress}/messages", data={"body": "Any news?", **shown_form(page)}
        )
    assert count(Message) == said + 2


@on_sqlite
@pytest.mark.parametrize("key", ["", "x", "\x00", "0" * 5000, "é" * 32, "'; DROP TABLE message"])
def test_a_key_that_was_never_shown_is_no_key(visits, key):
    said = count(Message)
    for _click in range(2):
        fields = {"body": "Any news?", "form_key": key}
        assert visits.ask("customer", "POST", "/requests/{in_progress}/messages", data=fields).status_code == 302
    assert count(Message) == said + 2


@on_sqlite
def test_two_clicks_set_money_aside_once(visits):
    fields = sent_to("/submit")
    holds = count(Hold)
    answers = [visits.ask("customer", "POST", "/requests/{draft}/submit", data=fields) for _click in range(2)]
    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0].location == answers[1].location
    assert count(Hold) == holds + 1


@on_sqlite
def test_two_clicks_on_choose_lead_to_one_page(visits):
    holds = count(Hold)
    fields = sent_to("/choose")
    answers = [visits.ask("customer", "POST", "/requests/{quoted}/choose", data=fields) for _click in range(2)]
    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0].location == answers[1].location
    assert count(Hold) == holds + 1


@on_sqlite
def test_two_clicks_quote_once(visits):
    path = "/work/offers/{quoting_offer}"
    fields = {**sent_to("/quote"), **shown_form(visits.ask("partner", "GET", path).text)}
    quotes = count(Quote)
    for _click in range(2):
        assert visits.ask("partner", "POST", f"{path}/quote", data=fields).status_code == 302
    assert count(Quote) == quotes + 1


@on_sqlite
def test_two_clicks_ask_for_quotes_once(visits):
    answers = [visits.ask("customer", "POST", "/requests/{draft}/submit", data={"mode": "quotes"}) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1


@on_sqlite
def test_an_old_page_of_quotes_chooses_nothing_that_was_changed_and_says_so(visits):
    visits.ask("partner", "POST", "/work/offers/{quoted_offer}/quote", data={**sent_to("/quote"), "price": "99"})
    holds = count(Hold)
    answer = visits.ask("customer", "POST", "/requests/{quoted}/choose", data=sent_to("/choose"))
    assert answer.status_code == 409
    assert "has changed this quote by now" in answer.text
    assert "Without cover: €99 from your card" in answer.text
    assert count(Hold) == holds


@on_sqlite
@pytest.mark.parametrize("path", ["/requests/{extended}/extras/2/approve", "/requests/{refused}/pay"])
def test_two_clicks_on_paying_lead_to_one_page(visits, path):
    holds = count(Hold)
    answers = [visits.ask("customer", "POST", path) for _click in range(2)]
    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0].location == answers[1].location
    assert count(Hold) == holds + 1


@on_sqlite
@pytest.mark.parametrize(
    ("caller", "path", "table"),
    [
        ("partner", "/requests/{in_progress}/extras", ExtraWork),
        ("partner", "/work/offers/{offer}/accept", Job),
        ("customer", "/requests/{closed}/rating", Review),
        ("partner", "/requests/{closed}/customer-rating", Review),
    ],
)
def test_two_clicks_have_one_effect(visits, caller, path, table):
    before = count(table)
    answers = [visits.ask(caller, "POST", path, data=sent_to(path)).status_code for _click in range(2)]
    assert answers[0] in {302, 303}
    assert answers[1] == 409
    assert count(table) == before + 1


@on_sqlite
@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/api/v1/requests", SupportRequest),
        ("/api/v1/requests/{in_progress}/messages", Message),
        ("/api/v1/requests/{draft}/submit", Hold),
        ("/api/v1/requests/{refused}/pay", Hold),
        ("/api/v1/requests/{matching}/cancel", AuditEntry),
        ("/api/v1/requests/{resolved}/confirm", AuditEntry),
        ("/api/v1/requests/{extended}/extras/2/approve", Hold),
        ("/api/v1/requests/{quoted}/choose", Hold),
    ],
)
def test_a_call_with_the_same_key_has_one_effect_and_one_answer(visits, path, table):
    def send():
        return visits.ask("customer", "POST", path, **body_of("POST", path), headers={"Idempotency-Key": "once"})

    first = send()
    done = count(table)
    second = send()
    assert first.status_code < 300, first.text
    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert count(table) == done


# From an old page


@on_sqlite
def test_an_old_page_of_a_draft_overwrites_nothing_and_loses_nothing(visits):
    path = "/requests/{draft}/edit"
    old = shown_form(visits.ask("customer", "GET", path).text)
    visits.ask("customer", "POST", path, data={**sent_to(path), **old, "title": "Written in another window"})
    before = visits.dump()
    answer = visits.ask("customer", "POST", path, data={**sent_to(path), **old, "description": "Typed for an hour"})
    assert answer.status_code == 409
    assert "changed in the meantime" in answer.text
    assert "Typed for an hour" in answer.text
    assert visits.dump() == before
    again = {**sent_to(path), **shown_form(answer.text), "description": "Typed for an hour"}
    assert visits.ask("customer", "POST", path, data=again).status_code == 302
    assert "Typed for an hour" in visits.ask("customer", "GET", path).text


@pytest.fixture
def guarded(app):
    """The site with its guard against forms that others send in one's name."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


TYPED = {"body": "I tried it again, and this is what the log says. " * 3, "next_update_minutes": "60"}


def hidden(page, name):
    return [unescape(value) for value in re.findall(rf'name="{name}" value="([^"]*)"', page)]


@on_sqlite
@pytest.mark.parametrize("token", ["", "old", "IjEi.YYYY.x", "é"])
def test_a_form_that_was_open_for_too_long_keeps_what_was_typed(visits, guarded, token):
    path = "/requests/{in_progress}/messages"
    client = visits.client("partner")
    before = visits.dump()
    answer = client.post(visits.address(path), data={**TYPED, "csrf_token": token})
    assert answer.status_code == 400
    assert visits.dump() == before
    assert hidden(answer.text, "body") == [TYPED["body"]]
    assert TYPED["body"].strip() in unescape(answer.text).replace("\n", " ").replace("  ", " ")
    [target] = re.findall(r'<form class="form" method="post" action="([^"]+)"', answer.text)
    fresh = {name: hidden(answer.text, name)[-1] for name in ("csrf_token", *TYPED)}
    assert client.post(target.rstrip("?"), data=fresh).status_code == 302
    assert client.get(visits.address("/requests/{in_progress}")).text.count("this is what the log says") == 3


@on_sqlite
def test_a_password_is_never_written_into_a_page(visits, guarded):
    fields = {"current_password": "my old secret", "password": "my new secret"}
    answer = visits.ask("customer", "POST", "/account/password", data=fields)
    assert answer.status_code == 400
    assert "secret" not in answer.text


@on_sqlite
def test_a_form_from_elsewhere_is_refused_and_not_shown_again(visits, guarded):
    before = visits.dump()
    answer = visits.client("customer").post(
        visits.address("/requests/{matching}/cancel"),
        data={"reason": "Written by somebody else"},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 400
    assert "Written by somebody else" not in answer.text
    assert visits.dump() == before


@on_sqlite
def test_every_form_asks_for_its_token(app, visits, guarded):
    free = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/api/", "/webhooks/"))}
    posts = {rule.rule for rule in app.url_map.iter_rules() if "POST" in rule.methods} - free
    before = visits.dump()
    for rule in posts:
        answer = visits.client("admin").post(re.sub(r"<[^>]+>", "1", rule))
        assert answer.status_code in {400, 403}, rule
    assert visits.dump() == before
