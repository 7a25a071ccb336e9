"""Parameters of a search that are more than a word or a number."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from marketplace.kernel.translate import _
from providers.applications.spoken import is_language
from providers.directory.rules import OPEN_NOW
from providers.profiles.rules import Cefr

MAX_VALUES = 50
MAX_OPEN_HOURS = 7 * 24


# What the document says of them; the names themselves are looked up.
LANGUAGE_PATTERN = f"^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*(:({'|'.join(Cefr)}))?$"
OPEN_PATTERN = f"^({OPEN_NOW}|[1-9][0-9]?|1[0-5][0-9]|16[0-8])$"


class LanguageAndLevel(fields.String):
    """A language, such as `es`, or with the level wanted of it, such as `es:B2`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> Any:  # A pair of a code and a level or None.
        code, colon, level = super()._deserialize(value, attr, data, **options).partition(":")
        if not is_language(code):
            raise ValidationError(_("This language is not known. Write its code, such as es or pt-BR."))
        if colon and level not in set(Cefr):
            raise ValidationError(_("This level is not known. Choose one from A1 to C2, or native."))
        return code, Cefr(level) if colon else None


class Opening(fields.String):
    """Within how many hours somebody is to work: `now` is 0."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        typed = super()._deserialize(value, attr, data, **options)
        if typed == OPEN_NOW:
            return 0
        if not re.fullmatch(OPEN_PATTERN, typed):
            raise ValidationError(_("Write now, or a number of hours from 1 to %(n)d.") % {"n": MAX_OPEN_HOURS})
        return int(typed)


class Several(fields.List[Any]):
    """Values of one parameter; what is wrong with any of them is said of the parameter, once."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> list[Any]:
        if len(value) > MAX_VALUES:
            raise ValidationError(_("Choose at most %(n)d of these.") % {"n": MAX_VALUES})
        try:
            return super()._deserialize(value, attr, data, **options)
        except ValidationError as error:
            by_position = error.normalized_messages()
            raise ValidationError(
                list(dict.fromkeys(text for texts in by_position.values() for text in texts))
            ) from None


def several(inner: fields.Field[Any], description: str) -> Several:
    """Let a parameter be repeated."""
    return Several(inner, load_default=list, metadata={"description": description, "maxItems": MAX_VALUES})
