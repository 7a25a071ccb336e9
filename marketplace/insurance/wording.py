"""What plans and policies are, in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.catalogue.models import Category
from marketplace.catalogue.rules import LAYER_LABELS, Layer
from marketplace.insurance.models import Claim, Policy
from marketplace.insurance.rules import PlanTerms, PolicyStatus
from marketplace.kernel.money import Money, total
from marketplace.kernel.translate import (
    _,
    format_and,
    format_day,
    format_minutes,
    format_money,
    localized,
    ngettext,
)
from marketplace.payments.models import Subscription
from marketplace.payments.rules import Interval

TONES = {
    PolicyStatus.OPENING: "neutral",
    PolicyStatus.ACTIVE: "good",
    PolicyStatus.GRACE: "warn",
    PolicyStatus.SUSPENDED: "bad",
    PolicyStatus.ENDED: "neutral",
    PolicyStatus.LAPSED: "neutral",
}
Pairs = list[tuple[str, str]]


def price_of(price: Money, interval: Interval) -> str:
    """Say what is paid how often."""
    amount = {"amount": format_money(price)}
    return _("%(amount)s a month") % amount if interval is Interval.MONTH else _("%(amount)s a year") % amount


def promise_of(terms: PlanTerms) -> str:
    """Say in one sentence what a plan does."""
    facts = {"limit": format_money(terms.limit), "own": format_money(terms.deductible)}
    if terms.deductible:
        return _("It pays what certified help costs above %(own)s, up to %(limit)s in a policy year.") % facts
    return _("It pays what certified help costs, up to %(limit)s in a policy year.") % facts


def terms_of(terms: PlanTerms, categories: Sequence[Category]) -> Pairs:
    """Say what a plan promises, each thing with its name."""
    said = [
        (_("Limit in a policy year"), _limit(terms)),
        (_("Limit for one event"), format_money(terms.claim_limit) if terms.claim_limit else ""),
        (_("Your own part of each event"), format_money(terms.deductible) if terms.deductible else _("Nothing")),
        (_("Waiting period"), _waiting(terms.waiting_days)),
        (_("If a renewal is not paid"), _grace(terms.grace_days)),
        (_("What it covers"), format_and([str(LAYER_LABELS[one]) for one in Layer if one in terms.layers])),
        (_("Kinds of requests"), _kinds(terms, categories)),
        (_("Bound to"), _("One licence") if terms.needs_licence else ""),
    ]
    return [(name, text) for name, text in said if text]


def _limit(terms: PlanTerms) -> str:
    if terms.limit_minutes is None:
        return format_money(terms.limit)
    facts = {"amount": format_money(terms.limit), "time": format_minutes(terms.limit_minutes)}
    return _("%(amount)s, and %(time)s of working time") % facts


def _waiting(days: int) -> str:
    if not days:
        return _("None: it covers from the first payment on")
    text = ngettext("%(n)d day from the first payment on", "%(n)d days from the first payment on", days)
    return text % {"n": days}


def _grace(days: int) -> str:
    if not days:
        return _("Nothing new is covered until it is")
    text = ngettext("It covers for %(n)d more day", "It covers for %(n)d more days", days)
    return text % {"n": days}


def _kinds(terms: PlanTerms, categories: Sequence[Category]) -> str:
    if terms.categories is None:
        return _("All")
    return format_and([localized(one.names) for one in categories if one.slug in terms.categories])


def not_covered(terms: PlanTerms) -> list[str]:
    """List what a plan does not pay for."""
    missing = [str(LAYER_LABELS[one]) for one in Layer if one not in terms.layers]
    said = [
        _("Work on other parts of the system: %(layers)s.") % {"layers": format_and(missing)} if missing else "",
        _("Other kinds of requests than those named above.") if terms.categories is not None else "",
        _("What you ask for before the waiting period is over.") if terms.waiting_days else "",
        _("Prices in another currency than %(currency)s.") % {"currency": terms.limit.currency},
        _("What goes beyond a limit. You see before you pay how much that is."),
    ]
    return [text for text in said if text]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the owner of a policy should know first, and can do about it."""

    title: str
    text: str


