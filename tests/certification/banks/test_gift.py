"""GIFT as Moodle reads it, rule by rule."""

from decimal import Decimal
from fractions import Fraction

import pytest

from certification.banks.formats import FileFormat, read
from certification.banks.kinds import Kind, TextFormat
from certification.banks.rules import Difficulty


def gift(text):
    return read(text if isinstance(text, bytes) else text.encode(), FileFormat.GIFT, language="en")


def one(text):
    """Read a file with one question."""
    found = gift(text)
    assert found.refused == []
    [entry] = found.entries
    return entry


def kind_of(answers):
    return one(f"Q {{{answers}}}").content.KIND


def refusal(text):
    found = gift(text)
    assert found.entries == []
    [refused] = found.refused
    return refused


# 1 Files, lines, blank lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_questions_stand_between_blank_lines(end, mark):
    text = ["  ::A:: one {T}  ", "", "\t", "::B:: two {", "  =x", "}"]
    assert [one.name for one in gift(mark + end.join(text).encode()).entries] == ["A", "B"]


def test_a_blank_line_ends_a_question_also_inside_braces():
    refused = gift("Q {\n=a\n\n~b\n}").refused
    assert [one.line for one in refused] == [1, 4]
    assert all("braces" in one.reason for one in refused)


# 2 Comments, idnumbers and tags


def test_a_comment_ends_no_question_and_later_slashes_are_text():
    assert one("::Q:: see {\n// not this\n=a // b\n}").content.patterns[0].text.text == "a // b"


def test_comments_carry_idnumbers_and_tags():
    entry = one("// [id:a\\]b] seen [tag:net] [tag: two words ]\n// [tag:difficulty:hard][tag:bro\n// ken]\nQ {T}")
    assert (entry.idnumber, entry.tags, entry.difficulty) == ("a]b", ("net", "two words"), Difficulty.HARD)


def test_a_comment_alone_is_no_question():
    assert len(gift("// [id:1]\n\nQ {T}").entries) == 1


# 3 Escapes


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"a\:\:b \# \= \{c\} \~", "a::b # = {c} ~"),
        (r"a\nb", "a\nb"),
        (r"a\\nb", r"a\nb"),
        (r"a\\\nb", "a\\\nb"),
        (r"a\tb \x \[", r"a\tb \x \["),
        (r"\\\\server", r"\\server"),
        ("a &&058; b", "a &&058; b"),
    ],
)
def test_escapes(written, read_as):
    assert one(f"::Q::{written}{{T}}").content.stem.text == read_as
    assert one(f"::Q::x{{={written}}}").content.patterns[0].text.text == read_as


# 4 Categories


def test_a_category_holds_until_the_next():
    found = gift(
        "Q0 {T}\n\n// c\n$CATEGORY: $course$/top/Up grades/From 5//x\n\nQ1 {T}\n\nQ2 {T}\n\n"
        "$CATEGORY: tls\\: keys\n\nQ3 {T}"
    )
    assert [one.topic for one in found.entries] == ["", *["Up grades/From 5//x"] * 2, "tls: keys"]
    assert found.categories == ["Up grades/From 5//x", "tls: keys"]


def test_a_question_right_behind_a_category_is_not_lost_silently():
    assert "empty line" in refusal("$CATEGORY: a\n::Q:: b {T}").reason


# 5 Names


@pytest.mark.parametrize(
    ("text", "name", "stem"),
    [
        ("::A\\:B:: what {T}", "A:B", "what"),
        ("::A what {T}", "A what", "A what"),
        ("what {T}", "what", "what"),
        ("::::what {T}", "what", "what"),
        (f"{'x' * 90} {{T}}", "x" * 80, "x" * 90),
        ("[html]<p>a <b>b</b></p>{T}", "a b", "<p>a <b>b</b></p>"),
    ],
)
def test_names(text, name, stem):
    entry = one(text)
    assert (entry.name, entry.content.stem.text) == (name, stem)


# 6 Braces


@pytest.mark.parametrize(
    ("text", "stem"),
    [("A {=x} b.", "A _____ b."), ("A {=x}", "A"), ("A {=x} b}", "A  b}"), ("A {=x} {b}", "A  {b}")],
)
def test_what_follows_the_answers_makes_a_gap(text, stem):
    assert one(text).content.stem.text == stem


def test_without_braces_it_only_tells():
    assert one("::Q::Read \\{this\\}.").content.KIND is Kind.DESCRIPTION


@pytest.mark.parametrize("text", ["A { b", "A } b", "A } b {"])
def test_braces_come_in_pairs(text):
    assert "brace" in refusal(text).reason


# 7 General feedback


def test_the_last_four_hashes_part_general_feedback():
    content = one("Q {=a#####b####General}").content
    assert content.general_feedback.text == "General"
    assert content.patterns[0].feedback.text == "####b"
    assert one("Q {####General}").content.KIND is Kind.ESSAY


# 8 Formats


def test_parts_have_the_format_of_the_question_unless_they_say_another():
    content = one("[html]<b>Q</b>{=[markdown]a ~[plain]b#[moodle]c ~[odd]d####e}").content
    assert [choice.text.format for choice in content.choices] == [
        TextFormat.MARKDOWN,
        TextFormat.PLAIN,
        TextFormat.HTML,
    ]
    assert content.choices[1].feedback.format is TextFormat.MOODLE
    assert content.choices[2].text.text == "[odd]d"
    assert content.general_feedback.format is content.stem.format is TextFormat.HTML


def test_html_is_made_harmless():
    assert one("[html]<b onclick\\=x()>Q</b><script>y()</script>{T}").content.stem.text == "<b>Q</b>"


