"""Reading about providers and their members."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.credentials import queries as credentials
from marketplace.accounts.models import Person
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import NotFound
from marketplace.kernel.storage import StoredFile
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.models import Member, MemberLanguage, Provider, Review
from providers.profiles.models_of_levels import LevelDecision
from providers.profiles.rules import WORKING, ProviderStatus
from providers.profiles.rules.levels import Record
from providers.profiles.rules.reviews import ReviewSubject

_WITH_MEMBERS = selectinload(Provider.members).options(
    joinedload(Member.person), selectinload(Member.languages), selectinload(Member.proofs)
)
IS_HERE = Member.left_at.is_(None)
TAKES_JOBS = (IS_HERE, Member.role.in_(WORKING))
IS_SHOWN = (Review.blind_until.is_(None), Review.hidden_at.is_(None))
IS_PUBLIC = (Review.about == ReviewSubject.PROVIDER, *IS_SHOWN)
IS_LISTED = (Provider.status == ProviderStatus.LISTED, Provider.is_vendor_desk.is_(False))


def listed_providers(session: Session) -> list[Provider]:
    """List every provider that customers can find, with members and their languages."""
    return list(session.scalars(select(Provider).where(*IS_LISTED).options(_WITH_MEMBERS).order_by(Provider.id)))


@dataclass(frozen=True, slots=True)
class ListedSlug:
    """Where a provider stands that customers can find, and when what is said of it last changed, as far as is known."""

    slug: str
    changed_at: datetime | None


def ranges_of_listed(session: Session, size: int) -> list[int]:
    """Number the ranges of so many ids in which there is a provider that customers can find; the first is 1."""
    number = (Provider.id - 1) // size + 1
    return list(session.scalars(select(number).where(*IS_LISTED).distinct().order_by(number)))


def listed_between(session: Session, first_id: int, last_id: int) -> list[ListedSlug]:
    """List where providers stand that customers can find, for a range of ids, both ends included."""
    reviewed = select(func.max(Review.at)).where(*IS_PUBLIC, Review.provider_id == Provider.id).scalar_subquery()
    about = (AuditEntry.subject_kind == "provider", AuditEntry.subject_id == Provider.id)
    changed = select(func.max(AuditEntry.at)).where(*about).scalar_subquery()
    listed = select(Provider.slug, reviewed, changed).where(*IS_LISTED, Provider.id.between(first_id, last_id))
    return [
        ListedSlug(slug, max(filter(None, moments), default=None))
        for slug, *moments in session.execute(listed.order_by(Provider.id))
    ]


def provider_by_slug(session: Session, slug: str) -> Provider:
    """Find a provider that customers can find, with members and their languages, or raise `NotFound`."""
    found = session.scalar(select(Provider).filter_by(slug=slug).where(*IS_LISTED).options(_WITH_MEMBERS))
    if found is None:
        raise NotFound(provider=slug)
    return found


def providers_by_slug(session: Session, slugs: Collection[str]) -> dict[str, Provider]:
    """Give those of some providers that customers can find, with members and their languages, by their slugs."""
    wanted = select(Provider).where(Provider.slug.in_(slugs), *IS_LISTED).options(_WITH_MEMBERS)
    return {provider.slug: provider for provider in session.scalars(wanted)}


def on_break(session: Session, slug: str, now: datetime) -> Provider | None:
    """Find a provider that customers can find, if it is on a break."""
    resting = select(Provider).filter_by(slug=slug).where(*IS_LISTED, Provider.break_until > now)
    return session.scalar(resting.options(_WITH_MEMBERS))


def any_provider_by_slug(session: Session, slug: str) -> Provider:
    """Find a provider for staff, suspended or the vendor's desk as well, or raise `NotFound`."""
    found = session.scalar(select(Provider).filter_by(slug=slug).options(_WITH_MEMBERS))
    if found is None:
        raise NotFound(provider=slug)
    return found


def photo(session: Session, slug: str, file_id: int) -> tuple[Provider, StoredFile]:
    """Find the photo that a provider shows, listed or not, or raise `NotFound`."""
    shown = select(Provider, StoredFile).join(StoredFile, StoredFile.id == Provider.photo_file_id)
    found = session.execute(shown.where(Provider.slug == slug, StoredFile.id == file_id)).first()
    if found is None:
        raise NotFound(provider=slug, file_id=file_id)
    return found[0], found[1]


