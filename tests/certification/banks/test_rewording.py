"""Translations and images of a question, written in the browser: each is a new version, and loses nothing else."""

import base64
import io

import pytest

from certification.banks import commands, queries
from certification.banks.formats import Entry
from certification.banks.kinds import Multichoice, Text, TextFormat
from certification.banks.rewording import sayings, translated, with_image, without_image
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import use_locale
from tests.certification.banks.test_translations import OLD, both
from tests.factories import NOON
from tests.factories import questions as make
from tests.factories.accounts import make_staff
from tests.factories.question_banks import make_bank
from tests.factories.tracks import make_track
from tests.factories.world import PNG


def kept(session, entry):
    """Keep a question in a bank; gives its id."""
    bank = make_bank(session, track=make_track(session, slug="hosting-1"), entries=[entry])
    return queries.latest_versions(session, bank.id)[0].question_id


def latest(question_id):
    reading().rollback()
    return queries.versions(reading(), question_id)[-1]


# Rules

WRITTEN = {
    "stem": {"words": {"en": "Which one?", "es": "¿Cuál?"}, "format": "plain", "outdated": ["es"]},
    "general_feedback": {"words": {}, "format": "plain", "outdated": []},
    "choices": [{"id": "c1", "text": {"words": {"en": "Red"}, "format": "plain", "outdated": []}}],
    "images": {},
}


def test_what_says_something_is_listed_with_its_translation():
    first, second = sayings(WRITTEN, "es")
    assert (first.source, first.words, first.is_outdated) == ("Which one?", "¿Cuál?", True)
    assert (second.source, second.words, second.is_outdated) == ("Red", "", False)


@pytest.mark.parametrize(
    ("words", "still_right", "stem", "outdated"),
    [
        ("¿Cuál de ellos?", set(), "¿Cuál de ellos?", []),
        ("¿Cuál?", set(), "¿Cuál?", ["es"]),
        ("¿Cuál?", {1}, "¿Cuál?", []),
        ("", set(), None, []),
    ],
)
def test_a_translation_is_out_of_date_until_it_is_looked_at(words, still_right, stem, outdated):
    new = translated(WRITTEN, "es", [words, "Rojo"], still_right=still_right)
    assert (new["stem"]["words"].get("es"), new["stem"]["outdated"]) == (stem, outdated)
    assert new["choices"][0]["text"]["words"] == {"en": "Red", "es": "Rojo"}
    assert WRITTEN["choices"][0]["text"]["words"] == {"en": "Red"}, "what was written stays"


def test_a_plain_text_shows_the_same_with_an_image_below_it():
    content = Multichoice(stem=Text({"en": "1 < 2 & 3\nor?"}, TextFormat.PLAIN), choices=())
    written = {"stem": {"words": dict(content.stem.words), "format": "plain", "outdated": []}, "images": {}}
    new = with_image(written, "image-1.png", "AAAA", 'A "window"')
    shown = Text(new["stem"]["words"], TextFormat(new["stem"]["format"])).shown
    assert shown.startswith("1 &lt; 2 &amp; 3<br>or?<br><img ")
    assert 'alt="A &quot;window&quot;"' in shown
    assert without_image(new, "image-1.png")["images"] == {}
    assert "<img" not in without_image(new, "image-1.png")["stem"]["words"]["en"]


def test_a_translation_loses_what_could_do_harm():
    written = {"stem": {"words": {"en": "<b>So</b>"}, "format": "html", "outdated": []}}
    new = translated(written, "es", ["<script>x</script><b>Así</b>"], still_right=())
    assert new["stem"]["words"]["es"] == "<b>Así</b>"


def test_another_image_stays():
    both_there = with_image(with_image(WRITTEN, "image-1.png", "A", "One"), "image-2.png", "B", "Two")
    left = without_image(both_there, "image-1.png")
    assert list(left["images"]) == ["image-2.png"]
    assert "image-2.png" in left["stem"]["words"]["en"]
    assert "image-1.png" not in left["stem"]["words"]["en"]
    assert 'lang="en"' in left["stem"]["words"]["es"], "its words are in the language of the source"


# Commands


