"""The shapes of parameters: what an endpoint takes, and how Stripe refuses the rest.

A shape reads the texts of a form into typed values. What a caller leaves out is left out of the result, too, so that
"not given" and "cleared" stay apart.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import list_currencies

from marketplace.sandbox.stripe.engine.errors import InvalidParameters
from marketplace.sandbox.stripe.engine.forms import Tree

Given = dict[str, Any]

TEXT_MAX = 5000
METADATA_KEYS_MAX = 50
METADATA_KEY_MAX = 40
METADATA_VALUE_MAX = 500
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Shape(ABC):
    """One parameter's form."""

    @abstractmethod
    def read(self, value: Tree | str, name: str) -> Any:
        """Read what was sent for the parameter `name`, or refuse it."""


class Single(Shape):
    """A parameter that holds one value, not a hash or a list."""

    def __init__(self, *, clearable: bool = False, longest: int = TEXT_MAX) -> None:
        """With `clearable`, an empty text unsets the value; it is read as None."""
        self._clearable = clearable
        self._longest = longest

    def read(self, value: Tree | str, name: str) -> Any:
        """Read a text."""
        if isinstance(value, dict):
            raise InvalidParameters(f"Invalid {name}: expected a single value.", param=name)
        if value == "":
            return self._cleared(name)
        return self.value(value, name)

    def value(self, text: str, name: str) -> Any:
        """Read a text that is not empty."""
        if len(text) > self._longest:
            raise InvalidParameters(f"Invalid string: {name} may have at most {self._longest} characters.", param=name)
        return text

    def _cleared(self, name: str) -> None:
        if not self._clearable:
            raise InvalidParameters(
                f"You passed an empty string for '{name}'. An empty value unsets a parameter, but '{name}' cannot be "
                f"unset. Leave '{name}' out, or send a value that is not empty.",
                code="parameter_invalid_empty",
                param=name,
            )


class Text(Single):
    """A text."""


class Whole(Single):
    """A whole number within bounds."""

    def __init__(self, *, minimum: int = 0, maximum: int = 2**53) -> None:
        """Keep the bounds, both included."""
        super().__init__()
        self._minimum = minimum
        self._maximum = maximum

    def value(self, text: str, name: str) -> int:
        """Read a number."""
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise InvalidParameters(f"Invalid integer: {text}", code="parameter_invalid_integer", param=name)
        if not self._minimum <= int(text) <= self._maximum:
            raise InvalidParameters(
                f"Invalid integer: {name} must be from {self._minimum} to {self._maximum}, not {text}.",
                code="parameter_invalid_integer",
                param=name,
            )
        return int(text)


class Flag(Single):
    """Yes or no."""

    def value(self, text: str, name: str) -> bool:
        """Read "true" or "false"."""
        if text not in {"true", "false"}:
            raise InvalidParameters(f"Invalid boolean: {text}", param=name)
        return text == "true"


class Choice(Single):
    """One of a few words."""

    def __init__(self, *options: str) -> None:
        """Keep the words."""
        super().__init__()
        self._options = options

    def value(self, text: str, name: str) -> str:
        """Read one of the words."""
        if text not in self._options:
            raise InvalidParameters(f"Invalid {name}: must be one of {', '.join(self._options)}", param=name)
        return text


class Pattern(Single):
    """A text of a certain make."""

    def __init__(self, pattern: str) -> None:
        """Keep the regular expression that the whole text must match."""
        super().__init__()
        self._pattern = re.compile(pattern)

    def value(self, text: str, name: str) -> str:
        """Read a text of that make."""
        if not self._pattern.fullmatch(text):
            raise InvalidParameters(f"Invalid {name}: {text}", param=name)
        return text


class Currency(Single):
    """An ISO 4217 code; Stripe writes it in small letters."""

    def value(self, text: str, name: str) -> str:
        """Read a code."""
        if text.upper() not in _currencies():
            raise InvalidParameters(f"Invalid currency: {text}", param=name)
        return text.lower()


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


class Address(Single):
    """The address of a page or of a webhook's receiver."""

    def value(self, text: str, name: str) -> str:
        """Read an absolute http or https address."""
        try:
            parts = urlsplit(text)
            is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_good = False
        if not is_good or len(text) > TEXT_MAX:
            raise InvalidParameters("Not a valid URL", code="url_invalid", param=name)
        return text


class Email(Single):
    """An e-mail address."""

    def value(self, text: str, name: str) -> str:
        """Read an address."""
        if not EMAIL.fullmatch(text) or len(text) > TEXT_MAX:
            raise InvalidParameters(f"Invalid email address: {text}", code="email_invalid", param=name)
        return text


