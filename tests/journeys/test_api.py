"""The main job from end to end, as programs do it: by calls of the API alone, on both kinds of database."""

from collections import Counter

import jsonschema
import pytest
from sqlalchemy import select

from certification.exams.rules import HONESTY_VERSION
from marketplace.catalogue.models import Niche
from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import queries as money
from marketplace.payments.rules import AccountKind
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.rules import make_plan
from marketplace.sandbox.stripe.visitor import pay_checkout
from providers.profiles import queries as profiles
from tests.factories import DAY
from tests.factories.catalogue import make_category
from tests.factories.exams import make_exam
from tests.factories.insurance import eur, insure, make_version
from tests.factories.services import make_service
from tests.journeys.cast import HADDAD, JOANA, MARISOL, NURIA, OMAR, VEGA
from tests.journeys.program import Programs
from tests.journeys.steps import screenshot
from tests.plugins.databases import ENGINES

FIELDS = {"from_version": "4.1.6", "method": "docker"}
PROBLEM = {
    "category": "upgrade",
    "title": "Photos are gone since the upgrade",
    "description": "I upgraded on Monday. Since then every album shows grey boxes instead of photos.",
    "language": "en",
    "release": "4.2",
    "fields": FIELDS,
}
SOLUTION = {"cause": "The folder of the photos had moved.", "fix": "It is back where it was."}
PICTURE = screenshot()


@pytest.fixture
def programs(installation):
    """Give programs that use the installation."""
    return Programs(installation)


@pytest.mark.parametrize("installation", ENGINES, indirect=True)
def test_the_main_job_by_calls_alone(installation, programs):
    customer, vega, haddad, staff = programs.of(NURIA, MARISOL, OMAR, JOANA)
    a_program_looks_around(customer)
    certificates_are_earned_and_checked(installation, vega, programs.of_nobody())
    first = the_best_fit_within_a_limit_solves_it_at_the_second_try(customer, vega, installation.sandbox)
    second = the_chosen_partner_declines_and_the_next_solves_it(customer, vega, haddad)
    third = nobody_takes_it(customer, vega)
    fourth = the_vendor_mends_its_own_product(customer, staff)
    fifth = minutes_are_written_down_and_the_rest_goes_back(installation, customer, vega)
    sixth = nobody_is_asked_for_quotes_any_more(customer)
    seventh = several_quote_and_one_is_chosen(customer, vega, haddad)
    eighth = a_dispute_is_split_by_the_staff(customer, haddad, staff)
    ninth = the_partner_gives_way(customer, haddad)
    cover_is_bought_and_cancelled(installation, customer, haddad)
    tenth = cover_pays_without_a_checkout(installation, customer, vega)
    strangers_find_nothing(haddad, programs.of_nobody(), first)

    installation.finish_work()
    asked = [tenth, ninth, eighth, seventh, sixth, fifth, fourth, third, second, first]
    assert [one["id"] for one in customer.get("/requests").json["items"]] == asked
    assert [one["id"] for one in vega.get("/requests").json["items"]][:2] == [fifth, first]
    assert [one["id"] for one in haddad.get("/requests").json["items"]][:3] == [ninth, eighth, seventh]
    assert staff.get("/requests").json["total"] >= 5
    every_payment_has_its_papers(customer, haddad)
    each_part_of_the_money_is_where_it_belongs(installation)
    nothing_of_the_document_was_left_out(programs)
    installation.check()


def a_program_looks_around(customer):
    """See for whom one acts, what is supported, and who could help."""
    me = customer.get("/me").json
    assert (me["email"], me["roles"]) == (NURIA.email, ["person"])
    catalogue = customer.get("/catalogue").json
    [upgrade] = [one for one in catalogue["categories"] if one["slug"] == "upgrade"]
    jsonschema.validate(FIELDS, upgrade["fields"])
    assert "4.2" in {one["version"] for one in catalogue["releases"]}
    found = customer.get(f"/providers?niche={upgrade['niche']}&language=en:C1&language=es&price_max=6000&currency=EUR")
    assert {one["slug"] for one in found.json["items"]} >= {VEGA.slug, HADDAD.slug}
    assert customer.get(f"/providers/{VEGA.slug}").json["certificates"]
    assert customer.get("/requests").json == {"items": [], "next": None, "total": 0}


