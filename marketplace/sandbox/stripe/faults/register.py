"""The register of faults: which are set up, and what they have done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from marketplace.sandbox.stripe.engine import store
from marketplace.sandbox.stripe.engine.store import Store
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.rules import Plan, draw, is_there, strikes

LOG_LENGTH = 500

ALL = select(store.faults).order_by(store.faults.c.id)
COUNT = (
    store.faults.update()
    .where(store.faults.c.id == bindparam("this"))
    .values(met=bindparam("met"), struck=bindparam("struck"))
)
USED_UP = store.faults.delete().where(store.faults.c.struck == store.faults.c.times)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is set up: in how many cases it could have struck, and in how many it did."""

    id: int
    plan: Plan
    met: int
    struck: int

    @property
    def times_left(self) -> int | None:
        """How often it is still to strike; None: until it is taken away."""
        return None if self.plan.times is None else self.plan.times - self.struck


@dataclass(frozen=True, slots=True)
class Strike:
    """One case in which a fault struck."""

    plan: Plan
    number: int

    def draw(self, purpose: str, below: int) -> int:
        """Draw a number from 0 to `below` - 1, by the seed."""
        return draw(self.plan, self.number, purpose, below)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: what struck when, and what it hit."""

    fault_id: int
    kind: Kind
    subject: str
    at: datetime


class Faults:
    """The faults of one simulator; they outlive a restart."""

    def __init__(self, memory: Store) -> None:
        """Go on with those that are set up."""
        self._store = memory
        self._kinds = self._kinds_now()

    def add(self, plan: Plan) -> Fault:
        """Set a fault up."""
        with self._store.transaction() as connection:
            made = connection.execute(store.faults.insert().values(**asdict(plan), met=0, struck=0))
            key = made.inserted_primary_key
            assert key, made
        self._kinds = self._kinds_now()
        return Fault(int(key[0]), plan, met=0, struck=0)

    def remove(self, fault_id: int) -> bool:
        """Take a fault away; False when there is none."""
        with self._store.transaction() as connection:
            count = connection.execute(store.faults.delete().where(store.faults.c.id == fault_id)).rowcount
        self._kinds = self._kinds_now()
        return count > 0

    def clear(self) -> int:
        """Take all faults away, and tell how many there were; what they have done stays in the log."""
        with self._store.transaction() as connection:
            count = connection.execute(store.faults.delete()).rowcount
        self._kinds = self._kinds_now()
        return count

    def active(self) -> list[Fault]:
        """List the faults that are set up, the oldest first."""
        with self._store.transaction() as connection:
            return [_fault(row) for row in connection.execute(ALL)]

    def log(self, count: int = LOG_LENGTH) -> list[Entry]:
        """List what struck last, the newest first."""
        query = select(store.strikes).order_by(store.strikes.c.id.desc()).limit(count)
        with self._store.transaction() as connection:
            found: Sequence[Row[Any]] = connection.execute(query).all()
        return [Entry(row.fault_id, Kind(row.kind), row.subject, datetime.fromtimestamp(row.at, UTC)) for row in found]

    def strike(
        self, connection: Connection, kinds: Collection[Kind], subject: str, now: int, *, is_one: bool = False
    ) -> Mapping[Kind, Strike]:
        """Tell what strikes now: of each kind the fault that was set up first, or with `is_one` only one of all.

        A case counts for the faults that are asked about it. One that has struck as often as it should is gone.
        """
        if self._kinds.isdisjoint(kinds):  # Nearly always: spare every request a look into the store.
            return {}
        struck: dict[Kind, Strike] = {}
        met: list[Fault] = []
        for row in connection.execute(ALL):
            fault = _fault(row)
            kind = fault.plan.kind
            if kind in kinds and kind not in struck and is_there(fault.plan.place, subject):
                met.append(fault)
                if strikes(fault.plan, fault.met):
                    struck[kind] = Strike(fault.plan, fault.met)
                    _note(connection, fault, subject, now)
                    if is_one:
                        break
        _count(connection, met)
        return struck

    def strike_one(self, kinds: Collection[Kind], subject: str, now: int) -> Strike | None:
        """Tell which one fault strikes, in a transaction of its own: it is kept, whatever becomes of the request."""
        if self._kinds.isdisjoint(kinds):
            return None
        with self._store.transaction() as connection:
            return next(iter(self.strike(connection, kinds, subject, now, is_one=True).values()), None)

    def _kinds_now(self) -> frozenset[Kind]:
        # A fault that is used up may be among them until the next change; that costs a look and does no harm.
        return frozenset(fault.plan.kind for fault in self.active())


def _count(connection: Connection, met: Sequence[Fault]) -> None:
    """Count a case for the faults that it could have been; those that have struck as often as they should are gone."""
    if not met:
        return
    counts = [{"this": one.id, "met": one.met + 1, "struck": one.struck + strikes(one.plan, one.met)} for one in met]
    connection.execute(COUNT, counts)
    connection.execute(USED_UP)


def _note(connection: Connection, fault: Fault, subject: str, now: int) -> None:
    made = connection.execute(
        store.strikes.insert().values(fault_id=fault.id, kind=fault.plan.kind, subject=subject, at=now)
    )
    assert made.inserted_primary_key, made
    oldest = made.inserted_primary_key[0] - LOG_LENGTH
    connection.execute(store.strikes.delete().where(store.strikes.c.id <= oldest))


def _fault(row: Row[Any]) -> Fault:
    plan = Plan(Kind(row.kind), row.place, row.times, row.percent, row.seed, row.seconds, row.copies)
    return Fault(row.id, plan, row.met, row.struck)
