"""The secrets of an endpoint: a new one takes over from an old one, which stays good for a while.

See https://docs.stripe.com/webhooks#roll-endpoint-secrets. The secrets are kept in what only the stand-in knows of the
endpoint: `secret`, and in `earlier` those that came before with the moment until which they are good.
"""

from collections.abc import Mapping
from typing import Any

from marketplace.sandbox.stripe.engine.ids import new_id

Hidden = Mapping[str, Any]

LONGEST_OVERLAP_S = 24 * 60 * 60


def new_secret() -> str:
    """Make a secret."""
    return new_id("whsec", length=32)


def good_secrets(hidden: Hidden, now: int) -> list[str]:
    """List the secrets with which a delivery is signed, the newest first."""
    return [hidden["secret"], *(one["secret"] for one in _earlier(hidden, now))]


def rolled(hidden: Hidden, *, overlap_s: int, now: int) -> dict[str, Any]:
    """Give an endpoint a new secret; the one that it has stays good for `overlap_s` seconds."""
    assert 0 <= overlap_s <= LONGEST_OVERLAP_S, overlap_s
    last = {"secret": hidden["secret"], "until": now + overlap_s}
    return {**hidden, "secret": new_secret(), "earlier": [last, *_earlier(hidden, now)]}


def _earlier(hidden: Hidden, now: int) -> list[dict[str, Any]]:
    return [one for one in hidden.get("earlier", ()) if one["until"] > now]
