"""A small world in which every page has something to show: all kinds of people, and a request in every state."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import date

from certification.banks.formats import Entry
from certification.banks.kinds import Description, Kind, TextFormat, say
from certification.banks.models import Question
from certification.tracks import queries as tracks
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import ApiToken
from marketplace.accounts.rules import StaffRole
from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.models import MessageFile
from marketplace.insurance.models import Appeal, Policy
from marketplace.insurance.rules import Obstacle
from marketplace.jobs.models import Resolution
from marketplace.kernel import storage
from marketplace.kernel.money import Money
from marketplace.kernel.storage import Upload
from marketplace.matching.rules import OfferStatus
from marketplace.papers import commands as papers
from marketplace.papers.models import BillingDetails
from marketplace.payments.rules import AccountState, ClawbackStatus, HoldStatus, Interval, RefundStatus
from marketplace.support_requests.models import RequestFile
from marketplace.support_requests.rules import Mode, Status
from providers.applications import links
from providers.applications.rules import ApplicationStatus
from providers.directory import links as directory_links
from providers.profiles.rules import Cefr, ProviderStatus
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.answered import questions_of
from tests.factories.applications import (
    make_applicant,
    make_application,
    make_business,
    make_invitation,
    make_question,
)
from tests.factories.availability import make_absence, make_booking, make_hours, make_other_calendar, make_season
from tests.factories.catalogue import make_category, make_choice, make_field, make_niche, make_rates, make_release
from tests.factories.conversation import make_message, make_promise
from tests.factories.credentials import make_certificates, make_credential
from tests.factories.directory import make_saved_search
from tests.factories.exams import (
    choice,
    make_allowance,
    make_attempt,
    make_exam,
    make_live,
    make_reviewed_attempt,
    make_signal,
)
from tests.factories.insurance import make_policy, make_version
from tests.factories.matching import BOOKED, CAPPED, make_dispute, make_extra, make_job, make_offer, make_quote
from tests.factories.outbox import make_call_given_up, make_given_up
from tests.factories.papers import make_statement
from tests.factories.payees import make_account
from tests.factories.payments import make_card, make_chargeback, make_clawback, make_hold, make_payout, make_refund
from tests.factories.profiles import make_member, make_provider
from tests.factories.question_banks import make_bank, make_entries
from tests.factories.regrades import make_doubt
from tests.factories.reviews import make_report, make_review
from tests.factories.services import make_service
from tests.factories.sessions import make_move
from tests.factories.subscribing import make_period_refund, make_running_subscription, make_subscription
from tests.factories.support_requests import make_request
from tests.factories.tariffs import make_tax
from tests.factories.tracks import make_track

PASSWORD = "correct horse battery staple"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)

# Who comes to the site: the customer of all requests and the partner who works on them, two others of their kind who
# have nothing to do with these, and the vendor's people by their office.
CALLERS = ("visitor", "customer", "stranger", "partner", "rival", "support", "certification", "finance", "admin")
# Two that are worked on by other terms: by the hour, and as a session that is booked.
BY_TIME = ("capped", "booked")
# Requests are named by their state. `refused` waits for payment too, because the bank refused the capture; on
# `extended` a partner is at work too, and has proposed extra work.
STATES = (
    "draft awaiting_payment refused matching unmatched in_progress extended resolved disputed closed cancelled".split()
)
SPECIAL = {"refused": Status.AWAITING_PAYMENT, "extended": Status.IN_PROGRESS}
TAKEN = {"refused", "in_progress", "extended", "resolved", "disputed", "closed"}


def status_of(state):
    """Tell the status of a request that is named by its state."""
    return SPECIAL.get(state) or Status(state)


@dataclass(frozen=True)
class Known:
    """How a caller is known: by a browser's session, and by a program's token."""

    id: int
    session_key: str
    token: str


@dataclass
class World:
    """Names and ids of what there is, to fill the gaps of addresses: `/requests/{draft}`."""

    people: dict[str, Known] = field(default_factory=dict)
    names: dict[str, str | int] = field(default_factory=dict)


def make_world(session):
    """Make the world as it stands at `NOON`."""
    world = World()
    people = {name: _person(session, world, name) for name in CALLERS if name != "visitor"}
    category = _category(session, world)
    people["other"] = make_person(session)  # Of a third partner, whom nobody plays.
    names = ("partner", "rival", "other")
    providers = {name: _provider(session, world, people[name], name, category.niche) for name in names}
    _kept(session, world, people["customer"])
    _own_time(session, world, providers["partner"].members[0])
    _subscriptions(session, world, people["customer"].id)
    _barred(session, world)
    make_provider(session, slug="the-vendor", name="The vendor", is_vendor_desk=True)
    coming = make_tax(session, country="FR", valid_from=(NOON + 2 * DAY).date(), made_by=people["finance"].id)
    world.names["coming_rate"] = coming.id
    for state in STATES:
        _request(session, world, state, people["customer"], category, providers["partner"])
    _by_the_hour(session, world, people["customer"], category.niche, providers["partner"])
    _session(session, world, people["customer"], category.niche, providers["partner"])
    _quotes(session, world, people["customer"], category, providers["partner"])
    _done_with(session, world, category, providers["partner"])
    _insurance(session, world, people["customer"])
    _certification(session, world, people["partner"])
    _exam(session, world)
    _application(session, world, providers["rival"])
    world.names["letter"] = make_given_up(session).id
    world.names["call"] = make_call_given_up(session, world.names["awaiting_payment_hold"]).id
    return world


def _kept(session, world, customer):
    """What the customer keeps: a card, and a search."""
    world.names |= {
        "card": make_card(session, person_id=customer.id).id,
        "search": make_saved_search(session, person=customer).id,
        "stop_token": directory_links.make(customer.id),
    }


def _own_time(session, world, member):
    """Other hours of the partner, who has them in a year to come."""
    world.names["season"] = make_season(session, member, date(2027, 7, 1), date(2027, 8, 31)).id
    world.names["calendar"] = make_other_calendar(session, member, name="My own", unread_entries=2, unread_line=7).id
    world.names["absence"] = make_absence(session, member, date(2027, 9, 1), date(2027, 9, 7)).id


def _subscriptions(session, world, payer_id):
    """One that is not paid yet, and one that runs, of which a period could not be paid back."""
    world.names["awaiting_subscription"] = make_subscription(session, payer_id=payer_id).id
    running = make_running_subscription(session, payer_id=payer_id)
    world.names["running_subscription"] = running.id
    world.names["period_refund"] = make_period_refund(session, running, status="failed").id


def _certification(session, world, holder):
    """Certificates, and questions of every kind for a track, one of them with an image."""
    world.names |= make_certificates(session, holder)
    stem = say('<img src="@@PLUGINFILE@@/window.png" alt="A window">', "en", TextFormat.HTML)
    shown = Description(stem=stem, images={"window.png": b64encode(PNG).decode()})
    entries = [*make_entries(), Entry(name="Shown", content=shown)]
    make_bank(session, track=tracks.track_by_slug(session, world.names["track"]), entries=entries)
    of_kind = {one.kind: one.id for one in session.query(Question).order_by(Question.id.desc())}
    pictured = session.query(Question).filter_by(name="Shown").one()
    world.names["ticket"] = storage.lay_by(b"What is 1 + 1? {=2 ~3}", now=NOON)
    world.names |= {"question": of_kind[Kind.MULTICHOICE], "pictured": pictured.id}


def _insurance(session, world, customer):
    """Plans on sale, and policies of the customer: one that runs, one that is to end, one that is not paid yet."""
    version, dearer = make_version(session, slug="steady"), make_version(session, price=Money(19900, "EUR"))
    licensed = make_version(session, needs_licence=True)
    world.names |= {
        "insured_plan": version.plan.slug,
        "dearer_plan": dearer.plan.slug,
        "licensed_plan": licensed.plan.slug,
    }
    until = {"period_end": NOON + 300 * DAY, "interval": Interval.YEAR, "purpose": "policy", "payer_id": customer.id}
    for name, more in (("policy", {}), ("ending_policy", {"cancels_at": NOON + 300 * DAY})):
        policy = make_policy(session, version, person_id=customer.id, licence=name, reference=f"{name}1")
        make_running_subscription(
            session, **until, subject_id=policy.id, stripe_subscription_id=f"sub_{policy.id}", **more
        )
        world.names[name] = policy.reference
    opening = Policy(
        reference="opening1", person_id=customer.id, version_id=version.id, licence="opening", made_at=NOON
    )
    session.add(opening)
    session.flush()
    make_subscription(session, subject_id=opening.id, **{name: until[name] for name in ("purpose", "payer_id")})
    world.names["opening_policy"] = opening.reference
    asked = Appeal(policy_id=policy.id, obstacle=Obstacle.WAITING, statement="It broke on day one.", made_at=NOON)
    session.add(asked)
    session.flush()
    world.names["appeal"] = asked.id


def _barred(session, world):
    """A partner who is suspended, and whom Stripe has turned away."""
    barred = make_provider(session, slug="suspended", status="suspended", suspended_reason="Complaints.")
    rejected = {"state": AccountState.REJECTED, "may_receive": False, "disabled_reason": "rejected.other"}
    world.names["barred"] = make_account(session, barred.id, **rejected).payee_id


def _application(session, world, rival):
    """The rival is no partner yet: something was asked about the application, and somebody is invited."""
    rival.status = ProviderStatus.APPLYING
    make_business(session, rival)
    made = make_application(session, provider=rival, status=ApplicationStatus.QUESTIONS_ASKED)
    make_question(session, made, asked_by=world.people["certification"].id)
    waiting = make_application(session, provider=make_applicant(session, slug="waiting", name="Waiting and Sons"))
    draft = make_applicant(session, slug="drafting", name="Drafting and Sons")
    invitation = make_invitation(session, rival)
    world.names |= {
        "asked_application": made.id,
        "application": waiting.id,
        "draft_application": make_application(session, provider=draft, status=ApplicationStatus.DRAFT).id,
        "invitation": invitation.id,
        "invited": links.make(invitation.id),
    }


def _done_with(session, world, category, partner):
    """What has come of the partner's work: papers and reviews."""
    _papers(session, world, partner)
    _reviews(session, world, category, partner)


