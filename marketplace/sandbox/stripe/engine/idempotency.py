"""Idempotency keys: a request that is repeated gets the result of the first try, whatever it was.

See https://docs.stripe.com/api/idempotent_requests. A result is kept as soon as the endpoint has begun its work;
parameters that were refused before leave the key unused.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, KeyInUse, KeyMismatch
from marketplace.sandbox.stripe.engine.store import results
from marketplace.sandbox.stripe.engine.world import World

KEY_MAX = 255
KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a key is used for: by which account, at which address, with which parameters."""

    key: str
    account: str
    address: str
    digest: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of the first try."""

    status: int
    body: str
    request_id: str


def claim(key: str, *, account: str, address: str, content: bytes) -> Claim:
    """Say what a key is used for; `content` is the body of the request."""
    if len(key) > KEY_MAX:
        raise InvalidParameters(f"Idempotency keys have at most {KEY_MAX} characters.")
    return Claim(key, account, address, hashlib.sha256(content).hexdigest())


class KeysInUse:
    """The keys of the requests that are being answered right now."""

    def __init__(self) -> None:
        """Begin with none."""
        self._guard = threading.Lock()
        self._claims: set[tuple[str, str]] = set()

    @contextmanager
    def holding(self, claimed: Claim) -> Iterator[None]:
        """Keep others from using the key until the block ends.

        Raises:
            KeyInUse: another request is still being answered.
        """
        name = (claimed.account, claimed.key)
        with self._guard:
            if name in self._claims:
                raise KeyInUse(
                    f"Another request with the idempotency key {claimed.key} is still being answered. Try again later.",
                    code="idempotency_key_in_use",
                )
            self._claims.add(name)
        try:
            yield
        finally:
            with self._guard:
                self._claims.remove(name)


def once(world: World, claimed: Claim | None, perform: Callable[[World], Result]) -> Result:
    """Perform a request, or give the result that its key already has; without a key it is always performed.

    Raises:
        KeyMismatch: the key was used for another request.
    """
    if claimed is None:
        return perform(world)
    result = _earlier_result(world, claimed)
    if result is None:
        result = perform(world)
        _keep_result(world, claimed, result)
    return result


def _earlier_result(world: World, claimed: Claim) -> Result | None:
    world.connection.execute(results.delete().where(results.c.kept_until <= world.wall_timestamp))
    row = world.connection.execute(
        select(results).where(results.c.key == claimed.key, results.c.account == claimed.account)
    ).first()
    if row is None:
        return None
    if row.address != claimed.address:
        raise KeyMismatch(
            f"Keys for idempotent requests can only be used for the endpoint they were first used for "
            f"('{claimed.address}' is not '{row.address}'). Use another key than '{claimed.key}'."
        )
    if row.digest != claimed.digest:
        raise KeyMismatch(
            f"Keys for idempotent requests can only be used with the parameters they were first used with. "
            f"Use another key than '{claimed.key}'."
        )
    return Result(row.status, row.body, row.request_id)


def _keep_result(world: World, claimed: Claim, result: Result) -> None:
    world.connection.execute(
        results.insert().values(
            key=claimed.key,
            account=claimed.account,
            address=claimed.address,
            digest=claimed.digest,
            status=result.status,
            body=result.body,
            request_id=result.request_id,
            kept_until=world.wall_timestamp + int(KEPT.total_seconds()),
        )
    )
