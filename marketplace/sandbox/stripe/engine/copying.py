"""Copies of what JSON can hold, and what differs between two of them."""

from typing import Any

Json = dict[str, Any]


def copied(value: Any) -> Any:
    """Copy what JSON can hold, much faster than `deepcopy` does."""
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    return [copied(one) for one in value] if isinstance(value, list) else value


def changes(before: Json, after: Json) -> Json:
    """Tell what changed, with the values from before; of a hash only the keys that changed."""
    changed: Json = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            old, new = changes(old, new), {}
        if old != new:
            changed[key] = old
    return changed
