"""What is done to the stand-in by hand, done by a program over HTTP: levers are pulled, faults set up.

The demo's seeding uses it.
"""

import json
import urllib.request
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


def _send(url: str, given: dict[str, str | int]) -> dict[str, object]:
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(url, json.dumps(given).encode(), headers)  # noqa: S310 - the stand-in's address
    with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310
        answered: dict[str, object] = json.load(answer)
    return answered
