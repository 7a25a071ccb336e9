"""A call to Stripe that is owed, as plain values: no transaction may be open while Stripe is asked."""

from dataclasses import dataclass

from marketplace.payments.rules import CallKind


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, about which row, under which key."""

    kind: CallKind
    about_id: int
    key: str
