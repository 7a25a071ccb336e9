"""What a resource tells the engine about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from marketplace.sandbox.stripe.engine.shapes import Fields
from marketplace.sandbox.stripe.engine.world import Json, Listener, Record, World

Handler = Callable[..., Json]  # Takes the world, what was given, and the parts of the address by name.
Expander = Callable[[World, Json], Json | None]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one address of the API."""

    method: str
    address: str  # As Flask writes it: "/v1/charges/<charge>".
    takes: Fields
    answer: Handler
    is_scoped: bool = False  # Whether it may be asked for a connected account, by the `Stripe-Account` header.


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of object: what can be asked of it, what can be expanded in it, what time does to it."""

    kind: str
    endpoints: tuple[Endpoint, ...] = ()
    links: frozenset[str] = frozenset()  # Fields that hold the id of another object.
    parts: Mapping[str, Expander] = field(default_factory=dict)  # Fields that are left out unless expanded.
    when_due: Callable[[World, Record], None] | None = None
    hears: Mapping[str, Listener] = field(default_factory=dict)  # What it does when others announce such events.
