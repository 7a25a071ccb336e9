"""The facts of a request in the reader's words, as pairs of a term and its detail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Category, CategoryField
from marketplace.catalogue.rules import LAYER_LABELS, FieldKind
from marketplace.conversation.rules import Side, paragraphs
from marketplace.jobs import queries, wording_of_cover, wording_of_terms
from marketplace.jobs.models import Job
from marketplace.jobs.queries import RequestView
from marketplace.jobs.rules import FIRST_PART, ExtraStatus
from marketplace.kernel.money import Money, total
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
from marketplace.payments.models import Hold, Payout
from marketplace.payments.rules import HoldStatus, PayoutKind, PayoutStatus, share_out
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import MAX_URGENCY_HOURS
from providers.availability.queries import Absent
from providers.profiles.rules import Cefr, or_better

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


def level_choices() -> list[tuple[str, str]]:
    """List how well a language may have to be spoken, each level with what it means."""
    return [
        (level.value, _("%(level)s: %(meaning)s") % {"level": or_better(level), "meaning": level.meaning})
        for level in Cefr
    ]


def own_answers(category: Category, answers: dict[str, str]) -> list[tuple[CategoryField, str]]:
    """Find what was answered to a category's own questions, in the reader's words."""
    answered = []
    for field in category.fields:
        answer = answers.get(field.key)
        if answer and field.kind is FieldKind.CHOICE:
            answer = next((localized(one["labels"]) for one in field.choices if one["value"] == answer), answer)
        if answer:
            answered.append((field, answer))
    return answered


def environment(support_request: SupportRequest) -> Pairs:
    """Write where and how the problem stands."""
    release = support_request.release
    own = own_answers(support_request.category, support_request.fields)
    return [
        (_("Layer"), str(LAYER_LABELS[support_request.layer])),
        (_("Version"), f"{release.product.name} {release.version}" if release else _("Not known")),
        *((localized(field.labels), answer) for field, answer in own),
        (_("Language"), _spoken(support_request)),
        needed(support_request),
        (_("Time zone"), zone_city(support_request.zone)),
    ]


def who_is_away(view: RequestView, absent: Absent) -> str:
    """Say that whoever works on a request is away, until when, and who stands in."""
    assert view.job is not None, "somebody works on it"
    facts = {"name": view.job.member.person.name, "day": format_day(absent.absence.last_day)}
    if absent.stand_in is None:
        return _("%(name)s is away until %(day)s.") % facts
    return _("%(name)s is away until %(day)s, and %(stand_in)s stands in.") % {
        **facts,
        "stand_in": absent.stand_in.person.name,
    }


def needed(support_request: SupportRequest) -> tuple[str, str]:
    """Say by when help is needed, or when a session starts."""
    start = wording_of_terms.start(support_request)
    return (_("Start"), start) if start else (_("Needed"), urgency(support_request.urgency_hours))


def _spoken(support_request: SupportRequest) -> str:
    return f"{language_name(support_request.language)} ({support_request.level.label})"


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that a customer said, and the field of the form in which it can be changed; none: it can't be."""

    term: str
    detail: str
    field: str | None = None