def certificates_are_earned_and_checked(installation, candidate, nobody):
    """Pass an exam, and let anybody check a certificate."""
    anybody_checks_a_certificate(nobody)
    an_exam_is_taken(installation, candidate)


def an_exam_is_taken(installation, candidate):
    """Find an exam, begin it, answer all, one of them twice, and hand in."""
    installation.ask(publish_exam)
    [track] = candidate.get("/tracks").json["items"]
    begun = candidate.post(f"/tracks/{track['slug']}/attempts", {"honesty": HONESTY_VERSION}).json
    assert (begun["status"], len(begun["questions"])) == ("in_progress", track["questions"])
    address = f"/attempts/{begun['id']}"
    for asked in begun["questions"]:
        right = next(one["id"] for one in asked["options"] if one["text"] == "right")
        for _time in range(2):
            told = candidate.put(f"{address}/answers/{asked['number']}", {"answer": [right], "sequence": 1}).json
            assert told["sequence"] == 1
    [first, *_others] = candidate.get(address).json["questions"]
    other = next(one["id"] for one in first["options"] if one["id"] not in first["answer"])
    refused = candidate.put(f"{address}/answers/1", {"answer": [other], "sequence": 1})
    assert (refused.status, refused.json["status"]) == (409, 409)
    ended = candidate.post(f"{address}/submit").json
    assert (ended["status"], ended["percent"], ended["questions"]) == ("passed", 100, [])
    assert candidate.put(f"{address}/answers/1", {"answer": [], "sequence": 2}).status == 409


def publish_exam():
    """Publish an exam of choices with one right answer."""
    with transaction() as session:
        make_exam(session)


def anybody_checks_a_certificate(nobody):
    """Read the certificate of a partner, and check its badge as it is and with another ending."""
    [listed, *_others] = nobody.get(f"/providers/{VEGA.slug}").json["certificates"]
    told = nobody.get(f"/credentials/{listed['reference']}").json
    assert (told["holder"], told["state"]) == (listed["holder"], "valid")
    found = nobody.post("/verify", {"badge": told["jwt"]}).json
    assert (found["verdict"], found["credential"]) == ("valid", told["url"])
    assert nobody.post("/verify", {"badge": told["jwt"][:-8] + "AAAAAAAA"}).json["verdict"] == "invalid"


def ask(customer, **changes):
    """Write a problem down."""
    return customer.once("/requests", {**PROBLEM, **changes})


def pay(customer, reference, *, keeps=False, **choice):
    """Submit with a choice, pay on the hosted page, and wait until the amount is set aside; perhaps keep the card."""
    submitted = customer.once(f"/requests/{reference}/submit", choice)
    assert submitted["status"] == "awaiting_payment"
    assert customer.get(f"/requests/{reference}").json["checkout_url"] == submitted["checkout_url"]
    pay_checkout(submitted["checkout_url"], email=NURIA.email, keeps=keeps)
    return wait(customer, reference, "matching")


def pay_in_one_step(customer, reference, **choice):
    """Submit with a choice and the card that was kept, which pays at once; then let it be forgotten."""
    [card] = customer.follow("/cards", lambda told: told["total"] == 1, "the card is known")["items"]
    submitted = customer.once(f"/requests/{reference}/submit", {**choice, "card": card["id"]})
    assert (submitted["status"], submitted["checkout_url"]) == ("matching", None)
    assert customer.post(f"/cards/{card['id']}/renewals", {"allowed": True}).json["allowed"]
    assert customer.get("/renewals").json == {"items": [], "next": None, "total": 0}
    assert customer.post(f"/cards/{card['id']}/remove").status == 204


