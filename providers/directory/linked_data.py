"""What pages of the list tell machines, in the words of schema.org (JSON-LD)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from marketplace.catalogue.rules import LAYER_LABELS, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, format_money, localized
from providers.availability.rules import DAY_MINUTES
from providers.directory.queries import OfferedService, Snapshot
from providers.directory.rules.usual import own_zone, usual_week
from providers.profiles.models import Provider
from providers.profiles.rules import MAX_STARS, MIN_STARS, Figures
from providers.services.rules import HOUR_MINUTES, Terms

CONTEXT = "https://schema.org"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST_MINUTE = "23:59"  # How a day that does not close is said to end.
SUMMARY_LENGTH = 160  # More is cut off where search engines and other sites show it.

LinkedData = dict[str, Any]


def summary(snapshot: Snapshot) -> str:
    """Say in a line or two who a provider is."""
    about = " ".join(localized(snapshot.provider.abouts).split())
    if not about:
        return _("Certified people who speak your language and work in your hours.")
    return about if len(about) <= SUMMARY_LENGTH else f"{about[: SUMMARY_LENGTH - 1].rstrip()}…"


def of_provider(snapshot: Snapshot, now: datetime) -> LinkedData:
    """Describe a provider; of what nothing is known yet, nothing is said."""
    provider = snapshot.provider
    address = _address("directory.show", slug=provider.slug)
    told = {
        "@context": CONTEXT,
        "@type": "ProfessionalService",
        "@id": address,
        "url": address,
        "name": provider.name,
        "description": localized(provider.abouts),
        "image": _pictures(provider),
        "address": {"@type": "PostalAddress", "addressCountry": provider.country},
        "knowsLanguage": list(snapshot.card.languages),
        "aggregateRating": _rating(snapshot.card.figures),
        "priceRange": _price_range([one.service.terms for one in snapshot.services]),
        "makesOffer": [_offer(one) for one in snapshot.services],
        "openingHoursSpecification": list(_opening_hours(snapshot, now)),
    }
    return {name: value for name, value in told.items() if value}


def of_list(pages: Sequence[tuple[str, str]], total: int) -> LinkedData:
    """Describe a page of the list, by the names and paths of those on it, of `total` providers in all."""
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "numberOfItems": total,
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "url": f"{current_app.config['BASE_URL']}{path}",
                "name": name,
            }
            for position, (name, path) in enumerate(pages, start=1)
        ],
    }


def _address(endpoint: str, **values: Any) -> str:
    return f"{current_app.config['BASE_URL']}{url_for(endpoint, **values)}"


def _pictures(provider: Provider) -> list[str]:
    drawn = _address("directory.card", slug=provider.slug)
    if provider.photo_file_id is None:
        return [drawn]
    return [_address("profiles.photo", slug=provider.slug, file_id=provider.photo_file_id), drawn]


def _rating(figures: Figures) -> LinkedData | None:
    if not figures.ratings:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": figures.stars,
        "ratingCount": figures.ratings,
        "bestRating": MAX_STARS,
        "worstRating": MIN_STARS,
    }


def _price_range(terms: Sequence[Terms]) -> str | None:
    """Tell the least and the most that is asked, as the provider has set it; None where currencies differ."""
    if len({one.price.currency for one in terms}) != 1:
        return None
    least, most = min(one.price for one in terms), max(one.price for one in terms)
    return format_money(least) if least == most else f"{format_money(least)}–{format_money(most)}"


def _offer(offered: OfferedService) -> LinkedData:
    service, terms = offered.service, offered.service.terms
    includes = localized(service.includes) if service.includes else ""
    thing = {
        "@type": "Service",
        "name": localized(service.niche.names),
        "serviceType": str(LAYER_LABELS[service.layer]),
        "description": includes,
    }
    offer = {"@type": "Offer", "itemOffered": {name: value for name, value in thing.items() if value}}
    if terms.kind is ServiceKind.INCIDENT:
        return offer | _price(terms.price)
    minutes = terms.session_minutes or HOUR_MINUTES
    span = {"@type": "QuantitativeValue", "value": minutes, "unitCode": "MIN"}
    unit = {"@type": "UnitPriceSpecification", **_price(terms.price), "referenceQuantity": span}
    return offer | {"priceSpecification": unit}


def _price(price: Money) -> LinkedData:
    return {"price": str(price.major), "priceCurrency": price.currency}


def _opening_hours(snapshot: Snapshot, now: datetime) -> Iterator[LinkedData]:
    """Give the usual week by the provider's own wall clock, days with the same hours together."""
    zone = own_zone(snapshot.hours)
    if zone is None:
        return
    week = usual_week(snapshot.hours, zone, now.astimezone(zone).date())
    for start, end in sorted({span for spans in week for span in spans}):
        yield {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [name for name, spans in zip(DAYS, week, strict=True) if (start, end) in spans],
            "opens": _clock(start),
            "closes": _clock(end),
        }


def _clock(minute: int) -> str:
    return LAST_MINUTE if minute == DAY_MINUTES else f"{minute // 60:02}:{minute % 60:02}"
