"""Every page of the journeys is for everybody: in both directions, light and dark, by axe, by keyboard and by size."""

import re

import pytest
from playwright.sync_api import expect
from werkzeug.exceptions import NotFound

from certification.credentials import queries as credentials
from marketplace.accounts import links
from marketplace.accounts.models import Person
from marketplace.catalogue.rules import Layer
from marketplace.insurance import queries as insurance
from marketplace.insurance.models import Appeal
from marketplace.insurance.rules import Obstacle, PolicyStatus
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.kernel.translate import localized, text_direction, use_locale
from marketplace.papers import queries as papers_of
from marketplace.papers import wording_of_statements
from marketplace.papers.models import Paper
from marketplace.papers.rules import month_of
from marketplace.papers.seller import seller
from marketplace.payments.models import Hold, Payout
from marketplace.payments.rules import ClawbackStatus, HoldStatus, Interval, RefundStatus, SubscriptionStatus
from marketplace.support_requests.models import SupportRequest
from providers.profiles import queries as profiles
from tests.browser import assert_accessible, assert_usable_by_all
from tests.factories import DAY
from tests.factories.insurance import make_policy, make_version
from tests.factories.outbox import make_call_given_up, make_given_up
from tests.factories.papers import make_statement
from tests.factories.payments import make_card, make_chargeback, make_clawback, make_refund
from tests.factories.subscribing import make_period_payment, make_running_subscription
from tests.journeys.cast import JOANA, MARISOL, NURIA, SAMIR, UPGRADE, VEGA
from tests.journeys.conftest import PATIENCE_MS, WIDE
from tests.journeys.installation import installed
from tests.journeys.lived_in import live_in
from tests.journeys.market import open_market
from tests.journeys.shots import shoot
from tests.journeys.steps import Problem, button, field, fill_in, heading, link, sign_in

