"""What is done to the stand-in by hand, done by a program over HTTP: levers are pulled, faults set up.

The demo's seeding uses it.
"""

import json
import urllib.request
from typing import Any
from urllib.parse import quote

TIMEOUT_S = 30


def pull(base_url: str, object_id: str, lever: str, **given: str | int) -> str:
    """Pull a lever of an object, and give the id of what came of it.

    Raises:
        urllib.error.HTTPError: there is no such object, or nothing like that can be done to it now.
    """
    return str(_send(f"{base_url}/sandbox/objects/{quote(object_id)}/{quote(lever)}", given)["id"])


def set_fault(base_url: str, kind: str, *, times: int = 1) -> None:
    """Let something go wrong, so many times.

    Raises:
        urllib.error.HTTPError: there is no such kind.
    """
    _send(f"{base_url}/sandbox/faults", {"kind": kind, "times": times})


def mute(base_url: str, api_key: str, *, is_muted: bool) -> None:
    """Tell no webhook endpoint what happens, or all of them again; what happens meanwhile they are never told."""
    endpoints = f"{base_url}/v1/webhook_endpoints"
    key = {"Authorization": f"Bearer {api_key}"}
    listed: Any = _answer(urllib.request.Request(f"{endpoints}?limit=100", headers=key))  # noqa: S310 - the stand-in's
    for one in listed["data"]:
        given = f"disabled={'true' if is_muted else 'false'}".encode()
        _answer(urllib.request.Request(f"{endpoints}/{one['id']}", given, key))  # noqa: S310


def _send(url: str, given: dict[str, str | int]) -> dict[str, object]:
    headers = {"Content-Type": "application/json"}
    return _answer(urllib.request.Request(url, json.dumps(given).encode(), headers))  # noqa: S310 - the stand-in's


def _answer(asked: urllib.request.Request) -> dict[str, object]:
    with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310 - the stand-in's address
        answered: dict[str, object] = json.load(answer)
    return answered
