"""Every page of the journeys is for everybody: in both directions, light and dark, by axe, by keyboard and by size."""

import re

import pytest
from playwright.sync_api import expect
from werkzeug.exceptions import NotFound

from certification.banks import queries as banks
from certification.banks.rules import QuestionState
from certification.credentials import queries as credentials
from certification.tracks import queries as tracks
from marketplace.accounts import links
from marketplace.accounts.models import Person
from marketplace.catalogue.rules import Layer
from marketplace.insurance import queries as insurance
from marketplace.insurance.models import Appeal
from marketplace.insurance.rules import Obstacle, PolicyStatus
from marketplace.kernel import storage
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
from providers.directory import links as directory_links
from providers.directory.models import Favourite
from providers.profiles import queries as profiles
from providers.profiles.models import Provider, Review
from providers.profiles.rules.reviews import ReviewSubject
from tests.browser import assert_colours_differ, assert_usable_by_all
from tests.factories import DAY
from tests.factories.answered import answer_many, questions_of
from tests.factories.availability import make_absence, make_season
from tests.factories.credentials import make_appeal, make_credential
from tests.factories.directory import make_saved_search
from tests.factories.exams import (
    hand_in,
    make_allowance,
    make_attempt,
    make_exam,
    make_exam_of_every_kind,
    make_reviewed_attempt,
    make_signal,
)
from tests.factories.insurance import make_policy, make_version
from tests.factories.judging import make_estimates
from tests.factories.outbox import make_call_given_up, make_given_up
from tests.factories.papers import make_statement
from tests.factories.payments import make_card, make_chargeback, make_clawback, make_refund
from tests.factories.question_banks import make_bank
from tests.factories.regrades import make_doubt
from tests.factories.reviews import make_report
from tests.factories.subscribing import make_period_payment, make_running_subscription
from tests.journeys.applicants import let_apply
from tests.journeys.cast import AMINA, JOANA, MARISOL, NURIA, OTERO, SAMIR, UPGRADE, VEGA
from tests.journeys.conftest import PATIENCE_MS, WIDE
from tests.journeys.installation import installed
from tests.journeys.lived_in import live_in
from tests.journeys.market import open_market
from tests.journeys.shots import shoot
from tests.journeys.steps import Problem, button, field, fill_in, heading, link, sign_in