# Who sees the page, its address, and the button that is pressed on it, so that the form says what is missing.
# What stands in braces is the reference of a request in that state, or something else that differs.
PAGES = """
visitor   /
visitor   /contact
visitor   /providers
visitor   /providers?language=es&level=C1&open=now
visitor   /providers?q=volcanoes
visitor   /providers?overlap=many
visitor   /providers/vega-duarte
visitor   /credentials/{credential}
visitor   /cover
visitor   /sign-up
visitor   /sign-up                                             > Create the account
visitor   /sign-up/letter
visitor   /sign-in
visitor   /sign-in                                             > Sign in
visitor   /forgot
visitor   /confirm/{confirm}
visitor   /confirm/forged
visitor   /forgot/letter
visitor   /reset/{reset}
visitor   /reset/{reset}                                       > Set the password
visitor   /mailbox
visitor   /nowhere
customer  /requests
customer  /requests/new
customer  /requests/new/upgrade
customer  /requests/new/upgrade                                > Go on to the partners
customer  /requests/{draft}/edit
customer  /requests/{draft}/partner
customer  /requests/{draft}/check?mode=best_fit&ceiling=1
customer  /requests/{draft}/check?mode=best_fit&ceiling=80
customer  /requests/{draft}/check?mode=chosen&provider=vega-duarte
customer  /requests/{draft}/check?mode=quotes
customer  /requests/{quoted}
customer  /requests/{chosen}
customer  /requests/{awaiting_payment}
customer  /requests/{asked}
customer  /requests/{unmatched}
customer  /requests/{in_progress}
customer  /requests/{in_progress}                              > Send
customer  /requests/{extended}
customer  /requests/{resolved}
customer  /requests/{disputed}
customer  /requests/{closed}
customer  /requests/{closed}                                   > Rate
customer  /requests/{cancelled}
customer  /cover
customer  /cover/plans/{plan}
customer  /cover/plans/{licensed_plan}                         > Go to the payment
customer  /cover/policies/{policy}
customer  /cover/policies/{overdue_policy}
customer  /cover/policies/{policy}/appeal?about=waiting        > Send it
customer  /cover/policies/{policy}/cancel
customer  /cover/policies/{policy}/change/{cheaper_plan}
customer  /account
customer  /account/cards
customer  /account/password
customer  /account/tokens
customer  /account/papers
customer  /account/billing
customer  /account/billing                                     > Save the details
customer  /papers/{receipt}
partner   /work
partner   /work/statements
partner   /work/statements/next
partner   /papers/{statement}
partner   /work/offers/{offer}
partner   /work/offers/{quoting_offer}
partner   /work/offers/{quoting_offer}                         > Send the quote
partner   /work/offers/{quoted_offer}
partner   /work/getting-paid
partner   /work/business
partner   /work/business                                       > Keep the details
partner   /requests/{in_progress}
partner   /requests/{extended}
partner   /requests/{resolved}
partner   /requests/{complained}
partner   /requests/{complained}                               > Send the answer
staff     /vendor
staff     /vendor/undelivered
staff     /vendor/undelivered/{letter}
staff     /vendor/requests
staff     /vendor/requests?status=unmatched
staff     /requests/{unmatched}
staff     /requests/{quoted}
staff     /requests/{disputed}
staff     /vendor/disputes
staff     /vendor/disputes/{complained}
staff     /vendor/disputes/{disputed}
staff     /vendor/disputes/{disputed}                          > See what each side gets
staff     /vendor/providers
staff     /vendor/providers/vega-duarte
staff     /vendor/providers/vega-duarte/credentials/{credential}/revoke
staff     /vendor/providers/vega-duarte                        > Suspend
staff     /vendor/providers/vega-duarte/level
staff     /vendor/cover
staff     /vendor/cover/appeals
staff     /vendor/cover/appeals/{appeal}                       > Send the answer
staff     /vendor/cover/what-if/{plan}
staff     /vendor/cover/what-if/{plan}?limit=500&deductible=0
staff     /vendor/cover/what-if/{plan}?limit=much
staff     /vendor/cover/policies
staff     /vendor/cover/policies?plan={plan}
staff     /vendor/cover/policies/{policy}
staff     /vendor/cover/plans
staff     /vendor/cover/plans/{plan}
staff     /vendor/cover/plans/{plan}/versions
staff     /vendor/cover/plans/new                              > See it as customers will
staff     /vendor/settings
staff     /vendor/settings/tax
staff     /vendor/settings/tax                                 > Add the rate
staff     /vendor/settings/commission
staff     /vendor/settings/commission                          > Add the commission
staff     /vendor/settings/commission/{payee}
staff     /vendor/settings/reserve
staff     /vendor/settings/reserve                             > Change the rule
staff     /vendor/money
staff     /vendor/money                                        > Note as paid
staff     /vendor/money/ledger
staff     /vendor/money/ledger?currency=EUR&fact=captured
staff     /vendor/money/ledger?since=yesterday
staff     /vendor/money/papers
staff     /vendor/money/papers?kind=receipt&q=2026
staff     /vendor/money/papers?since=yesterday
staff     /vendor/money/balances
staff     /vendor/money/reconciliation
staff     /vendor/money/subjects/request/{closed_id}
staff     /vendor/money/payees/{payee}
staff     /vendor/money/payments/{refundable}/goodwill
staff     /vendor/money/payments/{refundable}/goodwill          > See what each side bears
staff     /vendor/money/chargebacks/{chargeback}
staff     /vendor/money/chargebacks/{chargeback}               > Send the answer
staff     /vendor/money/debts/{debt}
staff     /vendor/money/debts/{debt}                           > Write it off
"""

