"""What must always hold of providers; `handrail check` asks every day. Each check names what is broken."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.translate import is_zone
from providers.profiles import queries
from providers.profiles.models import Member, Provider, Review
from providers.profiles.models_of_levels import LevelDecision
from providers.profiles.rules import MemberRole
from providers.profiles.rules.levels import LevelOutcome


def ratings_that_disagree_with_reviews(session: Session) -> list[str]:
    """A rating that nobody gave or that is not shown yet, or one that was not counted."""
    given = select(Review.provider_id, func.count(Review.id), func.sum(Review.stars)).where(*queries.IS_PUBLIC)
    given = given.group_by(Review.provider_id)
    counted = {provider_id: (number, stars) for provider_id, number, stars in session.execute(given)}
    figures = session.execute(select(Provider.id, Provider.slug, Provider.ratings, Provider.stars_sum))
    return [
        f"provider {slug} has {ratings} ratings with {stars} stars, its reviews are {counted.get(provider_id, (0, 0))}"
        for provider_id, slug, ratings, stars in figures
        if counted.get(provider_id, (0, 0)) != (ratings, stars)
    ]


def providers_without_an_owner(session: Session) -> list[str]:
    """A business that belongs to nobody."""
    owned = select(Member.provider_id).filter_by(role=MemberRole.OWNER)
    return [
        f"provider {slug} has no owner"
        for slug in session.scalars(select(Provider.slug).where(Provider.id.not_in(owned)))
    ]


def members_in_unknown_zones(session: Session) -> list[str]:
    """Hours that nobody can work out."""
    zones = session.execute(select(Member.id, Member.zone))
    return [f"member {member_id} works in the unknown zone {zone}" for member_id, zone in zones if not is_zone(zone)]


def levels_that_disagree_with_decisions(session: Session) -> list[str]:
    """A level that is not what was decided last, or a warning that nobody gave."""
    last = select(func.max(LevelDecision.id)).group_by(LevelDecision.provider_id)
    decided = select(Provider, LevelDecision).join(LevelDecision, LevelDecision.provider_id == Provider.id)
    return [
        f"provider {provider.slug} is {provider.level}, decided was {decision.outcome} at {decision.level}"
        for provider, decision in session.execute(decided.where(LevelDecision.id.in_(last)))
        if provider.level is not decision.level
        or (provider.level_warned_at is not None) != (decision.outcome is LevelOutcome.WARNED)
    ]


CHECKS = (
    ratings_that_disagree_with_reviews,
    providers_without_an_owner,
    members_in_unknown_zones,
    levels_that_disagree_with_decisions,
)