def test_a_translation_is_a_new_version_and_the_same_again_is_none(session):
    question_id, staff = kept(session, Entry(name="Q", content=OLD.content)), make_staff(session)
    facts = {"still_right": (), "by": staff.id, "now": NOON}
    commands.translate(session, question_id, "ar", ["أيها؟", "أحمر", ""], seen=1, **facts)
    content = queries.versions(session, question_id)[-1].content
    assert content.stem.words == {"en": "Which?", "es": "¿Cuál?", "ar": "أيها؟"}
    assert content.choices[1].text == both("Blue", "Azul")
    commands.translate(session, question_id, "ar", ["أيها؟", "أحمر", ""], seen=2, **facts)
    assert len(queries.versions(session, question_id)) == 2
    with pytest.raises(InvalidInput):
        commands.translate(session, question_id, "ar", ["أيها؟", "", ""], seen=1, **facts)


# Pages


@pytest.fixture
def editor(app, client):
    """A browser of somebody who looks after certification, with the address of a question."""
    with transaction() as session:
        person = make_staff(session, "certification")
        question_id = kept(session, Entry(name="Q", content=OLD.content))
    client.sign_in(person)
    client.question_id, client.address = question_id, f"/vendor/certification/questions/{question_id}"
    return client


def test_a_question_is_translated_on_a_page(editor):
    address = f"{editor.address}/translations/ar"
    assert address in editor.get(editor.address).text
    assert "Which?" in editor.get(address).text
    data = {"seen": "1", "words-1": "أيها؟", "words-2": "أحمر", "words-3": "أزرق"}
    assert editor.post(address, data=data).status_code == 302
    with use_locale("ar"):
        assert latest(editor.question_id).content.stem.text == "أيها؟"
    answer = editor.post(address, data=data)
    assert answer.status_code == 422, "somebody has written a version meanwhile"
    assert editor.get(f"{editor.address}/translations/en").status_code == 404, "the source"
    assert editor.get(f"{editor.address}/translations/tlh").status_code == 404


def test_what_became_out_of_date_is_said_beside_it(editor):
    with transaction() as session:
        entry = Entry(name="Q", content=Multichoice(stem=make.text("Which one?"), choices=OLD.content.choices))
        staff = make_staff(session)
        commands.rewrite(session, editor.question_id, entry, seen=1, by=staff.id, now=NOON)
    address = f"{editor.address}/translations/es"
    assert "This one still fits" in editor.get(address).text
    data = {"seen": "2", "words-1": "¿Cuál?", "words-2": "Rojo", "words-3": "Azul", "fits-1": "yes"}
    editor.post(address, data=data)
    assert latest(editor.question_id).content.stem.outdated == ()


def send(editor, content=PNG, name="photo.png", **fields):
    data = {"image": (io.BytesIO(content), name), "alt": "A window", "seen": "1", **fields}
    return editor.post(f"{editor.address}/images", data=data, content_type="multipart/form-data")


def test_an_image_is_added_with_what_it_shows_and_taken_away(editor):
    assert f"{editor.address}/images" in editor.get(editor.address).text
    assert send(editor).status_code == 302
    content = latest(editor.question_id).content
    assert base64.b64decode(content.images["image-1.png"]) == PNG
    assert 'alt="A window"' in content.stem.shown
    assert "image-1.png" in editor.get(f"{editor.address}/images").text
    assert editor.post(f"{editor.address}/images/none.png/remove", data={"seen": "2"}).status_code == 404
    assert editor.post(f"{editor.address}/images/image-1.png/remove", data={"seen": "1"}).status_code == 422
    assert editor.post(f"{editor.address}/images/image-1.png/remove", data={"seen": "2"}).status_code == 302
    assert (latest(editor.question_id).content.images, latest(editor.question_id).number) == ({}, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "name": "a.svg"},
        {"content": b"plain words", "name": "a.txt"},
        {"content": b"%PDF-1.7\n", "name": "a.pdf"},
        {"name": "a.jpg"},
        {"alt": ""},
        {"seen": "2"},
    ],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_is_no_image_or_says_nothing_is_refused(editor, wrong):
    assert send(editor, **wrong).status_code == 422
    assert latest(editor.question_id).number == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_image_that_is_too_big_is_refused(editor, monkeypatch):
    monkeypatch.setattr("certification.banks.kinds.base.MAX_IMAGE_BYTES", len(PNG) - 1)
    answer = send(editor)
    assert answer.status_code == 422
    assert "too big" in answer.text
