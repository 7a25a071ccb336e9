"""Icons for the templates: drawn by the `lucide` package when a page is made, never copied in."""

from functools import cache

from lucide.jinja import lucide
from markupsafe import Markup

# What points along the line of reading points the other way where reading goes from right to left.
MIRRORED = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "corner-down-right",
        "external-link",
        "list",
        "log-in",
        "log-out",
        "reply",
        "send",
    }
)


@cache
def icon(name: str) -> Markup:
    """Draw an icon as high as the text around it.

    It is hidden from screen readers, so it always stands beside words.

    Raises:
        lucide.IconDoesNotExist: there is no icon of this name.
    """
    classes = "icon icon-mirrored" if name in MIRRORED else "icon"
    attributes = {"class": classes, "aria-hidden": "true", "focusable": "false"}
    return Markup(lucide(name, size=20, **attributes).replace("\n", ""))  # noqa: S704 - drawn by the package, not typed
