"""What the pages of banks say."""

from collections.abc import Mapping
from dataclasses import fields

from certification.banks.formats import FileFormat
from certification.banks.kinds import Content
from certification.banks.rules import QuestionAction
from marketplace.kernel.translate import LazyText, _, _l, ngettext, own_name

FORMAT_LABELS: Mapping[FileFormat, LazyText] = {
    FileFormat.GIFT: _l("GIFT, Moodle's text format"),
    FileFormat.MOODLE_XML: _l("Moodle XML"),
    FileFormat.AIKEN: _l("Aiken"),
    FileFormat.CSV: _l("CSV, for a spreadsheet"),
}
FORMAT_EXPLANATIONS: Mapping[FileFormat, LazyText] = {
    FileFormat.GIFT: _l("No images, orders or rubrics; one language."),
    FileFormat.MOODLE_XML: _l("Everything, in one language."),
    FileFormat.AIKEN: _l("Only single choices of one line each, without feedback; one language."),
    FileFormat.CSV: _l("Everything but images, in all languages."),
}
_PARTS: Mapping[str, LazyText] = {
    "stem": _l("Text"),
    "general_feedback": _l("General feedback"),
    "images": _l("Images"),
    "guidance": _l("Guidance"),
    "rubric": _l("Rubric"),
}
_MOVED = {
    QuestionAction.TRY: lambda n: ngettext("%(n)d question is on trial.", "%(n)d questions are on trial.", n),
    QuestionAction.PUT_LIVE: lambda n: ngettext("%(n)d question is live.", "%(n)d questions are live.", n),
    QuestionAction.RETIRE: lambda n: ngettext("%(n)d question is retired.", "%(n)d questions are retired.", n),
    QuestionAction.BRING_BACK: lambda n: ngettext(
        "%(n)d question is a draft again.", "%(n)d questions are drafts again.", n
    ),
}


def changes(before: Content, after: Content) -> list[str]:
    """Name what differs between two versions of a question."""
    names = [one.name for one in fields(after) if getattr(before, one.name) != getattr(after, one.name)]
    return list(dict.fromkeys(str(_PARTS.get(name, _l("Answers"))) for name in names))


def translations(content: Content) -> list[tuple[str, str]]:
    """Say for each language into which a question is translated how that stands, with the tone of it."""
    source = content.stem.source
    there = sorted({language for text in content.texts() for language in text.words if language != source})
    outdated = {language for text in content.texts() for language in text.outdated}
    told = {True: _("%(language)s: out of date"), False: _("%(language)s: translated")}
    return [
        (told[one in outdated] % {"language": own_name(one)}, "warn" if one in outdated else "good") for one in there
    ]


def moved(action: QuestionAction, count: int, stayed: int) -> str:
    """Say what became of some questions."""
    told = [_MOVED[action](count) % {"n": count}]
    if stayed:
        words = ngettext(
            "%(n)d stays as it is: its state does not allow this.",
            "%(n)d stay as they are: their state does not allow this.",
            stayed,
        )
        told.append(words % {"n": stayed})
    return " ".join(told)


def topic(path: str) -> str:
    """Name a topic, also the one of questions without any."""
    return path.replace("//", "\0").replace("/", " › ").replace("\0", "/") or _("Without a topic")


def imported(new: int, changed: int, same: int) -> str:
    """Say what an import did, or would do."""
    told = [
        ngettext("%(n)d new question.", "%(n)d new questions.", new) % {"n": new},
        ngettext("%(n)d with a new version.", "%(n)d with new versions.", changed) % {"n": changed},
        ngettext("%(n)d as it was.", "%(n)d as they were.", same) % {"n": same},
    ]
    return " ".join(told)


FATES: Mapping[str, tuple[LazyText, str]] = {
    "new": (_l("New"), "good"),
    "changed": (_l("Changed"), "active"),
    "same": (_l("As it was"), "neutral"),
}