def next_step(
    policy: Policy, subscription: Subscription | None, now: datetime, *, is_at_bank: bool = False
) -> NextStep:
    """Say how a policy stands, and what comes next; `is_at_bank` if a bank has taken back what was paid."""
    if is_at_bank and policy.status is PolicyStatus.SUSPENDED:
        return NextStep(
            _("Nothing new is covered now"),
            _(
                "Your bank has taken back what was paid for this policy, and decides whose it is. What was covered "
                "before stays so. If you did not want that, tell your bank: you are covered again if the payment stays."
            ),
        )
    if policy.status is PolicyStatus.ACTIVE:
        return _running(policy, subscription, now)
    if policy.status is PolicyStatus.GRACE:
        return _overdue(policy, subscription)
    return {
        PolicyStatus.OPENING: NextStep(
            _("Waiting for your payment"),
            _("It begins as soon as the first period is paid. If you have just paid, this page shows it in a moment."),
        ),
        PolicyStatus.SUSPENDED: NextStep(
            _("Nothing new is covered now"),
            _("A payment is missing, or your bank has taken it back. As soon as it is there, you are covered again."),
        ),
        PolicyStatus.ENDED: NextStep(
            _("This policy has ended"), _("Nothing more is charged for it. What was covered before stays so.")
        ),
    }.get(policy.status, NextStep(_("This was never paid"), _("Nothing was charged, and nothing is covered.")))


def _running(policy: Policy, subscription: Subscription | None, now: datetime) -> NextStep:
    ends_at = subscription.cancels_at if subscription else None
    if ends_at is not None:
        text = _("You are covered until %(day)s. It is not renewed, and nothing more is charged.")
        return NextStep(_("It ends with the period"), text % {"day": format_day(ends_at)})
    if policy.waits_until is not None and now < policy.waits_until:
        text = _("What you ask for from %(day)s on is covered.")
        return NextStep(_("The waiting period is running"), text % {"day": format_day(policy.waits_until)})
    text = _("When you ask for help, you see how much of the price is covered before you agree to it.")
    return NextStep(_("You are covered"), text)


def _overdue(policy: Policy, subscription: Subscription | None) -> NextStep:
    assert policy.unpaid_since is not None, "overdue since a moment"
    until = {"day": format_day(policy.unpaid_since + timedelta(days=policy.version.grace_days))}
    why = (
        _("Your bank wants to hear from you before it pays for the next period.")
        if subscription is not None and subscription.needs_action
        else _("Your bank refused to pay for the next period. It is asked again in the next days.")
    )
    return NextStep(_("Pay by %(day)s, and nothing changes") % until, why)


def dates_of(policy: Policy, subscription: Subscription | None, year_ends: datetime | None) -> Pairs:
    """List the days that matter for a policy."""
    renews = subscription.period_end if subscription and not subscription.cancels_at else None
    said = [
        (_("Begun"), policy.begins_at),
        (_("Waiting period until"), policy.waits_until if policy.version.waiting_days else None),
        (_("Renews"), renews),
        (_("Ends"), subscription.cancels_at if subscription else None),
        (_("Ended"), policy.ended_at),
        (_("Policy year until"), year_ends),
    ]
    return [(name, format_day(moment)) for name, moment in said if moment is not None]


def what_it_costs(policy: Policy, subscription: Subscription | None) -> Pairs:
    """Say what a policy costs now and next, and what it is for."""
    version = policy.version
    now = subscription.price if subscription else version.terms.price
    upcoming = subscription.next_price if subscription else now
    said = [
        (_("Price"), price_of(now, version.interval)),
        (_("From the next period on"), price_of(upcoming, version.interval) if upcoming != now else ""),
        (_("Licence"), policy.licence),
    ]
    return [(name, text) for name, text in said if text]


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim as its owner reads it."""

    description: str
    path: str
    made_at: datetime
    status: str
    tone: str
    price: Money
    own: Money
    covered: Money


def claim_line(claim: Claim) -> ClaimLine:
    """Put a claim in words and amounts; the own part is what was left of the deductible."""
    currency = claim.parts[0].currency
    return ClaimLine(
        description=claim.description,
        path=claim.path,
        made_at=claim.made_at,
        status=str(claim.status.label),
        tone={"reserved": "active", "paid": "good"}.get(claim.status, "neutral"),
        price=total((Money(one.price_minor, currency) for one in claim.parts), currency),
        own=total((Money(one.own_minor, currency) for one in claim.parts), currency),
        covered=total((one.covered for one in claim.parts), currency),
    )


def difference(has: PlanTerms, gets: PlanTerms, categories: Sequence[Category]) -> list[tuple[str, str, str]]:
    """Compare what somebody has with another plan: name, now, then; only what differs."""
    now, then = dict(terms_of(has, categories)), dict(terms_of(gets, categories))
    names = [name for name in {**now, **then} if now.get(name) != then.get(name)]
    return [(name, now.get(name, _("None")), then.get(name, _("None"))) for name in names]
