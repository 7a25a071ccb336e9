"""Reading what people find should not be said, and what became of it."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.kernel.errors import NotFound
from providers.profiles.models import Review
from providers.profiles.models_of_reports import ReviewReport
from providers.profiles.queries import IS_PUBLIC, IS_SHOWN
from providers.profiles.rules.reviews import ReportStatus


def readable_review(session: Session, review_id: int, person_id: int) -> Review:
    """Find a review that a person may read outside of the page of its request, or raise `NotFound`."""
    readable = select(Review).filter_by(id=review_id).where(*IS_SHOWN)
    found = session.scalar(readable.where(or_(and_(*IS_PUBLIC), Review.customer_id == person_id)))
    if found is None:
        raise NotFound(review_id=review_id)
    return found


def reports(session: Session, *, is_open: bool, limit: int) -> list[ReviewReport]:
    """List reports that wait for a decision, the oldest first, or those decided, the latest first."""
    wanted = select(ReviewReport).options(joinedload(ReviewReport.review).joinedload(Review.provider))
    if is_open:
        wanted = wanted.where(ReviewReport.status == ReportStatus.OPEN).order_by(ReviewReport.made_at, ReviewReport.id)
    else:
        decided = wanted.where(ReviewReport.status != ReportStatus.OPEN)
        wanted = decided.order_by(ReviewReport.decided_at.desc(), ReviewReport.id.desc())
    return list(session.scalars(wanted.limit(limit)))


def report(session: Session, report_id: int) -> ReviewReport:
    """Find a report with what it is about, or raise `NotFound`."""
    found = session.get(ReviewReport, report_id, populate_existing=True)
    if found is None:
        raise NotFound(report_id=report_id)
    return found


def open_reports_of(session: Session, review_id: int) -> list[ReviewReport]:
    """List the reports of a review that wait for a decision."""
    waiting = select(ReviewReport).filter_by(review_id=review_id, status=ReportStatus.OPEN)
    return list(session.scalars(waiting.order_by(ReviewReport.id).execution_options(populate_existing=True)))
