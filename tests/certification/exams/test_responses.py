"""Marks are read from CSV as they stand there, and what is no mark is named with its place."""

import csv
import io
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from certification.exams.rules import BadResponses, read_responses, responses
from marketplace.site import cli

GOOD = "Backups:2,Upgrades: minor:1\n2,0\n,1\n0.5,\n"


def read(text):
    """Read a file's text, line by line."""
    return read_responses(io.StringIO(text))


def test_a_name_may_hold_colons_and_an_empty_cell_was_not_asked():
    found = read(GOOD)
    assert (found.names, found.max_marks) == (["Backups", "Upgrades: minor"], [2, 1])
    np.testing.assert_array_equal(found.marks, [[2, 0], [np.nan, 1], [0.5, np.nan]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty. Its first line names each question"),
        ("\n  \n", "The file is empty."),
        ("Backups\n1", "Column 1 is headed “Backups”. Write the name of the question, a colon"),
        ("A:1,:1\n1,1", "Column 2 is headed “:1”."),
        ("A:x\n1", "Column 1 is headed “A:x”."),
        ("A:-1\n1", "Column 1 is headed “A:-1”."),
        ("A:inf\n1", "Column 1 is headed “A:inf”."),
        ("A:1;B:1\n1;1", "Line 2, question “A:1;B”: “1;1” is no mark."),
        ("A:1,A:2\n1,1", "Two columns are called “A”."),
        ("A:1,B:1\n1\n", "Line 2 has 1 cells, but the header has 2."),
        ("A:1,B:1\n1,1\n1,1,1\n", "Line 3 has 3 cells, but the header has 2."),
        ("A:1,B:2\n1,1\n\n1,2.01\n", "Line 4, question “B”: “2.01” is no mark. Write a number from −2 to 2"),
        ("A:1,B:1\n1,one\n", "Line 2, question “B”: “one” is no mark."),
        ("A:1\n-1.5\n", "“-1.5” is no mark"),
        ("A:1\ninf\n", "“inf” is no mark"),
        ('A:1\n"0,5"\n', "“0,5” is no mark"),
    ],
)
def test_what_is_no_mark_is_named_with_its_place(text, words):
    with pytest.raises(BadResponses) as caught:
        read(text)
    assert words in caught.value.text


def test_what_is_wrong_far_down_is_named_with_its_line(monkeypatch):
    monkeypatch.setattr(responses, "AT_ONCE", 3)
    with pytest.raises(BadResponses, match="line=9"):
        read("A:1\n" + "1\n" * 7 + "x\n" + "1\n")


def test_no_attempts_are_no_mistake():
    assert read("A:1,B:2\n").marks.shape == (0, 2)


cells = st.one_of(st.none(), st.integers(-3, 3), st.floats(-3, 3, allow_subnormal=False))


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)))
@example([[None, None], [1, 2]])
def test_what_was_written_is_read(rows):
    rows = [row for row in rows if len(row) > 1 or row[0] is not None]  # Of one question, that is an empty line.
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([f"Q {number}, the {number}th:3" for number in range(len(rows[0]) if rows else 1)])
    table.writerows([["" if cell is None else repr(cell) for cell in row] for row in rows])
    found = read(written.getvalue())
    expected = [[math.nan if cell is None else float(cell) for cell in row] for row in rows]
    np.testing.assert_array_equal(found.marks, np.array(expected).reshape(found.marks.shape))


# The command


def run(tmp_path, content, *arguments):
    """Have a file analysed by the command."""
    file = tmp_path / "marks.csv"
    file.write_bytes(content)
    return CliRunner().invoke(cli.main, ["exam", "statistics", "--csv", str(file), *arguments])


def test_the_command_tells_programs_every_figure(tmp_path):
    answer = json.loads(run(tmp_path, b"\xef\xbb\xbfA:1,B:1,C:2\n1,1,2\n0,0,1\n1,0,0\n0,1,1\n", "--json").output)
    assert [one["name"] for one in answer["items"]] == ["A", "B", "C"]
    assert answer["items"][0]["facility"] == 0.5
    assert answer["items"][0]["effective_weight"] == pytest.approx(100 / (1 + math.sqrt(2) + math.sqrt(3)))
    assert (answer["test"]["attempts"], answer["test"]["mean"]) == (4, 2)
    assert set(answer["test"]) >= {"median", "sd", "skewness", "kurtosis", "alpha", "error_ratio", "standard_error"}
    figures = {"facility", "sd", "discrimination_index", "discriminative_efficiency", "effective_weight"}
    assert set(answer["items"][0]) >= figures


def test_the_command_tells_people_what_marks_cannot_tell(tmp_path):
    shown = run(tmp_path, b"A:1,B:1,C:1\n1,0,0\n0,1,1\n0,1,1\n1,0,1\n").output
    assert [line.split()[0] for line in shown.splitlines()[:4]] == ["question", "A", "B", "C"]
    assert "works against the others" in shown.splitlines()[1]
    assert "works against the others" not in shown.splitlines()[2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"A:1\n2\n", "Error: Line 2, question “A”: “2” is no mark."),
        (b"A:1\n\xff\n", "Error: the file is not in UTF-8"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(tmp_path, content, words):
    result = run(tmp_path, content)
    assert result.exit_code == 1
    assert result.output.startswith(words)
    assert result.output.count("\n") == 1
