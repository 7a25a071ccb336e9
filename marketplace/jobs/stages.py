"""What happens next and by when: the sentence on top of a request, for each of its readers."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.conversation.rules import PromiseState, Side, promise_state
from marketplace.jobs import wording_of_cover
from marketplace.jobs.disputes import DisputeStatus
from marketplace.jobs.models import Dispute, ExtraWork
from marketplace.jobs.queries import RequestView
from marketplace.jobs.rules import ExtraStatus, quotes_search_ends_at
from marketplace.kernel.money import total
from marketplace.kernel.translate import _, format_minutes, format_moment, format_money, ngettext
from marketplace.matching.models import Offer
from marketplace.payments.models import Hold, Renewal
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
        Status.DISPUTED: _disputed,
        Status.CLOSED: _closed,
        Status.CANCELLED: _cancelled,
    }[view.request.status]
    if view.renewal is not None and view.hold is not None:
        return _renewal(view.hold, view.renewal)
    return say(view, now)


def _renewal(hold: Hold, renewal: Renewal) -> Stage:
    facts = {"amount": format_money(hold.asked), "moment": format_moment(renewal.answer_by)}
    text = _(
        "We still look for a partner, and your bank soon lets go of the amount. Set it aside once more by %(moment)s, "
        "or the search ends. Nothing is taken by that."
    )
    return Stage(_("Set %(amount)s aside once more") % facts, text % facts)


def _partner(view: RequestView) -> str:
    return view.request.provider.name if view.request.provider else _("a partner")


def _draft(_view: RequestView, _now: datetime) -> Stage:
    return Stage(_("Not sent yet"), _("Choose who is to help, then send it."))


def _awaiting_payment(view: RequestView, _now: datetime) -> Stage:
    if view.job is not None:
        return _refused(view)
    by_card = _by_card(view.hold) if view.side is Side.CUSTOMER else None
    if by_card is not None:
        return by_card
    if view.chosen is not None:
        return _chosen(view, view.chosen)
    if view.hold is not None and view.hold.status is HoldStatus.AWAITING:
        return Stage(
            _("Your payment is not confirmed yet"),
            _("If you have just paid, this takes a few seconds. If not, go to the payment page: nothing is taken yet."),
        )
    return Stage(_("Preparing the payment page"), _("This takes a few seconds. Nothing is taken yet."))


def _refused(view: RequestView) -> Stage:
    if view.side is Side.CUSTOMER:
        text = _("%(name)s is ready to go on. Pay in another way, and work begins.") % {"name": _partner(view)}
        return Stage(_("Your bank refused the payment"), text)
    text = _("The customer was asked to pay in another way. Work goes on when that is done: wait with it until then.")
    if view.side is not Side.PROVIDER:
        text = _("The customer was asked to pay in another way. The partner waits with the work until then.")
    return Stage(_("The customer's bank refused the payment"), text)


def _by_card(hold: Hold | None) -> Stage | None:
    """Say what becomes of the saved card that the customer has chosen to pay with; None where none was."""
    if hold is not None and hold.is_trying_card:
        return Stage(_("Your bank is being asked"), _("This takes a few seconds. Nothing is taken yet."))
    if hold is not None and hold.status is HoldStatus.AWAITING and hold.card_refusal is not None:
        return Stage(_("Not paid yet"), str(hold.card_refusal.label))
    return None


def _chosen(view: RequestView, offer: Offer) -> Stage:
    price = offer.asks.most
    facts = {"name": offer.provider.name, "price": format_money(price)}
    if view.side is not Side.CUSTOMER:
        return Stage(_("The customer has chosen %(name)s") % facts, _("%(price)s is to be paid.") % facts)
    facts["amount"] = format_money(view.hold.asked if view.hold else price)  # Without what is covered.
    text = _(
        "Pay %(amount)s, and %(name)s begins. If you have just paid, this takes a few seconds. Nothing is taken yet."
    )
    return Stage(_("You have chosen %(name)s") % facts, text % facts)


def _quotes(view: RequestView) -> Stage:
    count = len(view.quotes)
    if not count:
        title, text = _("Partners are asked for quotes"), _("You get a letter with each quote. Nothing is paid before.")
    else:
        title = ngettext("%(n)d quote to choose from", "%(n)d quotes to choose from", count) % {"n": count}
        text = _("Compare them below, then choose one and pay. Nothing is taken before.")
    if view.side is not Side.CUSTOMER:
        text = _("The customer compares them and chooses one.")
    return Stage(title, text)


def _matching(view: RequestView, _now: datetime) -> Stage:
    if view.is_for_quotes:
        return _quotes(view)
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
    if view.is_for_quotes:
        asked_at = view.request.submitted_at or view.request.created_at
        ends_at = quotes_search_ends_at(asked_at, (one.answered_at for one in view.offers))
        text = _(
            "We keep looking until %(moment)s, and the vendor knows. You can wait, or ask in another way: "
            "nothing was charged."
        ) % {"moment": format_moment(ends_at)}
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
    return _by_card(view.holds.get(extra.part)) or Stage(
        _("Your payment for the extra work is not confirmed yet"),
        _("If you have just paid, this takes a few seconds. If not, go to the payment page: nothing is taken yet."),
    )


def _session_to_come(view: RequestView, starts_at: datetime, minutes: int) -> Stage:
    facts = {"name": _partner(view), "moment": format_moment(starts_at), "duration": format_minutes(minutes)}
    if view.open_move is not None and view.is_in_session and view.open_move.side is not view.side:
        text = _("It is on %(moment)s your time. Look below at what is proposed instead, then agree or decline.")
        return Stage(_("Another time for the session?"), text % facts)
    if view.side is Side.PROVIDER:
        text = _("It starts on %(moment)s your time, for %(duration)s. Give a link to the call in good time.")
        return Stage(_("A session is booked with you"), text % facts)
    text = _("It starts on %(moment)s your time, for %(duration)s. You see below how you meet.")
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


def _disputed(view: RequestView, now: datetime) -> Stage:
    dispute = view.open_dispute
    assert dispute is not None
    facts = {
        "name": _partner(view),
        "amount": format_money(dispute.asked),
        "moment": format_moment(dispute.answer_by),
    }
    is_heard = dispute.may_be_decided(now)
    if view.side is Side.CUSTOMER:
        text = _("%(name)s answers by %(moment)s. Then the vendor decides. Nothing is paid out meanwhile.")
        if is_heard:
            text = _("The vendor looks at what both of you say, and decides. Nothing is paid out meanwhile.")
        return Stage(_("You want %(amount)s back") % facts, text % facts)
    title = _("The customer wants %(amount)s back") % facts
    if view.side is not Side.PROVIDER:
        text = _("The partner answers by %(moment)s. Decide when the answer is there, or after that.")
        return Stage(title, _("Both sides were heard, or had their time. Decide now.") if is_heard else text % facts)
    if dispute.status is DisputeStatus.ANSWERED:
        return Stage(title, _("The vendor looks at what both of you say, and decides. Nothing is paid out meanwhile."))
    return Stage(title, _("Say by %(moment)s how it was, or give way. After that it is decided without you.") % facts)


def _split(view: RequestView, dispute: Dispute) -> Stage:
    facts = {"amount": format_money(dispute.back), "name": _partner(view)}
    is_conceded = dispute.status is DisputeStatus.CONCEDED
    title = _("%(name)s gave way") % facts if is_conceded else _("It is decided")
    if not dispute.back_minor:
        return Stage(title, _("Nothing goes back. This request is closed for good."))
    if view.side is Side.CUSTOMER:
        text = _("%(amount)s goes back. This request is closed.") % facts
        return Stage(title, f"{text} {_where(view)}")
    return Stage(title, _("%(amount)s goes back to the customer. This request is closed.") % facts)


def _where(view: RequestView) -> str:
    return wording_of_cover.where_all_goes(view.holds.values(), view.request.currency)


def _closed(view: RequestView, _now: datetime) -> Stage:
    if view.last_dispute is not None:
        return _split(view, view.last_dispute)
    if view.side is Side.CUSTOMER and view.may_rate:
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
        text = _("%(amount)s goes back. %(fee)s was paid, by the rules for calling it off.")
        return Stage(_("Called off"), f"{text % amounts} {_where(view)}")
    return Stage(_("Cancelled"), f"{_('%(amount)s goes back.') % amounts} {_where(view)}")
