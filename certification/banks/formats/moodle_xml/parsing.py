"""The elements of a file, without anything that XML could do to whoever reads it."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from certification.banks.formats.entries import MAX_QUESTIONS
from marketplace.kernel.translate import _

LINE = "line-in-file"


class _Questions(TreeBuilder):
    """Keeps each question as soon as it ends, with the line on which it began."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.parser: Any = None

    def start(self, tag: str, attributes: Mapping[str, str], /) -> Element:
        line = {LINE: str(self.parser.CurrentLineNumber)} if tag == "question" else {}
        return super().start(tag, {**attributes, **line})

    def end(self, tag: str, /) -> Element:
        element = super().end(tag)
        if tag == "question" and len(self.found) <= MAX_QUESTIONS:
            self.found.append(element)
        return element


def parse(text: str) -> tuple[list[Element], tuple[int, str] | None]:
    """Give the questions, and the line and reason where the file can't be read any further."""
    questions = _Questions()
    parser = DefusedXMLParser(target=questions, forbid_dtd=True)
    questions.parser = parser.parser
    try:
        parser.feed(text)
        parser.close()
    except DefusedXmlException:
        words = _("The file has a DOCTYPE, which could name other files or swell without end. Take that line out.")
        return questions.found, (questions.parser.CurrentLineNumber, words)
    except (ParseError, ValueError) as error:
        line, column = getattr(error, "position", (questions.parser.CurrentLineNumber, 0))
        words = _("From here on this is no XML (%(what)s, column %(column)d). Has a part of the file been lost?")
        return questions.found, (line, words % {"what": str(error).partition(":")[0], "column": column + 1})
    return questions.found, None
