"""Reading banks; only staff may, and candidates through exams."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from certification.banks.formats import Entry
from certification.banks.kinds import Kind
from certification.banks.models import Bank, Question, QuestionVersion
from certification.banks.rules import QuestionState
from certification.tracks import queries as tracks
from marketplace.kernel.errors import NotFound


def bank_of(session: Session, track_slug: str) -> Bank | None:
    """Give the bank of a track, if it has one yet, or raise `NotFound`: there is no such track."""
    track = tracks.track_by_slug(session, track_slug)
    return None if track.bank_id is None else session.get(Bank, track.bank_id)


def lock_bank(session: Session, bank_id: int) -> Bank:
    """Hold on to a bank until the transaction ends, so that two imports do not write the same question."""
    return session.scalars(select(Bank).filter_by(id=bank_id).with_for_update()).one()


def lock_question(session: Session, question_id: int) -> Question:
    """Hold on to a question until the transaction ends, or raise `NotFound`."""
    wanted = select(Question).filter_by(id=question_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(question_id=question_id)
    return found


def latest_versions(
    session: Session, bank_id: int, states: Collection[QuestionState] = tuple(QuestionState)
) -> Sequence[QuestionVersion]:
    """Give the latest version of each question of a bank that has come so far, with the question, by topic."""
    in_order = _latest(bank_id).where(Question.state.in_(states)).order_by(Question.topic, Question.id)
    return session.scalars(in_order).all()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions of a bank somebody looks for; what is not said, any."""

    topic: str | None = None
    state: QuestionState | None = None
    kind: Kind | None = None
    q: str = ""


def search(session: Session, bank_id: int, wanted: Wanted, *, offset: int, limit: int) -> Sequence[QuestionVersion]:
    """Give the latest version of questions that somebody looks for, by topic."""
    exactly = {"topic": wanted.topic, "state": wanted.state, "kind": wanted.kind}
    found = _latest(bank_id).where(
        *(getattr(Question, name) == one for name, one in exactly.items() if one is not None)
    )
    if wanted.q:
        named = (column.icontains(wanted.q, autoescape=True) for column in (Question.name, Question.idnumber))
        found = found.where(or_(*named))
    return session.scalars(found.order_by(Question.topic, Question.id).offset(offset).limit(limit)).all()


def stems(session: Session, bank_id: int) -> list[tuple[int, str, dict[str, str]]]:
    """Give what each question of a bank asks, by language, with its id and its name."""
    found = session.scalars(_latest(bank_id))
    return [(one.question_id, one.question.name, one.written["stem"]["words"]) for one in found]


def is_taken(session: Session, bank_id: int, *, but: int | None, **described: object) -> bool:
    """Tell whether a question of a bank, `but` for one, is described so."""
    found = select(Question.id).filter_by(bank_id=bank_id, **described)
    return session.scalar(found.where(Question.id != but) if but is not None else found) is not None


def topics(session: Session, bank_id: int) -> Sequence[str]:
    """List what the questions of a bank are about."""
    return session.scalars(select(Question.topic).filter_by(bank_id=bank_id).distinct().order_by(Question.topic)).all()


def counts(session: Session) -> dict[int, Counter[QuestionState]]:
    """Count the questions of each bank by their state."""
    by_state: dict[int, Counter[QuestionState]] = {}
    counted = select(Question.bank_id, Question.state, func.count()).group_by(Question.bank_id, Question.state)
    for bank_id, state, count in session.execute(counted):
        by_state.setdefault(bank_id, Counter())[state] = count
    return by_state


def question(session: Session, question_id: int) -> Question:
    """Find a question, or raise `NotFound`."""
    found = session.get(Question, question_id)
    if found is None:
        raise NotFound(question_id=question_id)
    return found


def versions(session: Session, question_id: int) -> list[QuestionVersion]:
    """Give all that a question has ever said, the first version first."""
    in_order = select(QuestionVersion).filter_by(question_id=question_id).order_by(QuestionVersion.number)
    return list(session.scalars(in_order.options(joinedload(QuestionVersion.author))))


def version(session: Session, question_id: int, number: int) -> QuestionVersion:
    """Find a version of a question, or raise `NotFound`."""
    wanted = select(QuestionVersion).filter_by(question_id=question_id, number=number)
    found = session.scalar(wanted.options(joinedload(QuestionVersion.question)))
    if found is None:
        raise NotFound(question_id=question_id, number=number)
    return found


def entries(session: Session, bank_id: int) -> list[Entry]:
    """Give the questions of a bank as a file holds them, but for those that are asked no more."""
    wanted = _latest(bank_id).where(Question.state != QuestionState.RETIRED)
    found = session.scalars(wanted.order_by(Question.topic, Question.id))
    return [entry(version) for version in found]


def _latest(bank_id: int) -> Select[QuestionVersion]:
    last = select(func.max(QuestionVersion.number)).filter_by(question_id=Question.id).correlate(Question)
    versions = select(QuestionVersion).join(QuestionVersion.question).options(contains_eager(QuestionVersion.question))
    return versions.where(Question.bank_id == bank_id, QuestionVersion.number == last.scalar_subquery())


def entry(version: QuestionVersion) -> Entry:
    """Give a question as a file holds it."""
    question = version.question
    return Entry(
        name=question.name,
        content=version.content,
        idnumber=question.idnumber or "",
        topic=question.topic,
        difficulty=question.difficulty,
        tags=tuple(question.tags),
    )