# A file with a question that is taken, one that is odd, and one that is refused.
GIFT = b"::Two::What is 1 + 1? {=2 ~3}\n\n::Odd::Which? {~%50%a ~b ~c}\n\n::Wrong::What is this? {=\n"

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
visitor   /searches/stop/{stop_token}
visitor   /compare
visitor   /compare?partner=vega-duarte&partner=nobody&partner=haddad
visitor   /compare?partner=1&partner=2&partner=3&partner=4&partner=vega-duarte
visitor   /credentials/{credential}
visitor   /verify
visitor   /verify                                              > Check it
visitor   /exams
visitor   /exams/{exam}
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
customer  /providers
customer  /providers/vega-duarte
customer  /providers?q=volcanoes
customer  /favourites
partner   /favourites
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
customer  /requests/{wish}/times                               > Take this time
customer  /requests/{booked}
customer  /requests/{booked}/move
customer  /requests/{booked}/move                              > Move it to this time
partner   /requests/{booked}/move
partner   /requests/{booked}
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
partner   /credentials/{revoked_credential}
partner   /credentials/{revoked_credential}/appeal             > Send the appeal
partner   /exams/{exam}
partner   /exams/{exam_to_begin}                               > Begin, and start the clock
partner   /attempts/{attempt}
partner   /attempts/{failed_attempt}
partner   /attempts/{attempt}/questions/1
partner   /attempts/{attempt}/questions/2
partner   /attempts/{attempt}/questions/3
partner   /attempts/{attempt}/questions/4
partner   /attempts/{attempt}/questions/5
partner   /attempts/{attempt}/questions/6
partner   /attempts/{attempt}/questions/7
partner   /attempts/{attempt}/questions/8
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
visitor   /apply
customer  /apply/begin                                         > Keep this and go on
customer  /join/{invited}
partner   /work/profile
partner   /work/break
partner   /work/break                                          > Take a break
partner   /work/languages
partner   /work/hours
partner   /work/hours/seasons/new                              > Keep the hours
partner   /work/hours/seasons/{season}
partner   /work/hours/calendar
partner   /work/hours/calendars
partner   /work/hours/calendars/file                           > Read the calendar
partner   /work/hours/calendars/address                        > Read the calendar
partner   /work/hours/why
partner   /work/hours/why?day=2026-10-25&time=02:30
partner   /work/hours/why?time=noon
partner   /work/hours/absences/new                             > Keep the absence
partner   /work/hours/absences/{absence}
partner   /work/hours/holidays
partner   /work/hours/sessions
partner   /work/services
partner   /work/services/new                                   > Keep the service
partner   /work/services/{service}
partner   /work/certificates
partner   /work/members                                        > Send the invitation
partner   /work/members/{own_member}
partner   /work/members/{colleague}
partner   /work/reviews
applicant /work
applicant /work/application                                    > Send the answer
applicant /work/application/check
applicant /work/application/conduct
applicant /work/hours
staff     /vendor/members/{colleague}/languages                       > Note the proof
staff     /vendor/applications
staff     /vendor/applications/{application}
staff     /vendor/applications/{application}                   > Send the question
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
staff     /vendor/reviews
staff     /vendor/reviews/{review_report}                     > Decide
staff     /reviews/{review}/report                            > Report
staff     /vendor/providers/vega-duarte
staff     /vendor/certification/reviews
staff     /vendor/certification/reviews/{reviewed}             > Keep the mark
staff     /vendor/certification/credentials/{credential}/revoke
staff     /vendor/certification/appeals
staff     /vendor/certification/appeals/{revocation_appeal}    > Decide
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
staff     /vendor/certification
staff     /vendor/certification/banks/{track}
staff     /vendor/certification/banks/{track}                  > Retire
staff     /vendor/certification/banks/{track}?q=nothing
staff     /vendor/certification/banks/{track}/export
staff     /vendor/certification/banks/{track}/import
staff     /vendor/certification/banks/{track}/import                                        > See what it would do
staff     /vendor/certification/banks/{track}/import/{ticket}?file_format=gift&language=en
staff     /vendor/certification/banks/{track}/import/{ticket}?file_format=gift&language=en  > Import
staff     /vendor/certification/banks/{track}/questions/new
staff     /vendor/certification/banks/{track}/questions/new?kind=matching
staff     /vendor/certification/banks/{track}/questions/new?kind=numerical          > Save and write the next
staff     /vendor/certification/exams
staff     /vendor/certification/exams/{edition}
staff     /vendor/certification/exams/{exam_draft}
staff     /vendor/certification/exams/{judged}/angoff
staff     /vendor/certification/exams/{edition}/statistics
staff     /vendor/certification/exams/{exam_draft}/discard
staff     /vendor/certification/signals
staff     /vendor/certification/signals/{signal}               > Put it aside
staff     /vendor/certification/allowances
staff     /vendor/certification/allowances                     > Find the person
staff     /vendor/certification/allowances/{allowance}/end     > Take the allowance back
staff     /vendor/certification/people/{examinee}
staff     /vendor/certification/people/{examinee}              > Allow it
staff     /vendor/certification/questions/{question}
staff     /vendor/certification/questions/{graded_question}
staff     /vendor/certification/questions/{graded_question}/regrade
staff     /vendor/certification/questions/{graded_question}/regrade  > See who would change
staff     /vendor/certification/regrades/{regrade}
staff     /vendor/certification/doubts
staff     /vendor/certification/doubts/{doubt}
staff     /vendor/certification/doubts/{doubt}                 > Decide
staff     /vendor/certification/questions/{question}/versions/1
staff     /vendor/certification/questions/{question}/translations/es
staff     /vendor/certification/questions/{question}/images
staff     /vendor/certification/questions/{question}/images    > Add the image
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
    "static", "site.alive", "site.ready", "jobs.live", "jobs.file",
    "payments.pay", "payments.back", "payments.card_added", "payments.ledger_csv", "jobs.connected",
    "payments.subscribe", "payments.subscribed",
    "papers.pdf", "papers.of_payout", "papers.register_csv", "papers.taxes_csv",
    "insights.cover_days_csv", "insights.cover_claims_csv", "insurance.use_csv",
    "credentials.issuer", "credentials.key", "credentials.achievement", "credentials.status",
    "banks.export", "banks.image", "exams.image",
    "credentials.certificate", "credentials.baked_png", "credentials.baked_svg", "credentials.live_badge",
    "profiles.photo", "directory.card", "jobs.session_file", "availability.calendar",
    "search_engines.robots", "search_engines.sitemap", "search_engines.pages", "search_engines.providers",
    "search_engines.card",
}  # fmt: skip
# What those pages answer that are about a mistake.
STATUS = {
    "/nowhere": 404,
    "/confirm/forged": 410,
    "/providers?overlap=many": 422,
    "/compare?partner=1&partner=2&partner=3&partner=4&partner=vega-duarte": 422,
    "/work/hours/why?time=noon": 422,
    "/vendor/cover/what-if/{plan}?limit=much": 422,
    "/requests/{draft}/check?mode=best_fit&ceiling=1": 422,
    "/vendor/money/ledger?since=yesterday": 422,
    "/vendor/money/papers?since=yesterday": 422,
}
ROLES = {"visitor": None, "customer": NURIA, "partner": MARISOL, "applicant": AMINA, "staff": JOANA}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give an installation in which much has happened, and what stands in the braces of addresses."""
    folder = tmp_path_factory.mktemp("place")
    with installed(folder / "data", f"sqlite:///{folder / 'handrail.db'}", works=False) as installation:
        installation.ask(lambda: open_market(utcnow()))
        traces = live_in(installation, utcnow())
        with installation.app.app_context(), transaction() as session:
            troubles = make_troubles(session, traces.requests["closed"])
            own_time = make_own_time(session, utcnow().date())
        found = installation.ask(find_addresses)
        installation.gaps = {
            **traces.requests,
            **troubles,
            **own_time,
            "offer": traces.offer_id,
            **traces.offers,
            **found,
        }
        yield installation


def make_troubles(session, reference):
    """Let a bank take a payment back, and a refund come back that the partner could not give up."""
    closed = session.query(SupportRequest).filter_by(reference=reference).one()
    payout = session.query(Payout).filter_by(subject_id=closed.id).first()
    refund = make_refund(session, hold=payout.hold, status=RefundStatus.FAILED, failure="closed_account")
    debt = make_clawback(session, payout=payout, refund=refund, status=ClawbackStatus.OWED)
    chargeback = make_chargeback(session, hold=payout.hold, due_by=utcnow() + DAY)
    make_card(session, person_id=closed.customer_id)
    for partner in (VEGA, OTERO):  # One of them is suspended.
        found = session.query(Provider).filter_by(slug=partner.slug).one()
        session.add(Favourite(person_id=closed.customer_id, provider_id=found.id, saved_at=utcnow()))
    make_saved_search(session, person=closed.customer, query="language=fr%3AC1&country=JP")
    revoked = {
        "person": session.query(Person).filter_by(email=MARISOL.email).one(),
        "revoked_reason": "Copied answers.",
    }
    revoked |= {"issued_at": utcnow() - 9 * DAY, "valid_until": utcnow() + 9 * DAY, "revoked_at": utcnow() - DAY}
    letter, call = make_given_up(session), make_call_given_up(session, payout.hold_id)
    _issue_statement(session)
    track = tracks.tracks(session)[0]
    bank = make_bank(session, track=track)
    found = {
        "track": track.slug,
        "ticket": storage.lay_by(GIFT, now=utcnow()),
        "question": banks.latest_versions(session, bank.id)[0].question_id,
        **let_apply(session),
        **_insure(session, closed.customer_id),
        "closed_id": closed.id,
        "stop_token": directory_links.make(closed.customer_id),
        "payee": payout.payee_id,
        "debt": debt.id,
        "chargeback": chargeback.id,
    }
    found |= {"letter": letter.id, "call": call.id}
    found |= _report(session)
    found |= _revoke(session) | _take_exams(session) | _prepare_exams(session)
    return {**found, "refundable": session.query(Hold).filter_by(status=HoldStatus.CAPTURED).first().id}


def _report(session):
    """Let somebody find that what a customer says should not be shown."""
    review = session.query(Review).filter_by(about=ReviewSubject.PROVIDER).first()
    return {"review": review.id, "review_report": make_report(session, review=review, made_at=utcnow()).id}


def _revoke(session):
    """Let two certificates of Marisol's be revoked, and let her appeal against the one."""
    now, marisol = utcnow(), session.query(Person).filter_by(email=MARISOL.email).one()
    facts = {"issued_at": now - 9 * DAY, "revoked_at": now - DAY, "revoked_reason": "Copied answers."}
    one, other = (make_credential(session, person=marisol, **facts) for _number in range(2))
    return {"revoked_credential": one.reference, "revocation_appeal": make_appeal(session, other, made_at=now).id}


