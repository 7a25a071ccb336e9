"""How well members speak and write: what they say, what is proven, and what becomes of that."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import events
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import InvalidInput, NotFound
from providers.profiles import commands
from providers.profiles.events import LanguageProofChanged
from providers.profiles.models import LanguageProof, MemberLanguage
from providers.profiles.rules import Cefr, MemberRole
from providers.profiles.rules.speech import Medium, OwnLanguage, Proof, Speech, proven_level, together
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.profiles import make_member, make_proof, make_provider

LEVELS = st.none() | st.sampled_from(list(Cefr))


def seen(level, medium=Medium.WRITTEN, **overrides):
    """Have seen a proof of Spanish."""
    return Proof(
        **{"language": "es", "medium": medium, "level": level, "what": "DELE", "proven_on": NOON.date()} | overrides
    )


@pytest.fixture
def heard(app):
    """What is announced."""
    told = []
    events.connect(app, {LanguageProofChanged: [lambda _session, event: told.append(event)]})
    return told


@pytest.fixture
def ana(session):
    """Ana writes Spanish better than she speaks it."""
    return make_provider(session, languages={"es": Speech(Cefr.B2, Cefr.C1)}).members[0]


# In words


@pytest.mark.parametrize(
    ("speech", "text", "proof"),
    [
        (Speech.both(Cefr.C1), "C1", ""),
        (Speech(Cefr.B2, Cefr.C1), "C1 written, B2 spoken", ""),
        (Speech(None, Cefr.C1), "C1 written", ""),
        (Speech(Cefr.NATIVE, None), "Native spoken", ""),
        (Speech(Cefr.B2, Cefr.C1, Cefr.B2, Cefr.C1), "C1 written, B2 spoken", "proven"),
        (Speech(Cefr.B2, Cefr.C1, Cefr.B2, None), "C1 written, B2 spoken", "spoken proven"),
        (Speech(Cefr.C1, Cefr.C1, None, Cefr.C1), "C1", "written proven"),
        (Speech(None, Cefr.C1, None, Cefr.C1), "C1 written", "proven"),
        (Speech(Cefr.C1, Cefr.C1, Cefr.B2, Cefr.B2), "C1", ""),  # A colleague has proven less than is told.
    ],
)
def test_levels_in_words(app, speech, text, proof):
    with app.test_request_context():
        assert (speech.text, speech.proof_text) == (text, proof)


@pytest.mark.parametrize(
    ("told", "proof", "counts"),
    [
        (Cefr.C1, Cefr.C1, Cefr.C1),
        (Cefr.B2, Cefr.C1, Cefr.B2),
        (Cefr.C2, Cefr.C1, None),
        (Cefr.NATIVE, Cefr.C2, None),
        (None, Cefr.C1, None),
        (Cefr.C1, None, None),
    ],
)
def test_a_proof_holds_up_to_its_level(told, proof, counts):
    assert proven_level(told, proof) is counts


SPEECHES = st.dictionaries(
    st.sampled_from(["ar", "en", "es"]), st.builds(Speech, LEVELS, LEVELS, LEVELS, LEVELS).filter(Speech.at), max_size=3
)


@given(st.lists(SPEECHES, max_size=4))
def test_colleagues_know_a_language_as_well_as_the_best_of_them(several):
    found = together(several)
    assert set(found) == {language for one in several for language in one}
    levels = [list(Cefr).index(one.level) for one in found.values()]
    assert levels == sorted(levels, reverse=True)
    for language, speech in found.items():
        for medium in [None, *Medium]:
            for is_proven in (False, True):
                each = [one[language].at(medium, is_proven=is_proven) for one in several if language in one]
                best = max((one for one in each if one is not None), default=None)
                assert speech.at(medium, is_proven=is_proven) is best


# What members say


def test_whoever_speaks_only_writes_nothing(session, ana):
    commands.set_languages(session, ana, {"fr": Speech(spoken=Cefr.A2)}, now=NOON)
    session.expire_all()
    assert ana.speech == {"fr": Speech(spoken=Cefr.A2)}
    assert ana.masters("fr", Cefr.A2, Medium.SPOKEN)
    assert not ana.masters("fr", Cefr.B1, Medium.SPOKEN)
    assert not ana.masters("fr", Cefr.A1, Medium.WRITTEN)
    assert not ana.masters("es", Cefr.A1, Medium.WRITTEN)


def test_the_database_keeps_a_language_out_that_is_neither_spoken_nor_written(session, ana):
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(MemberLanguage).values(member_id=ana.id, language="fr"))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(MemberLanguage).values(spoken=None, written=None))


# What is proven


def test_a_proof_is_noted_told_and_shown(session, ana, heard):
    clerk = make_staff(session)
    commands.prove_language(session, ana.id, seen(Cefr.C1), by=clerk.id, now=NOON)
    assert ana.speech["es"] == Speech(Cefr.B2, Cefr.C1, None, Cefr.C1)
    assert ana.provider.languages["es"].proof_text == "written proven"
    assert heard == [LanguageProofChanged(ana.id, "es", Medium.WRITTEN, NOON)]
    noted = session.scalars(sa.select(AuditEntry).filter_by(action="prove_language")).one()
    assert (noted.by_person_id, noted.subject_id, noted.facts["reason"]) == (clerk.id, ana.provider_id, "DELE")
    assert (noted.facts["language"], noted.facts["medium"], noted.facts["level"]) == ("es", "written", "C1")


def test_whoever_says_to_be_better_says_so_themselves_again(session, ana):
    make_proof(session, ana, "es", Medium.WRITTEN, Cefr.C1)
    for told, proven in ((Cefr.C2, None), (Cefr.B2, Cefr.B2), (Cefr.C1, Cefr.C1), (None, None)):
        commands.set_languages(session, ana, {"es": Speech(Cefr.B2, told)}, now=NOON)
        session.expire_all()
        assert ana.speech["es"].at(Medium.WRITTEN, is_proven=True) is proven
        assert ana.speech["es"].at(Medium.SPOKEN, is_proven=True) is None


def test_a_later_proof_takes_the_place_of_an_earlier_one(session, ana):
    clerk = make_staff(session)
    commands.prove_language(session, ana.id, seen(Cefr.B2), by=clerk.id, now=NOON)
    commands.prove_language(session, ana.id, seen(Cefr.C1, what="A talk"), by=clerk.id, now=NOON + DAY)
    [proof] = session.scalars(sa.select(LanguageProof))
    assert (proof.level, proof.what, proof.noted_at) == (Cefr.C1, "A talk", NOON + DAY)


def test_a_proof_is_taken_back(session, ana, heard):
    clerk = make_staff(session)
    make_proof(session, ana, "es", Medium.WRITTEN, Cefr.C1)
    commands.take_back_proof(session, ana.id, "es", Medium.WRITTEN, by=clerk.id, now=NOON)
    assert ana.speech["es"].proof_text == ""
    assert len(heard) == 1
    with pytest.raises(NotFound):
        commands.take_back_proof(session, ana.id, "es", Medium.WRITTEN, by=clerk.id, now=NOON)


@pytest.mark.parametrize(
    ("proof", "error"),
    [
        (seen(Cefr.C1, language="fr"), NotFound),
        (seen(Cefr.C1, proven_on=(NOON + timedelta(days=1)).date()), InvalidInput),
    ],
)
def test_what_can_not_be_proven(session, ana, heard, proof, error):
    with pytest.raises(error):
        commands.prove_language(session, ana.id, proof, by=make_staff(session).id, now=NOON)
    assert heard == []
    assert session.scalars(sa.select(LanguageProof)).all() == []


def test_nothing_is_proven_that_nobody_says(session, ana):
    commands.set_languages(session, ana, {"es": Speech(spoken=Cefr.C1)}, now=NOON)
    with pytest.raises(NotFound):
        commands.prove_language(session, ana.id, seen(Cefr.C1), by=make_staff(session).id, now=NOON)


def test_nobody_proves_the_languages_of_the_own_business(session, ana):
    clerk = make_staff(session)
    make_member(session, ana.provider, person=clerk, role=MemberRole.FINANCE)
    session.expire_all()
    with pytest.raises(OwnLanguage):
        commands.prove_language(session, ana.id, seen(Cefr.C1), by=clerk.id, now=NOON)


def test_nothing_is_proven_of_whoever_has_left(session, ana):
    mate = make_member(session, ana.provider, languages={"es": Cefr.C1}, left_at=NOON)
    with pytest.raises(NotFound):
        commands.prove_language(session, mate.id, seen(Cefr.C1), by=make_staff(session).id, now=NOON)
