"""What a page must be for everybody: read by a machine, used by keyboard, on a narrow screen, with spaced letters."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW_PX = 320  # Also what a screen of 1280 px shows at 400 % (WCAG 1.4.10).
STOPS_MAX = 200

# WCAG 1.4.12: a reader's own spacing.
SPACE_THE_TEXT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
  } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""

TAKE_THE_SPACE_BACK = "() => { document.adoptedStyleSheets.pop(); }"

# Text that is cut off: its box hides what does not fit, and something does not.
CLIPPED = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const style = getComputedStyle(element);
  const hides = [style.overflowX, style.overflowY].some((value) => value === "hidden" || value === "clip");
  const isForEars = element.clientWidth <= 1 || element.clientHeight <= 1;
  const isTooFull = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
  return hides && !isForEars && isTooFull && element.innerText?.trim();
}).map((element) => element.outerHTML.slice(0, 120))"""

WIDER_THAN_THE_SCREEN = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 1 || box.left < -1);
  }).map((element) => element.outerHTML.slice(0, 120));
}"""

# WCAG 2.4.7 and 2.4.11: what has the focus shows it, and is not entirely behind something else.
FOCUSED_STOP = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const look = () => {
    const style = getComputedStyle(element);
    const outline = style.outlineStyle === "none" ? "none" : `${style.outlineWidth} ${style.outlineColor}`;
    return [outline, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecoration].join();
  };
  const isPartOf = (top) => element.contains(top) || [...(element.labels ?? [])].some((label) => label.contains(top));
  const box = element.getBoundingClientRect();
  const isSeen = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].some(([x, y]) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && isPartOf(top);
  });
  const withFocus = look();
  element.blur();
  const isMarked = look() !== withFocus;
  element.focus({ preventScroll: true });
  const stops = (window.stopsOfTheKeyboard ??= new WeakSet());
  const isNew = !stops.has(element);
  stops.add(element);
  return { html: element.outerHTML.slice(0, 120), isSeen, isMarked, isNew };
}"""


# WCAG 3.3.8: a form with a password is filled in by a password manager or pasted into; nothing in it has to be solved.
UNAIDED = """() => {
  const takes = (field, kind) => field.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
  const isAided = (field) => field.type === "password"
    ? ["current-password", "new-password"].includes(field.autocomplete) && !field.readOnly
      && (field.maxLength < 0 || field.maxLength >= 64) && ["paste", "drop"].every((kind) => takes(field, kind))
    : field.autocomplete && field.autocomplete !== "off";
  return [...document.forms].filter((form) => form.querySelector("[type=password]")).flatMap((form) => {
    const fields = [...form.elements].filter((field) => !["hidden", "submit", "button"].includes(field.type));
    const owner = fields.some((field) => ["username", "email"].includes(field.autocomplete)) ? [] : [form];
    const puzzles = [...form.querySelectorAll("img, canvas, audio, video, iframe")];
    return [...owner, ...puzzles, ...fields.filter((field) => field.localName === "input" && !isAided(field))];
  }).map((element) => element.outerHTML.slice(0, 160));
}"""


def assert_accessible(page: Page) -> None:
    """Let axe look at the page as it stands; it must find nothing, best practices and target sizes included."""
    _assert_axe_finds_nothing(page, {"rules": {"target-size": {"enabled": True}}})


def assert_colours_differ(page: Page) -> None:
    """Let axe look at the colours of the page alone."""
    _assert_axe_finds_nothing(page, {"runOnly": ["color-contrast", "link-in-text-block"]})


def _assert_axe_finds_nothing(page: Page, options: dict[str, object]) -> None:
    violations = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    faults = [
        f"{violation['id']}: {violation['help']}\n    {node['html']}\n    {node.get('failureSummary', '')}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def assert_reflows(page: Page) -> None:
    """Show the page on a narrow screen; nothing may need scrolling sideways."""
    usual = page.viewport_size
    page.set_viewport_size({"width": NARROW_PX, "height": 800})
    too_wide = page.evaluate(WIDER_THAN_THE_SCREEN)
    if usual:
        page.set_viewport_size(usual)
    assert not too_wide, f"{page.url} at {NARROW_PX} px:\n" + "\n".join(too_wide)


def assert_text_can_be_spaced(page: Page) -> None:
    """Give the text a reader's own spacing; none of it may be cut off."""
    page.evaluate(SPACE_THE_TEXT)
    clipped = page.evaluate(CLIPPED)
    page.evaluate(TAKE_THE_SPACE_BACK)
    assert not clipped, f"{page.url} with spaced text:\n" + "\n".join(clipped)


def assert_focus_is_seen(page: Page) -> None:
    """Walk through the page with the Tab key; whatever has the focus shows it, in sight."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("() => { window.stopsOfTheKeyboard = undefined; document.activeElement?.blur(); }")
    faults = []
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED_STOP)
        if stop is None or not stop["isNew"]:
            break
        faults += [stop["html"]] if not (stop["isSeen"] and stop["isMarked"]) else []
    else:
        raise AssertionError(f"{page.url} has more than {STOPS_MAX} stops of the Tab key")
    assert not faults, f"{page.url}: the focus cannot be seen on\n" + "\n".join(faults)


def assert_nothing_has_to_be_remembered(page: Page) -> None:
    """Look at the forms that ask for a password; nobody needs their memory, or a puzzle, to come in."""
    unaided = page.evaluate(UNAIDED)
    assert not unaided, f"{page.url} asks for what is hard to remember or to solve:\n" + "\n".join(unaided)


def assert_usable_by_all(page: Page) -> None:
    """Hold the page, once all of it is there, to everything that this module knows."""
    page.wait_for_load_state()
    assert_accessible(page)
    assert_reflows(page)
    assert_text_can_be_spaced(page)
    assert_focus_is_seen(page)
    assert_nothing_has_to_be_remembered(page)