# What answers to GET and is no page: health, files, parts of pages, ways that only lead on.
NO_PAGES = {
    "static", "site.alive", "site.ready", "site.robots", "jobs.live", "jobs.file",
    "payments.pay", "payments.back", "payments.card_added", "payments.ledger_csv", "jobs.connected",
    "payments.subscribe", "payments.subscribed",
    "papers.pdf", "papers.of_payout", "papers.register_csv", "papers.taxes_csv",
    "insights.cover_days_csv", "insights.cover_claims_csv", "insurance.use_csv",
}  # fmt: skip
# What those pages answer that are about a mistake.
STATUS = {
    "/nowhere": 404,
    "/confirm/forged": 410,
    "/providers?overlap=many": 422,
    "/vendor/cover/what-if/{plan}?limit=much": 422,
    "/requests/{draft}/check?mode=best_fit&ceiling=1": 422,
    "/vendor/money/ledger?since=yesterday": 422,
    "/vendor/money/papers?since=yesterday": 422,
}
ROLES = {"visitor": None, "customer": NURIA, "partner": MARISOL, "staff": JOANA}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give an installation in which much has happened, and what stands in the braces of addresses."""
    folder = tmp_path_factory.mktemp("place")
    with installed(folder / "data", f"sqlite:///{folder / 'handrail.db'}", works=False) as installation:
        installation.ask(lambda: open_market(utcnow()))
        traces = live_in(installation, utcnow())
        with installation.app.app_context(), transaction() as session:
            troubles = make_troubles(session, traces.requests["closed"])
        found = installation.ask(find_addresses)
        installation.gaps = {**traces.requests, **troubles, "offer": traces.offer_id, **traces.offers, **found}
        yield installation


def make_troubles(session, reference):
    """Let a bank take a payment back, and a refund come back that the partner could not give up."""
    closed = session.query(SupportRequest).filter_by(reference=reference).one()
    payout = session.query(Payout).filter_by(subject_id=closed.id).first()
    refund = make_refund(session, hold=payout.hold, status=RefundStatus.FAILED, failure="closed_account")
    debt = make_clawback(session, payout=payout, refund=refund, status=ClawbackStatus.OWED)
    chargeback = make_chargeback(session, hold=payout.hold, due_by=utcnow() + DAY)
    make_card(session, person_id=closed.customer_id)
    letter, call = make_given_up(session), make_call_given_up(session, payout.hold_id)
    _issue_statement(session)
    found = {
        **_insure(session, closed.customer_id),
        "closed_id": closed.id,
        "payee": payout.payee_id,
        "debt": debt.id,
        "chargeback": chargeback.id,
    }
    found |= {"letter": letter.id, "call": call.id}
    return {**found, "refundable": session.query(Hold).filter_by(status=HoldStatus.CAPTURED).first().id}


def _insure(session, customer_id):
    """Put plans on sale, and let the customer have two policies: one in use, and one that was not paid again."""
    now = utcnow()
    version = make_version(session, claim_limit=Money(50_000, "EUR"), limit_minutes=600)
    cheaper = make_version(session, name="Small", price=Money(8900, "EUR"), limit=Money(50_000, "EUR"))
    licensed = make_version(session, name="For a licence", needs_licence=True, layers=frozenset({Layer.APPLICATION}))
    paid = {"purpose": "policy", "payer_id": customer_id, "interval": Interval.YEAR, "began_at": now - 60 * DAY}
    periods = {"period_start": now - 60 * DAY, "period_end": now + 305 * DAY}
    policy = make_policy(session, version, person_id=customer_id, begins_at=now - 60 * DAY)
    year = insurance.year_at(session, policy.id, now)
    year.used_minor, year.reserved_minor = 41_250, 12_000
    running = make_running_subscription(session, subject_id=policy.id, **paid, **periods)
    make_period_payment(session, running, **periods, earned_on=now.date(), paid_at=now - 60 * DAY)
    facts = {"status": PolicyStatus.GRACE, "unpaid_since": now - DAY, "licence": "LT-2041"}
    overdue = make_policy(session, licensed, person_id=customer_id, begins_at=now - 90 * DAY, **facts)
    failed = {"status": SubscriptionStatus.PAST_DUE, "action_url": "https://invoice.example.test/pay"}
    make_running_subscription(session, subject_id=overdue.id, **paid, **periods, **failed)
    asked = {"policy_id": policy.id, "obstacle": Obstacle.OTHER_LAYER, "statement": "It is about the application."}
    said = Appeal(**asked, made_at=now - DAY)
    session.add(said)
    session.flush()
    return {
        "plan": version.plan.slug,
        "cheaper_plan": cheaper.plan.slug,
        "licensed_plan": licensed.plan.slug,
        "policy": policy.reference,
        "appeal": said.id,
        "overdue_policy": overdue.reference,
    }


def _issue_statement(session):
    """State for Marisol's business what was booked about it so far, as if the month were over."""
    marisol = session.query(Person).filter_by(email=MARISOL.email).one()
    provider = profiles.membership(session, marisol.id).provider
    found, now = papers_of.statement(session, provider.id, provider.currency), utcnow()
    facts = {"currency": provider.currency, "month": month_of(now), "closing": found.closing, "taxes": found.charged}
    who = seller()
    make_statement(
        session,
        provider,
        write=lambda number: wording_of_statements.for_month(number, month_of(now), found, provider, who, now),
        now=now,
        **facts,
    )


