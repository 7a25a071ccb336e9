"""Frozen classes as JSON and back: exactly the same comes back, and each kind needs no code of its own."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, get_args, get_origin, get_type_hints

_AS_TEXT = (Decimal, Fraction)
_HINTS: dict[type[Any], dict[str, Any]] = {}  # Asking for them takes longer than all the rest.


def to_json(value: Any) -> Any:
    """Write a value as plain JSON; exact numbers become text."""
    if is_dataclass(value):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [to_json(one) for one in value]
    if isinstance(value, _AS_TEXT):
        return str(value)
    return dict(value) if isinstance(value, Mapping) else value


def from_json(kind: type[Any], written: Mapping[str, Any]) -> Any:
    """Make a frozen class of what `to_json` has written; a field that was added later has its default."""
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], one) for name, one in written.items()})


def _hints(kind: type[Any]) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def _value(kind: Any, written: Any) -> Any:
    if isinstance(kind, types.UnionType):
        return None if written is None else _value(get_args(kind)[0], written)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], one) for one in written)
    if isinstance(kind, type) and is_dataclass(kind):
        return from_json(kind, written)
    if isinstance(kind, type) and issubclass(kind, (*_AS_TEXT, StrEnum)):
        return kind(written)
    return written
