"""What befalls subscriptions: a renewal that fails or that the bank asks about, and a card that expires."""

from collections.abc import Callable

from marketplace.kernel.translate import _l
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages.levers.lever import Lever
from marketplace.sandbox.stripe.resources import paying
from marketplace.sandbox.stripe.resources.billing import collecting, invoicing
from marketplace.sandbox.stripe.resources.billing.subscription_states import Action, allows


def _noted(said: str) -> Callable[[World, Record, Given], Record]:
    def pull(world: World, record: Record, _given: Given) -> Record:
        record.hidden[said] = True
        world.save(record)
        return record

    return pull


def _is_not_noted(said: str) -> Callable[[World, Record], bool]:
    return lambda _world, record: allows(record, Action.CHANGE) and not record.hidden.get(said)


def _expire(world: World, record: Record, _given: Given) -> Record:
    last_month = world.now.month - 1
    record.hidden[paying.HAS_EXPIRED] = True
    record.body["card"] |= {
        "exp_month": last_month or 12,
        "exp_year": world.now.year if last_month else world.now.year - 1,
    }
    world.save(record)
    return record


def _is_stored_card(_world: World, record: Record) -> bool:
    is_stored = record.body["customer"] is not None and record.body["type"] == "card"
    return is_stored and not record.hidden.get(paying.HAS_EXPIRED)


def _try_now(world: World, record: Record, _given: Given) -> Record:
    collecting.go_on(world, record)
    return record


def _can_be_tried(world: World, record: Record) -> bool:
    return record.due_at is not None and invoicing.intent_of(world, record) is not None


OF_SUBSCRIPTIONS = (
    Lever("fail_next", _l("Let the next renewal fail"), _l("The bank declines the card, once. Then it is tried again."),
          _noted(paying.FAILS), _is_not_noted(paying.FAILS)),
    Lever("ask_next", _l("Let the bank ask at the next renewal"),
          _l("The owner of the card has to confirm the payment."),
          _noted(paying.ASKS), _is_not_noted(paying.ASKS)),
)  # fmt: skip
OF_CARDS = (Lever("expire", _l("Let the card expire"), _l("From now on it is declined."), _expire, _is_stored_card),)
OF_INVOICES = (
    Lever("try_now", _l("Try it again now"), _l("The card is charged as if the day of the next try had come."),
          _try_now, _can_be_tried),
)  # fmt: skip
