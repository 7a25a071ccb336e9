"""The shape of what staff decide about a question that was wrong."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from certification.exams.rules.regrading import Fallback, Remedy
from certification.exams.rules.tries import MAX_REASON_LENGTH
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _

MAX_VERSIONS = 1000
SEEN_LENGTH = 64


class Versions(fields.List[Any]):
    """The numbers of some versions; one that is none is refused by the name of the field, not by its place."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **options)
        except ValidationError:
            raise ValidationError(_("Choose among the versions that were asked.")) from None


class RegradeSchema(InputSchema):
    """What is done about it; `seen` is the digest of the dry run that was looked at, if one was."""

    versions = Versions(
        fields.Integer(validate=validate.Range(1, MAX_ID)), required=True, validate=validate.Length(1, MAX_VERSIONS)
    )
    remedy = fields.Enum(Remedy, by_value=True, required=True)
    fallback = fields.Enum(Fallback, by_value=True, load_default=Fallback.FULL_MARKS)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))
    seen = fields.String(load_default=None, validate=validate.Length(max=SEEN_LENGTH))
