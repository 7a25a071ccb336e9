"""What the macros promise to whoever writes a page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask, render_template_string
from jinja2 import FileSystemLoader, PrefixLoader

from marketplace.site import context
from providers.directory.choices import Option

TEMPLATES = Path(context.__file__).parent / "templates"


@pytest.fixture(scope="module")
def ui() -> Iterator[Any]:
    """Give the macros, outside any application of ours."""
    app = Flask("macros")
    app.jinja_env.loader = PrefixLoader({"site": FileSystemLoader(TEMPLATES)})
    context.init_app(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    with app.app_context():
        yield app.jinja_env.get_template("site/macros.html").module


class Reader(HTMLParser):
    """Builds a tree of what a macro wrote."""

    VOID = frozenset({"input", "img", "br"})

    def __init__(self, html: str) -> None:
        """Read it all."""
        super().__init__()
        self.builder = ET.TreeBuilder()
        self.builder.start("root", {})
        self.feed(html)
        self.close()
        self.builder.end("root")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; one that can hold nothing is closed at once."""
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in self.VOID:
            self.builder.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close an element of a drawing."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        """Take up words."""
        self.builder.data(data)


def parse(html: str) -> ET.Element:
    """Read what a macro wrote."""
    return Reader(html).builder.close()


def by_class(root: ET.Element, name: str) -> list[ET.Element]:
    """Find elements by one of their classes."""
    return [one for one in root.iter() if name in one.get("class", "").split()]


def text_of(element: ET.Element) -> str:
    """Read the words of an element, with single spaces and without invisible joiners."""
    return " ".join("".join(element.itertext()).replace("\u200c", "").split())


# Forms


def test_error_summary_links_to_the_fields(ui):
    summary = parse(ui.error_summary({"title": ["Enter a title"], "price": ["Too low", "Too odd"]}))
    links = [(link.get("href"), text_of(link)) for link in summary.iter("a")]
    assert links == [
        ("#field-title", "Enter a title"),
        ("#field-price", "Too low"),
        ("#field-price", "Too odd"),
    ]


def test_error_summary_calls_fields_as_they_are_called_on_the_page(ui):
    ui.field("title", "A <title>")
    ui.radios("stars", "How was it?", [(1, "Poor"), (5, "Good")])
    ui.checkbox("agreed", "I agree")
    wrong = {"title": ["Enter a title"], "stars": ["Choose one"], "agreed": ["Agree first"], "other": ["Try again"]}
    summary = parse(ui.error_summary(wrong, context.field_labels()))
    assert [text_of(link) for link in summary.iter("a")] == [
        "A <title> – Enter a title",
        "How was it? – Choose one",
        "I agree – Agree first",
        "Try again",
    ]


def test_error_summary_is_not_there_without_errors(ui):
    assert ui.error_summary({}).strip() == ""


def test_field_that_is_wrong_says_why_and_keeps_what_was_typed(ui):
    root = parse(ui.field("price", "Price", 'a "b"', {"price": ["Enter an amount"]}, hint="In euros"))
    (box,) = root.iter("input")
    assert box.get("value") == 'a "b"'
    assert box.get("aria-invalid") == "true"
    described = [text_of(one) for one in root.iter() if one.get("id") in box.get("aria-describedby").split()]
    assert described == ["In euros", "Error: Enter an amount"]


def test_field_that_is_right_has_no_trace_of_errors(ui):
    (box,) = parse(ui.field("price", "Price", "5", {"title": ["Enter a title"]})).iter("input")
    assert "aria-invalid" not in box.attrib
    assert "aria-describedby" not in box.attrib


def test_password_is_never_written_back(ui):
    assert "secret" not in ui.field("password", "Password", "secret", type="password")


@pytest.mark.parametrize("macro", ["field", "textarea", "file"])
def test_only_optional_fields_are_marked(ui, macro):
    assert "(optional)" in getattr(ui, macro)("note", "Note", required=False)
    assert "(optional)" not in getattr(ui, macro)("note", "Note", required=True)


def test_text_is_kept_with_its_first_line_break(ui):
    # The parser drops one line break after the opening tag.
    assert ">\n\nsecond line</textarea>" in ui.textarea("body", "Body", "\nsecond line")


def test_text_is_told_its_limit_and_not_cut_off(ui):
    html = ui.textarea("body", "Body", maxlength=8000)
    assert "Up to 8,000 characters." in html
    assert "maxlength" not in html


@pytest.mark.parametrize(("value", "chosen"), [("2", ["2"]), (2, ["2"]), ("", [])])
def test_choice_is_kept_whatever_its_type(ui, value, chosen):
    options = [(1, "One"), (2, "Two")]
    select = parse(ui.select("n", "Number", options, value))
    assert [one.get("value") for one in select.iter("option") if "selected" in one.attrib] == chosen
    radios = parse(ui.radios("n", "Number", options, value))
    assert [one.get("value") for one in radios.iter("input") if "checked" in one.attrib] == chosen


def test_first_of_several_choices_is_where_the_summary_leads(ui):
    ids = [one.get("id") for one in parse(ui.radios("n", "Number", [(1, "One"), (2, "Two")])).iter("input")]
    assert ids == ["field-n", "field-n-2"]


def test_facet_unfolds_when_a_choice_is_beyond_the_first(ui):
    options = [Option(str(n), str(n), 1200, selected=n == 8) for n in range(9)]
    assert "<details open>" in ui.facet("Language", "language", options)
    assert "1,200" in ui.facet("Language", "language", options)
    assert "open>" not in ui.facet("Language", "language", [*options[:8], options[8]._replace(selected=False)])


# Signs


def make_strip(segments: list[tuple[int, int, str]], *, now: int | None = None, length: int = 1440) -> SimpleNamespace:
    """Make a strip as `availability` gives it."""
    return SimpleNamespace(
        segments=[SimpleNamespace(start_minute=start, end_minute=end, kind=kind) for start, end, kind in segments],
        now_minute=now,
        length_minutes=length,
        zone_label="Your time, Madrid",
        is_holiday=False,
        text="Open from 06:00 to 12:00.",
    )


def test_strip_shows_a_day_in_hundredths(ui):
    root = parse(ui.hours_strip(make_strip([(360, 720, "open"), (720, 1080, "overlap")], now=0)))
    (hours,), (shared,) = by_class(root, "hours-open"), by_class(root, "hours-overlap")
    assert (hours.get("x"), hours.get("width")) == ("25.0%", "25.0%")
    assert (shared.get("x"), shared.get("width")) == ("50.0%", "25.0%")
    assert by_class(root, "hours-now")[0].get("x1") == "0.0%"


@pytest.mark.parametrize(
    ("length", "noon"),
    [(1380, 100 * 660 / 1380), (1440, 50.0), (1500, 100 * 780 / 1500)],
    ids=["23 hours", "24 hours", "25 hours"],
)
def test_strip_keeps_noon_at_noon_when_the_clocks_change(ui, length, noon):
    (label,) = by_class(parse(ui.hours_strip(make_strip([], length=length))), "hours-noon")
    assert (text_of(label), label.get("x")) == ("12", f"{round(noon, 3)}%")


def test_strip_of_another_day_has_no_now(ui):
    assert by_class(parse(ui.hours_strip(make_strip([]))), "hours-now") == []


@pytest.mark.parametrize("show_text", [True, False])
def test_strip_is_told_in_words_once(ui, show_text):
    assert ui.hours_strip(make_strip([]), show_text=show_text).count("Open from 06:00 to 12:00.") == 1


def make_promise(state: str, fraction_left: int) -> SimpleNamespace:
    """Make a promise as the pages give it."""
    return SimpleNamespace(
        due_at=datetime(2026, 11, 22, 13, tzinfo=UTC),
        due_text="14:00 your time",
        left_text="1 h left",
        state=state,
        fraction_left=fraction_left,
    )


def test_promise_clock_runs_towards_twelve(ui):
    root = parse(ui.promise_clock(make_promise("running", 25)))
    (arc,) = by_class(root, "promise-arc")
    assert arc.get("stroke-dasharray") == "25 100"
    assert arc.get("transform") == "rotate(180.0 32 32)"  # It begins at nine o'clock and ends at twelve.


@pytest.mark.parametrize(
    ("state", "said"), [("running", "Next update by"), ("kept", "Promise kept"), ("missed", "Promise missed")]
)
def test_promise_clock_says_its_state(ui, state, said):
    (words,) = by_class(parse(ui.promise_clock(make_promise(state, 0))), "promise-words")
    assert text_of(words) == f"{said} 14:00 your time 1 h left"


@pytest.mark.parametrize(
    ("state", "said"), [("valid", "Valid until 3 March 2028"), ("expired", "Expired"), ("revoked", "Revoked")]
)
def test_seal_says_whether_it_counts(ui, state, said):
    credential = SimpleNamespace(
        track_name="Upgrades", level=2, valid_until_text="3 March 2028", url="/credentials/x", state=state
    )
    (words,) = by_class(parse(ui.seal(credential)), "seal-words")
    assert text_of(words) == f"Upgrades Level 2 {said}"


# Things


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ana Ferreira", "AF"), ("Joaquín Riquelme Soto", "JS"), ("Plato", "P"), ("佐藤 花子", "佐花"), ("", "")],
)
def test_avatar_shows_first_and_last_initial(ui, name, initials):
    (circle,) = by_class(parse(ui.avatar(name)), "avatar")
    assert text_of(circle) == initials


def test_avatar_keeps_its_tint(ui):
    assert ui.avatar("Ana Ferreira") == ui.avatar("Ana Ferreira")
    assert len({ui.avatar(name).split("initials-")[1][0] for name in ("Ana", "Bo", "Cy", "Di", "Eve", "Fin")}) > 1


def test_rating_without_a_sample_is_not_a_number(ui):
    assert text_of(parse(ui.stars(None))) == "No ratings yet"
    assert text_of(parse(ui.stars("4.9", "31 reviews"))) == "Rating out of 5: 4.9 31 reviews"


def test_table_tells_each_cell_its_heading(ui):
    root = parse(ui.table("Partners", ["Name", ("Price", "number")], [["Ana", "€49"]]))
    (cell,) = root.iter("td")
    assert (cell.get("data-heading"), cell.get("class"), text_of(cell)) == ("Price", "cell-number", "€49")
    assert [text_of(one) for one in root.iter("th") if one.get("scope") == "row"] == ["Ana"]


def test_steps_say_where_you_are(ui):
    root = parse(ui.steps(["Kind", ("Problem", "/edit"), "Partner"], 2))
    assert "Step 2 of 3: Problem" in text_of(root)
    assert [text_of(one) for one in root.iter("li") if one.get("aria-current") == "step"] == ["Problem"]


def test_what_the_house_says_has_no_author(ui):
    message = {"side": "house", "at_iso": "2026-11-22T08:20Z", "at_text": "Today", "paragraphs": ["Ana accepted."]}
    root = parse(ui.thread_message(message))
    assert list(root.iter("h3")) == []
    assert text_of(root) == "Today Ana accepted."


def test_words_of_people_are_shown_as_words(ui):
    message = {
        "side": "customer",
        "author_name": "<b>Eve</b>",
        "at_iso": "2026-11-22T08:20Z",
        "at_text": "Today",
        "paragraphs": ["<script>alert(1)</script>"],
    }
    html = ui.thread_message(message)
    assert "<b>" not in html
    assert "<script" not in html


def test_cases_that_wait_stand_before_those_that_were_decided(ui):
    case = {"made_at": datetime(2026, 3, 3, 9, tzinfo=UTC)}
    waiting = SimpleNamespace(name="Ana", status=SimpleNamespace(label="Open", tone="warn"), **case)
    decided = SimpleNamespace(name="Bo", status=SimpleNamespace(label="Kept", tone="neutral"), **case)
    texts = "Decided", "Nothing waits", "It will stand here."
    root = parse(ui.cases([waiting], [decided], *texts, caller=lambda one: one.name))
    rows = [text_of(one) for one in by_class(root, "row")]
    assert [row.split()[0] for row in rows] == ["Ana", "Bo"]
    assert ["Open" in rows[0], "Kept" in rows[1]] == [True, True]
    assert "Nothing waits It will stand here." in text_of(parse(ui.cases([], [], *texts, caller=str)))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("{{ _('Half of it') }}", "Half of it"),
        ("{{ _('100%% of <it>') }}", "100% of <it>"),
        ("{{ _('%(part)s of it', part='<b>') }}", "&lt;b&gt; of it"),
        ("{% trans %}100% of it{% endtrans %}", "100% of it"),
        ("{% trans part='<b>' %}{{ part }} of it{% endtrans %}", "&lt;b&gt; of it"),
    ],
    ids=["words", "sign", "gap", "block with a sign", "block with a gap"],
)
def test_words_are_said_as_they_are_and_gaps_are_filled_safely(app, said, shown):
    with app.app_context():
        assert render_template_string(said) == shown
