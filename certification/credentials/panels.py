"""What certificates add to the pages of slices below."""

from flask import render_template

from certification.credentials import queries
from certification.credentials.seals import seal_of
from certification.exams import queries_of_regrades as regrades
from certification.exams.models import ExamAttempt
from certification.exams.rules import AttemptState
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading


def on_certification() -> str:
    """Lead from the vendor's page of tracks to the passes that are in doubt."""
    return render_template("credentials/on_certification.html", waiting=len(regrades.open_doubts(reading())))


def on_attempt(attempt: ExamAttempt) -> str:
    """Show the certificate that a pass has brought."""
    if attempt.state is not AttemptState.PASSED or attempt.graded_at is None:
        return ""
    held = queries.all_credentials(reading(), [attempt.person_id]).get(attempt.person_id, [])
    found = [one for one in held if (one.track_id, one.issued_at) == (attempt.track_id, attempt.graded_at)]
    return render_template("credentials/on_attempt.html", seals=[seal_of(one, utcnow()) for one in found])
