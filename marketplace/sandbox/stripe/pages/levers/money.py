"""What banks and the owners of cards do: disputes, their ends, and the ways of refunds and payouts."""

from collections.abc import Callable

from marketplace.kernel.translate import _l
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages.levers.lever import AMOUNT, Input, Lever
from marketplace.sandbox.stripe.resources import disputing, paying_out, refunding, topping_up
from marketplace.sandbox.stripe.resources.dispute_body import REASONS


def _disputed(*, is_inquiry: bool) -> Callable[[World, Record, Given], Record]:
    def pull(world: World, record: Record, given: Given) -> Record:
        return disputing.begin(world, record, reason=given["reason"], amount=given.get(AMOUNT), is_inquiry=is_inquiry)

    return pull


def _done(act: Callable[[World, Record], None]) -> Callable[[World, Record, Given], Record]:
    def pull(world: World, record: Record, _given: Given) -> Record:
        act(world, record)
        return record

    return pull


def _failed(act: Callable[[World, Record, str], None]) -> Callable[[World, Record, Given], Record]:
    def pull(world: World, record: Record, given: Given) -> Record:
        act(world, record, given["reason"])
        return record

    return pull


def _dispute(action: disputing.Action) -> Callable[[World, Record], bool]:
    return lambda _world, record: disputing.allows(record, action)


def _refund(action: refunding.Action) -> Callable[[World, Record], bool]:
    return lambda _world, record: refunding.allows(record, action)


def _payout(action: paying_out.Action) -> Callable[[World, Record], bool]:
    return lambda _world, record: paying_out.allows(record, action)


def _topup(action: topping_up.Action) -> Callable[[World, Record], bool]:
    return lambda _world, record: topping_up.allows(record, action)


def _is_disputable(world: World, record: Record) -> bool:
    return not record.account and disputing.disputable(world, record) > 0


DISPUTE = (
    Input("reason", _l("Reason"), tuple(REASONS)),
    Input(AMOUNT, _l("Amount"), hint=_l("Leave it empty for all that can be disputed.")),
)

OF_CHARGES = (
    Lever("dispute", _l("Dispute the payment"), _l("The owner of the card wants the money back. It is taken at once."),
          _disputed(is_inquiry=False), _is_disputable, DISPUTE),
    Lever("inquire", _l("Ask about the payment"), _l("The bank asks what the payment was for. Nothing is taken yet."),
          _disputed(is_inquiry=True), _is_disputable, DISPUTE),
)  # fmt: skip
OF_DISPUTES = (
    Lever("win", _l("Decide for the platform"), _l("The amount comes back. The fee for the dispute does not."),
          _done(disputing.win), _dispute(disputing.Action.WIN)),
    Lever("lose", _l("Decide for the customer"), _l("What was taken stays taken."),
          _done(disputing.lose), _dispute(disputing.Action.LOSE)),
    Lever("escalate", _l("Make a dispute of it"), _l("The question becomes a dispute, and the amount is taken."),
          _done(disputing.escalate), _dispute(disputing.Action.ESCALATE)),
    Lever("drop", _l("Let it rest"), _l("The bank has no more questions. Nothing was taken."),
          _done(disputing.drop), _dispute(disputing.Action.DROP)),
)  # fmt: skip
OF_REFUNDS = (
    Lever("succeed", _l("Let it arrive"), _l("The customer has the money."),
          _done(refunding.succeed), _refund(refunding.Action.SUCCEED)),
    Lever("fail", _l("Let it fail"), _l("The bank sends the money back, even if it had arrived."),
          _failed(refunding.fail), _refund(refunding.Action.FAIL),
          (Input("reason", _l("Reason"), refunding.FAILURE_REASONS),)),
    Lever("ask", _l("Ask the customer"), _l("The customer must say by e-mail where the money shall go."),
          _done(refunding.ask), _refund(refunding.Action.ASK)),
    Lever("cancel", _l("Stop it"), _l("The money stays on the balance."),
          _done(refunding.cancel), _refund(refunding.Action.CANCEL)),
)  # fmt: skip
OF_PAYOUTS = (
    Lever("submit", _l("Hand it to the bank"), _l("From now on it cannot be stopped."),
          _done(paying_out.submit), _payout(paying_out.Action.SUBMIT)),
    Lever("arrive", _l("Let it arrive"), _l("The money is in the bank account."),
          _done(paying_out.arrive), _payout(paying_out.Action.ARRIVE)),
    Lever("fail", _l("Let it fail"), _l("The bank sends the money back, even if it had arrived."),
          _failed(paying_out.fail), _payout(paying_out.Action.FAIL),
          (Input("reason", _l("Reason"), tuple(paying_out.FAILURES)),)),
)  # fmt: skip
OF_TOPUPS = (
    Lever("succeed", _l("Let it arrive"), _l("The money is on the balance."),
          _done(topping_up.succeed), _topup(topping_up.Action.SUCCEED)),
    Lever("fail", _l("Let it fail"), _l("The bank refuses to pay."),
          _failed(topping_up.fail), _topup(topping_up.Action.FAIL),
          (Input("reason", _l("Reason"), tuple(topping_up.FAILURES)),)),
)  # fmt: skip
