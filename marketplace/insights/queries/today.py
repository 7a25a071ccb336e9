"""What visitors may know, and what the vendor should look at today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from certification.credentials import queries as credentials
from certification.credentials.models import Credential
from certification.exams import queries_of_regrades as regrades
from certification.tracks.models import Track
from marketplace.conversation import queries as conversation
from marketplace.conversation.models import Promise
from marketplace.insurance import queries as insurance
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Dispute, Job
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.money import Money
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.matching.rules import AWAITED, Unfit
from marketplace.payments.models import Payout
from marketplace.payments.rules import PayoutMethod, PayoutStatus
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status
from providers.availability import queries as availability
from providers.availability.rules import is_open
from providers.directory import queries as directory
from providers.directory.rules import Demand
from providers.profiles import queries as profiles
from providers.profiles.models import Member, Provider
from providers.profiles.queries import TAKES_JOBS
from providers.profiles.rules import ProviderStatus

FIRST_ANSWER_DAYS = 90
MAX_SAMPLE = 2000  # The latest jobs; more would not move the median, only slow the page.
LIST_LENGTH = 10
NEWS_DAYS = 7
EXPIRING_DAYS = 30


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """How long customers waited for the first answer, once somebody had taken their request."""

    median: timedelta
    sample: int
    days: int


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """What a visitor may know of the installation; `first_answer` is None while there is nothing to go by."""

    partners: int
    languages: int
    countries: int
    open_now: int
    first_answer: FirstAnswer | None


def public_figures(session: Session, now: datetime) -> PublicFigures:
    """Count what stands behind the front page."""
    listed = (Provider.status == ProviderStatus.LISTED, Provider.is_vendor_desk.is_(False))
    ids = list(session.scalars(select(Provider.id).where(*listed)))
    hours = availability.hours_by_provider(session, ids, around=now.date())
    return PublicFigures(
        partners=len(ids),
        languages=len(profiles.languages_spoken(session)),
        countries=session.scalar(select(func.count(Provider.country.distinct())).where(*listed)) or 0,
        open_now=sum(any(is_open(one, now) for one in of_members) for of_members in hours.values()),
        first_answer=_first_answer(session, now),
    )


def _first_answer(session: Session, now: datetime) -> FirstAnswer | None:
    since = now - timedelta(days=FIRST_ANSWER_DAYS)
    answered = select(Job.accepted_at, Job.first_answer_at).where(Job.first_answer_at >= since)
    rows = session.execute(answered.order_by(Job.first_answer_at.desc()).limit(MAX_SAMPLE)).all()
    waits = [(answered_at - accepted_at).total_seconds() for accepted_at, answered_at in rows if answered_at]
    if not waits:
        return None
    return FirstAnswer(timedelta(seconds=round(median(waits))), len(waits), FIRST_ANSWER_DAYS)


@dataclass(frozen=True, slots=True)
class Gap:
    """A request that nobody takes, and what is missing for it."""

    request: SupportRequest
    missing: Sequence[Unfit]


@dataclass(frozen=True, slots=True)
class OpenOffers:
    """Offers that wait for an answer."""

    count: int
    next_expiry: datetime | None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A provider that was suspended lately, and still is."""

    provider: Provider
    at: datetime


@dataclass(frozen=True, slots=True)
class Expiring:
    """A certificate that ends soon, and the provider that needs it."""

    credential: Credential
    provider: Provider


@dataclass(frozen=True, slots=True)
class Today:
    """What the vendor should look at, the most urgent first."""

    gaps: Sequence[Gap]
    missed: Sequence[Promise]
    disputes: Sequence[Dispute]
    appeals: int  # About cover, that wait for an answer.
    certificate_appeals: int
    passes_in_doubt: int
    offers: OpenOffers
    counts: Mapping[Status, int]
    due_by_hand: Sequence[Money]  # One for each currency.
    payouts_by_hand: int
    suspended: Sequence[Suspension]
    expiring: Sequence[Expiring]
    wanted: Sequence[Demand]  # By searches that people have saved, because few or nobody fits.


