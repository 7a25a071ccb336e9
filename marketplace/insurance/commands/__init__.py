"""What can be done with plans and policies."""

from marketplace.insurance.commands.appeals import answer_appeal, appeal
from marketplace.insurance.commands.cover import cover_moved, reserve
from marketplace.insurance.commands.disputed import chargeback_ended, chargeback_opened, period_lost
from marketplace.insurance.commands.plans import (
    add_version,
    check_slug,
    draft_version,
    make_plan,
    move_plan,
    put_on_sale,
)
from marketplace.insurance.commands.policies import (
    begin_next_year,
    buy,
    cancel_at_end,
    cancel_now,
    change_plan,
    change_refused,
    go_on,
    outcome_known,
    period_paid,
    period_unpaid,
    subscription_changed,
    subscription_ended,
    subscription_lapsed,
    suspend_overdue,
    take_back,
)

__all__ = [
    "add_version",
    "answer_appeal",
    "appeal",
    "begin_next_year",
    "buy",
    "cancel_at_end",
    "cancel_now",
    "change_plan",
    "change_refused",
    "chargeback_ended",
    "chargeback_opened",
    "check_slug",
    "cover_moved",
    "draft_version",
    "go_on",
    "make_plan",
    "move_plan",
    "outcome_known",
    "period_lost",
    "period_paid",
    "period_unpaid",
    "put_on_sale",
    "reserve",
    "subscription_changed",
    "subscription_ended",
    "subscription_lapsed",
    "suspend_overdue",
    "take_back",
]