def find_addresses():
    """Find what is in the addresses of links and certificates."""
    marisol = reading().query(Person).filter_by(email=MARISOL.email).one()
    [credential, *_others] = credentials.valid_credentials(reading(), [marisol.id], utcnow())[marisol.id]
    tokens = {purpose.value: token_for(SAMIR.email, purpose) for purpose in links.Purpose}
    mine = reading().query(Paper).join(Person, Person.id == Paper.person_id).filter(Person.email == NURIA.email)
    partners = profiles.membership(reading(), marisol.id).provider_id
    [statement] = papers_of.statements_of(reading(), partners)
    return {**tokens, "credential": credential.reference, "receipt": mine.first().number, "statement": statement.number}


def token_for(email, purpose):
    """Make the token of a link, as a letter brings it."""
    person = reading().query(Person).filter_by(email=email).one()
    return links.make(links.Purpose(purpose), person, until=utcnow() + DAY)


def pages_of(role):
    """List the pages that somebody sees, each with the button to press on it."""
    rows = [re.fullmatch(r"(\w+)\s+(\S+)(?:\s+> (.+))?", line).groups() for line in PAGES.strip().splitlines()]
    return [(path, pressed) for who, path, pressed in rows if who == role]


def open_as(new_context, place, role, *, language, scheme):
    """Open a window as somebody, who reads this language and likes it light or dark."""
    context = new_context(base_url=place.url, viewport=WIDE, color_scheme=scheme, timezone_id="Europe/Madrid")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    if ROLES[role]:
        sign_in(page, ROLES[role])
    context.add_cookies([{"name": "language", "value": language, "url": place.url}])
    return page


LOOKS = [
    ("en", "light", assert_usable_by_all),
    ("ar", "dark", assert_usable_by_all),
    ("en", "dark", assert_accessible),  # Colours differ; nothing else does.
    ("ar", "light", assert_accessible),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("language", "scheme", "assert_good"), LOOKS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_page_is_usable_by_all(new_context, place, role, language, scheme, assert_good):
    page = open_as(new_context, place, role, language=language, scheme=scheme)
    faults = []
    for number, (path, pressed) in enumerate(pages_of(role)):
        address = path.format(**place.gaps)
        answer = page.goto(address)
        assert (page.url, answer.status) == (place.url + address, STATUS.get(path, 200))
        with use_locale(language):
            if pressed:
                button(page.get_by_role("main"), pressed).first.click()
                expect(page.get_by_role("alert")).to_be_visible()
            assert page.evaluate("document.dir") == text_direction()
        shoot(page, f"{role}-{number:02}-{language}")
        try:
            assert_good(page)
        except AssertionError as fault:
            faults.append(f"{path} {pressed or ''}\n{fault}")
    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "dark")])
def test_a_plan_as_customers_will_read_it_is_usable_by_all(new_context, place, language, scheme):
    page = open_as(new_context, place, "staff", language=language, scheme=scheme)
    page.goto("/vendor/cover/plans/{plan}/versions".format(**place.gaps))
    page.locator("[name=terms_en]").fill("We pay what certified help costs.\nWe pay at once.")
    with use_locale(language):
        button(page.get_by_role("main"), "See it as customers will").click()
        expect(page.locator("#changes")).to_be_visible()
    assert_usable_by_all(page)


# WCAG 3.2.6: where help is found, between what stands on every page.
LANDMARKS = """() => [...document.querySelectorAll("main, .site-header, .site-footer, .site-footer a")]
  .map((element) => element.pathname ?? element.localName)"""