def _reviews(session, world, category, partner):
    """What somebody has said of the partner, and what somebody else finds wrong with something else."""
    closed = {"category": category, "provider": partner, "status": "closed", "closed_at": NOON - DAY}
    said, doubted = (make_review(session, support_request=make_request(session, **closed)) for _number in range(2))
    world.names |= {"review": said.id, "review_report": make_report(session, review=doubted).id}


def _person(session, world, name):
    role = StaffRole(name) if name in set(StaffRole) else None
    password = PASSWORD if name == "customer" else None
    person = make_person(
        session, name=f"{name.capitalize()} Example", email=f"{name}@example.test", password=password, staff_role=role
    )
    token = f"hr_{name}"
    kept = ApiToken(person_id=person.id, digest=accounts.token_digest(token), name="A script", created_at=NOON)
    session.add(kept)
    session.flush()
    world.people[name] = Known(person.id, person.session_key, token)
    world.names[f"{name}_token"] = kept.id
    return person


def _category(session, world):
    make_rates(session)
    niche = make_niche(session, slug="uploads")
    questions = [make_choice("method", "docker", "zip"), make_field("log", is_required=False, max_length=50)]
    category = make_category(session, slug="uploads-stop", niche=niche, fields=questions)
    make_category(session, slug="a-fault", niche=niche, is_defect=True)
    release = make_release(session, version="4.2")
    world.names |= {"category": category.slug, "niche": niche.slug, "release": release.version}
    return category


