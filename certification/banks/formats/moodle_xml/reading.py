"""Reading Moodle XML."""

from xml.etree.ElementTree import Element

from certification.banks.formats.entries import Found, Unreadable, entry_of, reader_for
from certification.banks.formats.moodle_xml.contents import READERS, Source
from certification.banks.formats.moodle_xml.parsing import LINE, parse
from certification.banks.rules import topic_in_moodle


def read(text: str, language: str) -> Found:
    """Read the questions of a file; what stands before a break is read all the same."""
    found, topic = Found(), ""
    elements, broken = parse(text)
    for element in elements:
        line = int(element.get(LINE, "1"))
        if found.is_full:
            found.refuse_more(line)
            break
        if element.get("type") == "category":
            topic = topic_in_moodle(element.findtext("category/text") or "")
            found.enter(topic)
        else:
            _take(found, element, language, topic, line)
    if broken:
        found.refuse(broken[0], "", broken[1])
    return found


def _take(found: Found, element: Element, language: str, topic: str, line: int) -> None:
    name = element.findtext("name/text") or ""
    kind = element.get("type") or ""
    try:
        content = reader_for(kind, READERS)(Source(element, language))
    except Unreadable as reason:
        found.refuse(line, name, str(reason))
        return
    found.take(
        entry_of(
            name=name,
            content=content,
            line=line,
            idnumber=element.findtext("idnumber") or "",
            topic=topic,
            tags=[tag.findtext("text") or "" for tag in element.findall("tags/tag")],
        )
    )