def last_look(support_request: SupportRequest, files: Sequence[StoredFile], prefix: str) -> list[Answer]:
    """Write all that was said, to be checked before money moves; `prefix` stands before a category's own fields."""
    release = support_request.release
    own = own_answers(support_request.category, support_request.fields)
    return [
        Answer(_("Kind"), localized(support_request.category.names)),
        Answer(_("In one sentence"), support_request.title, "title"),
        Answer(_("What happens"), support_request.description, "description"),
        *(Answer(localized(field.labels), answer, f"{prefix}{field.key}") for field, answer in own),
        Answer(_("Version"), f"{release.product.name} {release.version}" if release else _("Not known"), "release"),
        *([Answer(_("Files"), format_and([one.name for one in files]), "files")] if files else []),
        Answer(_("Language"), _spoken(support_request), "language"),
        Answer(*needed(support_request), "starts_at" if support_request.starts_at else "urgency_hours"),
        Answer(_("Time zone"), zone_city(support_request.zone), "timezone"),
    ]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a conversation begins with: the problem as the customer told it, in the form of a message."""

    author: Person
    at: datetime
    paragraphs: Sequence[str]
    files: Sequence[StoredFile]
    id: int = 0
    side: Side = Side.CUSTOMER
    promise: None = None


def opening(view: RequestView) -> Opening:
    """Put the problem at the head of the conversation."""
    told = view.request
    return Opening(told.customer, told.submitted_at or told.created_at, paragraphs(told.description), view.files)


def money(view: RequestView) -> Pairs:
    """Write what a reader may know of the money: the partner sees the own share, the customer the own payment."""
    if view.request.is_vendors:
        return [(_("Price"), _("Free of charge"))]
    pairs: Pairs = []
    if view.job is not None:
        pairs.append((_("Price agreed"), wording_of_terms.agreed(view.job)))
        if view.job.tax.rate:
            pairs.append((_("Tax"), view.job.tax.said_of(view.job.price)))
    elif view.request.ceiling is not None:
        term = _("You pay at most") if view.side is Side.CUSTOMER else _("The customer pays at most")
        if view.is_covered and view.side is not Side.PROVIDER:
            term = _("Price at most")
        pairs.append((term, format_money(view.request.ceiling)))
    pairs += _payment(view)
    pairs += [(_("Extra work"), f"{format_money(one.price)}, {one.status.label}") for one in view.extras]
    if view.side is not Side.CUSTOMER and view.job is not None:
        pairs += _shares(view, view.job)
    if view.side is not Side.CUSTOMER:
        pairs += [(str(one.kind.label), f"{one.method.label}, {one.status.label}") for one in view.payouts]
    return pairs


def _shares(view: RequestView, job: Job) -> Pairs:
    """Write what vendor and partner get of what was agreed and of all extra work that was paid."""
    agreed = {FIRST_PART: job.shares}
    agreed |= {one.part: share_out(one.price, job.terms) for one in view.extras if one.status is ExtraStatus.PAID}
    shared = [queries.shares_of(view.holds.get(part), shares, job.terms) for part, shares in agreed.items()]
    return [
        (_("Commission"), format_money(total((one.vendor for one in shared), job.currency))),
        (_("Partner's share"), format_money(total((one.payee for one in shared), job.currency))),
    ]


def _payment(view: RequestView) -> Pairs:
    """Write where the money is, and who pays what of it; the partner sees no more than whether it is covered."""
    hold = view.hold
    if view.side is Side.PROVIDER:
        return [(_("Payment"), _("Covered"))] if view.is_covered else []
    if hold is None:
        return []
    pairs = [(_("Payment"), str(hold.status.label))]
    if hold.status is HoldStatus.HELD and hold.capture_before is not None:
        pairs.append((_("Held until"), format_day(hold.capture_before)))
    if hold.refunded_minor:
        pairs.append((_("Given back"), format_money(Money(hold.refunded_minor, hold.currency))))
    return pairs + wording_of_cover.paid_by(view)


@dataclass(frozen=True, slots=True)
class PayoutView:
    """A payout in its payee's words, with the request that it is for; `kind` is empty for a usual share."""

    title: str
    url: str
    day: str
    amount: str
    kind: str
    way: str
    status: str
    tone: str


def payouts(found: Sequence[Payout], holds: Mapping[tuple[str, int], Hold]) -> list[PayoutView]:
    """Write payouts, given what was paid for, by purpose and subject."""
    return [_payout(one, holds[one.purpose, one.subject_id]) for one in found]


def _payout(one: Payout, hold: Hold) -> PayoutView:
    return PayoutView(
        title=hold.description,
        url=hold.return_path,
        day=format_day(one.created_at, "medium"),
        amount=format_money(one.amount, exact=True),
        kind="" if one.kind is PayoutKind.SHARE else str(one.kind.label),
        way=_way_of(one),
        status=_status_of(one),
        tone=one.status.tone,
    )


def _status_of(payout: Payout) -> str:
    """Say how a payout stands; of one in reserve also when it is paid."""
    if payout.status is not PayoutStatus.WAITING or payout.falls_due_at is None:
        return str(payout.status.label)
    return _("%(status)s until %(day)s") % {"status": payout.status.label, "day": format_day(payout.falls_due_at)}


def _way_of(payout: Payout) -> str:
    """Say how a payout comes; of one by hand also under what to look for it on the statement."""
    if payout.reference is None:
        return str(payout.method.label)
    return _("%(way)s: %(reference)s") % {"way": payout.method.label, "reference": payout.reference}


def gap(obstacles: Sequence[Unfit]) -> str:
    """Say why nobody fits."""
    return format_and([str(one.label) for one in obstacles])


def nobody(obstacles: Sequence[Unfit]) -> str:
    """Say why nobody takes a request, to whoever looks at it."""
    return _("The reason: %(gap)s.") % {"gap": gap(obstacles)}


def no_match(obstacles: Sequence[Unfit]) -> str:
    """Say to a customer why nobody fits, and what to do."""
    return _("The reason: %(gap)s. Change what you ask for, or come back later.") % {"gap": gap(obstacles)}


def amount(money_: Money) -> str:
    """Write an amount as it is typed into a form, in main units."""
    return f"{money_.major:f}"