def wait(program, reference, status):
    """Follow a request until it has come so far."""
    path = f"/requests/{reference}"
    return program.follow(path, lambda told: told["status"] == status, f"{reference} is {status}")


def offer_of(partner, reference):
    """Find the offer of a request in a partner's inbox."""
    [offer] = [one for one in partner.get("/offers").json["items"] if one["request"] == reference]
    return offer


def accept(partner, reference):
    """Take an offered request, and promise the first answer within half an hour."""
    return partner.once(f"/offers/{offer_of(partner, reference)['id']}/accept", {"first_answer_minutes": 30})


def solve(partner, customer, reference):
    """State the solution; the customer confirms."""
    assert partner.post(f"/requests/{reference}/resolve", SOLUTION).json["status"] == "resolved"
    assert customer.once(f"/requests/{reference}/confirm")["status"] == "closed"


def the_best_fit_within_a_limit_solves_it_at_the_second_try(customer, vega, sandbox):
    """Say only what it may cost; the bank refuses, so it is paid again, and the first solution does not hold."""
    reference = ask(customer)["id"]
    too_little = customer.post(f"/requests/{reference}/submit", {"ceiling": {"amount": 1200, "currency": "EUR"}})
    assert (too_little.status, too_little.json["type"]) == (409, "urn:handrail:NobodyAtThisPrice")
    pay(customer, reference, mode="best_fit", ceiling={"amount": 8000, "currency": "EUR"})
    sandbox.faults.add(make_plan(Kind.CAPTURE_REFUSED, times=1))
    assert accept(vega, reference)["price"] == {"amount": 6000, "currency": "EUR"}
    wait(customer, reference, "awaiting_payment")
    again = customer.once(f"/requests/{reference}/pay")
    pay_checkout(again["checkout_url"], email=NURIA.email)
    wait(customer, reference, "in_progress")
    vega.follow(f"/requests/{reference}", lambda told: told["payment"] == "captured", "the amount is taken")
    vega.post(f"/requests/{reference}/resolve", SOLUTION)
    reopened = customer.post(f"/requests/{reference}/reopen", {"reason": "The boxes are grey again."}).json
    assert reopened["status"] == "in_progress"
    solve(vega, customer, reference)
    assert len(customer.get(f"/requests/{reference}").json["resolutions"]) == 2
    return reference


def the_chosen_partner_declines_and_the_next_solves_it(customer, vega, haddad):
    """Ask one partner with a picture; another takes it, talks, solves it, and is rated."""
    draft = ask(customer)
    reference = draft["id"]
    assert (draft["status"], draft["responsible"]) == ("draft", "partner")
    [best] = [one for one in draft["matches"] if one["provider"] == VEGA.slug]
    assert best["price"] == {"amount": 6000, "currency": "EUR"}
    assert any("Speaks English" in reason["text"] for reason in best["reasons"])
    sent = customer.send_file(f"/requests/{reference}/files", PICTURE["buffer"], name="albums.png", kind="image/png")
    [file] = sent.json["files"]

    waiting = pay(customer, reference, provider=VEGA.slug, ceiling=best["price"])
    assert (waiting["payment"], waiting["ceiling"], waiting["price"]) == ("held", best["price"], None)
    offer = offer_of(vega, reference)
    assert (offer["share"], offer["fields"]) == ({"amount": 5100, "currency": "EUR"}, FIELDS)
    assert vega.get(offer["files"][0]["url"]).body == PICTURE["buffer"]
    assert vega.post(f"/offers/{offer['id']}/decline", {"reason": "no_time"}).status == 204
    assert vega.get(file["url"]).status == 404

    assert offer_of(haddad, reference)["price"] == {"amount": 5000, "currency": "EUR"}
    accepted = accept(haddad, reference)
    assert (accepted["status"], accepted["provider"]) == ("in_progress", HADDAD.slug)
    partner_and_customer_talk(haddad, customer, reference)
    solve(haddad, customer, reference)
    both_rate(customer, haddad, reference)
    return reference