def _provider(session, world, person, name, niche):
    provider = make_provider(session, person=person, slug=name, name=f"{name.capitalize()} and Sons", capacity=20)
    make_hours(session, provider.members[0], weekdays=range(7))
    world.names[f"{name}_service"] = make_service(session, provider=provider, niche=niche).id
    credential = make_credential(session, person=person, niche=niche, reference=f"credential-{name}"[:16])
    photo = storage.save(session, Upload("photo.webp", "image/webp", b"A photo."), owner_id=person.id, now=NOON)
    provider.photo_file_id = photo.id
    mate = make_member(session, provider, languages={"eo": Cefr.A1})
    world.names |= {f"{name}_photo": photo.id, f"{name}_owner": provider.members[0].id, f"{name}_mate": mate.id}
    world.names |= {name: provider.slug, f"{name}_credential": credential.reference, "track": credential.track.slug}
    return provider


def _exam(session, world):
    """An exam that the partner is taking, whose one question has an image; another exam, and a draft."""
    asked = Entry(name="Photo", topic="Uploads", content=choice("What is this? <img src='@@PLUGINFILE@@/a.png'>"))
    asked = replace(asked, content=replace(asked.content, images={"a.png": b64encode(PNG).decode()}))
    track = make_track(session, slug="taken")
    make_live(session, make_bank(session, track=track, entries=[asked]))
    exam = make_exam(session, track=track, parts=(("", None, 1),))
    attempt = make_attempt(session, exam=exam, person=accounts.person(session, world.people["partner"].id))
    draft = make_exam(session, publish=False)
    other = make_exam(session)
    facts = {"examined": track.slug, "attempt": attempt.reference, "exam": other.id}
    world.names["exam_question"] = questions_of(session, other)[0].question_id
    reviewed = make_reviewed_attempt(session)
    world.names |= {"reviewed": reviewed.reference, "signal": make_signal(session, attempt=reviewed).id}
    allowed = make_allowance(session, exam=exam, person=attempt.person)
    world.names |= {**facts, "exam_draft": draft.id, "examinee": attempt.person_id, "allowance": allowed.id}
    doubt = make_doubt(session)
    made = doubt.regraded.regrade
    world.names |= {"doubt": doubt.id, "regrade": made.id, "graded_question": made.question_id}


