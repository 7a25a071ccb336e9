"""Reviews, and what people find should not be said."""

from providers.profiles.commands.figures import count_rating
from providers.profiles.models import Review
from providers.profiles.models_of_reports import ReviewReport
from providers.profiles.rules.reviews import ReviewSubject
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.support_requests import make_request


def make_review(session, *, support_request=None, about=ReviewSubject.PROVIDER, **overrides):
    """Make a review that is shown, of four stars, and count it; of a request that was closed unless one is given."""
    one = support_request or make_request(session, status="closed", closed_at=NOON - DAY)
    is_public = about is ReviewSubject.PROVIDER
    facts = {
        "provider_id": one.provider_id,
        "request_id": one.id,
        "about": about,
        "customer_id": None if is_public else one.customer_id,
        "author_id": one.customer_id if is_public else one.provider.members[0].person_id,
        "author_name": "Nia Example",
        "stars": 4,
        "body": "Quick, and a little curt.",
        "language": "en",
        "at": NOON - DAY,
        **overrides,
    }
    review = Review(**facts)
    session.add(review)
    session.flush()
    if is_public and review.is_shown:
        count_rating(session, review.provider_id, stars=review.stars)
    return review


def make_report(session, *, review=None, **overrides):
    """Make a report of a review that waits for a decision."""
    facts = {
        "review_id": (review or make_review(session)).id,
        "reporter_id": overrides.pop("reporter_id", None) or make_person(session).id,
        "reason": "It names my sister.",
        "made_at": NOON,
        **overrides,
    }
    report = ReviewReport(**facts)
    session.add(report)
    session.flush()
    return report