def partner_and_customer_talk(partner, customer, reference):
    """Write to each other with promises; whoever follows the thread is told what is new, and only that."""
    path = f"/requests/{reference}/messages"
    before = customer.get(path)
    assert customer.get(path, seen=before).status == 304
    question = {"body": "Is there a copy of the site from before Monday?", "next_update_minutes": 240}
    assert partner.once(path, question)["side"] == "provider"
    after = customer.get(path, seen=before)
    assert [one["body"] for one in after.json["items"]] == [question["body"]]
    promised = customer.get(f"/requests/{reference}").json["promise"]
    assert customer.once(path, {"body": "Yes, from Sunday night."})["author"] == NURIA.name
    renewed = partner.post(f"/requests/{reference}/promise", {"next_update_minutes": 60}).json["promise"]
    assert renewed["due_at"] < promised["due_at"]
    assert len(partner.get(path).json["items"]) == 2
    customer.follow(f"/requests/{reference}", lambda told: told["payment"] == "captured", "the amount is taken")


def both_rate(customer, partner, reference):
    """Say how the help was, once, for everybody to read as soon as the partner has written, too."""
    stars = {"stars": 5, "comment": "Quick, and I understood what was wrong."}
    assert customer.post(f"/requests/{reference}/rating", stars).status == 204
    assert customer.post(f"/requests/{reference}/rating", stars).json["type"] == "urn:handrail:RatedAlready"
    said = {"stars": 4, "comment": "Everything I needed was in the first message."}
    assert stars["comment"] not in [one["body"] for one in customer.get(f"/providers/{HADDAD.slug}").json["reviews"]]
    assert partner.post(f"/requests/{reference}/customer-rating", said).status == 204
    latest = customer.get(f"/providers/{HADDAD.slug}").json["reviews"][0]
    assert (latest["author"], latest["body"]) == (NURIA.first_name, stars["comment"])


def nobody_takes_it(customer, vega):
    """Ask in a language that one partner speaks, who declines: what was set aside is let go."""
    draft = ask(customer, language="pt", level="B2")
    assert [one["provider"] for one in draft["matches"]] == [VEGA.slug]
    reference = draft["id"]
    waiting = pay(customer, reference)
    assert waiting["ceiling"] == draft["matches"][0]["price"], "nothing given means the median price"
    offer_id = offer_of(vega, reference)["id"]
    vega.post(f"/offers/{offer_id}/decline", {"reason": "not_my_field", "note": "This is about the server."})
    late = vega.post(f"/offers/{offer_id}/accept")
    assert (late.status, late.json["type"]) == (409, "urn:handrail:IllegalMove")
    wait(customer, reference, "unmatched")
    cancelled = customer.once(f"/requests/{reference}/cancel", {"reason": "I will try it myself."})
    assert cancelled["status"] == "cancelled"
    customer.follow(f"/requests/{reference}", lambda told: told["payment"] == "released", "the amount is let go")
    return reference


def the_vendor_mends_its_own_product(customer, staff):
    """Report a fault of the product: there is nothing to pay."""
    draft = ask(customer, category="defect", fields={})
    assert (draft["responsible"], draft["matches"]) == ("vendor", [])
    reference = draft["id"]
    submitted = customer.once(f"/requests/{reference}/submit")
    assert (submitted["status"], submitted["checkout_url"]) == ("matching", None)
    assert accept(staff, reference)["payment"] is None
    solve(staff, customer, reference)
    return reference


