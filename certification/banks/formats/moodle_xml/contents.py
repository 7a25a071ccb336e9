"""What each kind of question keeps in its element."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from certification.banks.formats.entries import Unreadable
from certification.banks.kinds import (
    IMAGE_PLACE,
    Choice,
    Content,
    Criterion,
    Description,
    Essay,
    Item,
    Matching,
    Multichoice,
    Numerical,
    Ordering,
    Pattern,
    Range,
    ShortAnswer,
    Text,
    TextFormat,
    TrueFalse,
    pair_up,
    read_grade,
    read_number,
    say,
)
from marketplace.kernel.translate import _

TEXT_FORMATS = {
    "html": TextFormat.HTML,
    "moodle_auto_format": TextFormat.MOODLE,
    "plain_text": TextFormat.PLAIN,
    "markdown": TextFormat.MARKDOWN,
}
_YES = ("true", "1")


class Source:
    """The element of a question, and the language of its texts."""

    def __init__(self, element: Element, language: str) -> None:
        """Read what every kind has."""
        self.element = element
        self.language = language
        self.inherited = TextFormat.HTML
        self.images = self._images()
        self.stem = self._with_old_image(self.text(element.find("questiontext")))
        self.inherited = self.stem.format
        self.texts: dict[str, Any] = {
            "stem": self.stem,
            "general_feedback": self.text(element.find("generalfeedback")),
            "images": self.images,
        }

    def text(self, holder: Element | None) -> Text:
        """Read a text with its format; what says none has that of the question."""
        if holder is None:
            return Text()
        inner = holder.find("text")
        if inner is not None and len(inner):
            raise Unreadable(_("A text has tags of its own. Put it inside <![CDATA[ … ]]>."))
        written = TEXT_FORMATS.get(holder.get("format") or "", self.inherited)
        return say((inner.text if inner is not None else holder.text) or "", self.language, written)

    def plain(self, holder: Element) -> Text:
        """Read a text in which nothing is HTML."""
        return say(holder.findtext("text") or "", self.language, TextFormat.PLAIN)

    def yes(self, name: str) -> bool:
        """Read a setting."""
        return (self.element.findtext(name) or "").strip().lower() in _YES

    def answers(self, name: str = "answer") -> list[Element]:
        """List the answers."""
        return self.element.findall(name)

    def feedback(self, answer: Element) -> Text:
        """Read the feedback for whoever gives an answer."""
        return self.text(answer.find("feedback"))

    def _images(self) -> dict[str, str]:
        images: dict[str, str] = {}
        for file in self.element.iter("file"):
            name = f"{(file.get('path') or '/').strip('/')}/{file.get('name') or ''}".lstrip("/")
            content = "".join((file.text or "").split())
            if images.setdefault(name, content) != content:
                raise Unreadable(_("Two different images are called %(name)s. Rename one.") % {"name": name})
        return images

    def _with_old_image(self, stem: Text) -> Text:
        """Show the image of a very old file below the text."""
        name = (self.element.findtext("image") or "").strip().rpartition("/")[2]
        content = "".join((self.element.findtext("image_base64") or "").split())
        if not (name and content):
            return stem
        self.images[name] = content
        image = f'<img src="{IMAGE_PLACE}{escape(name)}" alt="">'
        return say(f"{stem.words.get(self.language, '')}\n{image}", self.language, stem.format)


def grade_of(answer: Element) -> Fraction:
    """Read what an answer is worth, in percent; the element of that name goes before the attribute."""
    percent = answer.findtext("fraction") or answer.get("fraction") or "0"
    grade = read_grade(percent)
    if grade is None:
        words = _("%(weight)s is no grade. Write one that there is, such as 100, 50, 33.33333 or -25.")
        raise Unreadable(words % {"weight": percent})
    return grade


def _multichoice(source: Source) -> Content:
    choices = [
        Choice(f"c{number}", source.text(one), grade_of(one), source.feedback(one))
        for number, one in enumerate(source.answers(), start=1)
    ]
    return Multichoice(**source.texts, choices=tuple(choices), is_single=source.yes("single"))


def _true_false(source: Source) -> Content:
    is_true, feedback = False, {True: Text(), False: Text()}
    for number, one in enumerate(source.answers()):
        said = (one.findtext("text") or "").strip().lower()
        # A word in another language: the first stands for true.
        says_true = said == "true" if said in ("true", "false") else number == 0
        feedback[says_true] = source.feedback(one)
        is_true = (grade_of(one) == 1) is says_true
    if len(source.answers()) != len(feedback):
        raise Unreadable(_("This needs two answers: true and false."))
    return TrueFalse(**source.texts, is_true=is_true, feedback_true=feedback[True], feedback_false=feedback[False])


def _short_answer(source: Source) -> Content:
    patterns = [
        Pattern(f"a{number}", source.plain(one), grade_of(one), source.feedback(one))
        for number, one in enumerate(source.answers(), start=1)
    ]
    return ShortAnswer(**source.texts, patterns=tuple(patterns), minds_case=source.yes("usecase"))


def _numerical(source: Source) -> Content:
    if (source.element.findtext("unitgradingtype") or "0").strip() != "0":
        raise Unreadable(_("Units that count are not taken. Ask for the number in one unit."))
    ranges = [
        Range(f"n{number}", *_value_and_tolerance(one), grade_of(one), source.feedback(one))
        for number, one in enumerate(source.answers(), start=1)
    ]
    return Numerical(**source.texts, ranges=tuple(ranges))


def _value_and_tolerance(answer: Element) -> tuple[Decimal | None, Decimal]:
    typed = (answer.findtext("text") or answer.text or "").strip()
    value, tolerance = read_number(typed), read_number(answer.findtext("tolerance") or "0")
    if tolerance is None or (value is None and typed != "*"):
        raise Unreadable(_("%(typed)s is no number.") % {"typed": f"“{typed}”"})
    return value, tolerance


def _matching(source: Source) -> Content:
    sides = []
    for one in source.answers("subquestion"):
        answer = one.find("answer")
        sides.append((source.text(one), Text() if answer is None else source.plain(answer)))
    pairs, matches = pair_up([side for side in sides if any(side)])
    return Matching(**source.texts, pairs=pairs, matches=matches)


def _ordering(source: Source) -> Content:
    items = [Item(f"i{number}", source.text(one)) for number, one in enumerate(source.answers(), start=1)]
    return Ordering(**source.texts, items=tuple(items))


def _essay(source: Source) -> Content:
    rubric = []
    for number, one in enumerate(source.element.findall("rubric/criterion"), start=1):
        points = one.get("points") or ""
        if not (points.isascii() and points.isdigit() and len(points) < 4):  # noqa: PLR2004 - 100 are the most
            raise Unreadable(_('Each criterion needs its points, such as points="3".'))
        rubric.append(Criterion(f"r{number}", source.text(one), int(points)))
    return Essay(**source.texts, guidance=source.text(source.element.find("graderinfo")), rubric=tuple(rubric))


def _description(source: Source) -> Content:
    return Description(**source.texts)


READERS: Mapping[str, Callable[[Source], Content]] = {
    "multichoice": _multichoice,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "description": _description,
}
