"""What an answer is worth when its question is graded anew, and which answers a later version can mark."""

from dataclasses import replace
from fractions import Fraction

import pytest

from certification.banks.kinds import Matching, Ordering, pair_up, say
from certification.banks.kinds.ordering import Item
from certification.exams.rules import AttemptState
from certification.exams.rules.regrading import Before, Decision, Fallback, Remedy, regraded, remedied
from tests.factories.questions import several, short, single, true_false

HALF, ALL, NONE = Fraction(1, 2), Fraction(1), Fraction(0)
KEY_OR_FULL = Decision(Remedy.NEWEST_KEY, Fallback.FULL_MARKS)
KEY_OR_OUT = Decision(Remedy.NEWEST_KEY, Fallback.LEFT_OUT)
FULL, OUT = Decision(Remedy.FULL_MARKS), Decision(Remedy.LEFT_OUT)


@pytest.mark.parametrize(
    ("decision", "carried", "was_scored", "others", "worth"),
    [
        (KEY_OR_FULL, HALF, True, 3, (HALF, True)),
        (KEY_OR_FULL, HALF, False, 3, (HALF, False)),  # On trial it never counts.
        (KEY_OR_FULL, None, True, 3, (ALL, True)),
        (KEY_OR_OUT, None, True, 3, (NONE, False)),
        (KEY_OR_OUT, None, True, 0, (ALL, True)),  # A score needs something to be a share of.
        (FULL, None, True, 3, (ALL, True)),
        (FULL, None, False, 3, (ALL, False)),
        (OUT, None, True, 3, (NONE, False)),
        (OUT, None, True, 0, (ALL, True)),
        (OUT, None, False, 0, (NONE, False)),
    ],
)
def test_each_remedy_gives_a_mark_and_says_whether_it_counts(decision, carried, was_scored, others, worth):
    assert remedied(decision, NONE, carried, was_scored=was_scored, others=others) == worth


@pytest.mark.parametrize(
    ("state", "earned", "decision", "percent", "brings", "endangers"),
    [
        (AttemptState.FAILED, 2, FULL, 75, True, False),
        (AttemptState.FAILED, 2, OUT, 66, False, False),
        (AttemptState.FAILED, 1, FULL, 50, False, False),
        (AttemptState.PASSED, 3, FULL, 100, False, False),
        (AttemptState.PASSED, 3, OUT, 100, False, False),
    ],
)
def test_the_score_follows_and_the_outcome_with_it(state, earned, decision, percent, brings, endangers):
    before = Before(state, NONE, is_scored=True, was_scored=True, others=3, earned=Fraction(earned), pass_percent=75)
    after = regraded(before, decision, None)
    assert (after.result.percent, after.brings(state), after.endangers(state)) == (percent, brings, endangers)


def test_a_pass_that_needed_the_mark_is_endangered_without_it():
    before = Before(
        AttemptState.PASSED, ALL, is_scored=True, was_scored=True, others=3, earned=Fraction(3), pass_percent=75
    )
    assert regraded(before, OUT, None).endangers(AttemptState.PASSED)
    assert not regraded(before, FULL, None).endangers(AttemptState.PASSED)


def test_what_was_left_out_counts_again_by_a_later_decision():
    before = Before(
        AttemptState.FAILED, NONE, is_scored=False, was_scored=True, others=3, earned=Fraction(2), pass_percent=75
    )
    after = regraded(before, FULL, None)
    assert (after.is_scored, after.result.earned, after.result.possible) == (True, 3, 4)


def test_what_is_not_graded_has_no_result():
    before = Before(
        AttemptState.UNDER_REVIEW, None, is_scored=True, was_scored=True, others=0, earned=None, pass_percent=75
    )
    after = regraded(before, FULL, None)
    assert (after.mark, after.result) == (ALL, None)


# Answers to an earlier version


def reworded(content, place, words):
    choices = list(content.choices)
    choices[place] = replace(choices[place], text=say(words, "en"))
    return replace(content, choices=tuple(choices))


def turned(content):
    """Give the same choices in another order, which changes their ids: these go by the place."""
    ids = [one.id for one in content.choices]
    parts = zip(ids, reversed(content.choices), strict=True)
    return replace(content, choices=tuple(replace(one, id=own) for own, one in parts))


def test_a_choice_is_found_by_its_id_or_by_its_words():
    before = single()
    assert single(NONE, ALL, NONE).carried(("c1",), before) == ("c1",)
    assert turned(before).carried(("c1",), before) == ("c3",)
    assert reworded(before, 0, "Something else").carried(("c1",), before) is None
    assert reworded(before, 1, "Something else").carried(("c1",), before) == ("c1",)
    assert before.carried((), reworded(before, 0, "Something else")) == ()


def test_a_translation_changes_nothing_and_several_choices_are_not_one():
    before = single()
    first = before.choices[0]
    told = replace(first, text=replace(first.text, words={**first.text.words, "es": "Respuesta 1"}))
    assert replace(before, choices=(told, *before.choices[1:])).carried(("c1",), before) == ("c1",)
    assert single().carried(("c1", "c2"), several()) is None


def test_what_is_typed_or_said_of_a_statement_stays_what_it_is():
    assert short(("undo", 1)).carried(("undo",), short()) == ("undo",)
    assert true_false(is_true=False).carried(("true",), true_false()) == ("true",)


def pairs(*sides):
    found, matches = pair_up([(say(one, "en"), say(other, "en")) for one, other in sides])
    return Matching(stem=say("Match.", "en"), pairs=found, matches=matches)


def test_pairs_are_found_by_their_words_and_new_prompts_can_not_be_marked():
    before = pairs(("One", "1"), ("Two", "2"))
    after = pairs(("Two", "1"), ("One", "2"))  # Who matched Two with 2 is wrong by now.
    given = tuple(one.match_id for one in before.pairs)
    carried = after.carried(given, before)
    assert after.mark(carried) == 0
    assert before.mark(before.carried(given, before)) == 1
    assert pairs(("One", "1"), ("Two", "2"), ("Three", "3")).carried(given, before) is None
    assert before.carried((), before) == ()


def test_an_order_is_carried_over_if_all_its_parts_are_there():
    items = tuple(Item(f"i{place}", say(words, "en")) for place, words in enumerate("abc", start=1))
    before = Ordering(stem=say("Sort.", "en"), items=items)
    other = tuple(Item(f"i{place}", say(words, "en")) for place, words in enumerate("cba", start=1))
    after = replace(before, items=other)
    assert after.mark(after.carried(("i3", "i2", "i1"), before)) == 1  # They said c, b, a.
    assert replace(before, items=items[:2]).carried(("i1", "i2", "i3"), before) is None