def minutes_are_written_down_and_the_rest_goes_back(installation, customer, vega):
    """Take help by the hour, of which half is needed."""
    installation.ask(sell_by_the_hour)
    reference = ask(customer, category="by-the-hour", fields={})["id"]
    pay(customer, reference, provider=VEGA.slug)
    terms = accept(vega, reference)["terms"]
    assert (terms["kind"], terms["most"], terms["cap_minutes"]) == ("hourly", {"amount": 6000, "currency": "EUR"}, 60)
    vega.follow(f"/requests/{reference}", lambda told: told["payment"] == "captured", "the amount is taken")
    extra_work_is_proposed_and_not_done(vega, customer, reference)
    vega.once(f"/requests/{reference}/time", {"minutes": 30, "note": "Moved the photos."})
    told = customer.get(f"/requests/{reference}").json["time"]
    assert (told["minutes"], told["due"]) == (30, {"amount": 3000, "currency": "EUR"})
    solve(vega, customer, reference)
    return reference


def extra_work_is_proposed_and_not_done(partner, customer, reference):
    """Propose extra work and take it back; propose it again, and it is approved, and then declined unpaid."""
    proposal = {"description": "The thumbnails are broken as well.", "price": {"amount": 2000, "currency": "EUR"}}
    partner.once(f"/requests/{reference}/extras", proposal)
    assert partner.post(f"/requests/{reference}/extras/2/withdraw").status == 200
    partner.once(f"/requests/{reference}/extras", proposal)
    assert customer.once(f"/requests/{reference}/extras/3/approve")["checkout_url"]
    assert customer.post(f"/requests/{reference}/extras/3/decline").status == 200


COMPLAINT = {
    "reason": "not_solved",
    "statement": "The photos were back for a day, and are gone again.",
    "asked": {"amount": 4000, "currency": "EUR"},
}


def taken_by(partner, customer, pay=pay, **how):
    """Ask a partner who takes it, and wait until it is paid."""
    reference = ask(customer)["id"]
    pay(customer, reference, provider=HADDAD.slug, **how)
    accept(partner, reference)
    partner.follow(f"/requests/{reference}", lambda told: told["payment"] == "captured", "the amount is taken")
    return reference


def a_dispute_is_split_by_the_staff(customer, partner, staff):
    """Ask for money back, think better of it, ask again; the partner answers, and the staff split it as shown."""
    reference = taken_by(partner, customer, keeps=True)
    path = f"/requests/{reference}/dispute"
    partner.post(f"/requests/{reference}/resolve", SOLUTION)
    assert customer.once(path, COMPLAINT)["status"] == "disputed"
    assert customer.post(f"{path}/withdraw").json["status"] == "resolved"
    customer.once(path, COMPLAINT)
    verdict = {"back": {"amount": 2000, "currency": "EUR"}, "verdict": "Half of it was done."}
    too_early = staff.post(f"{path}/decide", verdict)
    assert (too_early.status, too_early.json["type"]) == (409, "urn:handrail:PartnerMayAnswer")
    [_first, answered] = partner.post(f"{path}/answer", {"answer": "It was another disk."}).json["disputes"]
    assert (answered["status"], answered["back"]) == ("answered", None)
    shown = staff.get(f"{path}/split?back=2000").json
    assert {name: shown[name]["amount"] for name in shown} == {
        "stake": 5000,
        "customer": 2000,
        "unused": 0,
        "partner": 2550,
        "commission": 450,
        "expense": 0,
        "tax": 0,
    }
    decided = staff.once(f"{path}/decide", verdict)
    assert (decided["status"], decided["disputes"][-1]["verdict"]) == ("closed", verdict["verdict"])
    assert customer.post(f"/requests/{reference}/reopen", {"reason": "Again."}).status == 409
    return reference


def the_partner_gives_way(customer, partner):
    """Give everything back without anybody of the staff."""
    reference = taken_by(partner, customer, pay_in_one_step)
    customer.once(f"/requests/{reference}/dispute", {**COMPLAINT, "reason": "never_answered"})
    ended = partner.once(f"/requests/{reference}/dispute/concede", {"everything": True})
    assert (ended["status"], ended["disputes"][0]["back"]) == ("closed", {"amount": 5000, "currency": "EUR"})
    return reference


