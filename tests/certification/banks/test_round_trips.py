"""What a format writes, it reads again as the same; what it can't hold is named."""

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from certification.banks.formats import FileFormat, guess, read, write
from certification.banks.formats.entries import Entry
from certification.banks.kinds import (
    Choice,
    Description,
    Kind,
    Multichoice,
    Pattern,
    ShortAnswer,
    Text,
    TextFormat,
    TrueFalse,
    one_line,
    say,
)
from certification.banks.rules import idnumber_of, topic_of
from tests.factories import questions as make
from tests.factories.banks import BY_KIND, TRAPS, entries
from tests.factories.questions import EVERY_KIND

# What each format holds of the plainest question of each kind.
HELD = {
    FileFormat.GIFT: set(Kind) - {Kind.ORDERING, Kind.ESSAY},
    FileFormat.MOODLE_XML: set(Kind),
    FileFormat.CSV: set(Kind),
    FileFormat.AIKEN: set(),
}


def plainest(content, number):
    return Entry(name=f"Q{number}", content=content, topic="Upgrades/From 5//x", tags=("network",))


@pytest.mark.parametrize("file_format", [FileFormat.GIFT, FileFormat.MOODLE_XML, FileFormat.CSV])
@pytest.mark.parametrize("kind", Kind)
@given(data=some.data())
def test_what_is_written_is_read_as_the_same(file_format, kind, data):
    bank = data.draw(some.lists(entries(BY_KIND[kind]), min_size=1, max_size=3))
    written = write(bank, file_format, language="en")
    found = read(written.data, file_format, language="en")
    left_out = [one.name for one in written.left_out]
    kept = [one for one in bank if one.name not in left_out]
    if kept:
        assert found.refused == []
    assert [one for one in found.entries if one.name not in left_out] == kept
    assert len(found.entries) + len(left_out) == len(bank), "each is written or named"
    assert all(one.reason for one in written.left_out)


@pytest.mark.parametrize("file_format", [FileFormat.GIFT, FileFormat.MOODLE_XML, FileFormat.CSV])
@pytest.mark.parametrize("words", TRAPS)
@pytest.mark.parametrize("written", [TextFormat.PLAIN, TextFormat.MOODLE])
def test_words_that_look_like_signs_stay_words(file_format, words, written):
    said, plain = say(words, "en", written), say(words, "en", TextFormat.PLAIN)
    choices = tuple(Choice(f"c{number}", said, Fraction(number - 1, 2), said) for number in (1, 2, 3))
    patterns = (Pattern("a1", plain, Fraction(1), said),)
    about = {"stem": said, "general_feedback": said}
    contents = [
        Multichoice(**about, choices=choices),
        Multichoice(**about, choices=choices, is_single=False),
        TrueFalse(**about, is_true=False, feedback_true=said),
        ShortAnswer(**about, patterns=patterns),
        Description(stem=said),
    ]
    bank = [
        Entry(name=f"{number} {one_line(words, 50)}", content=one, idnumber=idnumber_of(words), topic=topic_of(words))
        for number, one in enumerate(contents)
    ]
    file = write(bank, file_format, language="en")
    assert file.left_out == []
    assert read(file.data, file_format, language="en").entries == bank


@pytest.mark.parametrize("file_format", FileFormat)
def test_each_kind_is_held_or_named(file_format):
    bank = [plainest(one(), number) for number, one in enumerate(EVERY_KIND)]
    written = write(bank, file_format, language="en")
    named = {one.name for one in written.left_out}
    assert {one.content.KIND for one in bank if one.name not in named} == HELD[file_format]


@pytest.mark.parametrize("file_format", FileFormat)
def test_the_plainest_choice_fits_everywhere(file_format):
    plain = [say(words, "en", TextFormat.PLAIN) for words in ("Which port?", "80", "443")]
    content = make.single(1, 0)
    choices = [
        dataclasses.replace(one, text=words, feedback=Text())
        for one, words in zip(content.choices, plain[1:], strict=True)
    ]
    entry = Entry(name="Which port?", content=dataclasses.replace(content, stem=plain[0], choices=tuple(choices)))
    written = write([entry], file_format, language="en")
    assert written.left_out == []
    assert read(written.data, file_format, language="en").entries == [entry]


def test_images_are_kept_by_moodle_xml_and_named_by_all_others():
    content = dataclasses.replace(
        make.single(),
        stem=say('<img src="@@PLUGINFILE@@/a/b.png" alt="A">', "en", TextFormat.HTML),
        images={"a/b.png": "iVBORw0KGgo="},
    )
    entry = Entry(name="Q", content=content)
    for file_format in FileFormat:
        written = write([entry], file_format, language="en")
        if file_format is FileFormat.MOODLE_XML:
            assert read(written.data, file_format, language="en").entries == [entry]
        else:
            assert [one.name for one in written.left_out] == ["Q"]


def test_csv_holds_all_languages_and_the_others_name_what_is_not_translated():
    content = dataclasses.replace(make.true_false(), stem=Text({"en": "Water is wet.", "pt-BR": "A água é molhada."}))
    entry = Entry(name="Q", content=content)
    written = write([entry], FileFormat.CSV, language="en")
    assert read(written.data, FileFormat.CSV, language="en").entries == [entry]
    for file_format in (FileFormat.GIFT, FileFormat.MOODLE_XML):
        assert [one.name for one in write([entry], file_format, language="fr").left_out] == ["Q"]


@pytest.mark.parametrize("file_format", FileFormat)
def test_a_format_is_guessed_by_name_or_by_how_a_file_begins(file_format):
    data = {
        FileFormat.GIFT: b"\xef\xbb\xbf// ANSWER: A\n\n::Q:: 2+2 {=4}",
        FileFormat.MOODLE_XML: b"\xef\xbb\xbf <?xml version='1.0'?><quiz/>",
        FileFormat.AIKEN: b"What?\nA. This\nB. That\nANSWER: A\n",
    }
    if file_format in data:
        assert guess("bank.txt", data[file_format]) is file_format
    if file_format is not FileFormat.AIKEN:
        assert guess(f"bank.{file_format.removeprefix('moodle-').upper()}", b"") is file_format
