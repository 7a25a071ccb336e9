"""The kinds of questions: each is one small frozen class of plain rules, and one table knows them all."""

from collections.abc import Mapping
from typing import Any

from certification.banks.kinds.base import ANSWER, Content, Control, Kind, Posted, Response, Seen, Shown, ShownIds
from certification.banks.kinds.coding import from_json, to_json
from certification.banks.kinds.description import Description
from certification.banks.kinds.essay import Criterion, Essay
from certification.banks.kinds.grades import GRADES, read_grade, read_number, write_grade, write_number
from certification.banks.kinds.matching import Match, Matching, Pair, pair_up
from certification.banks.kinds.multichoice import Choice, Multichoice
from certification.banks.kinds.numerical import Numerical, Range
from certification.banks.kinds.ordering import Item, Ordering
from certification.banks.kinds.shortanswer import Pattern, ShortAnswer
from certification.banks.kinds.texts import IMAGE_PLACE, Text, TextFormat, harmless, one_line, say, tidy
from certification.banks.kinds.truefalse import TrueFalse

__all__ = [
    "ANSWER",
    "GRADES",
    "IMAGE_PLACE",
    "KINDS",
    "Choice",
    "Content",
    "Control",
    "Criterion",
    "Description",
    "Essay",
    "Item",
    "Kind",
    "Match",
    "Matching",
    "Multichoice",
    "Numerical",
    "Ordering",
    "Pair",
    "Pattern",
    "Posted",
    "Range",
    "Response",
    "Seen",
    "ShortAnswer",
    "Shown",
    "ShownIds",
    "Text",
    "TextFormat",
    "TrueFalse",
    "content_of",
    "harmless",
    "one_line",
    "pair_up",
    "read_grade",
    "read_number",
    "say",
    "tidy",
    "to_json",
    "write_grade",
    "write_number",
]

KINDS: Mapping[Kind, type[Content]] = {
    one.KIND: one
    for one in (Multichoice, TrueFalse, ShortAnswer, Numerical, Matching, Ordering, Essay, Description)
}  # fmt: skip


def content_of(kind: Kind, written: Mapping[str, Any]) -> Content:
    """Give the content that `to_json` has written for a question of this kind."""
    content: Content = from_json(KINDS[kind], written)
    return content