def cover_pays_without_a_checkout(installation, customer, partner):
    """Ask with a policy, as its price with cover was told; then think better of it, and it is back in the cover."""
    person_id = installation.person_id(NURIA.email)
    began = utcnow() - 60 * DAY
    policy = installation.ask(lambda: insure(person_id, deductible=eur(0), begins_at=began))
    draft = ask(customer)
    reference = draft["id"]
    [told] = next(one for one in draft["matches"] if one["provider"] == VEGA.slug)["cover"]
    assert (told["policy"], told["covered"], told["left"]["amount"]) == (policy, {"amount": 6000, "currency": "EUR"}, 0)
    choice = {"provider": VEGA.slug, "fall_back": False, "policy": policy}
    other = customer.post(f"/requests/{reference}/submit", {**choice, "cover_seen": {"amount": 1, "currency": "EUR"}})
    assert (other.status, other.json["type"]) == (409, "urn:handrail:CoverHasChanged")
    sent = customer.once(f"/requests/{reference}/submit", {**choice, "cover_seen": told["covered"]})
    assert (sent["status"], sent["checkout_url"]) == ("matching", None)
    assert customer.get(f"/requests/{reference}").json["covered"] == told["covered"]
    assert offer_of(partner, reference)["is_covered"]
    customer.once(f"/requests/{reference}/cancel", {"reason": "It works again."})
    assert not customer.get(f"/requests/{reference}").json["is_covered"]
    return reference


QUOTE = {
    "terms": {"price": {"amount": 5500, "currency": "EUR"}},
    "includes": "A backup, the repair, and a test on a copy.",
    "first_answer_minutes": 30,
}


def ask_for_quotes(customer):
    """Send a request to several partners; there is nothing to pay."""
    reference = ask(customer)["id"]
    sent = customer.once(f"/requests/{reference}/submit", {"mode": "quotes"})
    assert (sent["status"], sent["checkout_url"]) == ("matching", None)
    return reference


def nobody_is_asked_for_quotes_any_more(customer):
    """Ask for quotes, then for more of them, and then for help in another way, or rather not at all."""
    reference = ask_for_quotes(customer)
    assert customer.post(f"/requests/{reference}/ask-more").json["type"] == "urn:handrail:NobodyElse"
    assert customer.post(f"/requests/{reference}/take-back").json["status"] == "draft"
    assert customer.once(f"/requests/{reference}/cancel", {"reason": "Later."})["status"] == "cancelled"
    return reference


def several_quote_and_one_is_chosen(customer, vega, haddad):
    """Compare two quotes, of which one is revised and one withdrawn, on second thoughts about the first."""
    reference = ask_for_quotes(customer)
    path = f"/requests/{reference}"
    vegas, haddads = (f"/offers/{offer_of(one, reference)['id']}" for one in (vega, haddad))
    vega.once(f"{vegas}/quote", QUOTE)
    first = haddad.once(f"{haddads}/quote", {**QUOTE, "terms": {"price": {"amount": 4500, "currency": "EUR"}}})
    by_the_hour = {"kind": "hourly", "price": {"amount": 4000, "currency": "EUR"}, "cap_minutes": 90}
    revised = haddad.once(f"{haddads}/quote", {**QUOTE, "terms": by_the_hour})
    old = customer.post(f"{path}/choose", {"quote": first["quote"]["id"]})
    assert (old.status, old.json["type"]) == (409, "urn:handrail:QuoteChanged")
    quotes = {one["provider"]: one for one in customer.get(path).json["quotes"]}
    assert quotes[VEGA.slug]["price"] == {"amount": 5500, "currency": "EUR"}
    assert quotes[HADDAD.slug]["price"] == {"amount": 6000, "currency": "EUR"}
    customer.once(f"{path}/choose", {"quote": quotes[VEGA.slug]["id"]})
    assert customer.post(f"{path}/let-go").json["status"] == "matching"
    assert vega.post(f"{vegas}/withdraw").json["status"] == "withdrawn"
    customer.follow(path, lambda told: told["payment"] == "released", "the page is closed")
    chosen = customer.once(f"{path}/choose", {"quote": revised["quote"]["id"]})
    pay_checkout(chosen["checkout_url"], email=NURIA.email)
    told = wait(customer, reference, "in_progress")
    assert (told["provider"], told["price"]) == (HADDAD.slug, {"amount": 6000, "currency": "EUR"})
    haddad.once(f"{path}/time", {"minutes": 45, "note": "Moved the folder back."})
    haddad.follow(path, lambda told: told["payment"] == "captured", "the amount is taken")
    solve(haddad, customer, reference)
    return reference


