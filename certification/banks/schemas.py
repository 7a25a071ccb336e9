"""What staff send about banks and questions."""

from collections.abc import Mapping
from enum import StrEnum

from marshmallow import fields, validate

from certification.banks.formats import FileFormat
from certification.banks.formats.entries import MAX_QUESTIONS
from certification.banks.kinds import Kind, TextFormat
from certification.banks.kinds.base import MAX_PARTS
from certification.banks.kinds.grades import MAX_NUMBER_LENGTH
from certification.banks.kinds.texts import MAX_TEXT_LENGTH
from certification.banks.rules import (
    MAX_IDNUMBER_LENGTH,
    MAX_NAME_LENGTH,
    MAX_TAG_LENGTH,
    MAX_TAGS,
    MAX_TOPIC_LENGTH,
    Difficulty,
    QuestionAction,
    QuestionState,
)
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import SOURCE_LANGUAGE, languages

MAX_MOVED = 1000
MAX_OFFSET = 10_000_000
MAX_ALT_LENGTH = 300
MAX_PASTED_LENGTH = 100_000  # More comes as a file.


TYPED_ONCE: Mapping[str, int] = {
    "name": MAX_NAME_LENGTH,
    "idnumber": MAX_IDNUMBER_LENGTH,
    "topic": MAX_TOPIC_LENGTH,
    "tags": MAX_TAGS * (MAX_TAG_LENGTH + 2),
    "general_feedback": MAX_TEXT_LENGTH,
    "guidance": MAX_TEXT_LENGTH,
}
TYPED_FOR_EACH: Mapping[str, int] = {
    "answer": MAX_TEXT_LENGTH,
    "match": MAX_TEXT_LENGTH,
    "feedback": MAX_TEXT_LENGTH,
    "grade": MAX_NUMBER_LENGTH,
    "tolerance": MAX_NUMBER_LENGTH,
    "points": MAX_NUMBER_LENGTH,
}


class Step(StrEnum):
    """What becomes of what was typed."""

    NEXT = "next"  # Save it, and write another one.
    SAVE = "save"
    ADD = "add"  # Room for one more answer.
    PREVIEW = "preview"


ONLY_LOOKED_AT = {Step.ADD, Step.PREVIEW}


class _QuestionSchema(InputSchema):
    """A question as it is typed; its fields are the columns of CSV."""

    kind = fields.Enum(Kind, by_value=True, required=True)
    text = fields.String(required=True, validate=validate.Length(max=MAX_TEXT_LENGTH))
    difficulty = fields.Enum(Difficulty, by_value=True, load_default=Difficulty.MEDIUM)
    format = fields.Enum(TextFormat, by_value=True, load_default=TextFormat.PLAIN)
    single = fields.String(validate=validate.OneOf(["yes", "no"]))
    case = fields.String(validate=validate.OneOf(["yes", "no"]))
    language = fields.String(validate=validate.OneOf(languages()), load_default=SOURCE_LANGUAGE)
    step = fields.Enum(Step, by_value=True, load_default=Step.SAVE)
    rows = fields.Integer(validate=validate.Range(0, MAX_PARTS), load_default=0)
    seen = fields.Integer(validate=validate.Range(1, MAX_ID))


def _some_text(most: int) -> fields.Field[str]:
    return fields.String(validate=validate.Length(max=most))


QuestionSchema = _QuestionSchema.from_dict(
    {name: _some_text(most) for name, most in TYPED_ONCE.items()}
    | {
        f"{name}-{number}": _some_text(most)
        for name, most in TYPED_FOR_EACH.items()
        for number in range(1, MAX_PARTS + 1)
    },
    name="QuestionSchema",
)


class NextSchema(InputSchema):
    """What the next question begins with."""

    kind = fields.Enum(Kind, by_value=True, load_default=Kind.MULTICHOICE)
    difficulty = fields.Enum(Difficulty, by_value=True, load_default=Difficulty.MEDIUM)
    topic = fields.String(validate=validate.Length(max=MAX_TOPIC_LENGTH))
    language = fields.String(validate=validate.OneOf(languages()), load_default=SOURCE_LANGUAGE)
    after = fields.Integer(validate=validate.Range(1, MAX_ID))


class SearchSchema(InputSchema):
    """Which questions of a bank are looked for."""

    topic = fields.String(validate=validate.Length(max=MAX_TOPIC_LENGTH))
    state = fields.Enum(QuestionState, by_value=True)
    kind = fields.Enum(Kind, by_value=True)
    q = fields.String(validate=validate.Length(max=MAX_NAME_LENGTH))
    offset = fields.Integer(validate=validate.Range(0, MAX_OFFSET))


class MoveSchema(InputSchema):
    """What is done with a question."""

    action = fields.Enum(QuestionAction, by_value=True, required=True)


class MoveAllSchema(MoveSchema):
    """What is done with several questions."""

    questions = fields.List(
        fields.Integer(validate=validate.Range(1, MAX_ID)), required=True, validate=validate.Length(1, MAX_MOVED)
    )


class LanguageSchema(InputSchema):
    """In which of the site's languages."""

    language = fields.String(validate=validate.OneOf(languages()))


class SourceSchema(InputSchema):
    """What a file is, and in which language."""

    file_format = fields.Enum(FileFormat, by_value=True, required=True)
    language = fields.String(required=True, validate=validate.OneOf(languages()))


class CheckSchema(SourceSchema):
    """Which of the questions of a file are looked at."""

    offset = fields.Integer(validate=validate.Range(0, MAX_QUESTIONS), load_default=0)


class ImportSchema(SourceSchema):
    """That a file is imported; with questions that were refused, that this many are left out."""

    leaves_out = fields.Integer(validate=validate.Range(1, MAX_QUESTIONS), load_default=0)


class FileSchema(SourceSchema):
    """A file to look at, or its text."""

    file_format = fields.Enum(FileFormat, by_value=True)  # Guessed if not given.
    text = fields.String(validate=validate.Length(max=MAX_PASTED_LENGTH))


class _SeenSchema(InputSchema):
    """A change to the version that somebody has seen."""

    seen = fields.Integer(required=True, validate=validate.Range(1, MAX_ID))


class ImageSchema(_SeenSchema):
    """What an image shows, for those who do not see it; the image itself comes as a file."""

    alt = fields.String(required=True, validate=validate.Length(min=1, max=MAX_ALT_LENGTH))


class RemoveImageSchema(_SeenSchema):
    """That an image goes."""


def translation_schema(texts: int) -> InputSchema:
    """Give the shape of a translation of so many texts."""
    numbers = range(1, texts + 1)
    words = {f"words-{number}": _some_text(MAX_TEXT_LENGTH) for number in numbers}
    fits: dict[str, fields.Field[bool]] = {f"fits-{number}": fields.Boolean() for number in numbers}
    made = _SeenSchema.from_dict({**words, **fits}, name="TranslationSchema")()
    assert isinstance(made, InputSchema)
    return made
