"""Statements for partners: one for each month in which anything was booked about them."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.papers import queries, wording_of_statements
from marketplace.papers.commands.issuing import Draft, issue
from marketplace.papers.models import Paper, StatedBooking
from marketplace.papers.rules import PaperKind, begin_of, month_after
from marketplace.papers.seller import seller
from marketplace.payments import queries as payments
from providers.profiles import queries as profiles
from providers.profiles.models import Provider
from providers.profiles.rules import MemberRole


def issue_statement(session: Session, provider_id: int, currency: str, month: date, *, now: datetime) -> Paper | None:
    """State what was booked about a partner until the end of a month; None if nothing is due, or it was stated before.

    It is due when something was booked on the partner's accounts, or when the vendor charges a commission, be it all of
    a price: for that the statement is the invoice. Where nothing was paid, as at the vendor's own desk, nothing is
    stated, and what only the vendor bears waits for the next one.
    """
    payments.lock_payee(session, provider_id)
    last = queries.last_stated(session, provider_id, currency)
    found = queries.statement(session, provider_id, currency, until=begin_of(month_after(month)))
    if not found.is_due or (last is not None and last >= month):
        return None
    provider, who = profiles.providers_by_id(session, [provider_id])[provider_id], seller()
    draft = Draft(
        kind=PaperKind.STATEMENT,
        fact=f"statement:{provider_id}:{currency}:{month:%Y-%m}",
        recipient=provider.business.legal_name if provider.business else provider.name,
        language=_language(provider),
        currency=currency,
        taxes=found.charged,
        write=lambda number: wording_of_statements.for_month(number, month, found, provider, who, now),
        provider_id=provider_id,
        month=month,
        closing=found.closing,
    )
    paper = issue(session, draft, now=now)
    if paper is not None:
        session.add_all(StatedBooking(transaction_id=one, paper_id=paper.id) for one in found.transaction_ids)
        session.flush()
    return paper


def _language(provider: Provider) -> str:
    """Tell in which language a partner reads: that of its owner."""
    owners = [member for member in provider.members if member.role is MemberRole.OWNER]
    return (owners or provider.members)[0].person.language
