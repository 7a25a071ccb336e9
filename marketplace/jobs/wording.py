"""The facts of a request in the reader's words, as pairs of a term and its detail."""

from collections.abc import Sequence
from datetime import timedelta

from marketplace.catalogue.models import Category
from marketplace.catalogue.rules import LAYER_LABELS, FieldKind
from marketplace.conversation.rules import Side
from marketplace.jobs.queries import RequestView
from marketplace.kernel.money import Money
from marketplace.kernel.storage import StoredFile
from marketplace.kernel.translate import (
    _,
    format_and,
    format_day,
    format_duration,
    format_money,
    language_name,
    localized,
    zone_city,
)
from marketplace.matching.rules import Unfit
from marketplace.payments.models import Payout
from marketplace.payments.rules import HoldStatus
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import MAX_URGENCY_HOURS

Pairs = list[tuple[str, str]]
URGENCIES_HOURS = (4, 24, 72, MAX_URGENCY_HOURS)


def urgency(hours: int) -> str:
    """Say how soon something is needed."""
    return _("Within %(duration)s") % {"duration": format_duration(timedelta(hours=hours))}


def urgency_choices(current: str) -> list[tuple[str, str]]:
    """List how soon something may be needed; what was chosen before is among it."""
    hours = set(URGENCIES_HOURS) | (
        {int(current)} if current.isdecimal() and 0 < int(current) <= MAX_URGENCY_HOURS else set()
    )
    return [(str(one), urgency(one)) for one in sorted(hours)]


def own_answers(category: Category, answers: dict[str, str]) -> Pairs:
    """Write the answers to a category's own questions."""
    pairs: Pairs = []
    for field in category.fields:
        answer = answers.get(field.key)
        if answer and field.kind is FieldKind.CHOICE:
            answer = next((localized(one["labels"]) for one in field.choices if one["value"] == answer), answer)
        if answer:
            pairs.append((localized(field.labels), answer))
    return pairs


def environment(support_request: SupportRequest) -> Pairs:
    """Write where and how the problem stands."""
    release = support_request.release
    return [
        (_("Layer"), str(LAYER_LABELS[support_request.layer])),
        (_("Version"), f"{release.product.name} {release.version}" if release else _("Not known")),
        *own_answers(support_request.category, support_request.fields),
        (_("Language"), f"{language_name(support_request.language)} ({support_request.level.label})"),
        (_("Needed"), urgency(support_request.urgency_hours)),
        (_("Time zone"), zone_city(support_request.zone)),
    ]


def last_look(support_request: SupportRequest, files: Sequence[StoredFile], who: str | None) -> Pairs:
    """Write all that was said, to be checked before money moves."""
    pairs = [
        (_("Kind"), localized(support_request.category.names)),
        (_("In one sentence"), support_request.title),
        (_("What happens"), support_request.description),
        *environment(support_request),
    ]
    if files:
        pairs.append((_("Files"), format_and([one.name for one in files])))
    if who is not None:
        pairs.append((_("Partner"), who))
    return pairs


def money(view: RequestView) -> Pairs:
    """Write what a reader may know of the money: the partner sees the own share, the customer the own payment."""
    if view.request.is_vendors:
        return [(_("Price"), _("Free of charge"))]
    pairs: Pairs = []
    if view.job is not None:
        pairs.append((_("Price agreed"), format_money(view.job.price)))
    elif view.request.ceiling is not None:
        pairs.append((_("You pay at most"), format_money(view.request.ceiling)))
    if view.side is not Side.PROVIDER and view.hold is not None:
        pairs.append((_("Payment"), str(view.hold.status.label)))
        if view.hold.status is HoldStatus.HELD and view.hold.capture_before is not None:
            pairs.append((_("Held until"), format_day(view.hold.capture_before)))
    if view.side is not Side.CUSTOMER and view.job is not None:
        pairs.append((_("Commission"), format_money(view.job.commission)))
        pairs.append((_("Partner's share"), format_money(view.job.net)))
    if view.side is not Side.CUSTOMER and view.payout is not None:
        pairs.append((_("Payout"), f"{view.payout.method.label}, {view.payout.status.label}"))
    return pairs


def payout_rows(payouts: Sequence[Payout]) -> list[list[str]]:
    """Write payouts as the rows of a table."""
    return [
        [
            format_day(one.created_at, "medium"),
            format_money(one.amount, exact=True),
            format_money(one.commission, exact=True),
            str(one.method.label),
            str(one.status.label),
        ]
        for one in payouts
    ]


def gap(obstacles: Sequence[Unfit]) -> str:
    """Say why nobody fits."""
    return format_and([str(one.label) for one in obstacles])


def no_match(obstacles: Sequence[Unfit]) -> str:
    """Say to a customer why nobody fits, and what to do."""
    return _("The reason: %(gap)s. Change what you ask for, or come back later.") % {"gap": gap(obstacles)}


def amount(money_: Money) -> str:
    """Write an amount as it is typed into a form, in main units."""
    return f"{money_.major:f}"
