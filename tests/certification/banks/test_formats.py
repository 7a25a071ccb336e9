"""Moodle XML, Aiken and CSV; and what no format falls over."""

import csv
import io
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from certification.banks.formats import MAX_FILE_BYTES, FileFormat, read, write
from certification.banks.formats.entries import MAX_QUESTIONS
from certification.banks.kinds import TextFormat

PNG = "iVBORw0KGgo="


def read_as(file_format, written):
    return read(written if isinstance(written, bytes) else written.encode(), FileFormat(file_format), language="en")


def xml(*questions):
    return read_as("moodle-xml", f"<?xml version='1.0'?>\n<quiz>\n{chr(10).join(questions)}\n</quiz>")


def question(kind, inside, stem="Q"):
    said = f"<name><text>N</text></name><questiontext format='html'><text>{stem}</text></questiontext>"
    return f"<question type='{kind}'>{said}{inside}</question>"


def answer(words, percent, more=""):
    return (
        f"<answer fraction='{percent}'><text>{words}</text><feedback><text>F {words}</text></feedback>{more}</answer>"
    )


def content_of(found):
    assert found.refused == []
    return found.entries[0].content


# Moodle XML


def test_choices_in_xml():
    content = content_of(xml(question("multichoice", answer("a", 50) + answer("b", "-33.33333") + answer("c", 50))))
    assert [one.grade for one in content.choices] == [Fraction(1, 2), Fraction(-1, 3), Fraction(1, 2)]
    assert not content.is_single
    assert content.choices[0].feedback.text == "F a"
    single = question("multichoice", f"<single>true</single>{answer('a', 100)}{answer('b', 0)}")
    assert content_of(xml(single)).is_single


@pytest.mark.parametrize(
    ("answers", "is_true", "when_true"),
    [
        (answer("true", 100) + answer("false", 0), True, "F true"),
        (answer("false", 100) + answer("true", 0), False, "F true"),
        (answer("Verdadero", 0) + answer("Mentira", 100), False, "F Verdadero"),
    ],
)
def test_true_and_false_in_xml(answers, is_true, when_true):
    content = content_of(xml(question("truefalse", answers)))
    assert (content.is_true, content.feedback_true.text) == (is_true, when_true)


def test_short_answers_and_numbers_in_xml():
    content = content_of(xml(question("shortanswer", f"<usecase>1</usecase>{answer('a&lt;*', 100)}")))
    assert content.minds_case
    assert content.patterns[0].text.text == "a<*"
    inside = answer("3.5", 100, "<tolerance>0.1</tolerance><fraction>50</fraction>") + answer("*", 100)
    ranges = content_of(xml(question("numerical", inside))).ranges
    assert [(one.value, one.tolerance, one.grade) for one in ranges] == [
        (Decimal("3.5"), Decimal("0.1"), Fraction(1, 2)),
        (None, Decimal(0), 1),
    ]


@pytest.mark.parametrize("name", ["matching", "match"])
def test_pairs_in_xml(name):
    sides = [("a", "1"), ("b", "2"), ("", "3"), ("", "")]
    inside = "".join(
        f"<subquestion><text>{one}</text><answer><text>{other}</text></answer></subquestion>" for one, other in sides
    )
    content = content_of(xml(question(name, inside)))
    assert (len(content.pairs), [one.text.text for one in content.matches]) == (2, ["1", "2", "3"])


def test_categories_idnumbers_and_tags_in_xml():
    category = "<question type='category'><category><text>$module$/top/A/B</text></category></question>"
    more = "<idnumber>7</idnumber><tags><tag><text>x</text></tag></tags>"
    found = xml(category, question("essay", more))
    assert found.categories == ["A/B"]
    assert [(one.topic, one.idnumber, one.tags, one.line) for one in found.entries] == [("A/B", "7", ("x",), 4)]


def test_images_in_xml():
    stem = "<![CDATA[<p><img src='@@PLUGINFILE@@/a%20b.png' alt='A'></p>]]>"
    file = f"<file name='a b.png' path='/' encoding='base64'>{PNG}</file>"
    written = question("description", "", stem).replace("</questiontext>", f"{file}</questiontext>")
    assert content_of(xml(written)).images == {"a b.png": PNG}
    assert "missing" in xml(question("description", "", stem)).refused[0].reason
    old = question("description", f"<image>x/old.png</image><image_base64>{PNG}</image_base64>")
    assert "@@PLUGINFILE@@/old.png" in content_of(xml(old)).stem.text


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (question("cloze", ""), "cloze"),
        (question("calculated", ""), "calculated"),
        (question("multichoice", answer("a", 33) + answer("b", 100)), "33"),
        (question("truefalse", answer("true", 100)), "two answers"),
        (question("numerical", answer("x", 100)), "no number"),
        (question("numerical", f"<unitgradingtype>1</unitgradingtype>{answer('1', 100)}"), "Units"),
        (question("description", "", "<p>bare</p>"), "CDATA"),
        (question("essay", "<rubric><criterion points='x'><text>a</text></criterion></rubric>"), "points"),
        (question("description", f"<file name='a'>{PNG}</file><file name='a'>AAAA</file>"), "Rename"),
    ],
)
def test_one_that_can_not_be_taken_is_refused_and_the_others_are_read(broken, word):
    found = xml(question("essay", ""), broken)
    assert len(found.entries) == 1
    [refused] = found.refused
    assert (refused.line, refused.name) == (4, "N")
    assert word in refused.reason


BOMB = "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><quiz>&b;</quiz>"
OUTSIDE = "<?xml version='1.0'?><!DOCTYPE q [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><quiz>&x;</quiz>"


