"""From what a customer typed to a draft, for pages and API alike: words become ids, and unknown ones are named."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from statistics import median_low
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Category
from marketplace.catalogue.questions import fields_schema
from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs.rules import Choice, Draft
from marketplace.jobs.schemas import DraftSchema
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.schema import load
from marketplace.kernel.translate import _, is_zone, language_name
from marketplace.kernel.typography import fold
from marketplace.matching.rules import Match
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from marketplace.support_requests.starts import WrongStart, as_typed, read_start
from providers.profiles import queries as profiles


class Asker(Protocol):
    """What is known of whoever asks."""

    @property
    def currency(self) -> str: ...
    @property
    def zone(self) -> str: ...


def draft_from(
    session: Session,
    category: Category,
    typed: Mapping[str, Any],
    *,
    person: Asker,
    picks_later: bool = False,
    now: datetime,
) -> Draft:
    """Make a draft of what was typed; what is missing is taken from the person's settings.

    Who `picks_later` may leave open when a session starts, and chooses from free times on the next page.

    Raises:
        InvalidInput: with the messages by field; `fields.<key>` for the category's own questions.
    """
    errors: dict[str, list[str]] = {}
    values, answers = {}, {}
    try:
        values = load(DraftSchema(), typed)
    except InvalidInput as error:
        errors |= error.fields
    try:
        answers = load(fields_schema(category), typed.get("fields") or {})
    except InvalidInput as error:
        errors |= {f"fields.{name}": texts for name, texts in error.fields.items()}
    if not errors:
        errors = _unknown(session, values)
    zone = values.get("timezone", person.zone)
    starts_at, wrong = _start(category, typed.get("starts_at"), zone if is_zone(zone) else person.zone, now)
    if picks_later and not typed.get("starts_at"):
        wrong = {}
    if wrong or errors:
        raise InvalidInput(wrong | errors)
    release = values.get("release")
    return Draft(
        category_id=category.id,
        title=values["title"],
        description=values["description"],
        fields=answers,
        release_id=_release_ids(session)[release] if release else None,
        language=values["language"],
        level=values["level"],
        zone=zone,
        urgency_hours=values["urgency_hours"],
        currency=values.get("currency", person.currency),
        starts_at=starts_at,
    )


def _start(category: Category, typed: Any, zone: str, now: datetime) -> tuple[datetime | None, dict[str, list[str]]]:
    """Read the start that is wished for, and say what is wrong with it; only guided sessions have one."""
    is_given = isinstance(typed, str) and bool(typed.strip())
    if category.service_kind is not ServiceKind.SESSION:
        return None, {"starts_at": [_("Only a guided session has a start.")]} if is_given else {}
    if not is_given:
        return None, {"starts_at": [_("This is needed: please fill it in.")]}
    try:
        return read_start(typed.strip(), ZoneInfo(zone), now), {}
    except WrongStart as error:
        return None, {"starts_at": [str(error)]}


def _unknown(session: Session, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Name the answers that nobody knows here."""
    known: dict[str, tuple[Callable[[str], bool], str]] = {
        "language": (
            {code for code, _name in spoken_languages(session)}.__contains__,
            _("Choose one of the languages spoken here."),
        ),
        "timezone": (is_zone, _("Choose a time zone, such as Europe/Madrid.")),
        "currency": (set(catalogue.currencies(session)).__contains__, _("Choose one of the currencies used here.")),
        "release": (set(_release_ids(session)).__contains__, _("Choose one of the releases, or leave it open.")),
    }
    return {
        name: [text]
        for name, (is_known, text) in known.items()
        if values.get(name) is not None and not is_known(values[name])
    }


def _release_ids(session: Session) -> dict[str, int]:
    return {release.version: release.id for release in catalogue.releases(session)}


def spoken_languages(session: Session) -> list[tuple[str, str]]:
    """List the languages that some listed partner speaks, with their names, in the reader's order."""
    names = [(code, language_name(code)) for code in profiles.languages_spoken(session)]
    return sorted(names, key=lambda one: fold(one[1]))


def values_of(draft: SupportRequest, prefix: str) -> dict[str, str]:
    """Give a draft as its form shows it."""
    return {
        "title": draft.title,
        "description": draft.description,
        "language": draft.language,
        "level": draft.level.value,
        "timezone": draft.zone,
        "starts_at": as_typed(draft.starts_at, ZoneInfo(draft.zone)) if draft.starts_at else "",
        "release": draft.release.version if draft.release else "",
        "urgency_hours": str(draft.urgency_hours),
        "currency": draft.currency,
        **{f"{prefix}{key}": str(answer) for key, answer in draft.fields.items()},
    }


def chosen(session: Session, slug: str, *, may_fall_back: bool) -> Choice:
    """Choose a partner by the name in its address.

    Raises:
        InvalidInput: nobody of that name is listed.
    """
    try:
        provider = profiles.provider_by_slug(session, slug)
    except NotFound:
        raise InvalidInput({"provider": [_("Choose one of the partners.")]}) from None
    return Choice(Mode.CHOSEN, provider_id=provider.id, may_fall_back=may_fall_back)


def amount_from(text: str, currency: str, *, field: str) -> Money:
    """Read an amount as it is typed, in main units.

    Raises:
        InvalidInput: it is no amount that can be paid; names the field.
    """
    try:
        amount = Money.parse(text.replace(",", "."), currency)
    except ValueError:
        amount = Money.zero(currency)
    if not amount:
        raise InvalidInput({field: [_("Write an amount such as 60 or 49.90, in the currency of the request.")]})
    return amount


def median_price(matches: Sequence[Match]) -> Money:
    """Tell the middle price of those who fit, the lower one of two; there is at least one."""
    return median_low(match.price for match in matches)
