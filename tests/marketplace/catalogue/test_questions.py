"""The answers to a category's own questions, in forms and for programs."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.models import Category
from marketplace.catalogue.questions import fields_schema, json_schema
from marketplace.catalogue.rules import FieldKind, Layer
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load
from marketplace.kernel.translate import use_reader
from tests.factories.catalogue import make_choice, make_field

UPGRADE = Category(
    slug="upgrade-fails",
    names={"en": "An upgrade fails", "es": "Una actualización falla"},
    hints={},
    layer=Layer.APPLICATION,
    is_defect=False,
    fields=[
        make_field("from_version", max_length=10, labels={"en": "From version", "es": "De la versión"}),
        make_choice("method", "docker", "zip"),
        make_field("log", FieldKind.LONG_TEXT, is_required=False, max_length=30, hints={"en": "The last lines."}),
        make_field("site", FieldKind.URL, is_required=False, max_length=40),
    ],
)
GOOD = {"from_version": "4.1", "method": "zip", "log": "first\nsecond", "site": "https://photos.example/?a=1#b"}


def errors(answers):
    with pytest.raises(InvalidInput) as refusal:
        load(fields_schema(UPGRADE), answers)
    return refusal.value.fields


def test_good_answers_are_taken_as_they_are():
    assert load(fields_schema(UPGRADE), GOOD) == GOOD


def test_what_is_optional_may_be_left_out():
    needed = {key: GOOD[key] for key in ("from_version", "method")}
    assert load(fields_schema(UPGRADE), needed) == needed


@pytest.mark.parametrize(
    ("key", "answer", "told"),
    [
        ("from_version", "", "fill this in"),
        ("from_version", None, "fill this in"),
        ("from_version", "4.1.2.3.4.5", "at most 10"),
        ("from_version", 4, "text"),
        ("from_version", ["4.1"], "text"),
        ("from_version", "4\x00", "can not be kept"),
        ("from_version", "4\ud800", "can not be kept"),
        ("method", "tar", "Choose one"),
        ("method", "", "Choose one"),
        ("log", "x" * 31, "at most 30"),
        ("site", "photos.example", "whole address"),
        ("site", "javascript:alert(1)", "whole address"),
        ("site", "https://", "whole address"),
        ("site", "https:///path", "whole address"),
        ("site", "https://photos.example/ x", "whole address"),
        ("site", "https://photos.example/\n", "whole address"),
        ("site", f"https://photos.example/{'x' * 40}", "at most 40"),
        ("unknown", "x", "no such field"),
    ],
    ids=ascii,
)
def test_a_wrong_answer_is_named(key, answer, told):
    found = errors({**GOOD, key: answer})
    assert list(found) == [key]
    assert any(told in text for text in found[key])


def test_all_missing_answers_are_named_at_once():
    assert set(errors({})) == {"from_version", "method"}


@pytest.mark.parametrize("key", ["load", "fields", "opts", "context", "validate"])
def test_a_question_may_have_any_key(key):
    schema = fields_schema(Category(slug="x", fields=[make_field(key)]))
    assert load(schema, {key: "an answer"}) == {key: "an answer"}


def test_programs_are_told_the_same_as_people():
    described = json_schema(UPGRADE)
    jsonschema.Draft202012Validator.check_schema(described)
    assert described["required"] == ["from_version", "method"]
    assert described["properties"]["from_version"] == {
        "type": "string",
        "title": "From version",
        "description": "",
        "maxLength": 10,
        "minLength": 1,
    }
    assert described["properties"]["method"]["oneOf"] == [
        {"const": "docker", "title": "Docker"},
        {"const": "zip", "title": "Zip"},
    ]
    with use_reader("es", "UTC"):
        assert json_schema(UPGRADE)["properties"]["from_version"]["title"] == "De la versión"


texts = st.one_of(
    st.sampled_from(["", "zip", "docker", "4.1", *GOOD.values(), "https://x", "ftp://x", "http://x/ y", "a\nb"]),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40),
    st.none(),
    st.integers(),
)


@given(st.dictionaries(st.sampled_from([*GOOD, "unknown"]), texts))
def test_json_schema_takes_what_the_form_takes(answers):
    described = jsonschema.Draft202012Validator(json_schema(UPGRADE))
    try:
        load(fields_schema(UPGRADE), answers)
    except InvalidInput:
        taken = False
    else:
        taken = True
    assert described.is_valid(answers) is taken
