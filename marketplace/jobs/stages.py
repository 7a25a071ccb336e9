"""What happens next and by when: the sentence on top of a request, for each of its readers."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.conversation.rules import PromiseState, Side, promise_state
from marketplace.jobs.models import ExtraWork
from marketplace.jobs.queries import RequestView
from marketplace.jobs.rules import ExtraStatus
from marketplace.kernel.money import total
from marketplace.kernel.translate import _, format_minutes, format_moment, format_money
from marketplace.payments.rules import HoldStatus
from marketplace.support_requests.rules import CONFIRM_AFTER, Status


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a request stands, in words."""

    title: str
    text: str


def is_unsent(view: RequestView) -> bool:
    """Tell whether it is still being written."""
    return view.request.status is Status.DRAFT


def stage_of(view: RequestView, now: datetime) -> Stage:
    """Say what happens next and by when, to this reader."""
    say = {
        Status.DRAFT: _draft,
        Status.AWAITING_PAYMENT: _awaiting_payment,
        Status.MATCHING: _matching,
        Status.UNMATCHED: _unmatched,
        Status.IN_PROGRESS: _in_progress,
        Status.RESOLVED: _resolved,
        Status.CLOSED: _closed,
        Status.CANCELLED: _cancelled,
    }[view.request.status]
    return say(view, now)


def _partner(view: RequestView) -> str:
    return view.request.provider.name if view.request.provider else _("a partner")


def _draft(_view: RequestView, _now: datetime) -> Stage:
    return Stage(_("Not sent yet"), _("Choose who is to help, then send it."))


def _awaiting_payment(view: RequestView, _now: datetime) -> Stage:
    if view.job is not None:
        return Stage(
            _("Your bank refused the payment"),
            _("%(name)s is ready to go on. Pay in another way, and work begins.") % {"name": _partner(view)},
        )
    if view.hold is not None and view.hold.status is HoldStatus.AWAITING:
        return Stage(
            _("Your payment is not confirmed yet"),
            _("If you have just paid, this takes a few seconds. If not, go to the payment page: nothing is taken yet."),
        )
    return Stage(_("Preparing the payment page"), _("This takes a few seconds. Nothing is taken yet."))


def _matching(view: RequestView, _now: datetime) -> Stage:
    offer = view.open_offer
    if offer is None:
        return Stage(_("Looking for a partner"), _("The next partner is asked in a moment."))
    names = {"name": offer.provider.name, "moment": format_moment(offer.expires_at)}
    if view.request.is_vendors:
        return Stage(_("With those who make the product"), _("They answer by %(moment)s.") % names)
    text = _("%(name)s has been asked and answers by %(moment)s. If not, the next partner is asked.") % names
    return Stage(_("%(name)s is being asked") % names, text)


def _unmatched(view: RequestView, _now: datetime) -> Stage:
    text = _("We keep looking, and the vendor knows. You can wait, or cancel: nothing was charged.")
    if view.side is not Side.CUSTOMER:
        text = _("The customer was told that we keep looking, and that nothing is charged.")
    return Stage(_("Nobody is free just now"), text)


def _in_progress(view: RequestView, now: datetime) -> Stage:
    is_late = view.promise is not None and promise_state(view.promise, now) is PromiseState.MISSED
    if not is_late and view.job is not None and view.job.starts_at is not None and now < view.job.starts_at:
        return _session_to_come(view, view.job.starts_at, view.job.session_minutes or 0)
    if view.open_extra is not None and view.side is Side.CUSTOMER:
        return _extra(view, view.open_extra)
    if view.side is Side.PROVIDER:
        return Stage(_("You are on it"), _("Answer by the time you promised, or promise another in good time."))
    name = {"name": _partner(view)}
    if view.promise is None:
        return Stage(_("%(name)s is on it") % name, _("You will hear from %(name)s here and by mail.") % name)
    moment = {**name, "moment": format_moment(view.promise.due_at)}
    if promise_state(view.promise, now) is PromiseState.MISSED:
        text = _("The update promised by %(moment)s has not come. %(name)s was reminded, and the vendor sees it.")
        return Stage(_("%(name)s is late") % name, text % moment)
    return Stage(_("%(name)s is on it") % name, _("You will hear from %(name)s by %(moment)s.") % moment)


def _extra(view: RequestView, extra: ExtraWork) -> Stage:
    facts = {"name": _partner(view), "price": format_money(extra.price)}
    if extra.status is ExtraStatus.PROPOSED:
        return Stage(
            _("%(name)s proposes extra work for %(price)s") % facts,
            _("Look at it below, then approve or decline. Without your word nothing is taken."),
        )
    return Stage(
        _("Your payment for the extra work is not confirmed yet"),
        _("If you have just paid, this takes a few seconds. If not, go to the payment page: nothing is taken yet."),
    )


def _session_to_come(view: RequestView, starts_at: datetime, minutes: int) -> Stage:
    facts = {"name": _partner(view), "moment": format_moment(starts_at), "duration": format_minutes(minutes)}
    if view.side is Side.PROVIDER:
        text = _("It starts on %(moment)s your time, for %(duration)s. Write how you meet in good time.")
        return Stage(_("A session is booked with you"), text % facts)
    text = _("It starts on %(moment)s your time, for %(duration)s. %(name)s writes here how you meet.")
    return Stage(_("Your session with %(name)s is booked") % facts, text % facts)


def _resolved(view: RequestView, _now: datetime) -> Stage:
    assert view.request.resolved_at is not None
    moment = {"moment": format_moment(view.request.resolved_at + CONFIRM_AFTER), "name": _partner(view)}
    if view.side is Side.CUSTOMER:
        text = _("Try it, then confirm or say what is still wrong. Without a word it counts as solved on %(moment)s.")
        return Stage(_("%(name)s says that it is solved") % moment, text % moment)
    return Stage(
        _("Waiting for the customer"), _("It closes when the customer confirms, or by itself on %(moment)s.") % moment
    )


def _closed(view: RequestView, _now: datetime) -> Stage:
    if view.side is Side.CUSTOMER and not view.is_rated:
        return Stage(_("Solved"), _("How was the help? Your rating helps the next customer to choose."))
    if not view.payouts:
        return Stage(_("Solved"), _("This request is closed."))
    amount = {"amount": format_money(total((one.amount for one in view.payouts), view.request.currency))}
    if view.side is Side.PROVIDER:
        return Stage(_("Solved"), _("Your share of %(amount)s is on its way.") % amount)
    return Stage(_("Solved"), _("This request is closed, and your partner is paid."))


def _cancelled(view: RequestView, _now: datetime) -> Stage:
    taken = total((one.captured for one in view.holds.values()), view.request.currency)
    if not taken:
        return Stage(_("Cancelled"), _("Nothing was charged."))
    kept = total((one.kept for one in view.holds.values()), view.request.currency)
    amounts = {"amount": format_money(taken - kept), "fee": format_money(kept)}
    if kept == taken:
        text = _("%(fee)s was paid, by the rules for sessions that are called off late.")
        return Stage(_("Called off"), text % amounts)
    if kept:
        text = _("%(amount)s goes back to the card it came from. %(fee)s was paid, by the rules for calling it off.")
        return Stage(_("Called off"), text % amounts)
    return Stage(_("Cancelled"), _("%(amount)s goes back to the card it came from.") % amounts)
