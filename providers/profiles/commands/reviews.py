"""What customers and providers say of each other."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from providers.profiles import queries, queries_of_reports
from providers.profiles.commands.figures import count_rating
from providers.profiles.events import ReviewDecided, ReviewReported
from providers.profiles.models import Member, Review
from providers.profiles.models_of_reports import ReviewReport
from providers.profiles.rules import check_owner
from providers.profiles.rules.reviews import (
    DECISIONS,
    AnsweredAlready,
    Opinion,
    OtherWasRead,
    ReportDecided,
    ReportedAlready,
    ReportStatus,
    ReviewSubject,
    blind_until,
)


def add_review(
    session: Session,
    provider_id: int,
    opinion: Opinion,
    *,
    request_id: int,
    about: ReviewSubject,
    customer_id: int,
    closed_at: datetime,
    now: datetime,
) -> Review:
    """Keep what one side of a request says of the other; whoever calls holds the request.

    It is shown, and counted, together with what the other side says, or when time is up.

    Raises:
        OtherWasRead: what the other side says is shown already.
    """
    other = queries.lock_review_of(session, request_id, about.other)
    if other is not None and other.blind_until is None:
        raise OtherWasRead
    review = Review(
        provider_id=provider_id,
        request_id=request_id,
        about=about,
        customer_id=customer_id if about is ReviewSubject.CUSTOMER else None,
        author_id=opinion.author_id,
        author_name=opinion.author_name,
        stars=opinion.stars,
        body=opinion.body,
        language=opinion.language,
        at=now,
        blind_until=blind_until(closed_at, now, other_wrote=other is not None),
    )
    session.add(review)
    session.flush()
    if review.blind_until is None:
        _count(session, review)
        if other is not None:
            _show(session, other)
    return review


def show_review(session: Session, review_id: int, *, now: datetime) -> None:
    """Show a review whose other side has said nothing in time."""
    review = queries.lock_review(session, review_id)
    if review.blind_until is not None and review.blind_until <= now:
        _show(session, review)


def _show(session: Session, review: Review) -> None:
    review.blind_until = None
    session.flush()
    _count(session, review)


def _count(session: Session, review: Review, *, taken_back: bool = False) -> None:
    if review.about is ReviewSubject.PROVIDER:
        count_rating(session, review.provider_id, stars=review.stars, taken_back=taken_back)


def answer_review(session: Session, member: Member, review_id: int, answer: str, *, now: datetime) -> None:
    """Answer publicly what a customer says of the business; once.

    Raises:
        OnlyOwners: the member is no owner.
        NotFound: no such review of this business is public.
        AnsweredAlready: once is enough.
    """
    check_owner(member.role)
    review = queries.lock_review(session, review_id)
    is_public = review.is_shown and review.about is ReviewSubject.PROVIDER
    if review.provider_id != member.provider_id or not is_public:
        raise NotFound(review_id=review_id)
    if review.answer is not None:
        raise AnsweredAlready
    review.answer, review.answered_at, review.answered_by = answer, now, member.person_id
    audit.record(session, review, "answer", by=member.person_id, at=now)


def report_review(session: Session, review_id: int, person_id: int, reason: str, *, now: datetime) -> None:
    """Say that a review should not be shown, and why.

    Raises:
        NotFound: there is no such review that this person may read.
        ReportedAlready: by the same person.
    """
    review = queries_of_reports.readable_review(session, review_id, person_id)
    facts = {"reason": reason, "made_at": now, "status": ReportStatus.OPEN}
    if not insert_new(session, ReviewReport, review_id=review.id, reporter_id=person_id, **facts):
        raise ReportedAlready
    [made] = [one for one in queries_of_reports.open_reports_of(session, review.id) if one.reporter_id == person_id]
    audit.record(session, made, "make", by=person_id, at=now)
    announce(session, ReviewReported(made.id, now))


def decide_report(
    session: Session, report_id: int, status: ReportStatus, *, reason: str, by: int, now: datetime
) -> None:
    """Keep or hide a review that was reported; all who have reported it so far are answered at once.

    Raises:
        NotFound: there is no such report.
        ReportDecided: somebody was faster.
    """
    assert status in DECISIONS, status
    review = queries.lock_review(session, queries_of_reports.report(session, report_id).review_id)
    waiting = queries_of_reports.open_reports_of(session, review.id)
    if report_id not in {one.id for one in waiting}:
        raise ReportDecided
    for one in waiting:
        one.status, one.answer, one.decided_by, one.decided_at = status, reason, by, now
    if status is ReportStatus.HIDDEN:
        review.hidden_at, review.hidden_reason = now, reason
        _count(session, review, taken_back=True)
    session.flush()
    audit.record(session, review, f"report_{status}", by=by, at=now, reason=reason)
    announce(session, ReviewDecided(review.id, tuple(one.id for one in waiting), now))