# 9 Kinds


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ("", Kind.ESSAY),
        ("#5", Kind.NUMERICAL),
        ("#=5 ~x", Kind.NUMERICAL),
        ("=a ~b", Kind.MULTICHOICE),
        ("=a -> b ~c", Kind.MULTICHOICE),
        ("=a -> b =c -> d", Kind.MATCHING),
        ("a -> b", Kind.SHORT_ANSWER),
        *((answer, Kind.TRUE_FALSE) for answer in ("T", "TRUE", "F", "FALSE", " F #no#yes")),
        ("t", Kind.SHORT_ANSWER),
        ("True", Kind.SHORT_ANSWER),
        ("=T", Kind.SHORT_ANSWER),
        ("a", Kind.SHORT_ANSWER),
        ("0", Kind.SHORT_ANSWER),
    ],
)
def test_the_first_rule_that_fits_tells_the_kind(answers, kind):
    assert kind_of(answers) is kind


# 10 Choices


def test_an_equals_sign_makes_it_one_choice():
    assert one("Q {=a ~b}").content.is_single
    assert not one("Q {~%50%a ~%50%b ~c}").content.is_single


def test_every_unescaped_equals_sign_starts_an_answer():
    assert len(one('Q {~<a href="x">y</a> =z}').content.choices) == 3
    assert len(one(r'Q {~<a href\="x">y</a> =z}').content.choices) == 2


def test_one_answer_is_no_choice():
    assert "two answers" in refusal("Q {~a}").reason


def test_empty_answers_are_lost():
    assert [choice.text.text for choice in one("Q {=a ~ ~=b}").content.choices] == ["a", "b"]


# 11 Weights


def test_weights():
    content = one("Q {~%50%a ~%-33.33333%b ~%050%c ~%50 %d ~%.5%e ~f}").content
    third = Fraction(-1, 3)
    assert [choice.grade for choice in content.choices] == [Fraction(1, 2), third, Fraction(1, 2), 0, 0, 0]
    assert content.choices[3].text.text == "%50 %d"
    assert one("Q {=%50%a =b}").content.patterns[0].grade == Fraction(1, 2)
    assert one("Q {=%50%a ~b}").content.choices[0].text.text == "%50%a", "a right choice has no weight"


@pytest.mark.parametrize("weight", ["33", "101", "1000", "--50"])
def test_a_weight_that_there_is_not_is_refused(weight):
    assert f"%{weight}%" in refusal(f"Q {{~%{weight}%a ~%100%b}}").reason


def test_odd_sums_are_only_noticed():
    assert one("Q {~%50%a ~%20%b}").content.notices()
    assert one("Q {~%33.33333%a ~%33.33333%b ~%33.33333%c ~d}").content.notices() == []


# 12 Feedback


def test_feedback_begins_at_the_first_hash():
    content = one("Q {=a#good # really ~b}").content
    assert [choice.feedback.text for choice in content.choices] == ["good # really", ""]


@pytest.mark.parametrize(("answers", "when_true"), [("T#wrong#right", "right"), ("F#wrong#right", "wrong")])
def test_feedback_on_true_and_false(answers, when_true):
    content = one(f"Q {{{answers}}}").content
    assert content.feedback_true.text == when_true
    assert {content.feedback_true.text, content.feedback_false.text} == {"wrong", "right"}


# 13 Numbers


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("#5", [("5", "0", 1)]),
        ("#3:2", [("3", "2", 1)]),
        ("#-1.5..2", [("0.25", "1.75", 1)]),
        ("#=1e3:.5#yes =%50%7:1", [("1e3", ".5", 1), ("7", "1", Fraction(1, 2))]),
        ("#3:2~#no", [("3", "2", 1), (None, "0", 0)]),
        ("#*", [(None, "0", 1)]),
        ("#0", [("0", "0", 1)]),
    ],
)
def test_numbers(answers, expected):
    ranges = one(f"Q {{{answers}}}").content.ranges
    wanted = [(value and Decimal(value), Decimal(tolerance), grade) for value, tolerance, grade in expected]
    assert [(kept.value, kept.tolerance, kept.grade) for kept in ranges] == wanted


def test_feedback_for_any_other_number():
    assert one("Q {#3:2~#no}").content.ranges[-1].feedback.text == "no"


@pytest.mark.parametrize("answers", ["#", "#five", "#5:x", "#1..x", "#1,5", "#5 km", "#9..1", "#5:-1", "#=", "#1:2:3"])
def test_what_is_no_number_is_refused_and_never_makes_anything_right(answers):
    assert refusal(f"Q {{{answers}}}").reason


# 14 All or nothing is decided by whoever imports; here each refusal stands for itself


def test_each_refusal_tells_its_line_and_name():
    found = gift("::A:: a {T}\n\n// c\n::B\\::: b {=x ~%33%y}\n\nc { d\n\n::D:: {T}")
    assert [entry.name for entry in found.entries] == ["A"]
    assert [(one.line, one.name) for one in found.refused] == [(4, "B:"), (6, "c { d"), (8, "D")]


# Pairs


def test_pairs():
    content = one("Q {=a -> b -> c =[plain]<d>->e = -> f}").content
    assert [(pair.prompt.text, pair.match_id) for pair in content.pairs] == [("a", "m1"), ("<d>", "m2")]
    assert [match.text.text for match in content.matches] == ["b -> c", "e", "f"]


def test_a_pair_without_an_arrow_is_refused():
    assert "arrow" in refusal("Q {=a -> b =c}").reason
