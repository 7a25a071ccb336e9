"""The shape of what the vendor decides."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _, languages
from marketplace.tariffs.rules import (
    ANY_COUNTRY,
    MAX_RESERVE_DAYS,
    MAX_RESERVE_JOBS,
    MAX_TAX_NAME_LENGTH,
    PartnerLevel,
    ReserveOrder,
    Taxed,
    TaxOrder,
    read_rate,
)

NAME = "name_"  # Before the language of a name.


class Rate(fields.String):
    """A percentage with at most two decimals; inside, whole hundredths of a percent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        try:
            return read_rate(text)
        except ValueError:
            wanted = _("Write a rate from 0 to 100, with at most two decimals, such as 21 or 5.5.")
            raise ValidationError(wanted) from None


class DatedSchema(InputSchema):
    """Something that is to hold from a day on."""

    valid_from = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Put the values together that the commands take, beside the day."""
        return data


class _TaxSchema(DatedSchema):
    taxed = fields.Enum(Taxed, by_value=True, required=True)
    country = fields.String(load_default=ANY_COUNTRY, validate=validate.Length(max=2))
    rate = Rate(required=True)
    may_be_reversed = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Gather the names by language."""
        names = {name.removeprefix(NAME): data.pop(name) for name in sorted(data) if name.startswith(NAME)}
        valid_from = data.pop("valid_from")
        return {"order": TaxOrder(**data, names=names), "valid_from": valid_from}


# One field for the name in each language of the site.
TaxSchema = _TaxSchema.from_dict(
    {f"{NAME}{code}": fields.String(validate=validate.Length(max=MAX_TAX_NAME_LENGTH)) for code in languages()},
    name="TaxSchema",
)


class LevelCommissionSchema(DatedSchema):
    """The commission of a level."""

    level = fields.Enum(PartnerLevel, by_value=True, required=True)
    percent = fields.Integer(required=True, validate=validate.Range(0, 100))


class AgreedCommissionSchema(DatedSchema):
    """The commission of one partner; left empty, the level decides."""

    percent = fields.Integer(load_default=None, validate=validate.Range(0, 100))


class ReserveSchema(DatedSchema):
    """What is kept back of the shares of new partners."""

    percent = fields.Integer(required=True, validate=validate.Range(0, 100))
    days = fields.Integer(required=True, validate=validate.Range(1, MAX_RESERVE_DAYS))
    jobs = fields.Integer(required=True, validate=validate.Range(1, MAX_RESERVE_JOBS))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Make the value that the command takes."""
        valid_from = data.pop("valid_from")
        return {"order": ReserveOrder(**data), "valid_from": valid_from}
