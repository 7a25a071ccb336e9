"""Reading about providers and their members."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.accounts.models import Person
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import NotFound
from providers.profiles.models import Member, MemberLanguage, Provider, Review
from providers.profiles.rules import ProviderStatus

_WITH_MEMBERS = selectinload(Provider.members).options(joinedload(Member.person), selectinload(Member.languages))
_IS_LISTED = (Provider.status == ProviderStatus.LISTED, Provider.is_vendor_desk.is_(False))


def listed_providers(session: Session) -> list[Provider]:
    """List every provider that customers can find, with members and their languages."""
    return list(session.scalars(select(Provider).where(*_IS_LISTED).options(_WITH_MEMBERS).order_by(Provider.id)))


def provider_by_slug(session: Session, slug: str) -> Provider:
    """Find a provider that customers can find, with members and their languages, or raise `NotFound`."""
    found = session.scalar(select(Provider).filter_by(slug=slug).where(*_IS_LISTED).options(_WITH_MEMBERS))
    if found is None:
        raise NotFound(provider=slug)
    return found


def any_provider_by_slug(session: Session, slug: str) -> Provider:
    """Find a provider for staff, suspended or the vendor's desk as well, or raise `NotFound`."""
    found = session.scalar(select(Provider).filter_by(slug=slug).options(_WITH_MEMBERS))
    if found is None:
        raise NotFound(provider=slug)
    return found


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
        members = select(Member.provider_id).join(Member.person)
        named = members.where(
            or_(Person.name.icontains(text, autoescape=True), Person.email.icontains(text, autoescape=True))
        )
        wanted = wanted.where(or_(Provider.name.icontains(text, autoescape=True), Provider.id.in_(named)))
    return list(session.scalars(wanted.offset(offset).limit(limit)))


def membership(session: Session, person_id: int) -> Member | None:
    """Find the provider for which a person works, if any; also one that is suspended, for its jobs go on."""
    return session.scalar(select(Member).filter_by(person_id=person_id).options(joinedload(Member.provider)))


def vendor_desk(session: Session) -> Provider | None:
    """Find the vendor's own desk, which mends what is broken in the product."""
    return session.scalar(select(Provider).filter_by(is_vendor_desk=True))


def languages_spoken(session: Session) -> list[str]:
    """List the languages that members of listed providers speak, by code."""
    spoken = select(MemberLanguage.language).join(MemberLanguage.member).join(Member.provider).where(*_IS_LISTED)
    return list(session.scalars(spoken.distinct().order_by(MemberLanguage.language)))


def review_of(session: Session, request_id: int) -> Review | None:
    """Find what the customer said of a request."""
    return session.scalar(select(Review).filter_by(request_id=request_id))


def reviews(session: Session, provider_id: int, *, limit: int) -> list[Review]:
    """List what customers said of a provider, the latest first."""
    latest = select(Review).filter_by(provider_id=provider_id).order_by(Review.at.desc(), Review.id.desc())
    return list(session.scalars(latest.limit(limit)))


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
