"""What cover says on the pages on which a price is agreed: who pays what in each way, and why a policy pays nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from marketplace.conversation.rules import Side
from marketplace.insurance.models import Policy
from marketplace.insurance.rules import Obstacle, anniversary, year_number
from marketplace.jobs.covering import Coverage, CoveredPrice, Refusal
from marketplace.jobs.queries import RequestView
from marketplace.jobs.schemas_of_paying import cover_answer
from marketplace.kernel.money import Money, total
from marketplace.kernel.translate import _, format_day, format_money, localized
from marketplace.payments.models import Hold

MOST_EVENTS = 5  # To which a request may be said to belong on a page, the latest first.
Choices = Sequence[tuple[str, str, str]]
NAMES = frozenset({"plan", "title"})  # What people have written, from whichever side.


@dataclass(frozen=True, slots=True)
class NotCovered:
    """Why a policy pays nothing of a price, in words, and what names it to whoever asks for another look."""

    text: str
    policy: str
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class WaysToPay:
    """How a price can be paid.

    Attributes:
        covers: what can be answered about cover, the default first: value, label, and who pays what; none without any.
        refusals: why policies pay nothing of it.
        cards: with which saved card the rest is paid; none where nothing is asked.
        best: what the default covers; None if nothing is covered by itself.
    """

    covers: Choices
    refusals: Sequence[NotCovered]
    cards: Sequence[tuple[str, str]]
    best: CoveredPrice | None


def ways_to_pay(coverage: Coverage, price: Money, cards: Sequence[tuple[str, str]], now: datetime) -> WaysToPay:
    """Put into words how a price can be paid; where cover pays all of it, nothing is asked about cards."""
    without = ("", _without(price), _("Your cover stays as it is."))
    plain = [_answer(one) for one in coverage.prices if one.way.event is None]
    joined = [_answer(one) for one in coverage.prices if one.way.event is not None][:MOST_EVENTS]
    covers = [*plain, *([without, *joined] if not plain else [*joined, without])] if coverage.prices else []
    is_full = coverage.best is not None and not coverage.best.left
    refusals = [NotCovered(_refusal(one, now), one.policy.reference, one.obstacle) for one in coverage.refusals]
    return WaysToPay(covers, refusals, [] if is_full else cards, coverage.best)


def plan_name(policy: Policy) -> str:
    """Name the plan of a policy, and the licence if it is for one."""
    name = localized(policy.version.names)
    return _("%(plan)s (%(licence)s)") % {"plan": name, "licence": policy.licence} if policy.licence else name


def with_cover(coverage: Coverage) -> str:
    """Say below a price what of it the customer pays with the best cover; empty if there is none."""
    best = coverage.best
    if best is None:
        return ""
    return _("With cover: %(amount)s") % {"amount": format_money(best.left)}


def paid_by(view: RequestView) -> list[tuple[str, str]]:
    """Write what cover and card pay of all parts of a request; nothing if none of it is covered, or was."""
    holds = [hold for hold in view.live_holds if hold.cover_cap_minor]
    if not holds:
        return []
    currency = view.request.currency
    by_card = total((hold.kept_by_card if hold.captured else hold.asked for hold in view.live_holds), currency)
    return [
        (_("Cover pays"), format_money(total((hold.covered for hold in holds), currency))),
        (_("You pay") if view.side is Side.CUSTOMER else _("The customer pays"), format_money(by_card)),
    ]


def where_it_goes(back: Money, into_cover: Money) -> str:
    """Say to a customer where an amount goes, of which a part goes back into the cover."""
    if not into_cover:
        return _("It goes to the card that it came from, within 5 to 10 days.")
    if into_cover == back:
        return _("It goes back into your cover.")
    facts = {"covered": format_money(into_cover), "amount": format_money(back - into_cover)}
    return _("%(covered)s of it goes back into your cover, %(amount)s to your card within 5 to 10 days.") % facts


def where_all_goes(holds: Collection[Hold], currency: str) -> str:
    """Say to a customer where all goes that was given back of some payments; there is some."""
    back = total((hold.given_back for hold in holds), currency)
    return where_it_goes(back, total((hold.back_in_cover for hold in holds), currency))


def _without(price: Money) -> str:
    return _("Without cover: %(amount)s from your card") % {"amount": format_money(price)}


def _answer(one: CoveredPrice) -> tuple[str, str, str]:
    facts = {"plan": plan_name(one.way.policy), "amount": format_money(one.left)}
    label = _("With %(plan)s: %(amount)s from your card") if one.left else _("With %(plan)s: nothing from your card")
    if one.way.event is not None:
        facts["title"] = one.way.event.description
        label = _("With %(plan)s, the same event as “%(title)s”: %(amount)s from your card")
        if not one.left:
            label = _("With %(plan)s, the same event as “%(title)s”: nothing from your card")
    return cover_answer(one), _with_names(label, facts), _split(one)


def _with_names(text: str, facts: Mapping[str, str]) -> Markup:
    """Fill the gaps of a text; names stand apart from it, whichever way they are written."""
    set_apart = {name: Markup("<bdi>%s</bdi>") % fact if name in NAMES else fact for name, fact in facts.items()}
    return escape(text) % set_apart


def _split(one: CoveredPrice) -> str:
    """Say who pays what, so that it adds up to the price."""
    facts = {
        "covered": format_money(one.covered),
        "price": format_money(one.price),
        "own": format_money(one.own),
        "above": format_money(one.above),
        "licence": one.way.policy.licence,
    }
    said = [_("Cover pays %(covered)s of %(price)s.") if one.left else _("Cover pays all of %(price)s.")]
    if one.own:
        said.append(_("%(own)s is your own part of the event."))
    if one.above:
        said.append(_("%(above)s is above the limit."))
    if one.way.policy.licence:
        said.append(_("You say that this is about the licence %(licence)s."))
    if one.way.event is not None:
        facts["day"] = format_day(one.way.event.made_at, "medium")
        said += [_("That was on %(day)s."), _("An event has one own part and one limit.")]
    return " ".join(said) % facts


def _refusal(one: Refusal, now: datetime) -> str:
    facts = {"plan": plan_name(one.policy), "reason": str(one.obstacle.label), "day": _day(one, now)}
    text = _("%(plan)s does not pay for this. %(reason)s")
    if one.obstacle is Obstacle.WAITING:
        text = _("%(plan)s does not pay for this. %(reason)s It covers from %(day)s on.")
    elif one.obstacle is Obstacle.USED_UP:
        text = _("%(plan)s does not pay for this. %(reason)s The next year begins on %(day)s.")
    return _with_names(text, facts)


def _day(one: Refusal, now: datetime) -> str:
    """Write from which day on it may be otherwise."""
    policy = one.policy
    if one.obstacle is Obstacle.WAITING and policy.waits_until is not None:
        return format_day(policy.waits_until)
    if one.obstacle is Obstacle.USED_UP and policy.begins_at is not None:
        return format_day(anniversary(policy.begins_at, year_number(policy.begins_at, now) + 1))
    return ""
