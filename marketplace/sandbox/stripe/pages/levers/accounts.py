"""What Stripe finds about connected accounts, and what their owners do."""

from collections.abc import Callable

from marketplace.kernel.translate import _l
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages.levers.lever import Input, Lever
from marketplace.sandbox.stripe.resources import account_states, accounts, balance_transactions, paying_out
from marketplace.sandbox.stripe.resources.account_states import State

HOLDER, NUMBER = "Ada Example", "000123456789"


def _put(state: State) -> Callable[[World, Record, Given], Record]:
    def pull(world: World, record: Record, _given: Given) -> Record:
        if record.body["details_submitted"]:
            account_states.put(world, record, state)
        else:
            accounts.complete(world, record, holder=HOLDER, number=NUMBER)
        return record

    return pull


def _reject(world: World, record: Record, given: Given) -> Record:
    account_states.reject(world, record, given["reason"])
    return record


def _deauthorise(world: World, record: Record, _given: Given) -> Record:
    account_states.deauthorise(world, record)
    return record


def _keep_positive(world: World, record: Record, _given: Given) -> Record:
    record.hidden["keeps_positive"] = True
    world.save(record)
    return record


def _let_be_negative(world: World, record: Record, _given: Given) -> Record:
    record.hidden["keeps_positive"] = False
    world.save(record)
    return record


def _pay_out(world: World, record: Record, _given: Given) -> Record:
    made = [paying_out.pay_out_all(world, record, currency) for currency in _currencies(world, record)]
    found = [one for one in made if one]
    if not found:
        raise Refused("Nothing is available, or there is no bank account.")
    return found[0]


def _currencies(world: World, record: Record) -> list[str]:
    return sorted({currency for currency, _status in balance_transactions.totals(world, accounts.key_of(record))})


def _is_connected(_world: World, record: Record) -> bool:
    is_reached = account_states.is_within_reach(record)
    return is_reached and record.id != accounts.PLATFORM_ID and not account_states.is_rejected(record)


def _is_submitted(world: World, record: Record) -> bool:
    return _is_connected(world, record) and bool(record.body["details_submitted"])


def _has_negative(world: World, record: Record) -> bool:
    return _is_connected(world, record) and account_states.may_be_negative(record)


def _has_positive(world: World, record: Record) -> bool:
    return _is_connected(world, record) and bool(record.hidden.get("keeps_positive"))


def _can_pay_out(_world: World, record: Record) -> bool:
    return account_states.is_within_reach(record) and bool(record.body["payouts_enabled"])


LEVERS = (
    Lever("complete", _l("Find everything in order"), _l("Nothing is asked for, and all that it asked for is active."),
          _put(State.COMPLETE), _is_connected),
    Lever("due_soon", _l("Ask for a document"), _l("It goes on as before, but only for two weeks."),
          _put(State.DUE_SOON), _is_submitted),
    Lever("past_due", _l("Stop it: the document is missing"), _l("It gets no money until its owner sends a document."),
          _put(State.PAST_DUE), _is_submitted),
    Lever("pending_verification", _l("Check what was sent"), _l("It gets no money until the check is over."),
          _put(State.PENDING_VERIFICATION), _is_submitted),
    Lever("under_review", _l("Look at it more closely"), _l("It gets no money, and its owner can do nothing about it."),
          _put(State.UNDER_REVIEW), _is_submitted),
    Lever("payouts_paused", _l("Stop its payouts"), _l("It gets money, but none goes to its bank."),
          _put(State.PAYOUTS_PAUSED), _is_submitted),
    Lever("reject", _l("Turn it away"), _l("It will never get money again."), _reject, _is_connected,
          (Input("reason", _l("Reason"), account_states.REJECTIONS),)),
    Lever("deauthorise", _l("Leave the platform"), _l("The platform cannot reach it any more."),
          _deauthorise, _is_connected),
    Lever("keep_positive", _l("Refuse negative balances"), _l("A transfer can be taken back only while it is there."),
          _keep_positive, _has_negative),
    Lever("let_be_negative", _l("Allow negative balances"), _l("A transfer can be taken back even if it is spent."),
          _let_be_negative, _has_positive),
    Lever("pay_out", _l("Pay out all that is available"), _l("Stripe does that by itself on the days of the schedule."),
          _pay_out, _can_pay_out),
)  # fmt: skip
