"""Partners who may not work any more, not in a niche, not now, or could not be paid: no offer stays with them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from certification.credentials.events import CredentialRevoked
from marketplace.jobs.commands.offering import ask_next
from marketplace.jobs.commands.quoting import lose
from marketplace.matching import queries as offers
from marketplace.matching.rules import AWAITED, LIVE, OfferStatus
from marketplace.payments import queries as money
from marketplace.payments.commands import PayeeChanged
from marketplace.support_requests import queries as requests
from providers.profiles import queries as profiles
from providers.profiles.events import BreakTaken, ProviderSuspended
from providers.profiles.models import Provider


def provider_suspended(session: Session, event: ProviderSuspended) -> None:
    """No offer stays with a provider who may not work."""
    for request_id in offers.requests_offered_to(session, event.provider_id):
        _withdraw_and_ask_next(session, request_id, event.provider_id, event.at)


def break_taken(session: Session, event: BreakTaken) -> None:
    """What a provider on a break has not answered goes to others; a quote that it has given stands."""
    for request_id in offers.requests_offered_to(session, event.provider_id):
        _withdraw_and_ask_next(session, request_id, event.provider_id, event.at, among=AWAITED)


def payee_changed(session: Session, event: PayeeChanged) -> None:
    """No offer stays with a provider who can not be paid any more: partners are offered paid work only."""
    if money.can_be_paid(session, event.payee_id):
        return
    for request_id in offers.requests_offered_to(session, event.payee_id):
        _withdraw_and_ask_next(session, request_id, event.payee_id, event.at)


def credential_revoked(session: Session, event: CredentialRevoked) -> None:
    """No offer stays with a provider whose certificate for it is gone, unless somebody else there has one as well."""
    member = profiles.membership(session, event.person_id)
    if member is None:
        return
    bar_where_nobody_is_certified(session, member.provider, event.at, niche_id=event.niche_id)


def bar_where_nobody_is_certified(
    session: Session, provider: Provider, now: datetime, *, niche_id: int | None = None
) -> None:
    """Take from a provider the offers that nobody of it may accept any more, of one niche or of all."""
    for request_id in offers.requests_offered_to(session, provider.id, niche_id=niche_id):
        support_request = requests.lock_request(session, request_id)
        if offers.is_barred(session, support_request, provider, now):
            _withdraw_and_ask_next(session, request_id, provider.id, now)


def _withdraw_and_ask_next(
    session: Session, request_id: int, provider_id: int, now: datetime, *, among: Collection[OfferStatus] = LIVE
) -> None:
    support_request = requests.lock_request(session, request_id)
    for offer in offers.lock_live_offers(session, request_id):
        if offer.provider_id == provider_id and offer.status in among:
            lose(session, support_request, offer, now=now)
            ask_next(session, support_request, now)