def _request(session, world, state, customer, category, partner):
    is_taken = state in TAKEN
    one = make_request(
        session,
        customer=customer,
        category=category,
        provider=partner if is_taken else None,
        status=status_of(state),
        title=f"It is {state}",
        fields={"method": "zip"},
        resolved_at=NOON - HOUR if state in {"resolved", "disputed", "closed"} else None,
        closed_at=NOON - HOUR if state == "closed" else None,
        cancel_reason="no need" if state == "cancelled" else None,
    )
    world.names[state] = one.reference
    world.names[f"{state}_file"] = _attach(session, one)
    if state not in {"draft", "cancelled"}:
        _pay(session, world, state, one)
    if state == "matching":
        world.names["offer"] = make_offer(session, support_request=one, provider=partner).id
    if is_taken:
        _work(session, world, state, one)


def _by_the_hour(session, world, customer, niche, partner):
    """Work that is paid by the hour, at most three of them."""
    category = make_category(session, slug="by-the-hour", niche=niche, service_kind=ServiceKind.HOURLY)
    one = make_request(session, customer=customer, category=category, provider=partner, title="It is by the hour")
    world.names["capped"] = one.reference
    _pay(session, world, "in_progress", one, number="capped", captured_minor=18000, amount_minor=18000)
    make_job(session, support_request=one, **CAPPED)


def _session(session, world, customer, niche, partner):
    """A session that is booked, in three days; its partner would rather hold it two days later."""
    category = make_category(session, slug="guided", niche=niche, service_kind=ServiceKind.SESSION)
    make_service(session, provider=partner, niche=niche, kind=ServiceKind.SESSION, session_minutes=60)
    facts = {"provider": partner, "title": "It is a session", "starts_at": NOON + 3 * DAY}
    one = make_request(session, customer=customer, category=category, **facts)
    wish = make_request(session, customer=customer, category=category, status=Status.DRAFT, title="It has no time yet")
    world.names |= {"guided": category.slug, "booked": one.reference, "wish": wish.reference}
    _pay(session, world, "in_progress", one, number="booked")
    job = make_job(session, support_request=one, **BOOKED, starts_at=one.starts_at)
    make_booking(session, job)
    make_move(session, job)


