"""The edge where input becomes values."""

import pytest
from marshmallow import fields, validate
from werkzeug.datastructures import MultiDict

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import InputSchema, Verbatim, flat, form_values, load
from marketplace.kernel.translate import _l


class InnerSchema(InputSchema):
    title = fields.String(required=True, validate=validate.Length(min=1, max=5))


class OuterSchema(InputSchema):
    name = fields.String(validate=validate.Length(max=5))
    secret = Verbatim(error_messages={"null": _l("Choose a password.")})
    count = fields.Integer(validate=validate.Range(1, 7))
    colour = fields.String(validate=validate.OneOf(["red", "green"]))
    tags = fields.List(fields.String())
    inner = fields.Nested(InnerSchema)


def errors(values):
    with pytest.raises(InvalidInput) as refusal:
        load(OuterSchema(), values)
    return refusal.value.fields


def test_a_form_gives_plain_values():
    form = MultiDict([
        *(("csrf_token", "x"), ("form_key", "x"), ("name", "  Ana "), ("colour", " ")),
        *(("tags", "a"), ("tags", ""), ("tags", "b")),
    ])  # fmt: skip
    assert form_values(OuterSchema(), form) == {"name": "Ana", "tags": ["a", "b"]}


def test_a_password_is_taken_as_it_was_typed():
    assert form_values(OuterSchema(), MultiDict({"secret": "  a b "})) == {"secret": "  a b "}
    assert form_values(OuterSchema(), MultiDict({"secret": "   "})) == {"secret": "   "}
    assert form_values(OuterSchema(), MultiDict({"secret": ""})) == {}


def test_unknown_fields_are_refused():
    assert errors({"is_admin": "yes"}) == {"is_admin": ["This form has no such field."]}


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "half a character \ud83d"], ids=ascii)
def test_what_no_database_keeps_is_refused(text):
    assert list(errors({"name": text})) == ["name"]
    assert list(errors({"inner": {"title": text}})) == ["inner.title"]


def test_other_unusual_characters_are_kept():
    text = "\t\n\u200d😀\ufffd"
    assert load(OuterSchema(), {"name": text}) == {"name": text}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"inner": {"title": "longer"}}, {"inner.title": ["Write at least one and at most 5 characters."]}),
        ({"name": "longer"}, {"name": ["This is too long: at most 5 characters, please."]}),
        ({"inner": {"title": ""}}, {"inner.title": ["Write at least one and at most 5 characters."]}),
        ({"inner": {}}, {"inner.title": ["Please fill this in."]}),
        ({"colour": "blue"}, {"colour": ["Choose one of the answers."]}),
        ({"count": 9}, {"count": ["Write a whole number from 1 to 7."]}),
        ({"count": "three"}, {"count": ["Write a whole number, such as 3."]}),
        ({"secret": None}, {"secret": ["Choose a password."]}),
        ({"name": None}, {"name": ["Please fill this in."]}),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_by_field_and_how_to_mend_it(values, told):
    assert errors(values) == told


def test_messages_that_are_ours_already_stay_as_they_are():
    assert flat({"name": ["Write it in one line."]}) == {"name": ["Write it in one line."]}
