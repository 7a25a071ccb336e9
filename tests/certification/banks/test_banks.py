"""Banks: what an import makes of questions that are new, other or the same, and how far a question has come."""

import dataclasses

import pytest
import sqlalchemy as sa

from certification.banks import commands, queries, selfchecks
from certification.banks.formats import Entry, FileFormat, read, write
from certification.banks.kinds import Text, say
from certification.banks.models import Question, QuestionVersion
from certification.banks.rules import Difficulty, QuestionState
from certification.tracks import queries as tracks
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from tests.factories import DAY, NOON
from tests.factories import questions as make
from tests.factories.accounts import make_person
from tests.factories.question_banks import make_bank, make_entries
from tests.factories.tracks import make_track

LATER = NOON + DAY


def entry(**overrides):
    return Entry(**{"name": "Q", "content": make.true_false(), "topic": "A", **overrides})


def import_into(session, bank, *entries):
    return commands.import_questions(session, bank.id, entries, by=None, now=LATER)


def counts(comparison):
    return [len(part) for part in (comparison.new, comparison.changed, comparison.same, comparison.refused)]


def numbers(session):
    return list(session.scalars(sa.select(QuestionVersion.number).order_by(QuestionVersion.id)))


def test_what_was_imported_is_there_as_it_was(session):
    bank = make_bank(session)
    session.expire_all()
    assert queries.entries(session, bank.id) == make_entries()
    assert {version.question.state for version in queries.latest_versions(session, bank.id)} == {QuestionState.DRAFT}
    assert selfchecks.questions_whose_versions_have_gaps(session) == []


def test_the_same_file_twice_changes_nothing(session):
    bank = make_bank(session)
    assert counts(import_into(session, bank, *make_entries())) == [0, 0, len(make_entries()), 0]
    assert set(numbers(session)) == {1}


@pytest.mark.parametrize("file_format", [FileFormat.GIFT, FileFormat.MOODLE_XML, FileFormat.CSV])
def test_what_was_exported_is_the_same_when_it_comes_back(session, file_format):
    bank = make_bank(session)
    file = write(queries.entries(session, bank.id), file_format, language="en")
    comparison = import_into(session, bank, *read(file.data, file_format, language="en").entries)
    assert counts(comparison) == [0, 0, len(make_entries()) - len(file.left_out), 0]


def test_a_question_that_says_something_else_gets_a_new_version(session):
    bank = make_bank(session, entries=[entry()])
    assert counts(import_into(session, bank, entry(content=make.true_false(is_true=False)))) == [0, 1, 0, 0]
    assert numbers(session) == [1, 2]
    [version] = queries.latest_versions(session, bank.id)
    assert not version.content.is_true


def test_what_is_said_about_a_question_changes_without_a_version(session):
    bank = make_bank(session, entries=[entry(idnumber="7")])
    other = entry(idnumber="7", name="R", topic="B", difficulty=Difficulty.HARD, tags=("x",))
    assert counts(import_into(session, bank, other)) == [0, 1, 0, 0]
    assert numbers(session) == [1]
    assert queries.entries(session, bank.id) == [other]


def test_another_topic_or_kind_is_another_question(session):
    bank = make_bank(session, entries=[entry()])
    assert counts(import_into(session, bank, entry(topic="B"), entry(content=make.short()))) == [2, 0, 0, 0]


def test_an_idnumber_is_learned_and_kept(session):
    bank = make_bank(session, entries=[entry()])
    assert counts(import_into(session, bank, entry(idnumber="7"))) == [0, 1, 0, 0]
    assert counts(import_into(session, bank, entry())) == [0, 0, 1, 0]
    assert [one.idnumber for one in queries.entries(session, bank.id)] == ["7"]


