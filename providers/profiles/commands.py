"""What can be done to providers, and what is counted of their work."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.choices import country_codes
from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _, _l
from marketplace.kernel.vat_numbers import read_vat_number
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles import queries
from providers.profiles.models import BusinessDetails, Member, Provider, Review
from providers.profiles.rules import STATUS, Business, ProviderAction, check_owner


class DeskStays(Conflict):
    """Somebody has to mend what is broken in the product."""

    message = _l("This is your own desk. It can not be suspended: defects of the product go to it.")


@dataclass(frozen=True, slots=True)
class ProviderSuspended:
    """A provider may take no work."""

    provider_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ProviderReinstated:
    """A provider may take work again."""

    provider_id: int
    at: datetime


def suspend(session: Session, provider_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Take a provider off the list; nothing more is offered to it, its running jobs go on.

    Raises:
        NotFound: there is no such provider.
        IllegalMove: it is suspended already.
        DeskStays: it is the vendor's own desk.
    """
    provider = queries.lock_provider(session, provider_id)
    if provider.is_vendor_desk:
        raise DeskStays
    provider.status = STATUS.after(provider.status, ProviderAction.SUSPEND)
    provider.suspended_reason = reason
    session.flush()  # Whoever hears of it asks the database who is left.
    audit.record(session, provider, ProviderAction.SUSPEND, by=by, at=now, reason=reason)
    announce(session, ProviderSuspended(provider.id, now))


def reinstate(session: Session, provider_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Put a provider back on the list.

    Raises:
        NotFound: there is no such provider.
        IllegalMove: it is not suspended.
    """
    provider = queries.lock_provider(session, provider_id)
    provider.status = STATUS.after(provider.status, ProviderAction.REINSTATE)
    provider.suspended_reason = None
    session.flush()
    audit.record(session, provider, ProviderAction.REINSTATE, by=by, at=now, reason=reason)
    announce(session, ProviderReinstated(provider.id, now))


def set_level(session: Session, provider_id: int, level: PartnerLevel, *, reason: str, by: int, now: datetime) -> None:
    """Bring a provider to another level; its running jobs keep the commission that they were agreed with.

    Raises:
        NotFound: there is no such provider.
    """
    provider = queries.lock_provider(session, provider_id)
    before, provider.level = provider.level, level
    audit.record(session, provider, "set_level", by=by, at=now, reason=reason, before=before, level=level)


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


def add_review(
    session: Session,
    provider_id: int,
    *,
    request_id: int,
    author_name: str,
    stars: int,
    body: str | None,
    language: str,
    now: datetime,
) -> Review:
    """Keep what a customer said of a request; the figures follow."""
    review = Review(
        provider_id=provider_id,
        request_id=request_id,
        author_name=author_name,
        stars=stars,
        body=body,
        language=language,
        at=now,
    )
    session.add(review)
    _add(session, provider_id, {Provider.ratings: 1, Provider.stars_sum: stars})
    return review


def count_promise(session: Session, provider_id: int, *, kept: bool) -> None:
    """Count a promise that has come to its end."""
    _add(session, provider_id, {Provider.promises_due: 1, Provider.promises_kept: int(kept)})


def count_first_answer(session: Session, provider_id: int, *, minutes: int) -> None:
    """Count how long a customer waited for the first answer after the acceptance."""
    _add(session, provider_id, {Provider.first_answers: 1, Provider.first_answer_minutes_sum: minutes})


def count_job(session: Session, provider_id: int) -> None:
    """Count a job that was done to the end."""
    _add(session, provider_id, {Provider.jobs_done: 1})


def _add(session: Session, provider_id: int, steps: dict[InstrumentedAttribute[int], int]) -> None:
    """Count in the database itself, so that two at the same time are both counted."""
    values = {counter.key: counter + step for counter, step in steps.items()}
    session.execute(update(Provider).where(Provider.id == provider_id).values(values))