def cover_is_bought_and_cancelled(installation, customer, stranger):
    """Buy a policy, pay it, and cancel it with the period; then at once, for exactly what was shown."""
    installation.ask(sell_cover)
    [plan] = customer.get("/plans").json["items"]
    wrong = customer.post("/policies", {"plan": plan["slug"], "version": plan["version"] + 1})
    assert (wrong.status, wrong.json["type"]) == (409, "urn:handrail:NotOnSale")
    opening = customer.once("/policies", {"plan": plan["slug"], "version": plan["version"]})
    assert (opening["status"], opening["year"]) == ("opening", None)
    path = f"/policies/{opening['id']}"
    pay_checkout(opening["checkout_url"], email=NURIA.email)
    running = customer.follow(path, lambda told: told["status"] == "active", "the first period is paid")
    assert running["year"]["left"] == plan["limit"]
    customer.once(f"{path}/cancel", {"when": "end"})
    customer.follow(path, lambda told: told["cancels_at"] == running["paid_until"], "it ends with what is paid")
    too_much = {"when": "now", "refund": {"amount": plan["price"]["amount"] + 1, "currency": "EUR"}}
    assert customer.post(f"{path}/cancel", too_much).json["type"] == "urn:handrail:RefundHasChanged"
    seen = customer.get(path).json["refund_now"]
    assert seen == plan["price"], "nothing of the first day is earned yet"
    ended = customer.once(f"{path}/cancel", {"when": "now", "refund": seen})
    assert (ended["status"], ended["refund_now"]) == ("ended", None)
    assert customer.get(f"{path}/claims").json == {"items": [], "next": None, "total": 0}
    assert [one["id"] for one in customer.get("/policies").json["items"]] == [opening["id"]]
    assert stranger.get(path).status == 404


def sell_cover():
    """Put a plan on sale."""
    with transaction() as session:
        make_version(session)


def sell_by_the_hour():
    """Add a kind of problem that is helped with by the hour, and a partner who does."""
    with transaction() as session:
        niche = session.scalars(select(Niche).filter_by(slug="upgrades")).one()
        make_category(session, slug="by-the-hour", niche=niche, service_kind=ServiceKind.HOURLY)
        vega = profiles.provider_by_slug(session, VEGA.slug)
        make_service(session, provider=vega, niche=niche, kind=ServiceKind.HOURLY, price_minor=6000, cap_minutes=60)


def strangers_find_nothing(stranger, nobody, reference):
    """Whoever has nothing to do with a request does not learn that there is one."""
    for path in (f"/requests/{reference}", f"/requests/{reference}/messages", f"/requests/{reference}/files/1"):
        assert stranger.get(path).status == 404
        assert nobody.get(path).status == 401
    assert stranger.post(f"/requests/{reference}/cancel", {"reason": "Not mine."}).status == 404
    assert stranger.post(f"/requests/{reference}/resolve", SOLUTION).status == 404


