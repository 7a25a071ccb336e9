"""The picture that other sites show beside a link to a provider: name, languages, stars and the usual week."""

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Response, current_app

from marketplace.kernel.previews import preview
from marketplace.kernel.translate import _, country_name, format_number, ngettext, own_name, reader, zone_city
from providers.availability.rules import DAY_MINUTES, Hours
from providers.directory.rules.usual import own_zone, usual_week
from providers.profiles.models import Provider
from providers.profiles.rules import Figures

DATA = Path(str(files("providers.directory") / "data"))
MOST_LANGUAGES = 5  # As many as fit on two lines.


def picture(provider: Provider, hours: Sequence[Hours], now: datetime) -> Response:
    """Draw it in the reader's language, for whatever day: it is kept for long where it is shown."""
    spoken = [{"name": own_name(code), "level": speech.text} for code, speech in provider.languages.items()]
    sheet = {
        "site": current_app.config["SITE_NAME"],
        "name": provider.name,
        "country": country_name(provider.country),
        "languages": spoken[:MOST_LANGUAGES],
        "more": len(spoken) - MOST_LANGUAGES if len(spoken) > MOST_LANGUAGES else 0,
        "rating": _rating(provider.figures),
        "week": _week(hours, now),
    }
    return preview(DATA / "card.typ", sheet)


def _rating(figures: Figures) -> dict[str, Any] | None:
    if not figures.ratings:
        return None
    sample = ngettext("%(shown)s rating", "%(shown)s ratings", figures.ratings)
    return {
        "stars": figures.stars,
        "shown": format_number(figures.stars or 0),
        "sample": sample % {"shown": format_number(figures.ratings)},
    }


def _week(hours: Sequence[Hours], now: datetime) -> dict[str, Any] | None:
    """Give the rails of the week, as shares of a day; None for somebody who has set no hours."""
    zone = own_zone(hours)
    week = usual_week(hours, zone, now.astimezone(zone).date()) if zone else []
    if zone is None or not any(week):
        return None
    names = reader().locale.days["stand-alone"]["abbreviated"]
    return {
        "label": _("Hours as in %(city)s") % {"city": zone_city(zone.key)},
        "days": [
            {"name": names[number], "spans": [[start / DAY_MINUTES, end / DAY_MINUTES] for start, end in spans]}
            for number, spans in enumerate(week)
        ],
    }
