"""The shape of what those send who looked at something that was noticed."""

from marshmallow import fields, validate

from certification.exams.rules.signals.kinds import MAX_NOTE_LENGTH
from marketplace.kernel.schema import InputSchema


class PutAsideSchema(InputSchema):
    """Why something is put aside, for those who look at it later."""

    note = fields.String(required=True, validate=validate.Length(min=1, max=MAX_NOTE_LENGTH))
