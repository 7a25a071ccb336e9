"""What pages and calls show of cover before anything is paid, and what they take of it."""

import re
from html import unescape

import pytest

from marketplace.insurance import queries as policies
from marketplace.jobs.covering import CoverChoice
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands as payments
from marketplace.payments.rules import Bearer
from marketplace.sandbox.stripe import by_hand
from marketplace.support_requests.rules import Status
from providers.profiles import queries as profiles
from tests.factories import DAY
from tests.factories.accounts import make_staff
from tests.factories.insurance import eur, insure, left_of
from tests.factories.jobs import FOR_QUOTES, Life, best_fit, choose

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # What pages say does not hang on its kind.
WHO_PAYS = "Who pays what?"
CARD_QUESTION = "How do you want to pay?"


@pytest.fixture
def life(market, add_partner):
    """A draft of today, which a partner would take for 49 EUR."""
    add_partner(price_minor=4900, slug="bo", name="Bo Helps")
    return Life(market, now=utcnow())


def insured(market, **changes):
    """A policy of today of whose events 25 EUR are the customer's own part; tells its reference."""
    return insure(market.customer_id, **{"begins_at": utcnow() - 60 * DAY, **changes})


def bo():
    """The partner."""
    return profiles.provider_by_slug(reading(), "bo")


def left(reference):
    """What is left, reserved and used of the policy today."""
    return left_of(reference, utcnow())