def providers_by_id(session: Session, provider_ids: Collection[int]) -> dict[int, Provider]:
    """Give providers by their ids, with members and their languages."""
    wanted = select(Provider).where(Provider.id.in_(provider_ids)).options(_WITH_MEMBERS)
    return {provider.id: provider for provider in session.scalars(wanted)}


def lock_provider(session: Session, provider_id: int) -> Provider:
    """Hold on to a provider until the transaction ends, or raise `NotFound`."""
    # Rows that refer to the provider may still be written: whoever writes one may hold what is needed next.
    wanted = select(Provider).filter_by(id=provider_id).with_for_update(key_share=True)
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(provider_id=provider_id)
    return found


def lock_member(session: Session, member_id: int) -> None:
    """Hold on to a member until the transaction ends."""
    # Rows that refer to the member may still be written: two who both wrote one could otherwise wait for each other.
    session.execute(select(Member.id).filter_by(id=member_id).with_for_update(key_share=True)).one()


def lock_worker(session: Session, member_id: int) -> bool:
    """Hold on to a member who is given work until the transaction ends; tells whether this person takes any."""
    held = select(Member).filter_by(id=member_id).with_for_update(key_share=True, of=Member)
    return session.scalars(held.execution_options(populate_existing=True)).one().takes_jobs


def lock_colleagues(session: Session, provider_id: int) -> dict[int, Member]:
    """Hold on to everybody who works for a provider until the transaction ends; by the ids of the members.

    What is decided about one of them may depend on another, so it is decided one after the other.
    """
    here = select(Member).filter_by(provider_id=provider_id).where(IS_HERE).order_by(Member.id)
    held = here.with_for_update(key_share=True, of=Member).execution_options(populate_existing=True)
    return {one.id: one for one in session.scalars(held)}


def colleague(session: Session, provider_id: int, member_id: int) -> Member:
    """Find somebody who works for a provider, or raise `NotFound`."""
    here = select(Member).filter_by(id=member_id, provider_id=provider_id).where(IS_HERE)
    found = session.scalar(here.options(joinedload(Member.person), joinedload(Member.provider)))
    if found is None:
        raise NotFound(member_id=member_id)
    return found


def anybodys_member(session: Session, member_id: int) -> Member:
    """Find somebody who works for whatever provider, or raise `NotFound`."""
    here = select(Member).filter_by(id=member_id).where(IS_HERE)
    found = session.scalar(here.options(joinedload(Member.person), joinedload(Member.provider)))
    if found is None:
        raise NotFound(member_id=member_id)
    return found


def search(
    session: Session, *, text: str = "", status: ProviderStatus | None = None, offset: int = 0, limit: int
) -> list[Provider]:
    """List providers for staff by name.

    Args:
        session: for reading.
        text: part of the provider's name, or of a member's name or address; empty for all.
        status: only these; None for all.
        offset: so many are left out.
        limit: not more than this.
    """
    wanted = select(Provider).options(_WITH_MEMBERS).order_by(func.lower(Provider.name), Provider.id)
    if status is not None:
        wanted = wanted.where(Provider.status == status)
    if text:
        members = select(Member.provider_id).join(Member.person).where(IS_HERE)
        named = members.where(
            or_(Person.name.icontains(text, autoescape=True), Person.email.icontains(text, autoescape=True))
        )
        wanted = wanted.where(or_(Provider.name.icontains(text, autoescape=True), Provider.id.in_(named)))
    return list(session.scalars(wanted.offset(offset).limit(limit)))


def membership(session: Session, person_id: int) -> Member | None:
    """Find the provider for which a person works, if any; also one that is suspended, for its jobs go on."""
    mine = select(Member).filter_by(person_id=person_id).where(IS_HERE)
    return session.scalar(mine.options(joinedload(Member.provider)))


def vendor_desk(session: Session) -> Provider | None:
    """Find the vendor's own desk, which mends what is broken in the product."""
    return session.scalar(select(Provider).filter_by(is_vendor_desk=True))


def languages_spoken(session: Session) -> list[str]:
    """List the languages that members of listed providers speak, by code."""
    spoken = (
        select(MemberLanguage.language).join(MemberLanguage.member).join(Member.provider).where(*IS_LISTED, *TAKES_JOBS)
    )
    return list(session.scalars(spoken.distinct().order_by(MemberLanguage.language)))


