"""What a person does on the hosted pages, done over HTTP: forms are fetched, filled in and sent, as a browser would.

The demo's seeding and the tests use it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT_S = 30
REDIRECTS_MAX = 5
FORM = "application/x-www-form-urlencoded"

Ask = Callable[[str, str, str | None], tuple[int, str, str]]  # Address, method, body: status, text, `Location`.


class Declined(Exception):
    """The card was declined; the page's own words say why."""


class PageClosed(Exception):
    """The page has no form any more: it is paid, or it has expired."""


def over_http(url: str, method: str, body: str | None) -> tuple[int, str, str]:
    """Send one request."""
    parts = urlsplit(url)
    assert parts.hostname, url
    connection = HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)
    try:
        address = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request(method, address, body, {"Content-Type": FORM} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")
    finally:
        connection.close()


def pay_checkout(
    url: str,
    card: str = "4242424242424242",
    *,
    name: str = "Ada Example",
    email: str | None = None,
    confirms: bool = True,
    keeps: bool = False,
    stored: bool = False,
    ask: Ask = over_http,
) -> str:
    """Pay on a Checkout page, or store a card there, and tell the address to which it leads in the end.

    Args:
        url: of the page.
        card: the number of a test card, or of a test bank account where the page takes those.
        name: on the card.
        email: what to enter when the page knows no address yet.
        confirms: how to answer when the bank asks; without, the payment fails.
        keeps: whether to ask that the card be stored, where the page offers that.
        stored: whether to use the first of the cards that are stored, instead of `card`.
        ask: how a request is sent.

    Raises:
        Declined: the page refused the card.
        PageClosed: it is too late to pay.
    """
    page = _follow(url, "GET", None, ask)
    typed = {"card_number": card, "expiry": "12/40", "cvc": "123", "name": name}
    if not page.form("pay").fields.get("email"):
        typed["email"] = email or "ada@example.test"
    if keeps:
        typed["keeps"] = "yes"
    if stored:
        typed["pay_with"] = page.form("pay").choices[0]
    if card[:1].isalpha():
        typed |= {"pay_with": "bank", "iban": card}
    page = _send(page, "pay", typed)
    if page.has_button("answer", "confirm"):
        page = _send(page, "", {"answer": "confirm" if confirms else "refuse"})
    if page.words_of_fault:
        raise Declined(page.words_of_fault)
    return page.url


def complete_onboarding(url: str, *, name: str = "Ada Example", ask: Ask = over_http) -> str:
    """Finish the onboarding to which an account link leads, and tell the address to which it leads in the end.

    Raises:
        PageClosed: the link was used before, or is too old.
    """
    page = _follow(url, "GET", None, ask)
    page = _send(page, "", {"name": name, "agrees": "yes", "answer": "finish"})
    return page.url


@dataclass
class _Form:
    name: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: set[tuple[str, str]] = field(default_factory=set)
    choices: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """A page: its forms, and what its error summary says."""

    def __init__(self, url: str, text: str, ask: Ask) -> None:
        super().__init__()
        self.url = url
        self.ask = ask
        self.forms: list[_Form] = []
        self._faults: list[str] = []
        self._list_depth = 0
        self._is_summary = False
        self.feed(text)

    @property
    def words_of_fault(self) -> str:
        """What the page says is wrong; empty when nothing is."""
        return " ".join(" ".join(self._faults).split())

    def form(self, name: str) -> _Form:
        """Find a form by its id."""
        for form in self.forms:
            if form.name == name:
                return form
        raise PageClosed(self.url)

    def has_button(self, name: str, value: str) -> bool:
        """Tell whether there is such a button."""
        return any((name, value) in form.buttons for form in self.forms)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, their fields and their buttons."""
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(_Form(given.get("id", ""), urljoin(self.url, given.get("action", self.url))))
        elif tag == "input" and self.forms and given.get("type") != "checkbox":
            self.forms[-1].fields[given["name"]] = given.get("value", "")  # Of several choices the last: a new card.
            if given.get("type") == "radio":
                self.forms[-1].choices.append(given["value"])
        elif tag == "button" and self.forms and "name" in given:
            self.forms[-1].buttons.add((given["name"], given.get("value", "")))
        elif tag == "div" and "summary" in given.get("class", "").split():
            self._is_summary = True
        elif tag == "li" and self._is_summary:
            self._list_depth += 1

    def handle_endtag(self, tag: str) -> None:
        """Note where the error summary ends."""
        if tag == "li" and self._list_depth:
            self._list_depth -= 1
        elif tag == "div":
            self._is_summary = False

    def handle_data(self, data: str) -> None:
        """Note what the error summary lists."""
        if self._list_depth:
            self._faults.append(data)


def _send(page: _Page, form_name: str, typed: dict[str, str]) -> _Page:
    form = page.form(form_name)
    return _follow(form.action, "POST", urlencode({**form.fields, **typed}), page.ask)


def _follow(url: str, method: str, body: str | None, ask: Ask) -> _Page:
    """Ask for a page and go where it leads, as long as that is the same server; other servers are not asked."""
    home = urlsplit(url).netloc
    for _step in range(REDIRECTS_MAX):
        status, text, location = ask(url, method, body)
        if status != HTTPStatus.SEE_OTHER:
            return _Page(url, text, ask)
        url, method, body = urljoin(url, location), "GET", None
        if urlsplit(url).netloc != home:
            return _Page(url, "", ask)
    raise PageClosed(url)
