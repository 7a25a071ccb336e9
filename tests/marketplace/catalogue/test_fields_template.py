"""A category's own questions in a form."""

import re

import pytest
from flask import render_template_string

from marketplace.catalogue.rules import FieldKind
from tests.factories.catalogue import make_choice, make_field

PAGE = """{% import "catalogue/fields.html" as questions %}{{ questions.fields(asked, values, errors, **more) }}"""
COLOURS = ("red", "green", "blue", "white", "black", "grey")


@pytest.fixture
def shown(app):
    """Give a function that shows the questions."""

    def show(*fields, values=None, errors=None, **more):
        with app.test_request_context():
            return render_template_string(PAGE, asked=fields, values=values or {}, errors=errors or {}, more=more)

    return show


def tag(page, name):
    return re.search(rf'<(?:input|textarea|select)[^>]*name="{re.escape(name)}"[^>]*>', page)[0]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (make_field("a"), 'type="text"'),
        (make_field("a", FieldKind.LONG_TEXT), "<textarea"),
        (make_field("a", FieldKind.URL), 'type="url"'),
        (make_choice("a", "red", "green"), 'type="radio"'),
        (make_choice("a", *COLOURS), "<select"),
        (make_choice("a", "red", "green", is_required=False), "<select"),
    ],
    ids=["text", "long text", "url", "few", "many", "may be left open"],
)
def test_each_kind_of_question_has_its_field(shown, field, expected):
    assert expected in tag(shown(field), "fields.a")


def test_what_was_typed_is_kept_and_what_is_wrong_is_told(shown):
    page = shown(
        make_field("version", labels={"en": "Version"}, hints={"en": "As the console shows it."}),
        make_field("log", FieldKind.LONG_TEXT),
        make_choice("method", "docker", "zip"),
        make_choice("colour", *COLOURS),
        values={
            "fields.version": '4.1"<b>',
            "fields.log": "first\nsecond",
            "fields.method": "zip",
            "fields.colour": "blue",
        },
        errors={"fields.version": ["Which one?"]},
    )
    assert "4.1&#34;&lt;b&gt;" in tag(page, "fields.version")
    assert "first\nsecond</textarea>" in page
    assert re.search(r'value="zip"\s+checked', page)
    assert re.search(r'<option value="blue"\s+selected', page)
    assert "Which one?" in page
    assert 'id="field-fields.version"' in page
    assert "As the console shows it." in page


def test_only_what_may_be_left_open_says_so(shown):
    assert "(optional)" in shown(make_field("a", is_required=False))
    assert "(optional)" not in shown(make_field("a"))


def test_the_names_of_the_fields_begin_as_the_form_wants(shown):
    assert tag(shown(make_field("a"), prefix="field-"), "field-a")


def test_questions_stand_in_the_readers_language_if_there_is_one(shown):
    field = make_field("a", labels={"ar": "الإصدار"})
    assert "الإصدار" in shown(field)  # No English: better another language than nothing.
