"""Parts of pages that slices further up have to add, such as the papers of a request on its page.

A page asks for them by its place; who has something to say there stands in one table, `marketplace.site.wiring.PANELS`.
"""

from collections.abc import Callable, Mapping, Sequence

from flask import Flask, current_app
from markupsafe import Markup

Panel = Callable[..., str]
Panels = Mapping[str, Sequence[Panel]]

_KEY = "handrail_panels"


def connect(app: Flask, panels: Panels) -> None:
    """Give the application its table of panels, and the templates the way to ask for them."""
    app.extensions[_KEY] = panels
    app.jinja_env.globals["panels"] = draw


def draw(place: str, **facts: object) -> Markup:
    """Draw all that there is to say at a place, in the table's order; `facts` say what the page is about."""
    found: Panels = current_app.extensions[_KEY]
    return Markup().join(Markup(panel(**facts)) for panel in found.get(place, ()))  # noqa: S704 - templates have escaped it