def reviews_of(session: Session, request_id: int) -> dict[ReviewSubject, Review]:
    """Give what the sides of a request say of each other, shown or not."""
    return {one.about: one for one in session.scalars(select(Review).filter_by(request_id=request_id))}


def lock_review(session: Session, review_id: int) -> Review:
    """Hold on to a review until the transaction ends, or raise `NotFound`."""
    wanted = select(Review).filter_by(id=review_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(review_id=review_id)
    return found


def lock_review_of(session: Session, request_id: int, about: ReviewSubject) -> Review | None:
    """Hold on to what one side of a request says, if it has, until the transaction ends."""
    wanted = select(Review).filter_by(request_id=request_id, about=about).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def overdue_reviews(session: Session, now: datetime) -> list[int]:
    """List the reviews that have waited long enough for the other side."""
    return list(session.scalars(select(Review.id).where(Review.blind_until <= now).order_by(Review.blind_until)))


def reviews(session: Session, provider_id: int, *, limit: int) -> list[Review]:
    """List what the public reads of a provider, the latest first."""
    latest = select(Review).where(*IS_PUBLIC).filter_by(provider_id=provider_id)
    return list(session.scalars(latest.order_by(Review.at.desc(), Review.id.desc()).limit(limit)))


def reviews_of_customer(session: Session, customer_id: int, *, limit: int) -> list[Review]:
    """List what providers say of a customer, for other providers and for staff, the latest first."""
    about = select(Review).filter_by(customer_id=customer_id).where(*IS_SHOWN)
    return list(session.scalars(about.order_by(Review.at.desc(), Review.id.desc()).limit(limit)))


def record_of(session: Session, provider: Provider, now: datetime) -> Record:
    """Tell what a provider has to show for a level."""
    held = credentials.valid_credentials(session, [one.person_id for one in provider.workers], now)
    since = min((one.awarded_at for listed in held.values() for one in listed), default=None)
    return Record(provider.figures, (now - since).days if since else None)


def is_level_check_due(provider: Provider, now: datetime) -> bool:
    """Tell whether the level of a provider is to be looked at."""
    return provider.is_listed and (provider.level_check_at is None or provider.level_check_at <= now)


def due_for_a_level_check(session: Session, now: datetime, *, limit: int) -> list[int]:
    """List providers whose level is to be looked at, those first that have waited longest; not more than `limit`."""
    is_due = or_(Provider.level_check_at.is_(None), Provider.level_check_at <= now)
    due = select(Provider.id).where(*IS_LISTED, is_due).order_by(Provider.level_check_at, Provider.id)
    return list(session.scalars(due.limit(limit)))


def level_at(session: Session, provider: Provider, moment: datetime) -> PartnerLevel:
    """Tell on which level a provider was at a moment: what is decided holds for what comes after."""
    later = select(LevelDecision.level_before).where(
        LevelDecision.provider_id == provider.id,
        LevelDecision.at > moment,
        LevelDecision.level_before != LevelDecision.level,
    )
    first_changed = session.scalar(later.order_by(LevelDecision.at, LevelDecision.id).limit(1))
    return provider.level if first_changed is None else first_changed


def level_decisions(session: Session, provider_id: int, *, limit: int) -> list[LevelDecision]:
    """List what was decided about the level of a provider, the latest first."""
    about = select(LevelDecision).filter_by(provider_id=provider_id)
    return list(session.scalars(about.order_by(LevelDecision.at.desc(), LevelDecision.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that was done, and the name of whoever did it; None for the house itself."""

    entry: AuditEntry
    by_name: str | None


def trail(session: Session, provider: Provider, credential_ids: Collection[int]) -> list[Trace]:
    """List what was done to a provider and to its members' credentials, the latest first."""
    about_provider = and_(AuditEntry.subject_kind == "provider", AuditEntry.subject_id == provider.id)
    about_credentials = and_(AuditEntry.subject_kind == "credential", AuditEntry.subject_id.in_(credential_ids))
    done = select(AuditEntry, Person.name).outerjoin(Person, Person.id == AuditEntry.by_person_id)
    latest = done.where(or_(about_provider, about_credentials)).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return [Trace(entry, by_name) for entry, by_name in session.execute(latest)]