class Metadata(Shape):
    """Texts by name; an empty text deletes a name, an empty value for the whole deletes all (read as None)."""

    def read(self, value: Tree | str, name: str) -> dict[str, str] | None:
        """Read the names and texts."""
        if value == "":
            return None
        if isinstance(value, str) or any(isinstance(one, dict) for one in value.values()):
            raise InvalidParameters(f"Invalid {name}: expected a hash of texts.", param=name)
        for key, text in value.items():
            if len(key) > METADATA_KEY_MAX or len(text) > METADATA_VALUE_MAX:
                raise InvalidParameters(
                    f"Metadata keys have at most {METADATA_KEY_MAX} and values at most {METADATA_VALUE_MAX} "
                    f"characters; '{key}' has more.",
                    param=name,
                )
        if len(value) > METADATA_KEYS_MAX:
            raise InvalidParameters(f"Metadata has at most {METADATA_KEYS_MAX} keys.", param=name)
        return value


class Listing(Shape):
    """Several values of one shape."""

    def __init__(self, one: Shape, *, maximum: int = 100) -> None:
        """Keep the shape of each and how many there may be."""
        self._one = one
        self._maximum = maximum

    def read(self, value: Tree | str, name: str) -> list[Any]:
        """Read each value, in the order of their numbers."""
        if not isinstance(value, dict) or not all(key.isascii() and key.isdigit() for key in value):
            raise InvalidParameters("Invalid array", param=name)
        if len(value) > self._maximum:
            raise InvalidParameters(f"{name} takes at most {self._maximum} values.", param=name)
        return [self._one.read(value[key], f"{name}[{key}]") for key in sorted(value, key=int)]


class Fields(Shape):
    """A hash whose keys are known; unknown ones are refused by name."""

    def __init__(
        self, *, required: Mapping[str, Shape] | None = None, optional: Mapping[str, Shape] | None = None
    ) -> None:
        """Keep which keys there must be and which there may be."""
        self._required = required or {}
        self._known = {**self._required, **(optional or {})}

    def read(self, value: Tree | str, name: str = "") -> Given:
        """Read every key; `name` is empty for the parameters of an endpoint."""
        if isinstance(value, str):
            raise InvalidParameters(f"Invalid {name}: expected a hash.", param=name)
        for key in value:
            if key not in self._known:
                raise self._unknown(_path(name, key))
        for key in self._required:
            if key not in value:
                raise self._left_out(_path(name, key))
        return {key: self._known[key].read(one, _path(name, key)) for key, one in value.items()}

    def _unknown(self, path: str) -> InvalidParameters:
        known = ", ".join(sorted(self._known))
        return InvalidParameters(
            f"Received unknown parameter: {path}. The stand-in takes here: {known}.",
            code="parameter_unknown",
            param=path,
        )

    @staticmethod
    def _left_out(path: str) -> InvalidParameters:
        return InvalidParameters(f"Missing required param: {path}.", code="parameter_missing", param=path)


class Period(Shape):
    """A moment, or bounds for one: `created=…` or `created[gte]=…`; read as bounds either way."""

    def read(self, value: Tree | str, name: str) -> dict[str, int]:
        """Read the bounds."""
        if isinstance(value, str):
            moment: int = Whole().read(value, name)
            return {"gte": moment, "lte": moment}
        return Fields(optional=dict.fromkeys(("gt", "gte", "lt", "lte"), Whole())).read(value, name)


def _path(outer: str, key: str) -> str:
    return f"{outer}[{key}]" if outer else key


EXPAND: Mapping[str, Shape] = {"expand": Listing(Text(), maximum=20)}
PAGING: Mapping[str, Shape] = {
    "limit": Whole(minimum=1, maximum=100),
    "starting_after": Text(),
    "ending_before": Text(),
}
RETRIEVE = Fields(optional=EXPAND)


def takes(*, required: Mapping[str, Shape] | None = None, optional: Mapping[str, Shape] | None = None) -> Fields:
    """Describe the parameters of an endpoint; each takes `expand`."""
    return Fields(required=required, optional={**EXPAND, **(optional or {})})


def lists_by(**filters: Shape) -> Fields:
    """Describe the parameters of a list: a page of it, by the time of creation and by `filters`."""
    return takes(optional={**PAGING, "created": Period(), **filters})


def merged(metadata: Mapping[str, str], change: Mapping[str, str] | None) -> dict[str, str]:
    """Merge metadata as Stripe does: given names replace, empty texts delete, None deletes all."""
    if change is None:
        return {}
    return {key: text for key, text in {**metadata, **change}.items() if text != ""}
