"""Letters about reviews that somebody finds should not be shown."""

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _
from marketplace.site.notifications.post import page, support_staff, tell, tell_all
from providers.profiles.events import ReviewDecided, ReviewReported
from providers.profiles.models import Review
from providers.profiles.models_of_reports import ReviewReport


def review_reported(session: Session, event: ReviewReported) -> None:
    """Ask staff to look at a review."""
    report = session.get_one(ReviewReport, event.report_id)

    def write() -> Letter:
        return Letter(
            _("A review of %(name)s was reported") % {"name": report.review.provider.name},
            [_("Somebody finds that it should not be shown:"), report.reason],
            (_("Look at it"), page(f"/vendor/reviews/{report.id}")),
        )

    tell_all(session, [one for one in support_staff(session) if one.id != report.reporter_id], write, event.at)


def review_decided(session: Session, event: ReviewDecided) -> None:
    """Tell whoever reported a review, and whoever wrote it, whether it stays, and why."""
    review = session.get_one(Review, event.review_id)
    reports = [session.get_one(ReviewReport, one) for one in event.report_ids]
    reason = reports[0].answer or ""
    is_hidden = review.hidden_at is not None

    def write_to_reporter() -> Letter:
        subject = _("The review that you reported is hidden") if is_hidden else _("The review that you reported stays")
        return Letter(subject, [_("This is the reason:"), reason], (_("Find a partner"), page("/providers")))

    def write_to_author() -> Letter:
        subject = _("Your review is hidden") if is_hidden else _("Your review was reported, and stays")
        return Letter(subject, [_("This is the reason:"), reason], (_("Find a partner"), page("/providers")))

    for report in reports:
        tell(session, report.reporter, write_to_reporter, event.at)
    if review.author_id is not None:
        tell(session, session.get_one(Person, review.author_id), write_to_author, event.at)