def _quotes(session, world, customer, category, partner):
    """Three requests for quotes: one was not answered yet, one was, and of one the quote is being paid."""
    stages = {
        "quoting": ("matching", OfferStatus.ASKED),
        "quoted": ("matching", OfferStatus.QUOTED),
        "choosing": ("awaiting_payment", OfferStatus.CHOSEN),
    }
    for name, (status, stage) in stages.items():
        facts = {"mode": Mode.QUOTES, "status": status, "title": f"It is {name}", "fields": {"method": "zip"}}
        one = make_request(session, customer=customer, category=category, ceiling_minor=None, **facts)
        answered = {} if stage is OfferStatus.ASKED else {"answered_at": NOON, "expires_at": NOON + DAY}
        offer = make_offer(session, support_request=one, provider=partner, status=stage, **answered)
        world.names |= {name: one.reference, f"{name}_offer": offer.id}
        if answered:
            world.names[f"{name}_quote"] = make_quote(session, offer=offer).id
    waiting = {"status": HoldStatus.AWAITING, "held_at": None, "checkout_session_id": "cs_2"}
    make_hold(session, support_request=one, amount_minor=4500, checkout_url="http://127.0.0.1:9/pay", **waiting)


def _papers(session, world, partner):
    """The receipt for a payment, and the partner's statement of a month."""
    papers.issue_owed(session, world.names["in_progress_hold"], now=NOON)
    to = {"name": "Ada & Sons", "address": "Calle Mayor 1", "country": "ES"}  # For an invoice in place of the receipt.
    session.add(BillingDetails(person_id=world.people["customer"].id, updated_at=NOON, **to))
    world.names |= {"receipt": "R-2026-000001", "statement": make_statement(session, partner).number}


def _attach(session, one):
    stored = storage.save(session, Upload("window.png", "image/png", PNG), owner_id=one.customer_id, now=NOON)
    session.add(RequestFile(request_id=one.id, file_id=stored.id))
    return stored.id


def _pay(session, world, state, one, *, number=None, **overrides):
    number = number or state
    taken = {"captured_minor": 4900, "payment_intent_id": f"pi_{number}", "charge_id": f"ch_{number}"}
    facts = {
        "awaiting_payment": {
            "status": HoldStatus.AWAITING,
            "held_at": None,
            "checkout_url": "http://127.0.0.1:9/pay",
            "checkout_session_id": "cs_1",
        },
        "refused": {"status": HoldStatus.FAILED, "ended_at": NOON},
        "in_progress": {"status": HoldStatus.CAPTURED, **taken},
        "extended": {"status": HoldStatus.CAPTURED, **taken},
        "resolved": {"status": HoldStatus.CAPTURED, **taken},
        "disputed": {"status": HoldStatus.CAPTURED, "contested_at": NOON, **taken},
        "closed": {"status": HoldStatus.SETTLED, "ended_at": NOON, **taken},
    }
    capture_before = {"capture_before": NOON + 6 * DAY}
    hold = make_hold(session, support_request=one, **{**capture_before, **facts.get(state, {}), **overrides})
    world.names[f"{number}_hold"] = hold.id
    if state == "closed":
        payout = make_payout(session, support_request=one, hold_id=hold.id)
        refund = make_refund(session, hold=hold, status=RefundStatus.FAILED, failure="closed account")
        more = make_hold(session, support_request=one, part=2, status=HoldStatus.SETTLED, captured_minor=2000)
        world.names |= {
            "payout": payout.id,
            "payee": payout.payee_id,
            "closed_id": one.id,
            "refund": refund.id,
            "chargeback": make_chargeback(session, hold=more).id,
            "debt": make_clawback(session, payout=payout, refund=refund, status=ClawbackStatus.OWED).id,
        }


def _work(session, world, state, one):
    job = make_job(session, support_request=one)
    said = make_message(session, support_request=one)
    stored = storage.save(session, Upload("log.txt", "text/plain", b"It stops."), owner_id=one.customer_id, now=NOON)
    session.add(MessageFile(message_id=said.id, file_id=stored.id))
    world.names[f"{state}_message_file"] = stored.id
    if state == "in_progress":
        make_promise(session, support_request=one)
    if state == "extended":
        make_extra(session, job=job)
    if state == "disputed":
        make_dispute(session, job=job)
    if state in {"resolved", "disputed", "closed"}:
        solution = {"cause": "The disk was full.", "fix": "Old previews were removed.", "prevention": None}
        session.add(Resolution(job_id=job.id, member_id=job.member_id, at=NOON - HOUR, **solution))
