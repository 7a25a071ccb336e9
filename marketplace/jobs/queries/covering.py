"""Reading what cover would pay for a request."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue.rules import ServiceKind
from marketplace.insurance import queries as insurance
from marketplace.insurance.models import Claim, Policy, PolicyYear
from marketplace.insurance.rules import Need
from marketplace.jobs.covering import CoverChoice, Way
from marketplace.jobs.queries.asking import match_of_choice
from marketplace.jobs.rules import FIRST_PART, PURPOSE, Choice
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.payments import queries as payments
from marketplace.payments.rules import NOT_PAID, Subject
from marketplace.support_requests.models import SupportRequest
from providers.services.rules import Terms


def subject_of(support_request: SupportRequest, part: int = FIRST_PART) -> Subject:
    """Name a part of a request to those who hold money for it, and cover it."""
    title = support_request.title
    description = title if part == FIRST_PART else _("Extra work: %(title)s") % {"title": title}
    return Subject(PURPOSE, support_request.id, description, f"/requests/{support_request.reference}", part)


def need_of(
    support_request: SupportRequest, price: Money, terms: Terms | None = None, *, is_accepted: bool = True
) -> Need:
    """Tell what is to be covered for a price; with its terms, how much working time that is.

    `is_accepted` says whether the partner takes requests that cover pays for.
    """
    minutes = time_of(terms) if terms else 0
    return Need(price, support_request.layer, support_request.category.slug, minutes, is_accepted)


def accepts_cover(support_request: SupportRequest) -> bool:
    """Tell whether whoever has accepted a request takes such that cover pays for."""
    return support_request.provider is None or support_request.provider.accepts_cover


def time_of(terms: Terms) -> int:
    """Tell the most working time that terms pay; 0 where time does not count."""
    return terms.cap_minutes or terms.session_minutes or 0


def need_of_choice(
    session: Session, support_request: SupportRequest, choice: Choice, price: Money, now: datetime
) -> Need:
    """Tell what is to be covered before somebody has accepted: of whoever may be asked, the longest time.

    Raises:
        PartnerNotFree: the chosen partner does not fit, or not any more.
    """
    if choice.provider_id is not None:
        chosen = match_of_choice(session, support_request, choice.provider_id, now)
        return need_of(support_request, price, chosen.terms, is_accepted=chosen.accepts_cover)
    need = need_of(support_request, price)
    if support_request.service_kind is ServiceKind.INCIDENT:
        return need
    asked = [one for one in matching.matches(session, support_request, now, ceiling=None) if one.price <= price]
    minutes = max((time_of(one.terms) for one in asked), default=0)
    return Need(need.price, need.layer, need.category, minutes)


def ways_to_cover(session: Session, support_request: SupportRequest, now: datetime) -> list[Way]:
    """List how a request could be covered: by each policy of its customer, also as a part of each recent event."""
    policies = insurance.live_policies(session, support_request.customer_id)
    if not policies:
        return []
    subject = subject_of(support_request)
    events = insurance.events_to_join(session, [one.id for one in policies], subject, now)
    ways = []
    for policy in policies:
        joinable = (
            [] if _is_claimed(session, policy, subject) else [one for one in events if one.policy_id == policy.id]
        )
        ways += [_way(session, policy, event, subject, now) for event in (None, *joinable)]
    return ways


def years_that_cover(session: Session, request_id: int) -> list[PolicyYear]:
    """List the policy years that pay for a request, or for a part of it."""
    claims = insurance.claims_about(session, PURPOSE, request_id)
    years = {part.year_id: part.year for claim in claims for part in claim.parts if part.covered}
    return list(years.values())


def _is_claimed(session: Session, policy: Policy, subject: Subject) -> bool:
    """Tell whether a policy pays for a part of the subject already: then its event is known."""
    claim = insurance.claim_of(session, policy.id, subject.purpose, subject.id)
    return claim is not None and any(part.covered for part in claim.parts)


def _way(session: Session, policy: Policy, event: Claim | None, subject: Subject, now: datetime) -> Way:
    event_id = event.id if event else None
    year = insurance.year_at(session, policy.id, now)
    return Way(
        policy, event, insurance.standing(session, policy.id, now, subject=subject, same_cause_as=event_id), year
    )


def way_of(ways: Sequence[Way], choice: CoverChoice) -> Way:
    """Find the way that a customer has chosen.

    Raises:
        InvalidInput: the customer has no such policy, or no such event; names the field.
    """
    found = next((way for way in ways if way.is_meant_by(choice)), None)
    if found is not None:
        return found
    if any(way.policy.reference == choice.policy for way in ways):
        raise InvalidInput({"same_cause_as": [_("Choose one of your claims of the last 30 days, or leave this out.")]})
    raise InvalidInput({"policy": [_("Choose one of your policies that run.")]})


def covered_of(session: Session, request_ids: Collection[int]) -> set[int]:
    """Tell of which requests cover pays for all, or for a part."""
    holds = payments.holds_by_part(session, PURPOSE, request_ids)
    return {hold.subject_id for hold in holds.values() if hold.covered and hold.status not in NOT_PAID}


def is_covered(session: Session, request_id: int) -> bool:
    """Tell whether cover pays for a request, or for a part of it."""
    return bool(covered_of(session, [request_id]))