@pytest.mark.parametrize("role", ROLES)
def test_help_stands_in_the_same_place_on_every_page(new_context, place, role):
    page = open_as(new_context, place, role, language="en", scheme="light")
    for path, _pressed in pages_of(role):
        page.goto(path.format(**place.gaps))
        assert page.evaluate(LANDMARKS) == ["header", "main", "footer", "/contact"], path
    link(page.get_by_role("contentinfo"), "Get help").click()
    expect(page.get_by_role("link", name=place.settings.contact_email)).to_be_visible()


class Told:
    """What somebody has told in the course of one thing; WCAG 3.3.7: nobody has to type it again."""

    def __init__(self, page):
        """Begin with nothing."""
        self.page, self.answers = page, {}

    def tell(self, **answers):
        """Type into the fields of these names."""
        for name, answer in answers.items():
            self.page.locator(f"main [name='{name}']").fill(answer)
        self.answers |= answers

    def keep(self):
        """Remember all that stands in the form as it is."""
        self.answers |= self.shown()

    def shown(self):
        """Give what stands in the fields of the page."""
        fields = "main :is(input, select, textarea):not([type=hidden], [type=file], [type=radio]:not(:checked))"
        return dict(self.page.locator(fields).evaluate_all("all => all.map((one) => [one.name, one.value])"))

    def assert_kept(self, *names):
        """Fail unless these are asked again with the answer filled in, like whatever else is asked again."""
        shown = self.shown()
        again = shown.keys() & self.answers.keys() - {"password"}  # A secret is never written into a page.
        assert again >= set(names)
        assert {name: shown[name] for name in again} == {name: self.answers[name] for name in again}


def test_who_comes_in_types_the_address_once(new_context, place):
    page = open_as(new_context, place, "visitor", language="en", scheme="light")
    told = Told(page)
    page.goto("/sign-up")
    told.tell(name="Iria Novo", email="iria@example.test", password="a sentence to remember")
    button(page, "Create the account").click()
    expect(heading(page)).to_have_text("Look into your mail")
    page.goto("/sign-in")
    told.assert_kept("email")
    told.tell(password="not that one")
    button(page.get_by_role("main"), "Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    told.assert_kept("email")
    link(page, "I forgot my password").click()
    expect(heading(page)).to_have_text("Choose a new password")
    told.assert_kept("email")
    for purpose, pressed in (("confirm", "Yes, this is my account"), ("reset", "Set the password")):
        elsewhere = open_as(new_context, place, "visitor", language="en", scheme="light")
        elsewhere.goto(f"/{purpose}/{place.ask(lambda: token_for('iria@example.test', purpose))}")  # noqa: B023 - at once
        if purpose == "reset":
            field(elsewhere, "New password").fill("another sentence")
        button(elsewhere, pressed).click()
        expect(heading(elsewhere)).to_have_text("Sign in")
        told.page = elsewhere
        told.assert_kept("email")


def test_who_asks_tells_everything_once(new_context, place):
    page = open_as(new_context, place, "customer", language="en", scheme="light")
    told = Told(page)
    page.goto("/requests/new?provider=vega-duarte")
    page.get_by_role("link", name=localized(UPGRADE)).click()
    fill_in(page, Problem())
    told.keep()
    button(page, "Go on to the partners").click()
    told.tell(ceiling="81.5")
    button(page, "Find the best fit").click()
    expect(heading(page)).to_have_text("Check before you send")
    link(page, "Back to the partners").click()
    told.assert_kept("ceiling")
    expect(page.locator(".row-current")).to_contain_text(VEGA.name)
    link(page, "Change what you wrote").click()
    told.assert_kept("title", "description", "release", "language", "level", "urgency_hours", "currency", "timezone")
    button(page, "Go on to the partners").click()
    told.assert_kept("ceiling")
    expect(page.locator(".row-current")).to_contain_text(VEGA.name)


def test_every_page_is_on_the_list(place):
    routes = place.app.url_map.bind("localhost")
    listed = set()
    for role in ROLES:
        for path, _pressed in pages_of(role):
            try:
                listed.add(routes.match(path.format(**place.gaps).partition("?")[0])[0])
            except NotFound:
                assert path == "/nowhere"
    rules = [rule for rule in place.app.url_map.iter_rules() if "GET" in rule.methods]
    pages = {rule.endpoint for rule in rules if not rule.rule.startswith("/api/")} - NO_PAGES
    assert pages - listed == set()
