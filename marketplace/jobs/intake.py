"""From what a customer typed to a draft, for pages and API alike: words become ids, and unknown ones are named."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median_low
from typing import Any, Protocol

from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Category
from marketplace.catalogue.questions import fields_schema
from marketplace.jobs.rules import Choice, Draft
from marketplace.jobs.schemas import DraftSchema
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.schema import load
from marketplace.kernel.translate import _, fold, is_zone, language_name
from marketplace.matching.rules import Match
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from providers.profiles import queries as profiles


class Asker(Protocol):
    """What is known of whoever asks."""

    @property
    def currency(self) -> str: ...
    @property
    def zone(self) -> str: ...


def draft_from(session: Session, category: Category, typed: Mapping[str, Any], *, person: Asker) -> Draft:
    """Make a draft of what was typed; what is missing is taken from the person's settings.

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
    if errors:
        raise InvalidInput(errors)
    release = values.get("release")
    return Draft(
        category_id=category.id,
        title=values["title"],
        description=values["description"],
        fields=answers,
        release_id=_release_ids(session)[release] if release else None,
        language=values["language"],
        level=values["level"],
        zone=values.get("timezone", person.zone),
        urgency_hours=values["urgency_hours"],
        currency=values.get("currency", person.currency),
    )


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


def ceiling_from(text: str, currency: str) -> Money:
    """Read a limit as it is typed, in main units.

    Raises:
        InvalidInput: it is no amount that can be paid.
    """
    try:
        amount = Money.parse(text.replace(",", "."), currency)
    except ValueError:
        amount = Money.zero(currency)
    if not amount:
        raise InvalidInput({"ceiling": [_("Write an amount such as 60 or 49.90, in the currency of the request.")]})
    return amount


def median_price(matches: Sequence[Match]) -> Money:
    """Tell the middle price of those who fit, the lower one of two; there is at least one."""
    return median_low(match.price for match in matches)
