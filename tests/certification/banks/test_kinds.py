"""The kinds of questions: what is wrong with one, what a candidate sees, how responses are read and marked."""

import dataclasses
import json
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from certification.banks.kinds import (
    GRADES,
    KINDS,
    Choice,
    Kind,
    Text,
    TextFormat,
    content_of,
    read_grade,
    say,
    to_json,
    write_grade,
)
from certification.banks.kinds.base import KIND_LABELS, MAX_PARTS
from certification.banks.kinds.shortanswer import fits
from marketplace.kernel.errors import InvalidInput
from tests.factories import questions as make
from tests.factories.questions import ALL, EVERY_KIND, FEEDBACK, HALF, NONE, shown_ids, text

THIRD = Fraction(1, 3)
PNG = "iVBORw0KGgo="


def posted(**fields):
    return {name.replace("_", "-"): [values] if isinstance(values, str) else values for name, values in fields.items()}


def marked(content, *response):
    return content.mark(tuple(response))


# All kinds


def test_every_kind_has_a_class_and_words():
    assert set(KINDS) == set(Kind) == set(KIND_LABELS)
    assert {one().KIND for one in EVERY_KIND} == set(Kind)


@pytest.mark.parametrize("made", EVERY_KIND)
def test_a_question_that_can_be_asked_has_no_problems(made):
    assert made().check() == {}


@pytest.mark.parametrize("made", EVERY_KIND)
def test_json_gives_back_exactly_the_same(made):
    content = made()
    assert content_of(content.KIND, json.loads(json.dumps(to_json(content)))) == content


@pytest.mark.parametrize("made", EVERY_KIND)
def test_what_a_candidate_sees_tells_nothing(made):
    content = dataclasses.replace(made(), general_feedback=text("It is in chapter seven"))
    seen = json.dumps(dataclasses.asdict(content.seen(shown_ids(content))))
    hidden = [FEEDBACK, "chapter seven", "grade", "Be fair", "Names the cause", "rollback", "3.14"]
    assert [one for one in hidden if one in seen] == []
    assert [own for own in content.part_ids() if f'"{own}"' in seen] == []


@pytest.mark.parametrize("made", EVERY_KIND)
def test_no_answer_earns_nothing(made):
    content = made()
    assert content.read_response({}, shown_ids(content)) == ()
    assert content.mark(()) == 0


@pytest.mark.parametrize("made", EVERY_KIND)
@given(data=some.data())
def test_whatever_is_posted_is_read_or_refused_in_words(made, data):
    content = made()
    ids = shown_ids(content)
    names = some.sampled_from(["answer", *(f"answer-{shown}" for shown in ids.values())])
    values = some.lists(some.one_of(some.text(max_size=8), some.sampled_from(["x0", "x1", "1", "2", "1e999", "c1"])))
    response = ()
    with suppress(InvalidInput):
        response = content.read_response(data.draw(some.dictionaries(names, values)), ids)
    mark = content.mark(response)
    assert mark is None or 0 <= mark <= 1
    assert tuple(json.loads(json.dumps(response))) == response


@pytest.mark.parametrize("made", EVERY_KIND)
def test_a_question_that_says_nothing_is_refused(made):
    assert "stem" in dataclasses.replace(made(), stem=Text()).check()


def test_a_text_beyond_measure_is_refused():
    assert "stem" in dataclasses.replace(make.single(), stem=text("x" * 20_001)).check()


# Images and harmless HTML


def test_an_image_is_of_the_kind_that_it_says():
    shown = say("Look: <img src='@@PLUGINFILE@@/my%20shot.png'>", "en", TextFormat.HTML)
    content = dataclasses.replace(make.single(), stem=shown)
    assert "images" in content.check(), "it is missing"
    assert dataclasses.replace(content, images={"my shot.png": PNG}).check() == {}
    for wrong in ({"my shot.png": "PHN2Zz4="}, {"my shot.png": "%"}, {"my shot.svg": PNG}):
        assert "images" in dataclasses.replace(content, images=wrong).check()


def test_images_have_a_measure():
    heavy = PNG[:-1] + "A" * 1_400_001
    assert "images" in dataclasses.replace(make.single(), images={"a.png": heavy + "=" * (-len(heavy) % 4)}).check()


@pytest.mark.parametrize("written", [TextFormat.HTML, TextFormat.MOODLE])
def test_nothing_runs_and_nothing_calls_outside(written):
    shown = say(
        "<b onclick=x()>B</b><script>x()</script><img src=https://spy.test/a.png><a href='javascript:x()'>L</a>"
        "<svg onload=x()></svg><img src='@@PLUGINFILE@@/a.png' onerror=x()>",
        "en",
        written,
    ).shown
    assert "<b>B</b>" in shown
    assert '<img src="@@PLUGINFILE@@/a.png">' in shown
    assert not any(word in shown for word in ("x()", "spy", "script", "svg"))


