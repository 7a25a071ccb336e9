"""Filling banks, and bringing questions from a draft into exams and out of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from certification.banks import queries
from certification.banks.comparing import Comparison, compare, says_the_same, written_over
from certification.banks.formats import Entry
from certification.banks.kinds import to_json
from certification.banks.models import Bank, Question, QuestionVersion
from certification.banks.rules import LIFECYCLE, QuestionAction, QuestionState
from certification.tracks import queries as tracks
from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.translate import _


def open_bank(session: Session, track_slug: str, *, by: int | None, now: datetime) -> Bank:
    """Give the bank of a track, which is made when it has none yet; raises `NotFound` without such a track."""
    bank = queries.bank_of(session, track_slug)
    if bank is None:
        bank = Bank(name=track_slug, made_at=now)
        session.add(bank)
        session.flush()  # The track and the record need its id.
        tracks.track_by_slug(session, track_slug).bank_id = bank.id
        audit.record(session, bank, "open", by=by, at=now, track=track_slug)
    return bank


def share_bank(session: Session, track_slug: str, *, with_track: str, by: int | None, now: datetime) -> None:
    """Let another track, such as that of the next release, ask from the bank of a track."""
    bank = open_bank(session, track_slug, by=by, now=now)
    tracks.track_by_slug(session, with_track).bank_id = bank.id
    audit.record(session, bank, "share", by=by, at=now, track=with_track)


def import_questions(
    session: Session, bank_id: int, entries: Iterable[Entry], *, by: int | None, now: datetime
) -> Comparison:
    """Take questions into a bank.

    A question that it has gets a new version if it says something else, and is left alone if it is the same. What can't
    be told from another question is left out: whoever wants all or nothing looks at `refused` and rolls back.
    """
    bank = queries.lock_bank(session, bank_id)
    comparison = compare(queries.latest_versions(session, bank_id), entries)
    made = [_new(bank_id, entry, now) for entry in comparison.new]
    session.add_all(made)
    session.flush()  # The versions need their ids.
    for question, entry in zip(made, comparison.new, strict=True):
        session.add(new_version(question, 1, to_json(entry.content), by, now))
    for version, entry in comparison.changed:
        _describe(version.question, entry)
        written = written_over(version, entry)
        if not says_the_same(version, written):
            session.add(new_version(version.question, version.number + 1, written, by, now))
    session.flush()
    counts = {"new": len(made), "changed": len(comparison.changed), "same": len(comparison.same)}
    audit.record(session, bank, "import", by=by, at=now, **counts)
    return comparison


def write_question(session: Session, bank_id: int, entry: Entry, *, by: int, now: datetime) -> Question:
    """Write a new question; raises `InvalidInput` if it can't be asked, or can't be told from another one."""
    bank = queries.lock_bank(session, bank_id)
    _check(session, bank_id, entry, but=None)
    question = _new(bank_id, entry, now)
    session.add(question)
    session.flush()  # The version and the record need its id.
    session.add(new_version(question, 1, to_json(entry.content), by, now))
    audit.record(session, question, "write", by=by, at=now, bank=bank.id)
    return question


def rewrite(session: Session, question_id: int, entry: Entry, *, seen: int, by: int, now: datetime) -> Question:
    """Change a question; if it says something else, that is a new version.

    Raises:
        InvalidInput: it can't be asked, it can't be told from another one, or `seen` is not its latest version.
        NotFound: there is no such question.
    """
    question = queries.lock_question(session, question_id)
    version = queries.versions(session, question_id)[-1]
    check_seen(version, seen)
    _check(session, question.bank_id, entry, but=question_id)
    _describe(question, entry)
    question.idnumber = entry.idnumber or None
    written = written_over(version, entry)
    if not says_the_same(version, written):
        session.add(new_version(question, version.number + 1, written, by, now))
    audit.record(session, question, "write", by=by, at=now, version=version.number)
    return question


def check_seen(version: QuestionVersion, seen: int) -> None:
    """Refuse to write over a version that somebody has not seen; raises `InvalidInput`."""
    if version.number != seen:
        words = _("Somebody has written version %(number)d meanwhile. Open the question again.")
        raise InvalidInput({"text": [words % {"number": version.number}]})


def _check(session: Session, bank_id: int, entry: Entry, *, but: int | None) -> None:
    problems = entry.content.check()
    named = {"topic": entry.topic, "name": entry.name, "kind": entry.content.KIND}
    if queries.is_taken(session, bank_id, but=but, **named):
        problems["name"] = [_("Another question of this kind and topic has this name. Give it one of its own.")]
    if entry.idnumber and queries.is_taken(session, bank_id, but=but, idnumber=entry.idnumber):
        problems["idnumber"] = [_("Another question has this number. Give it one of its own.")]
    if problems:
        raise InvalidInput(problems)


def try_out(session: Session, question_id: int, *, by: int, now: datetime) -> None:
    """Ask a question without scoring it; raises `NotFound` or `IllegalMove`."""
    _move(session, question_id, QuestionAction.TRY, by, now)


def put_live(session: Session, question_id: int, *, by: int, now: datetime) -> None:
    """Ask a question and score it; raises `NotFound` or `IllegalMove`."""
    _move(session, question_id, QuestionAction.PUT_LIVE, by, now)


def retire(session: Session, question_id: int, *, by: int, now: datetime) -> None:
    """Ask a question no more; raises `NotFound` or `IllegalMove`."""
    _move(session, question_id, QuestionAction.RETIRE, by, now)


def bring_back(session: Session, question_id: int, *, by: int, now: datetime) -> None:
    """Make a draft again of a question that was asked no more; raises `NotFound` or `IllegalMove`."""
    _move(session, question_id, QuestionAction.BRING_BACK, by, now)


def move_all(
    session: Session, bank_id: int, question_ids: Iterable[int], action: QuestionAction, *, by: int, now: datetime
) -> tuple[int, int]:
    """Do the same with several questions of a bank; those whose state does not allow it stay as they are.

    Gives how many were moved, and how many stayed.
    """
    moved = stayed = 0
    for question_id in sorted(set(question_ids)):  # One order everywhere, so that nobody waits in a circle.
        question = queries.lock_question(session, question_id)
        if question.bank_id != bank_id:
            raise NotFound(question_id=question_id)
        if LIFECYCLE.allows(question.state, action):
            _move(session, question_id, action, by, now)
            moved += 1
        else:
            stayed += 1
    return moved, stayed


def _move(session: Session, question_id: int, action: QuestionAction, by: int, now: datetime) -> None:
    question = queries.lock_question(session, question_id)
    question.state = LIFECYCLE.after(question.state, action)
    audit.record(session, question, action, by=by, at=now)


def _new(bank_id: int, entry: Entry, now: datetime) -> Question:
    question = Question(bank_id=bank_id, kind=entry.content.KIND, state=QuestionState.DRAFT, made_at=now)
    _describe(question, entry)
    return question


def _describe(question: Question, entry: Entry) -> None:
    question.name = entry.name
    question.idnumber = entry.idnumber or question.idnumber
    question.topic = entry.topic
    question.difficulty = entry.difficulty
    question.tags = list(entry.tags)


def new_version(
    question: Question, number: int, written: dict[str, object], by: int | None, now: datetime
) -> QuestionVersion:
    """Make what a question says from now on."""
    return QuestionVersion(
        question_id=question.id, kind=question.kind, number=number, written=written, made_at=now, by_person_id=by
    )