def every_payment_has_its_papers(customer, stranger):
    """What was taken and what went back stands on papers; nobody else reads them."""
    issued = customer.get("/papers").json["items"]
    sums = Counter((one["sold"], one["kind"]) for one in issued)
    of_policy = {("cover", "receipt"): 1, ("cover", "credit_note"): 1}
    assert sums == {("work", "receipt"): 6, ("work", "credit_note"): 4, **of_policy}
    assert sum(one["total"]["amount"] for one in issued) == 3 * 5000 + 3 * 6000 - 5000 - 3000 - 3000 - 2000
    note = next(one for one in issued if one["kind"] == "credit_note" and one["sold"] == "work")
    told = customer.get(f"/papers/{note['number']}").json
    assert told["content"]["title"] == "Credit note"
    assert told["corrects"] in {one["number"] for one in issued}
    assert stranger.get(f"/papers/{note['number']}").status == 404


def each_part_of_the_money_is_where_it_belongs(installation):
    """Compare our ledger with the stand-in's own book: what was taken, given back and transferred, and what is owed."""
    booked = installation.stripe.v1.balance_transactions.list({"limit": 100}).data
    assert sorted((one.type, one.amount) for one in booked) == [
        *[("charge", 5000)] * 3,
        *[("charge", 6000)] * 3,
        ("charge", 11900),  # A policy,
        ("refund", -11900),  # and all of it back on the first day.
        ("refund", -5000),
        ("refund", -3000),
        ("refund", -3000),
        ("refund", -2000),
        ("transfer", -5100),
        ("transfer", -2550),
    ]
    fees = sum(one.fee for one in booked)
    balance = installation.stripe.v1.balance.retrieve()
    at_stripe = sum(one.amount for one in (*balance.available, *balance.pending) if one.currency == "eur")
    ours = {kind: installation.ask(lambda kind=kind: total(kind)) for kind in AccountKind}
    assert {kind: minor for kind, minor in ours.items() if minor} == {
        AccountKind.STRIPE_BALANCE: at_stripe,
        AccountKind.STRIPE_FEES: fees,
        AccountKind.PARTNER_PAYABLE: 4250 + 2550 + 2550,
        AccountKind.COMMISSION: 750 + 900 + 450 + 450 + 450,
        AccountKind.COVER_LEFT: 2 * 100_000,  # Of the policy that was not used, and of the other all of its year again.
        AccountKind.COVER_CONTRA: 2 * 100_000,
    }
    assert at_stripe == sum(one.amount for one in booked) - fees
    intents = installation.stripe.v1.payment_intents.list().data
    assert sorted((one.amount, one.amount_received) for one in intents) == [
        (5000, 5000),  # Disputed, and given back: a part,
        (5000, 5000),  # and all of it.
        (6000, 0),  # Nobody took it.
        (6000, 5000),  # The next partner asked less.
        (6000, 6000),  # By the hour, before the rest went back,
        (6000, 6000),  # and by the hour as it was quoted.
        (6000, 6000),  # Paid again,
        (8000, 0),  # because the bank refused this.
        (11900, 11900),  # The policy.
    ]


def total(kind):
    """Tell what an account of the ledger holds, all its owners together."""
    return money.balance(reading(), kind, "EUR").minor


# No part of the main job: how a business grows, and sessions at a time. Tests of their own make these calls.
OTHER_WORK = {
    ("GET", "/api/v1/members"),
    ("GET", "/api/v1/invitations"),
    ("POST", "/api/v1/invitations"),
    ("GET", "/api/v1/providers/{slug}/slots"),
    ("POST", "/api/v1/requests/{reference}/call-link"),
    ("GET", "/api/v1/requests/{reference}/moves/slots"),
    ("POST", "/api/v1/requests/{reference}/moves"),
    ("POST", "/api/v1/requests/{reference}/moves/{number}/agree"),
    ("POST", "/api/v1/requests/{reference}/moves/{number}/decline"),
    ("POST", "/api/v1/requests/{reference}/moves/{number}/withdraw"),
}


def nothing_of_the_document_was_left_out(programs):
    """Each call was made, and each that takes a key was repeated with it."""
    assert set(programs.contract.operations()) - programs.called == OTHER_WORK
    assert programs.with_key() - OTHER_WORK == programs.repeated