def test_plain_text_and_markdown_are_shown_as_typed():
    for written in (TextFormat.PLAIN, TextFormat.MARKDOWN):
        assert say("a <b>\n**c**", "en", written).shown == "a &lt;b&gt;<br>**c**"


# Grades


def test_what_can_not_be_kept_is_not_kept_as_a_reference_either():
    assert say("1&#1", "en", TextFormat.HTML) == say("1", "en", TextFormat.HTML)
    assert not say("&#1", "en", TextFormat.HTML)


@pytest.mark.parametrize("grade", sorted(GRADES))
def test_a_grade_is_read_as_it_was_written(grade):
    assert read_grade(write_grade(grade)) == grade


@pytest.mark.parametrize(
    ("percent", "grade"),
    [("33.33333", THIRD), ("33.3333", THIRD), ("-83.33333", Fraction(-5, 6)), ("33", None), ("1000", None), ("", None)],
)
def test_a_grade_is_one_of_those_that_there_are(percent, grade):
    assert read_grade(percent) == grade


# Choices


def test_one_choice_gives_its_grade():
    content = make.single(ALL, HALF, Fraction(-1, 4))
    assert [marked(content, one) for one in ("c1", "c2", "c3")] == [ALL, HALF, NONE]


def test_several_choices_add_up_between_nothing_and_all():
    content = make.several(THIRD, THIRD, THIRD, -ALL)
    assert marked(content, "c1", "c2", "c3") == 1, "thirds are exact"
    assert marked(content, "c1", "c2") == Fraction(2, 3)
    assert marked(content, "c1", "c4") == 0
    assert marked(make.several(ALL, HALF), "c1", "c2") == 1


def test_choices_are_read_by_the_ids_that_were_shown():
    content = make.several()
    ids = shown_ids(content)
    assert content.read_response(posted(answer=[ids["c1"], ids["c3"]]), ids) == ("c1", "c3")
    for wrong in ([ids["c1"]] * 2, ["c1"], ["?"]):
        with pytest.raises(InvalidInput):
            content.read_response(posted(answer=wrong), ids)
    single = make.single()
    with pytest.raises(InvalidInput):
        single.read_response(posted(answer=["x0", "x1"]), shown_ids(single))


def test_choices_are_shown_in_the_order_of_the_attempt():
    content = make.single()
    seen = content.seen({"c3": "k", "c1": "q", "c2": "z"})
    assert [(one.id, one.text) for one in seen.options] == [("k", "Answer 3"), ("q", "Answer 1"), ("z", "Answer 2")]


@pytest.mark.parametrize(
    "choices",
    [
        make.choices(ALL),
        make.choices(NONE, NONE),
        make.choices(ALL, Fraction(1, 11)),
        (*make.choices(ALL), *make.choices(NONE)),
        (*make.choices(ALL), Choice("c9", Text(), NONE)),
        make.choices(*[ALL] * (MAX_PARTS + 1)),
    ],
)
def test_choices_that_can_not_be_asked(choices):
    assert "choices" in dataclasses.replace(make.single(), choices=choices).check()


def test_it_is_said_when_nobody_can_reach_the_full_mark():
    assert make.single(HALF, NONE).notices()
    assert make.several(HALF, THIRD).notices()
    assert make.single().notices() == make.several(THIRD, THIRD, THIRD).notices() == []


# True and false


@pytest.mark.parametrize("is_true", [True, False])
def test_true_and_false(is_true):
    content = make.true_false(is_true=is_true)
    ids = shown_ids(content)
    right, wrong = (ids["true"], ids["false"]) if is_true else (ids["false"], ids["true"])
    assert content.mark(content.read_response(posted(answer=right), ids)) == 1
    assert content.mark(content.read_response(posted(answer=wrong), ids)) == 0


# Short answers


@pytest.mark.parametrize(
    ("typed", "pattern", "fitting"),
    [
        ("rollback", "rollback", True),
        ("  Rollback ", "rollback", True),
        ("roll  back", "roll back", True),
        ("rollback!", "rollback", False),
        ("rollback now", "roll*now", True),
        ("rollnow", "roll*now", True),
        ("roll", "roll*roll", False),
        ("aXbXc", "a*b*c", True),
        ("acb", "a*b*c", False),
        ("abab", "*ab", True),
        ("abc", "**", True),
        ("2*3", r"2\*3", True),
        ("2x3", r"2\*3", False),
        ("cafe\u0301", "café", True),
        ("[a-z]", "[a-z]", True),
        ("m", "[a-z]", False),
        ("a\\b", "a\\b", True),
    ],
)
def test_patterns(typed, pattern, fitting):
    assert fits(typed, pattern, minds_case=False) is fitting


def test_case_counts_only_where_asked():
    assert fits("STRASSE", "straße", minds_case=False)
    assert not fits("Rollback", "rollback", minds_case=True)


def test_a_pattern_full_of_asterisks_takes_no_longer():
    assert not fits("a" * 1000, "*a" * 200 + "b", minds_case=False)


