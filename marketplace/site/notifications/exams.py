"""Letters about exams: what came of an attempt."""

from sqlalchemy.orm import Session

from certification.exams import queries
from certification.exams.events import AttemptImproved, ExamFailed, ExamPassed
from certification.exams.models import ExamAttempt
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, localized
from marketplace.site.notifications.post import page, tell, when


def exam_passed(session: Session, event: ExamPassed) -> None:
    """Tell a candidate that the certificate is there."""
    passed = queries.attempt_by_id(session, event.attempt_id)

    def write() -> Letter:
        why = [_why_graded_anew(passed)] if event.after_regrade else []
        return Letter(
            _("You have passed: %(track)s") % _named(passed),
            [
                *why,
                _("Your certificate is ready. Anybody can check that it is true."),
                _("You can put it on your own site, and print it for the wall."),
            ],
            (_("See your result"), _page_of(passed)),
        )

    tell(session, passed.person, write, event.at)


def attempt_improved(session: Session, event: AttemptImproved) -> None:
    """Tell a candidate that an earlier attempt was a pass as well."""
    improved = queries.attempt_by_id(session, event.attempt_id)

    def write() -> Letter:
        since = _("You have passed this exam again since. Your certificate stays as it is.")
        return Letter(
            _("An earlier try counts as passed: %(track)s") % _named(improved),
            [_why_graded_anew(improved), since],
            (_("See your result"), _page_of(improved)),
        )

    tell(session, improved.person, write, event.at)


def exam_failed(session: Session, event: ExamFailed) -> None:
    """Tell a candidate that it was not enough, and from when to try again."""
    failed = queries.attempt_by_id(session, event.attempt_id)
    again = event.may_try_from

    def write() -> Letter:
        if again is None or again <= event.at:
            follows = _("You may try again when you like.")
        else:
            follows = _("You may try again from %(day)s.") % {"day": when(again)}
        said = _("It was not enough this time. The page of your result says how each topic went.")
        return Letter(
            _("Not passed: %(track)s") % _named(failed), [said, follows], (_("See your result"), _page_of(failed))
        )

    tell(session, failed.person, write, event.at)


def _why_graded_anew(attempt: ExamAttempt) -> str:
    words = _("One of the questions of your attempt of %(day)s was wrong, so we have graded it anew. It is a pass now.")
    return words % {"day": when(attempt.started_at)}


def _named(attempt: ExamAttempt) -> dict[str, str]:
    return {"track": localized(attempt.exam.track.names)}


def _page_of(attempt: ExamAttempt) -> str:
    return page(f"/attempts/{attempt.reference}")
