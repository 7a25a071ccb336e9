"""Partners who may not work any more, not in a niche, or could not be paid: no offer stays with them."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.credentials.commands import CredentialRevoked
from marketplace.jobs.commands.offering import ask_next
from marketplace.jobs.commands.quoting import lose
from marketplace.matching import queries as offers
from marketplace.payments import queries as money
from marketplace.payments.commands import PayeeChanged
from marketplace.support_requests import queries as requests
from providers.profiles import queries as profiles
from providers.profiles.commands import ProviderSuspended


def provider_suspended(session: Session, event: ProviderSuspended) -> None:
    """No offer stays with a provider who may not work."""
    for request_id in offers.requests_offered_to(session, event.provider_id):
        _withdraw_and_ask_next(session, request_id, event.provider_id, event.at)


def payee_changed(session: Session, event: PayeeChanged) -> None:
    """No offer stays with a provider who can not be paid any more: partners are offered paid work only."""
    if money.can_be_paid(session, event.payee_id):
        return
    for request_id in offers.requests_offered_to(session, event.payee_id):
        _withdraw_and_ask_next(session, request_id, event.payee_id, event.at)


def credential_revoked(session: Session, event: CredentialRevoked) -> None:
    """No offer stays with a provider whose certificate for it is gone."""
    member = profiles.membership(session, event.person_id)
    if member is None:
        return
    for request_id in offers.requests_offered_to(session, member.provider_id, niche_id=event.niche_id):
        _withdraw_and_ask_next(session, request_id, member.provider_id, event.at)


def _withdraw_and_ask_next(session: Session, request_id: int, provider_id: int, now: datetime) -> None:
    support_request = requests.lock_request(session, request_id)
    for offer in offers.lock_live_offers(session, request_id):
        if offer.provider_id == provider_id:
            lose(session, support_request, offer, now=now)
            ask_next(session, support_request, now)
