"""Translations of questions: they stay when the text changes, but count as out of date, and nobody is asked by them."""

from certification.banks import commands, queries, wording
from certification.banks.formats import Entry, FileFormat, read, write
from certification.banks.kinds import Multichoice, Text
from marketplace.kernel.translate import use_locale
from tests.factories import NOON
from tests.factories import questions as make
from tests.factories.question_banks import make_bank


def both(english, spanish, *outdated):
    return Text({"en": english, "es": spanish}, outdated=outdated)


def asked(stem, *answers):
    choices = [make.Choice(f"c{n}", text, make.ALL if n == 1 else make.NONE) for n, text in enumerate(answers, start=1)]
    return Entry(name="Q", content=Multichoice(stem=stem, choices=tuple(choices)))


def imported(session, bank, entry):
    commands.import_questions(session, bank.id, [entry], by=None, now=NOON)
    [version] = queries.latest_versions(session, bank.id)
    return version


OLD = asked(both("Which?", "¿Cuál?"), both("Red", "Rojo"), both("Blue", "Azul"))


def test_a_translation_of_what_changed_is_out_of_date_and_candidates_read_the_source(session):
    bank = make_bank(session, entries=[OLD])
    content = imported(session, bank, asked(make.text("Which one?"), make.text("Red"), make.text("Blue"))).content
    assert content.stem == both("Which one?", "¿Cuál?", "es")
    assert content.choices[0].text == both("Red", "Rojo")
    with use_locale("es"):
        assert (content.stem.text, content.stem.language) == ("Which one?", "en")
        assert content.choices[0].text.text == "Rojo"


def test_answers_that_change_places_take_their_translations_along(session):
    bank = make_bank(session, entries=[OLD])
    content = imported(session, bank, asked(make.text("Which?"), make.text("Blue"), make.text("Red"))).content
    assert [one.text for one in content.choices] == [both("Blue", "Azul"), both("Red", "Rojo")]


def test_a_file_in_another_language_brings_translations(session):
    bank = make_bank(session, entries=[asked(make.text("Which?"), make.text("Red"), make.text("Blue"))])
    spanish = asked(Text({"es": "¿Cuál?"}), Text({"es": "Rojo"}), Text({"es": "Azul"}))
    version = imported(session, bank, spanish)
    assert (version.number, version.content) == (2, OLD.content)
    assert version.content.stem.source == "en"


def test_a_new_translation_is_up_to_date_again(session):
    bank = make_bank(session, entries=[OLD])
    imported(session, bank, asked(make.text("Which one?"), make.text("Red"), make.text("Blue")))
    renewed = asked(both("Which one?", "¿Cuál de ellos?"), both("Red", "Rojo"), both("Blue", "Azul"))
    assert imported(session, bank, renewed).content == renewed.content


def test_the_page_says_how_translations_stand():
    content = asked(both("Which?", "¿Cuál?", "es"), Text({"en": "Red", "ar": "أحمر"}), make.text("Blue")).content
    assert wording.translations(content) == [("العربية: translated", "good"), ("Español: out of date", "warn")]


def test_csv_holds_what_is_out_of_date(session):
    bank = make_bank(
        session, entries=[asked(both("[outdated] or not?", "¿Cuál?", "es"), both("Red", "Rojo"), make.text("Blue"))]
    )
    file = write(queries.entries(session, bank.id), FileFormat.CSV, language="en")
    [entry] = read(file.data, FileFormat.CSV, language="en").entries
    assert [entry] == queries.entries(session, bank.id)
    assert imported(session, bank, entry).number == 1
