"""Taking a question out of exams because of what attempts say about it."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.banks import commands as banks
from certification.banks import queries as bank_queries
from certification.exams import queries
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.translate import _l


class NeededQuestion(Conflict):
    """Without it nobody could begin an exam that is published."""

    message = _l(
        "This question is needed: without it a published exam has too few. Write or put live another one first."
    )


def drop_question(session: Session, exam_id: int, question_id: int, *, by: int, now: datetime) -> None:
    """Ask a question no more, in whatever exam; attempts that have begun keep it.

    Raises:
        NotFound: there is no such exam, or its bank has no such question.
        IllegalMove: it is retired already.
        NeededQuestion: a published exam would have too few questions.
    """
    bank_id = queries.exam(session, exam_id).track.bank_id
    if bank_id is None or bank_queries.question(session, question_id).bank_id != bank_id:
        raise NotFound(question_id=question_id)
    bank_queries.lock_bank(session, bank_id)  # Two at once could take one too many.
    if question_id in queries.needed(session, bank_id):
        raise NeededQuestion
    banks.retire(session, question_id, by=by, now=now)