def _take_exams(session):
    """Let Marisol be in the middle of an exam with every kind of question, have failed one, and not begun another."""
    now, marisol = utcnow(), session.query(Person).filter_by(email=MARISOL.email).one()
    exam, other, third = make_exam_of_every_kind(session), make_exam(session), make_exam(session)
    attempt = make_attempt(session, exam=exam, person=marisol, now=now)
    failed = hand_in(session, make_attempt(session, exam=other, person=marisol, now=now), right=1, now=now)
    allowed = make_allowance(session, exam=other, person=marisol, may_try_from=now, now=now)
    return {
        "examinee": marisol.id,
        "signal": make_signal(session, attempt=failed, now=now).id,
        "allowance": allowed.id,
        "exam": exam.track.slug,
        "exam_to_begin": third.track.slug,
        "attempt": attempt.reference,
        "failed_attempt": failed.reference,
        "reviewed": make_reviewed_attempt(session, now=now).reference,
    }


def _prepare_exams(session):
    """Let a track have an exam that many have tried, and another be prepared, in which something is missing."""
    draft, exam = make_exam(session, publish=False, parts=[("Nothing", None, 4)]), make_exam(session)
    answer_many(session, exam, at=utcnow() - DAY)
    questions_of(session, exam)[0].question.state = QuestionState.RETIRED
    doubt = make_doubt(session, now=utcnow())
    made = doubt.regraded.regrade
    graded = {"doubt": doubt.id, "regrade": made.id, "graded_question": made.question_id}
    judged = make_exam(session, publish=False)
    joana = session.query(Person).filter_by(email=JOANA.email).one()
    make_estimates(session, judged, judge=joana, now=utcnow())
    return {"edition": exam.id, "exam_draft": draft.id, "judged": judged.id, **graded}


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


def make_own_time(session, today):
    """Let a partner work other hours for a while, be away for another, and have a colleague who stands in."""
    person = session.query(Person).filter_by(email=MARISOL.email).one()
    member = profiles.membership(session, person.id)
    colleague = next(one for one in member.provider.members if one.id != member.id)
    season = make_season(session, member, today + 30 * DAY, today + 60 * DAY)
    away = make_absence(session, member, today + 3 * DAY, today + 9 * DAY, stand_in=colleague, note="By the sea.")
    return {"season": season.id, "absence": away.id, "own_member": member.id, "colleague": colleague.id}


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


LOOKS = {"light": "dark", "dark": "light"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "dark")])
def test_every_page_is_usable_by_all(new_context, place, role, language, scheme):
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
            assert_usable_by_all(page)
            page.emulate_media(color_scheme=LOOKS[scheme])  # Colours differ; nothing else does.
            assert_colours_differ(page)
        except AssertionError as fault:
            faults.append(f"{path} {pressed or ''}\n{fault}")
        page.emulate_media(color_scheme=scheme)
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
        assert page.evaluate(LANDMARKS) == ["header", "main", "footer", "/verify", "/apply", "/contact"], path
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
