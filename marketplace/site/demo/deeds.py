"""What people do in the demo's stories, each in a transaction that is given."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.rules import Side
from marketplace.jobs import commands as jobs
from marketplace.jobs import intake
from marketplace.jobs import queries as job_queries
from marketplace.jobs.disputes import Complaint, DisputeReason
from marketplace.kernel.money import Money, exponent
from marketplace.matching.models import Offer
from marketplace.matching.rules import Quotation
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import PayoutMethod
from marketplace.site.demo.casting import Casting
from marketplace.site.demo.content.script import DAY, KIND_STARS, Quoted, Said, Story
from marketplace.site.demo.picture import uploads
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from providers.availability.rules import Interval
from providers.profiles.models import Member
from providers.services.rules import Terms


def draft(session: Session, story: Story, *, casting: Casting, moment: datetime) -> SupportRequest:
    """Write down what is wrong, with a screenshot if there is one."""
    problem, customer = story.problem, casting.people[story.by]
    typed = {
        "title": problem.title,
        "description": problem.description,
        "language": story.language,
        "level": story.level.value,
        "release": problem.release,
        "urgency_hours": story.urgency_hours,
        "fields": dict(problem.fields),
    }
    category = catalogue.category(session, problem.category)
    if problem.starts_after is not None:
        typed["starts_at"] = casting.hour(story, category.niche_id, moment + problem.starts_after).isoformat()
    drafted = intake.draft_from(session, category, typed, person=customer, now=moment)
    written = jobs.draft(session, customer_id=customer.id, draft=drafted, now=moment)
    jobs.attach(session, written, uploads(problem.picture), now=moment)
    return written


def say(session: Session, reference: str, said: Said, *, customer_id: int, worker: Member, moment: datetime) -> None:
    """Write a message, and the time that was worked for it."""
    if said.side is Side.CUSTOMER:
        jobs.write_as_customer(session, reference, customer_id=customer_id, body=said.body, uploads=(), now=moment)
        return
    jobs.write_as_provider(
        session,
        reference,
        member=worker,
        body=said.body,
        uploads=(),
        next_update_in=said.promise,
        now=moment,
    )
    if said.worked is not None:
        minutes, note = said.worked
        jobs.write_time(session, reference, member=worker, minutes=minutes, note=note, now=moment)


def pay_by_hand(session: Session, request_id: int, *, staff_id: int, moment: datetime) -> None:
    """Pay a partner whom transfers do not reach."""
    for payout in money.payouts_by_subject(session, [request_id]).get(request_id, []):
        if payout.method is PayoutMethod.BY_HAND:
            reference = f"LT-{moment:%Y%m}-{payout.id:04}"
            payments.mark_paid_by_hand(session, payout.id, reference=reference, by=staff_id, now=moment)


def quote(session: Session, offer: Offer, quoted: Quoted, *, worker: Member, moment: datetime) -> None:
    """Quote for a request, in whole main units of its currency."""
    usual, step = offer.agreed.price, 10 ** exponent(offer.currency)
    price = Money(max(usual.minor * quoted.percent // (100 * step), 1) * step, offer.currency)
    kind = ServiceKind.INCIDENT if quoted.cap_minutes is None else ServiceKind.HOURLY
    quotation = Quotation(
        Terms(kind, price, quoted.cap_minutes), quoted.includes, quoted.remark, quoted.first_answer, 3 * DAY
    )
    jobs.give_quote(session, offer.id, member=worker, quotation=quotation, now=moment)


def delay(session: Session, reference: str, story: Story, *, worker: Member, moment: datetime) -> None:
    """Propose to hold a session at the first free time so much later."""
    job = job_queries.job_of(session, requests.by_reference(session, reference).id)
    assert job is not None, "it is booked"
    assert job.starts_at is not None, "it is a session"
    assert story.delayed_by is not None, "it is to be later"
    wanted = job.starts_at + story.delayed_by
    free = job_queries.times_to_move_to(session, job, Interval(wanted, wanted + 5 * DAY), moment, asks=True)
    jobs.move_session(session, reference, person_id=worker.person_id, starts_at=free[0], now=moment)


def dispute(session: Session, reference: str, story: Story, *, customer_id: int, moment: datetime) -> None:
    """Want a half of the price back, in whole main units."""
    own = requests.lock_own_request(session, reference, customer_id)
    job = job_queries.job_of(session, own.id)
    assert job is not None
    step = 10 ** exponent(own.currency)
    asked = Money(job.price.minor // (2 * step) * step, own.currency)
    complaint = Complaint(DisputeReason.NOT_AS_AGREED, story.reason, asked)
    jobs.dispute(session, reference, customer_id=customer_id, complaint=complaint, now=moment)


def rate(session: Session, reference: str, story: Story, *, customer_id: int, member: Member, moment: datetime) -> None:
    """Have both sides say how it was, so that both are shown at once; partners are kind to their customers."""
    jobs.rate(session, reference, customer_id=customer_id, stars=story.stars, comment=story.review, now=moment)
    kind = max(story.stars, KIND_STARS)
    jobs.rate_customer(session, reference, member=member, stars=kind, comment=None, now=moment)
