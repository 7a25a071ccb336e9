"""What must always hold of providers; `handrail check` asks every day. Each check names what is broken."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.translate import is_zone
from providers.profiles.models import Member, Provider, Review
from providers.profiles.rules import MemberRole


def ratings_that_disagree_with_reviews(session: Session) -> list[str]:
    """A rating that nobody gave, or one that was not counted."""
    given = select(Review.provider_id, func.count(Review.id), func.sum(Review.stars)).group_by(Review.provider_id)
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


CHECKS = (ratings_that_disagree_with_reviews, providers_without_an_owner, members_in_unknown_zones)
