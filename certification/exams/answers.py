"""The shape of what the API answers about exams."""

from marshmallow import fields

from certification.banks.kinds import Control
from certification.exams.rules import AttemptState, Band
from marketplace.kernel.schema import AnswerSchema


class TrackAnswer(AnswerSchema):
    """A track, and what its exam asks."""

    slug = fields.String(required=True)
    name = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "By language"}
    )
    product = fields.String(required=True)
    niche = fields.String(required=True)
    level = fields.Integer(required=True)
    release = fields.String(required=True, allow_none=True, metadata={"description": "For which it certifies"})
    questions = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    pass_percent = fields.Integer(required=True)
    valid_days = fields.Integer(required=True)
    waits_days = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "Before the second try, the third and so on; the last one goes for all after it"},
    )
    tries_max = fields.Integer(required=True, metadata={"description": "At most so many tries in `window_days`"})
    window_days = fields.Integer(required=True)


class TracksAnswer(AnswerSchema):
    """The tracks whose exam can be tried."""

    items = fields.List(fields.Nested(TrackAnswer), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)


class PartAnswer(AnswerSchema):
    """A part of a question, under an id that only this attempt knows."""

    id = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "Harmless HTML"})


class QuestionAnswer(AnswerSchema):
    """A question of an attempt in progress, and the answer that is saved."""

    number = fields.Integer(required=True)
    control = fields.Enum(Control, by_value=True, required=True)
    text = fields.String(required=True, metadata={"description": "Harmless HTML"})
    options = fields.List(fields.Nested(PartAnswer), required=True)
    prompts = fields.List(fields.Nested(PartAnswer), required=True)
    answer = fields.List(fields.String(), required=True)
    answers = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "By prompt"}
    )
    sequence = fields.Integer(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)


class TopicAnswer(AnswerSchema):
    """How a topic went."""

    topic = fields.String(required=True)
    band = fields.Enum(Band, by_value=True, required=True)


class AttemptAnswer(AnswerSchema):
    """An attempt; its questions as long as it runs, and what came of it afterwards."""

    id = fields.String(required=True)
    track = fields.String(required=True)
    status = fields.Enum(AttemptState, by_value=True, required=True)
    started_at = fields.AwareDateTime(required=True)
    deadline_at = fields.AwareDateTime(required=True)
    seconds_left = fields.Integer(required=True, metadata={"description": "By the server's clock"})
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    percent = fields.Integer(required=True, allow_none=True, metadata={"description": "The score, rounded down"})
    topics = fields.List(fields.Nested(TopicAnswer), required=True)
    questions = fields.List(fields.Nested(QuestionAnswer), required=True)


class SavedAnswer(AnswerSchema):
    """An answer that is saved."""

    number = fields.Integer(required=True)
    sequence = fields.Integer(required=True)
    answered_at = fields.AwareDateTime(required=True)
