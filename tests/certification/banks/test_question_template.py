"""What a candidate sees of a question: every way to answer, what was given, what was wrong, and its images."""

import re
from html.parser import HTMLParser

import pytest
from flask import get_template_attribute, render_template_string

from certification.banks.kinds import Control, TextFormat, say
from marketplace.kernel.translate import use_locale
from tests.factories import questions as make
from tests.factories.questions import EVERY_KIND, shown_ids

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # No database is asked.
HTML = TextFormat.HTML
IMPORT = '{% import "banks/question.html" as candidates %}{{ candidates.question(seen, **more) }}'
ANSWERED = {
    make.single: ("c2",),
    make.several: ("c3", "c1"),  # As they are shown.
    make.true_false: ("false",),
    make.short: ('a "rollback"',),
    make.numerical: ("3,14",),
    make.matching: ("m2", "", "m1"),
    make.ordering: ("i2", "i1", "i4", "i3"),
    make.essay: ("Dear customer,\n\nall is well.",),
    make.description: (),
}


class Form(HTMLParser):
    """Reads what a browser would send."""

    def __init__(self, html):
        """Read the fields of a page."""
        super().__init__()
        self.posted, self.ids, self._select, self._textarea = {}, [], None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Take what is chosen and what is typed."""
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        if tag == "input" and (found["type"] == "text" or "checked" in found):
            self.posted.setdefault(found["name"], []).append(found["value"])
        elif tag == "select":
            self._select = found["name"]
        elif tag == "option" and "selected" in found:
            self.posted.setdefault(self._select, []).append(found["value"])
        elif tag == "textarea":
            self._textarea = found["name"]

    def handle_data(self, data):
        """Take what stands in a large field, which begins on a line of its own."""
        if self._textarea:
            self.posted[self._textarea] = [data.removeprefix("\n")]

    def handle_endtag(self, tag):
        """Leave a large field."""
        if tag == "textarea":
            self._textarea = None


def draw(seen, **more):
    return render_template_string(IMPORT, seen=seen, more=more)


@on_sqlite
@pytest.mark.parametrize("made", EVERY_KIND)
def test_what_was_given_is_shown_and_would_be_sent_again(app, made):
    content = made()
    ids = shown_ids(content)
    given = content.write_response(ANSWERED[made], ids)
    with app.test_request_context():
        form = Form(draw(content.seen(ids), given=given))
    assert content.read_response(form.posted, ids) == ANSWERED[made]
    assert len(set(form.ids)) == len(form.ids)


def test_every_way_to_answer_is_drawn():
    assert {made().seen(shown_ids(made())).control for made in EVERY_KIND} == set(Control)


@on_sqlite
@pytest.mark.parametrize("made", [made for made in EVERY_KIND if made is not make.description])
def test_what_is_wrong_stands_at_the_first_field(app, made):
    content = made()
    with app.test_request_context():
        html = draw(content.seen(shown_ids(content)), errors={"answer": ["Answer this."]})
    assert "Answer this." in html
    assert 'id="field-answer"' in html
    assert 'aria-describedby="stem-answer error-answer"' in html


@on_sqlite
def test_a_question_that_is_only_looked_at_has_ids_of_its_own_and_can_not_be_answered(app):
    seen = make.single().seen(shown_ids(make.single()))
    with app.test_request_context():
        html = draw(seen, locked=True, key="q7")
    assert re.search(r"<fieldset[^>]*\sdisabled>", html)
    assert {'id="stem-q7"', 'id="field-q7"', 'id="field-q7-3"'} <= set(re.findall(r'id="[^"]*"', html))


@on_sqlite
def test_words_say_in_which_language_they_are(app):
    content = make.essay()
    arabic = type(content)(stem=say("ماذا؟", "ar"), rubric=content.rubric)
    with app.test_request_context():
        assert 'lang="ar" dir="rtl"' in draw(arabic.seen({}))
        assert 'lang="en" dir="ltr"' in draw(content.seen({}))
        with use_locale("es"):
            assert "lang" not in draw(make.true_false().seen({"true": "a", "false": "b"})).partition("<fieldset")[2]


@on_sqlite
def test_images_are_fetched_from_where_the_page_says(app):
    stem = say('<p>Look:<img src="@@PLUGINFILE@@/a%20b.png" alt="A window"> @@PLUGINFILE@@/x</p>', "en", HTML)
    seen = make.Description(stem=stem).seen({})
    with app.test_request_context():
        html = draw(seen.with_images(lambda name: f'/images/{name}?"'))
    assert 'src="/images/a b.png?&quot;"' in html
    assert "@@PLUGINFILE@@/x</p>" in html, "words are left alone"


@on_sqlite
def test_what_could_do_harm_is_not_there(app):
    stem = say("<script>alert(1)</script><img src=x onerror=alert(1)>Hm <b>so</b>", "en")
    with app.test_request_context():
        html = get_template_attribute("banks/question.html", "question")(make.Description(stem=stem).seen({}))
    assert "alert" not in html
    assert "<b>so</b>" in html
