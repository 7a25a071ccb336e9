"""What is counted of a provider's work."""

from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute, Session

from providers.profiles.models import Provider


def count_rating(session: Session, provider_id: int, *, stars: int, taken_back: bool = False) -> None:
    """Count what a customer has said, once it is shown; or not any more, once it is hidden."""
    sign = -1 if taken_back else 1
    _add(session, provider_id, {Provider.ratings: sign, Provider.stars_sum: sign * stars})


def count_promise(session: Session, provider_id: int, *, kept: bool) -> None:
    """Count a promise that has come to its end."""
    _add(session, provider_id, {Provider.promises_due: 1, Provider.promises_kept: int(kept)})


def count_first_answer(session: Session, provider_id: int, *, minutes: int) -> None:
    """Count how long a customer waited for the first answer after the acceptance."""
    _add(session, provider_id, {Provider.first_answers: 1, Provider.first_answer_minutes_sum: minutes})


def count_job(session: Session, provider_id: int) -> None:
    """Count a job that was done to the end."""
    _add(session, provider_id, {Provider.jobs_done: 1})


def _add(session: Session, provider_id: int, steps: dict[InstrumentedAttribute[int], int]) -> None:
    """Count in the database itself, so that two at the same time are both counted."""
    values = {counter.key: counter + step for counter, step in steps.items()}
    session.execute(update(Provider).where(Provider.id == provider_id).values(values))