def today(session: Session, now: datetime) -> Today:
    """Put together the vendor's day."""
    due = _due_by_hand(session)
    return Today(
        gaps=_gaps(session, now),
        missed=conversation.missed_promises(session)[:LIST_LENGTH],
        disputes=jobs.open_disputes(session)[:LIST_LENGTH],
        appeals=len(insurance.open_appeals(session)),
        certificate_appeals=len(credentials.open_appeals(session)),
        passes_in_doubt=len(regrades.open_doubts(session)),
        offers=_open_offers(session),
        counts=_counts(session),
        due_by_hand=[amount for amount, _count in due],
        payouts_by_hand=sum(count for _amount, count in due),
        suspended=_suspended(session, now),
        expiring=_expiring(session, now),
        wanted=directory.demand(session, LIST_LENGTH),
    )


def _gaps(session: Session, now: datetime) -> list[Gap]:
    unmatched = requests.all_requests(session, status=Status.UNMATCHED, limit=LIST_LENGTH)
    return [Gap(one, matching.gap(session, one, now)) for one in unmatched]


def _counts(session: Session) -> dict[Status, int]:
    """Count the requests in each state; a draft is nobody's business but its writer's."""
    counts = requests.counts_by_status(session)
    return {status: count for status, count in counts.items() if status is not Status.DRAFT}


def _open_offers(session: Session) -> OpenOffers:
    counted = select(func.count(), func.min(Offer.expires_at)).where(Offer.status.in_(AWAITED))
    count, next_expiry = session.execute(counted).one()
    return OpenOffers(count, next_expiry)


def _due_by_hand(session: Session) -> list[tuple[Money, int]]:
    due = select(Payout.currency, func.sum(Payout.amount_minor), func.count()).group_by(Payout.currency)
    by_hand = due.where(Payout.status == PayoutStatus.DUE, Payout.method == PayoutMethod.BY_HAND)
    return [
        (Money(int(minor), currency), count)
        for currency, minor, count in session.execute(by_hand.order_by(Payout.currency))
    ]


def _suspended(session: Session, now: datetime) -> list[Suspension]:
    lately = select(AuditEntry.subject_id, func.max(AuditEntry.at)).where(
        AuditEntry.subject_kind == Provider.__tablename__,
        AuditEntry.action == "suspend",
        AuditEntry.at >= now - timedelta(days=NEWS_DAYS),
    )
    moments = dict(session.execute(lately.group_by(AuditEntry.subject_id)).all())
    still = select(Provider).where(Provider.id.in_(moments), Provider.status == ProviderStatus.SUSPENDED)
    found = [Suspension(provider, moments[provider.id]) for provider in session.scalars(still)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:LIST_LENGTH]


def _expiring(session: Session, now: datetime) -> list[Expiring]:
    """List the certificates of listed providers that end soon and have not been renewed."""
    renewed = aliased(Credential)
    again = select(renewed.id).where(
        renewed.person_id == Credential.person_id,
        renewed.track_id == Credential.track_id,
        renewed.revoked_at.is_(None),
        renewed.valid_until > Credential.valid_until,
    )
    soon = (
        select(Credential, Provider)
        .join(Member, Member.person_id == Credential.person_id)
        .join(Provider, Provider.id == Member.provider_id)
        .where(Provider.status == ProviderStatus.LISTED, *TAKES_JOBS, Credential.revoked_at.is_(None))
        .where(Credential.valid_until > now, Credential.valid_until <= now + timedelta(days=EXPIRING_DAYS))
        .where(~again.exists())
        .order_by(Credential.valid_until)
        .limit(LIST_LENGTH)
    )
    related = (joinedload(Credential.person), joinedload(Credential.track).joinedload(Track.niche))
    return [Expiring(credential, provider) for credential, provider in session.execute(soon.options(*related))]
