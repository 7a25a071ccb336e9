"""What the terms of a job say to its reader: time and money by the hour, the start of a session, and calling it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.rules import Side
from marketplace.jobs import terms, wording_of_moves
from marketplace.jobs.models import Job
from marketplace.jobs.queries import RequestView
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, format_minutes, format_moment, format_money
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of the agreed time is worked, and what is to be paid for it."""

    label: str
    text: str
    percent: int
    money: str
    rows: Sequence[Sequence[str]]  # When, how long, what was done.


def meter(view: RequestView) -> Meter | None:
    """Put the time of a job by the hour into words; None for other jobs."""
    job = view.job
    if job is None or job.cap_minutes is None:
        return None
    minutes = job.minutes_worked
    used = {"used": format_minutes(minutes), "cap": format_minutes(job.cap_minutes)}
    return Meter(
        label=_("Time worked"),
        text=_("%(used)s of %(cap)s") % used,
        percent=100 * minutes // job.cap_minutes,
        money=_say_money(view, job),
        rows=[[format_moment(one.at), _signed(one.minutes), one.note] for one in view.times],
    )


def _signed(minutes: int) -> str:
    text = format_minutes(abs(minutes))
    return text if minutes > 0 else f"−{text}"


def _say_money(view: RequestView, job: Job) -> str:
    is_over = view.request.status in {Status.CLOSED, Status.CANCELLED}
    if view.request.status is Status.CANCELLED:
        return _("The request was ended: nothing is paid for this time.")
    amounts = {"amount": format_money(job.due), "rest": format_money(job.price - job.due)}
    if view.side is Side.PROVIDER:
        amounts["share"] = format_money(job.shares.payee)
        if is_over:
            return _("The customer paid %(amount)s; %(share)s of it is yours.") % amounts
        return _("So far %(amount)s, of which %(share)s is yours.") % amounts
    if is_over:
        return _("%(amount)s was paid for this time. %(rest)s went back.") % amounts
    return (
        _("So far %(amount)s. What is not used goes back when the request is closed: %(rest)s as it stands.") % amounts
    )


def agreed(job: Job) -> str:
    """Write what was agreed."""
    return format_money(job.price) if job.kind is ServiceKind.INCIDENT else job.agreed.text


def start(support_request: SupportRequest) -> str | None:
    """Write when a session starts."""
    if support_request.starts_at is None:
        return None
    return _("%(moment)s your time") % {"moment": format_moment(support_request.starts_at)}


def last_look(draft: SupportRequest, price: Money | None, now: datetime) -> dict[str, Any]:
    """Say before money moves when a session starts, how it can be moved, and what calling it off would cost.

    A limit counts as the price.
    """
    starts = start_of_draft(draft)
    if not starts or draft.starts_at is None or price is None:
        return {"starts": "", "steps": [], "moves": ""}
    rule = wording_of_moves.rule_for_customers(draft.starts_at, now)
    return {"starts": starts, "steps": cancellation(price, draft.starts_at, now), "moves": rule}


def start_of_draft(draft: SupportRequest) -> str:
    """Say when the session of a draft starts; nothing if it is none, or that is still to be chosen."""
    if draft.service_kind is not ServiceKind.SESSION or draft.starts_at is None:
        return ""
    return _("The session starts on %(moment)s your time.") % {"moment": format_moment(draft.starts_at)}


@dataclass(frozen=True, slots=True)
class CallingOff:
    """What calling a session off costs now, and later."""

    fee_minor: int
    now: str
    button: str
    steps: Sequence[str]


def calling_off(view: RequestView, now: datetime) -> CallingOff | None:
    """Say to a customer what calling the session off costs; None if there is nothing to call off."""
    job = view.job
    if view.side is not Side.CUSTOMER or view.request.status is not Status.IN_PROGRESS:
        return None
    if job is None or job.starts_at is None or not terms.may_call_off(job.starts_at, now):
        return None
    fee = terms.kept(job.price, job.starts_at, now)
    amounts = {"fee": format_money(fee), "back": format_money(job.price - fee)}
    if not fee:
        text, button = _("If you call it off now, you get all of %(back)s back."), _("Call it off")
    elif fee == job.price:
        text, button = _("If you call it off now, nothing goes back."), _("Call it off and get nothing back")
    else:
        text, button = _("If you call it off now, you get %(back)s back."), _("Call it off and pay %(fee)s")
    return CallingOff(fee.minor, text % amounts, button % amounts, cancellation(job.price, job.starts_at, now))


def cancellation(price: Money, starts_at: datetime, now: datetime) -> list[str]:
    """Write the rules for calling a session off that are still to come, each with its moment and its amount."""
    said = []
    for step in terms.CANCELLATION:
        until = starts_at - step.before
        if until < now:
            continue
        fee = terms.kept(price, starts_at, until)
        facts = {"moment": format_moment(until), "fee": format_money(fee), "back": format_money(price - fee)}
        said.append(_say_step(step.kept_percent) % facts)
    return said


def _say_step(percent: int) -> str:
    if not percent:
        return _("Until %(moment)s your time: all of %(back)s goes back.")
    if percent == terms.ALL_PERCENT:
        return _("After that, until it starts: nothing goes back.")
    return _("Until %(moment)s your time: %(back)s goes back, %(fee)s is your partner's.")