def test_translations_stay_while_what_they_translate_stays(session):
    said = Text({"en": "Water is wet.", "es": "El agua moja."})
    content = dataclasses.replace(make.true_false(), stem=said)
    bank = make_bank(session, entries=[entry(content=content)])
    assert counts(import_into(session, bank, entry())) == [0, 0, 1, 0]
    other = dataclasses.replace(make.true_false(), stem=say("Water is blue.", "en"))
    import_into(session, bank, entry(content=other))
    [kept] = queries.entries(session, bank.id)
    assert kept.content.stem == Text({"en": "Water is blue.", "es": "El agua moja."}, outdated=("es",))


@pytest.mark.parametrize(
    ("known", "file", "word"),
    [
        ([], [entry(line=3), entry(line=9, tags=("x",))], "line 3"),
        ([], [entry(idnumber="7", line=3), entry(name="R", idnumber="7")], "line 3"),
        ([entry(idnumber="7")], [entry(idnumber="7", content=make.short())], "another kind"),
        ([entry(idnumber="7")], [entry(idnumber="8")], "another idnumber"),
        ([entry(idnumber="7"), entry(name="R")], [entry(name="R", idnumber="7")], "another its name"),
    ],
)
def test_a_question_that_can_be_two_is_refused(session, known, file, word):
    bank = make_bank(session, entries=known)
    comparison = import_into(session, bank, *file)
    assert [word in one.reason for one in comparison.refused] == [True]


def test_the_same_question_twice_in_a_file_is_one(session):
    bank = make_bank(session, entries=[])
    assert counts(import_into(session, bank, entry(line=1), entry(line=5))) == [1, 0, 1, 0]


def test_tracks_share_a_bank(session):
    track, following = make_track(session), make_track(session)
    bank = make_bank(session, track=track)
    commands.share_bank(session, track.slug, with_track=following.slug, by=None, now=LATER)
    assert queries.bank_of(session, following.slug).id == bank.id
    assert queries.bank_of(session, make_track(session).slug) is None
    with pytest.raises(NotFound):
        commands.open_bank(session, "nowhere", by=None, now=LATER)


def test_a_question_comes_as_far_as_the_table_says(session):
    bank, person = make_bank(session, entries=[entry()]), make_person(session)
    [version] = queries.latest_versions(session, bank.id)
    for move in (commands.try_out, commands.put_live, commands.retire):
        move(session, version.question_id, by=person.id, now=LATER)
    assert queries.entries(session, bank.id) == []
    assert counts(import_into(session, bank, entry())) == [0, 0, 1, 0], "it stays retired"
    with pytest.raises(IllegalMove):
        commands.put_live(session, version.question_id, by=person.id, now=LATER)
    with pytest.raises(NotFound):
        commands.try_out(session, 99, by=person.id, now=LATER)
    commands.bring_back(session, version.question_id, by=person.id, now=LATER)
    assert version.question.state is QuestionState.DRAFT
    moves = sa.select(AuditEntry.action).filter_by(subject_kind="question").order_by(AuditEntry.id)
    assert list(session.scalars(moves)) == ["try", "put_live", "retire", "bring_back"]


@pytest.mark.parametrize("statement", [sa.update(QuestionVersion).values(number=2), sa.delete(QuestionVersion)])
def test_a_version_is_never_changed(app, statement):
    with transaction() as session:
        make_bank(session, entries=[entry()])
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), transaction() as session:
        session.execute(statement)


def test_the_database_keeps_two_questions_apart(session):
    bank = make_bank(session, entries=[entry(idnumber="7"), entry(name="R", idnumber="8")])
    for values in ({"idnumber": "7"}, {"name": "Q"}, {"kind": "essay"}):
        change = sa.update(Question).where(Question.name == "R", Question.bank_id == bank.id).values(**values)
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(change)


def test_a_missing_version_is_found(session):
    bank = make_bank(session, entries=[entry()])
    [version] = queries.latest_versions(session, bank.id)
    session.add(QuestionVersion(question_id=version.question_id, kind=version.kind, number=3, written={}, made_at=NOON))
    session.flush()
    assert selfchecks.questions_whose_versions_have_gaps(session) == [f"question {version.question_id}"]


def test_a_track_is_found_by_its_slug(session):
    track = make_track(session)
    assert tracks.track_by_slug(session, track.slug) is track