@pytest.mark.parametrize("written", [BOMB, OUTSIDE, "<!DOCTYPE quiz SYSTEM 'http://spy.test/x.dtd'><quiz/>"])
def test_entities_are_refused(written):
    found = read_as("moodle-xml", written)
    assert found.entries == []
    assert "DOCTYPE" in found.refused[0].reason


def test_half_a_file_is_read_up_to_where_it_breaks():
    whole = f"<quiz>\n{question('essay', '')}\n{question('essay', '')}\n</quiz>"
    found = read_as("moodle-xml", whole[: whole.rindex("</questiontext>")])
    assert len(found.entries) == 1
    assert [(one.line, "lost" in one.reason) for one in found.refused] == [(3, True)]


# Aiken

AIKEN = "Which port?\n A) 80\nB. 443\n\nANSWER: B\n"


def test_aiken():
    [entry] = read_as("aiken", AIKEN).entries
    assert [(one.text.text, one.grade) for one in entry.content.choices] == [("80", 0), ("443", 1)]
    assert (entry.name, entry.content.stem.format, entry.line) == ("Which port?", TextFormat.PLAIN, 1)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        (f"Two lines\n{AIKEN}", "several lines"),
        (AIKEN.replace("R: B", "R: C"), "no such choice"),
        (AIKEN.replace("R: B", "R:"), "ANSWER"),
        (AIKEN.replace("ANSWER: B", ""), "ANSWER"),
        (AIKEN.replace("Which port?", ""), "missing"),
        (AIKEN.replace("B.", "C."), "gaps"),
    ],
)
def test_what_aiken_would_lose_is_refused(written, word):
    found = read_as("aiken", f"{AIKEN}\n{written}")
    assert len(found.entries) == 1
    assert [word in one.reason for one in found.refused] == [True]
    assert found.refused[0].line >= 7


# CSV


def rows(*lines, delimiter=","):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(lines)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_as_spreadsheets_save_it(delimiter, encoding):
    heading = ["Type", "name", "text", "ANSWER 1", "grade 1", "answer 2", "grade 2", "note", ""]
    line = ["multichoice", "Ñ", "Which?\ntwo", "'=1+1", "33,33333", "b", "100 %", "mine", ""]
    found = read_as("csv", rows(heading, line, ["essay", "E", "Why?"], delimiter=delimiter).encode(encoding))
    content = content_of(found)
    assert [one.text.text for one in content.choices] == ["=1+1", "b"]
    assert [one.grade for one in content.choices] == [Fraction(1, 3), 1]
    assert [one.line for one in found.entries] == [2, 4], "a row may have several lines"


def test_nothing_in_a_table_is_a_formula():
    [entry] = read_as("gift", "::\\=A1:: -5 {#5}").entries
    cells = next(csv.reader(write([entry], FileFormat.CSV, language="en").data.decode("utf-8-sig").splitlines()[1:]))
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (["cloze", "q"], "cloze"),
        (["numerical", "q", "x"], "no number"),
        (["truefalse", "q", "perhaps"], "yes or no"),
        (["truefalse", "q", ""], "yes or no"),
        (["multichoice", "q", "a", "7"], "no grade"),
        (["essay", "q", "", "", "odd"], "difficulty"),
        (["essay", "q", "", "", "", "odd"], "format"),
        (["essay", "q", "", "", "", "", "more"], "quote"),
    ],
)
def test_rows_that_can_not_be_taken(line, word):
    found = read_as("csv", rows(["type", "text", "answer 1", "grade 1", "difficulty", "format"], ["essay", "q"], line))
    assert len(found.entries) == 1
    assert [(one.line, word in one.reason) for one in found.refused] == [(3, True)]


def test_columns_that_nobody_knows_are_named():
    [refused] = read_as("csv", "type,text,answr 1,name [es]\n").refused
    assert "answr 1, name [es]" in refused.reason


# Whatever comes


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00", "Qué {T}".encode("latin-1"), b"\x00" * 99]
)
def test_what_is_no_bank_is_refused_in_words(file_format, data):
    found = read_as(file_format, data)
    assert found.refused
    assert all(one.reason for one in found.refused)


def test_another_encoding_is_told_with_its_line():
    [refused] = read_as("gift", "a {T}\n\nQué {T}".encode("latin-1")).refused
    assert refused.line == 3
    assert "UTF-8" in refused.reason


@pytest.mark.parametrize("file_format", FileFormat)
def test_a_file_that_is_too_big_is_refused(file_format):
    [refused] = read_as(file_format, b"x" * (MAX_FILE_BYTES + 1)).refused
    assert "20 MB" in refused.reason


def test_a_file_of_more_questions_than_are_read_is_told():
    found = read_as("gift", "a {T}\n\n" * (MAX_QUESTIONS + 5))
    assert (len(found.entries), len(found.refused)) == (MAX_QUESTIONS, 1)


@pytest.mark.parametrize("file_format", FileFormat)
@given(data=some.one_of(some.binary(max_size=60), some.text(alphabet="{}~=#%<>/!-[],;\"'\nA1 .:&x").map(str.encode)))
def test_nothing_is_raised(file_format, data):
    found = read_as(file_format, data)
    assert found.entries or found.refused


@pytest.mark.parametrize("file_format", FileFormat)
def test_every_format_reads_ten_thousand_questions(file_format):
    found = read_as("gift", "".join(f"::Q{n}:: Which of these is {n}? {{=a{n}#f ~b ~c ~d}}\n\n" for n in range(10_000)))
    written = write(found.entries, file_format, language="en").data
    if file_format is FileFormat.AIKEN:
        written = (AIKEN + "\n").encode() * 10_000
    assert len(read_as(file_format, written).entries) == 10_000