def test_the_first_pattern_that_fits_decides():
    content = make.short(("roll*", HALF), ("rollback", 1), ("*", -1))
    assert [marked(content, one) for one in ("rollback", "undo")] == [HALF, 0]


def test_a_short_answer_has_a_measure():
    with pytest.raises(InvalidInput):
        make.short().read_response(posted(answer="x" * 1001), {})


@pytest.mark.parametrize("patterns", [[("x", 0)], [("x", Fraction(1, 11))], [("", 1)]])
def test_short_answers_that_can_not_be_asked(patterns):
    assert "patterns" in make.short(*patterns).check()


# Numbers


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("3.14", 1), ("3,14", 1), ("3.13", 1), ("3.15", 1), ("3.1500000000000001", 1), ("3.1501", 0), ("٣٫١٤", 1)],
)
def test_a_number_within_its_tolerance_is_right(typed, mark):
    content = make.numerical()
    assert content.mark(content.read_response(posted(answer=typed), {})) == mark


def test_numbers_are_read_as_people_write_them():
    content = make.numerical(("-1200000", 0, 1))
    for typed in ("-1200000", "\u22121 200 000", "-1.2e6", "-1\u202f200\u202f000,0"):
        assert content.mark(content.read_response(posted(answer=typed), {})) == 1, typed
    for typed in ("1,200,000", "twelve", "1.2.3", "12 km", "nan", "inf", "1e999999999", "1_0", "--1", "9" * 50):
        with pytest.raises(InvalidInput):
            content.read_response(posted(answer=typed), {})


def test_anything_else_may_bring_a_part():
    content = make.numerical(("5", 0, 1), (None, 0, HALF))
    assert [marked(content, one) for one in ("5", "6")] == [1, HALF]


def test_sums_of_binary_fractions_are_no_trap():
    assert make.numerical(("0.3", 0, 1)).ranges[0].holds(Decimal(0.1 + 0.2))


@pytest.mark.parametrize("ranges", [[("1", "-1", 1)], [("1", 0, 0)], [("1", 0, Fraction(1, 11))]])
def test_numbers_that_can_not_be_asked(ranges):
    assert "ranges" in make.numerical(*ranges).check()


# Matching and order


def test_matching_gives_the_part_of_the_pairs_that_is_right():
    content = make.matching()
    ids = shown_ids(content)
    right = {f"answer-{ids[one.id]}": [ids[one.match_id]] for one in content.pairs}
    response = content.read_response(right, ids)
    assert content.mark(response) == 1
    assert content.mark((response[0], "", response[0])) == THIRD
    assert content.mark(content.read_response(dict(list(right.items())[:2]), ids)) == Fraction(2, 3)


def test_a_prompt_is_no_answer_to_a_prompt():
    content = make.matching()
    ids = shown_ids(content)
    with pytest.raises(InvalidInput):
        content.read_response({f"answer-{ids['p1']}": [ids["p2"]]}, ids)


def test_equal_answers_are_one():
    content = make.matching(("Cat", "mammal"), ("Dog", "mammal"), ("Trout", "fish"))
    assert len(content.matches) == 2
    assert content.mark(("m1", "m1", "m2")) == 1


@pytest.mark.parametrize("sides", [[("a", "b")], [("", "a"), ("", "b")], [("a", "b"), ("c", "")]])
def test_pairs_that_can_not_be_asked(sides):
    assert "pairs" in make.matching(*sides).check()


def test_order_gives_the_part_of_neighbours_that_is_right():
    content = make.ordering(4)
    assert marked(content, "i1", "i2", "i3", "i4") == 1
    assert marked(content, "i4", "i1", "i2", "i3") == Fraction(2, 3)
    assert marked(content, "i4", "i3", "i2", "i1") == 0


def test_places_are_read_by_the_ids_that_were_shown():
    content = make.ordering(3)
    ids = shown_ids(content)
    places = {f"answer-{ids[own]}": [place] for own, place in zip(("i1", "i2", "i3"), "312", strict=True)}
    assert content.read_response(places, ids) == ("i2", "i3", "i1")
    for wrong in ("112", "012", "124", "1x3"):
        with pytest.raises(InvalidInput):
            content.read_response(dict(zip(places, ([one] for one in wrong), strict=True)), ids)


def test_one_part_has_no_order():
    assert "items" in make.ordering(1).check()


# Free text


def test_a_person_marks_free_text_by_its_rubric():
    content = make.essay()
    assert marked(content, "Dear customer") is None
    assert content.mark_by_rubric({"r1": 2, "r2": 1}) == Fraction(3, 4)
    for wrong in ({"r1": 4, "r2": 1}, {"r1": 1}, {"r1": 1, "r2": 1, "r3": 1}, {"r1": -1, "r2": 0}):
        with pytest.raises(InvalidInput):
            content.mark_by_rubric(wrong)
