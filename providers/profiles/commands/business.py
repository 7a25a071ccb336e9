"""What a provider says of itself: to customers, and on its papers."""

import secrets
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.choices import country_codes
from marketplace.kernel import audit, storage
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.storage import Upload
from marketplace.kernel.translate import _
from marketplace.kernel.vat_numbers import read_vat_number
from providers.profiles import queries
from providers.profiles.commands.members import join
from providers.profiles.models import BusinessDetails, Member, Provider
from providers.profiles.queries_of_names import is_like_another
from providers.profiles.rules import Business, MemberRole, Profile, ProviderStatus, check_owner, slug_of


def found(session: Session, person_id: int, profile: Profile, *, currency: str, zone: str, now: datetime) -> Provider:
    """Write down a business that somebody brings along; it is not on the list before staff admit it.

    Raises:
        WorksElsewhere: the person is a member of a provider.
        InvalidInput: its name passes for that of another provider.
    """
    _check_name(session, profile.name)
    facts: dict[str, Any] = {"status": ProviderStatus.APPLYING, "currency": currency, "created_at": now}
    facts |= asdict(profile)
    slug = next(one for one in _slugs(profile.name) if insert_new(session, Provider, slug=one, **facts))
    provider = queries.any_provider_by_slug(session, slug)
    join(session, provider.id, person_id, role=MemberRole.OWNER, zone=zone, now=now)
    audit.record(session, provider, "found", by=person_id, at=now)
    return provider


def _slugs(name: str) -> Iterator[str]:
    stem = slug_of(name) or "partner"
    yield stem
    while True:
        yield f"{stem}-{secrets.token_hex(3)}"


def describe(session: Session, member: Member, profile: Profile, *, now: datetime) -> None:
    """Change what a provider says of itself in the directory; its address stays.

    Raises:
        OnlyOwners: the member is no owner.
        InvalidInput: its new name passes for that of another provider.
    """
    check_owner(member.role)
    provider = queries.lock_provider(session, member.provider_id)
    if profile.name != provider.name:
        _check_name(session, profile.name, besides=provider.id)
    provider.name, provider.country = profile.name, profile.country
    provider.abouts = profile.abouts
    provider.capacity, provider.daily_capacity = profile.capacity, profile.daily_capacity
    provider.accepts_cover = profile.accepts_cover
    audit.record(session, provider, "describe", by=member.person_id, at=now)


def _check_name(session: Session, name: str, *, besides: int | None = None) -> None:
    if is_like_another(session, name, besides=besides):
        text = _("Another partner has this name, or one that looks like it. Add your town or what you do to yours.")
        raise InvalidInput({"name": [text]})


def show_photo(session: Session, member: Member, photo: Upload | None, *, now: datetime) -> str | None:
    """Show customers another photo, or none; gives the key of the one before, whose bytes are to be erased.

    Raises:
        OnlyOwners: the member is no owner.
    """
    check_owner(member.role)
    provider = queries.lock_provider(session, member.provider_id)
    before = provider.photo_file_id
    stored = storage.save(session, photo, owner_id=member.person_id, now=now) if photo else None
    provider.photo_file_id = stored.id if stored else None
    session.flush()
    audit.record(session, provider, "show_photo" if photo else "remove_photo", by=member.person_id, at=now)
    return storage.drop(session, before) if before else None


def describe_business(session: Session, member: Member, business: Business, *, now: datetime) -> None:
    """Note who a provider is by law.

    Raises:
        OnlyOwners: the member is no owner.
        InvalidInput: there is no such country, or its VAT numbers look otherwise.
    """
    check_owner(member.role)
    if business.country not in country_codes():
        raise InvalidInput({"country": [_("Choose a country from the list.")]})
    number = read_vat_number(business.vat_number, business.country) if business.vat_number else None
    provider = queries.lock_provider(session, member.provider_id)
    known = session.get(BusinessDetails, provider.id) or BusinessDetails(provider_id=provider.id)
    known.legal_name, known.address = business.legal_name, business.address
    known.country, known.vat_number = business.country, number
    known.updated_at = now
    session.add(known)
    told = {"country": business.country, "vat_number": number}
    audit.record(session, provider, "describe_business", by=member.person_id, at=now, **told)