def said(answer):
    """Give the words of a page, without its tags."""
    text = re.sub(r"</?bdi>", "", answer.text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def answers(page):
    """List what can be answered about cover on a page, the default first."""
    return [unescape(value) for value in re.findall(r'name="cover"\s+type="radio"\s+value="([^"]*)"', page.text)]


def ask(browse, life, cover, **more):
    """Send the request to the chosen partner, with an answer about cover."""
    sent = {"mode": "chosen", "provider": "bo", "cover": cover, **more}
    return browse.post(f"/requests/{life.reference}/submit", data=sent)


def check(browse, life):
    """Look at the page before money moves."""
    return browse.get(f"/requests/{life.reference}/check?mode=chosen&provider=bo")


def test_the_split_is_shown_and_what_was_seen_is_done(market, life, browse):
    policy = insured(market)
    assert "With cover: €25" in said(browse.get(f"/requests/{life.reference}/partner"))
    page = check(browse, life)
    text = said(page)
    assert "With Careful: €25 from your card" in text
    assert "Cover pays €24 of €49. €25 is your own part of the event." in text
    assert "Without cover: €49 from your card" in text
    assert answers(page) == [f"{policy}::2400:EUR", ""]
    assert ask(browse, life, answers(page)[0]).status_code == 303
    assert (life.hold.asked.minor, left(policy)) == (2500, (97_600, 2400, 0))


@on_sqlite
def test_cover_can_be_left_alone(market, life, browse):
    policy = insured(market)
    ask(browse, life, "")
    assert (life.hold.asked.minor, left(policy)) == (4900, (100_000, 0, 0))


@on_sqlite
def test_what_is_covered_in_full_asks_for_no_card_and_leads_to_no_checkout(market, life, browse):
    policy = insured(market, deductible=eur(0))
    page = check(browse, life)
    assert "Cover pays all of €49." in said(page)
    assert CARD_QUESTION not in page.text
    for _click in range(2):
        answer = ask(browse, life, answers(page)[0])
        assert (answer.status_code, answer.location) == (303, f"/requests/{life.reference}")
    assert (life.request.status, left(policy)) == (Status.MATCHING, (95_100, 4900, 0))
    facts = said(browse.get(f"/requests/{life.reference}"))
    assert "Cover pays €49" in facts
    assert "You pay €0" in facts


@on_sqlite
def test_a_changed_split_is_shown_again_and_nothing_is_taken(market, life, browse):
    policy = insured(market)
    seen = answers(check(browse, life))[0]
    faster = Life(market, now=utcnow())  # In another tab.
    faster.submit(best_fit(101_500), CoverChoice(policy))
    again = ask(browse, life, seen)
    assert again.status_code == 409
    assert "Your cover is not what this page showed" in said(again)
    assert answers(again)[0] == f"{policy}::1000:EUR"
    assert "Cover pays €10 of €49. €25 is your own part of the event. €14 is above the limit." in said(again)
    assert (life.request.status, life.hold, left(policy)) == (Status.DRAFT, None, (1000, 99_000, 0))


@on_sqlite
def test_why_nothing_is_covered_stands_there_with_the_day_and_a_way_to_a_human(market, life, browse):
    policy = insured(market, begins_at=utcnow())
    page = check(browse, life)
    assert "Careful does not pay for this. The waiting period at the beginning of the policy is not over." in said(page)
    assert re.search(r"It covers from \w+ \d+, \d{4} on\.", said(page))
    assert f'href="/cover/policies/{policy}/appeal?about=waiting"' in page.text
    assert WHO_PAYS not in page.text


@on_sqlite
def test_without_a_policy_nothing_is_said_of_cover(life, browse):
    assert "over pays" not in said(check(browse, life))
    assert WHO_PAYS not in check(browse, life).text


@on_sqlite
@pytest.mark.parametrize("cover", ["x", "pol:1", "pol::-1:EUR", "pol::1:eur", "pol:9999999999999999999:1:EUR"])
def test_an_answer_that_nobody_gave_is_refused(market, life, browse, cover):
    insured(market)
    assert ask(browse, life, cover).status_code == 422
    assert life.request.status is Status.DRAFT


@on_sqlite
def test_a_quote_and_extra_work_show_their_split(market, add_partner, browse):
    policy = insured(market)
    life, partner_id = Life(market, now=utcnow()), add_partner()
    life.submit(FOR_QUOTES)
    quote_id = life.quote(partner_id, 6000)
    page = browse.get(f"/requests/{life.reference}")
    assert answers(page) == [f"{policy}::3500:EUR", ""]
    sent = {"quote": str(quote_id), "cover": f"{policy}::3499:EUR"}
    assert browse.post(f"/requests/{life.reference}/choose", data=sent).status_code == 409
    assert life.request.status is Status.MATCHING
    browse.post(f"/requests/{life.reference}/choose", data={**sent, "cover": f"{policy}::3500:EUR"})
    life.pay()
    part = life.propose(3000)
    page = browse.get(f"/requests/{life.reference}")
    assert answers(page) == [f"{policy}::3000:EUR", ""]
    path = f"/requests/{life.reference}/extras/{part}/approve"
    assert browse.post(path, data={"cover": f"{policy}::1:EUR"}).status_code == 409
    assert browse.post(path, data={"cover": answers(page)[0]}).location == f"/requests/{life.reference}"
    assert life.hold_of(part).covered.minor == 3000


@on_sqlite
def test_the_same_event_as_before_can_be_named_with_its_effect(market, life, browse):
    policy = insured(market)
    earlier = Life(market, now=utcnow(), title="No <pictures>")
    earlier.submit(choose(bo().id), CoverChoice(policy))
    [claim] = policies.claims_about(reading(), "request", earlier.id)
    page = check(browse, life)
    assert answers(page) == [f"{policy}::2400:EUR", f"{policy}:{claim.id}:4900:EUR", ""]
    assert "With Careful, the same event as “No <pictures>”: nothing from your card" in said(page)
    assert "“<bdi>No &lt;pictures&gt;</bdi>”" in page.text
    assert "Cover pays all of €49. That was on" in said(page)
    ask(browse, life, answers(page)[1])
    assert (life.request.status, life.hold.asked.minor) == (Status.MATCHING, 0)


@on_sqlite
def test_the_licence_of_a_policy_is_said_where_it_is_chosen_and_afterwards(market, life, browse):
    policy = insured(market, licence="LT-2041", needs_licence=True, deductible=eur(0))
    page = check(browse, life)
    assert "With Careful (LT-2041): nothing from your card" in said(page)
    assert "You say that this is about the licence LT-2041." in said(page)
    ask(browse, life, f"{policy}::4900:EUR")
    assert "Careful (LT-2041)" in said(browse.get(f"/requests/{life.reference}"))


@on_sqlite
def test_what_was_refused_can_be_covered_when_it_is_paid_again(market, life, browse, sandbox):
    life.submit(choose(bo().id))
    life.pay()
    by_hand.set_fault(sandbox.url, "capture_refused")
    life.accept()
    policy = insured(market, deductible=eur(0))
    page = browse.get(f"/requests/{life.reference}")
    path = f"/requests/{life.reference}/pay"
    assert browse.post(path, data={"cover": f"{policy}::1:EUR"}).status_code == 409
    assert browse.post(path, data={"cover": answers(page)[0]}).location == f"/requests/{life.reference}"
    assert life.request.status is Status.IN_PROGRESS


@on_sqlite
def test_the_partner_sees_the_word_and_the_same_share(market, life, browse, client):
    policy = insured(market)
    ask(browse, life, f"{policy}::2400:EUR")
    life.pay()
    client.sign_in(bo().members[0].person)
    offer = said(client.get(f"/work/offers/{life.offer.id}"))
    assert "Covered" in offer
    assert "Cover pays" not in offer
    life.accept()
    page = said(client.get(f"/requests/{life.reference}"))
    assert "Payment Covered" in page
    assert "€24" not in page


@on_sqlite
def test_what_goes_back_says_where(market, life, browse):
    policy = insured(market)
    ask(browse, life, f"{policy}::2400:EUR")
    life.pay()
    life.accept()
    hold_id = life.hold.id
    with transaction() as session:
        staff = make_staff(session, "finance")
        payments.give_goodwill(
            session,
            hold_id,
            amount=eur(3000),
            bearer=Bearer.SHARED,
            note="They waited.",
            seen=eur(4900),
            by=staff.id,
            now=utcnow(),
        )
    life.work()
    assert life.hold.back_in_cover == eur(2400)
    life.dispute(1000)
    life.concede_dispute(everything=True)
    text = said(browse.get(f"/requests/{life.reference}"))
    assert "€24 of it goes back into your cover, €25 to your card within 5 to 10 days." in text


@on_sqlite
def test_staff_see_what_goes_back_into_the_cover_before_they_decide(market, life, client):
    policy = insured(market)
    life.submit(choose(bo().id), CoverChoice(policy))
    life.pay()
    life.accept()
    life.resolve()
    with transaction() as session:
        staff = make_staff(session, "finance")
        client.sign_in(staff)
    looked = {"amount": "30", "note": "They waited.", "bearer": "shared", "step": "look"}
    goodwill = said(client.post(f"/vendor/money/payments/{life.hold.id}/goodwill", data=looked))
    assert "The customer gets back €30.00 Of that back into the cover €24.00" in goodwill
    life.dispute(1000)
    life.answer_dispute()
    looked = {"back": "10", "verdict": "A little.", "step": "look"}
    split = said(client.post(f"/vendor/disputes/{life.reference}", data=looked))
    assert "The customer gets back €10.00 Of that back into the cover €10.00" in split


# By calls


def test_calls_tell_prices_with_and_without_cover_and_take_a_policy(market, life, call):
    policy = insured(market)
    category = reading().get_one(type(life.request.category), market.category_id).slug
    told = call("/requests", {"category": category, "title": "It stops", "description": "So.", "language": "en"}).json
    [match] = told["matches"]
    assert match["price"]["amount"] == 4900
    [covered] = match["cover"]
    assert (covered["policy"], covered["covered"]["amount"], covered["left"]["amount"]) == (policy, 2400, 2500)
    path, choice = f"/requests/{told['id']}/submit", {"provider": "bo", "policy": policy}
    other = call(path, {**choice, "cover_seen": eur_json(4900)})
    assert (other.status_code, other.json["type"]) == (409, "urn:handrail:CoverHasChanged")
    done = call(path, {**choice, "cover_seen": eur_json(2400)}, key="k1").json
    assert done["status"] == "awaiting_payment"
    assert call(path, {**choice, "cover_seen": eur_json(2400)}, key="k1").json["id"] == done["id"]
    facts = call(f"/requests/{told['id']}").json
    assert (facts["is_covered"], facts["covered"]["amount"]) == (True, 2400)
    assert left(policy) == (97_600, 2400, 0)


@on_sqlite
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"policy": "nobodys"}, "policy"),
        ({"policy": "p" * 17}, "policy"),
        ({"cover_seen": {"amount": 1, "currency": "EUR"}}, "policy"),
        ({"same_cause_as": 1}, "policy"),
        ({"same_cause_as": 0}, "same_cause_as"),
        ({"same_cause_as": 10**20}, "same_cause_as"),
    ],
)
def test_what_is_wrong_with_a_call_is_named(market, life, call, given, field):
    policy = insured(market)
    sent = {"provider": "bo", **({"policy": policy} if field != "policy" else {}), **given}
    refused = call(f"/requests/{life.reference}/submit", sent)
    assert refused.status_code == 422
    assert field in refused.json["errors"]
    assert life.request.status is Status.DRAFT


@on_sqlite
def test_a_policy_that_pays_nothing_of_it_is_named_with_the_reason(market, life, call):
    policy = insured(market, begins_at=utcnow())
    refused = call(f"/requests/{life.reference}/submit", {"provider": "bo", "policy": policy})
    assert refused.json["errors"]["policy"] == ["The waiting period at the beginning of the policy is not over."]


def eur_json(minor):
    """An amount as calls write it."""
    return {"amount": minor, "currency": "EUR"}
