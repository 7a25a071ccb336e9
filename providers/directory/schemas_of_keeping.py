"""The shape of what is asked about partners who were chosen from the list."""

from collections.abc import Collection

from marshmallow import ValidationError, fields, validate

from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _
from providers.directory.parameters import Several
from providers.directory.rules import MAX_COMPARED
from providers.directory.schemas import MAX_SLUG_LENGTH


def _check_few(slugs: Collection[str]) -> None:
    if len(set(slugs)) > MAX_COMPARED:
        raise ValidationError(_("Only %(n)d can be compared at a time. Choose fewer.") % {"n": MAX_COMPARED})


class CompareSchema(InputSchema):
    """Who is compared, by their slugs."""

    partner = Several(
        fields.String(validate=validate.Length(max=MAX_SLUG_LENGTH)), load_default=list, validate=_check_few
    )
