"""Which questions of a file are new to a bank, which are other than before, and which are the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from certification.banks.formats import Entry, Refusal
from certification.banks.kinds import content_of, to_json
from certification.banks.models import Question, QuestionVersion
from marketplace.kernel.translate import _

Key = tuple[str, ...]


@dataclass
class Comparison:
    """What an import would do."""

    new: list[Entry] = field(default_factory=list)
    changed: list[tuple[QuestionVersion, Entry]] = field(default_factory=list)
    same: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def compare(known: Iterable[QuestionVersion], entries: Iterable[Entry]) -> Comparison:
    """Compare questions with the latest versions of those that there are.

    A question is known by its idnumber, or else by its name within its topic; its kind never changes.
    """
    comparison = Comparison()
    by_key = {key: version for version in known for key in _keys_of(version.question)}
    seen: dict[Key, Entry] = {}
    for entry in entries:
        keys = _keys(entry)
        earlier = next((seen[key] for key in keys if key in seen), None)
        found = {id(by_key[key]): by_key[key] for key in keys if key in by_key}
        version = next(iter(found.values()), None)
        reason = _reason(entry, earlier, list(found.values()))
        if reason:
            comparison.refused.append(Refusal(entry.line, entry.name, reason))
        elif earlier == entry or (version and _is_same(version, entry)):
            comparison.same.append(entry)
        elif version:
            comparison.changed.append((version, entry))
        else:
            comparison.new.append(entry)
        seen |= {key: entry for key in keys if key not in seen}
    return comparison


def written_over(version: QuestionVersion, entry: Entry) -> dict[str, Any]:
    """Give what the new version says: what the file has, and the translations that there were."""
    new = to_json(entry.content)
    written: dict[str, Any] = _carry_over(new, version.written, set(new["stem"]["words"]))
    return written


def says_the_same(version: QuestionVersion, written: dict[str, Any]) -> bool:
    """Tell whether a version says what was written, also if it was written before a field was added."""
    return content_of(version.kind, written) == version.content


def _is_same(version: QuestionVersion, entry: Entry) -> bool:
    question = version.question
    about = (question.name, question.topic, question.difficulty, tuple(question.tags))
    return (
        about == (entry.name, entry.topic, entry.difficulty, entry.tags)
        and entry.idnumber in ("", question.idnumber)
        and says_the_same(version, written_over(version, entry))
    )


def _reason(entry: Entry, earlier: Entry | None, found: list[QuestionVersion]) -> str:
    """Say why a question can't be told from another; nothing when it can."""
    if earlier is not None and earlier != entry:
        words = _("Another question in this file, on line %(line)d, has the same name or idnumber. Change one of them.")
        return words % {"line": earlier.line}
    if len(found) > 1:
        return _("One question of the bank has its idnumber, and another its name. Change one of them.")
    if not found:
        return ""
    question = found[0].question
    if question.kind is not entry.content.KIND:
        return _("The question with this idnumber is of another kind. Give this one a new idnumber.")
    if entry.idnumber and question.idnumber and entry.idnumber != question.idnumber:
        return _("The bank has a question of this name with another idnumber. Change the name or the idnumber.")
    return ""


def _keys(entry: Entry) -> list[Key]:
    named: Key = (entry.topic, entry.name, entry.content.KIND)
    return [(entry.idnumber,), named] if entry.idnumber else [named]


def _keys_of(question: Question) -> list[Key]:
    named: Key = (question.topic, question.name, question.kind)
    return [(question.idnumber,), named] if question.idnumber else [named]


def _carry_over(new: Any, old: Any, languages: set[str]) -> Any:
    """Give what is new, with what was there in other languages than those of the file."""
    if is_text(new) and is_text(old):
        return _carry_words(new, old, languages)
    if isinstance(new, dict) and isinstance(old, dict):
        return {name: _carry_over(one, old.get(name), languages) for name, one in new.items()}
    if isinstance(new, list) and isinstance(old, list):
        return [_carry_over(one, other, languages) for one, other in zip(new, _partners(new, old), strict=True)]
    return new


def _carry_words(new: dict[str, Any], old: dict[str, Any], languages: set[str]) -> dict[str, Any]:
    """Keep the translations of a text; if the text itself says something else now, they are out of date."""
    source = next(iter(old["words"]), "")
    if not new["words"]:
        return new
    kept = {language: words for language, words in old["words"].items() if language not in languages}
    is_other = source in languages and new["words"].get(source) != old["words"][source]
    outdated = {*new["outdated"], *(kept if is_other else set(old.get("outdated", ())) & set(kept))}
    told = {language: words for language, words in new["words"].items() if language not in old["words"]}
    words = {language: new["words"].get(language, words) for language, words in old["words"].items()}
    words = {language: one for language, one in words.items() if language in kept or language in new["words"]} | told
    return {**new, "words": words, "outdated": sorted(outdated)}


def _partners(new: list[Any], old: list[Any]) -> list[Any]:
    """Find for each part what it was before: the one of the same words, or else the one in its place."""
    unchanged = [next((other for other in old if _said(one) and _said(one) == _said(other)), None) for one in new]
    in_place = [
        old[place] if len(new) == len(old) and old[place] not in unchanged else None for place in range(len(new))
    ]
    return [one or other for one, other in zip(unchanged, in_place, strict=True)]


def _said(part: Any) -> Any:
    """Give the first words of a part, in the language in which it was written."""
    texts = [one for one in part.values() if is_text(one)] if isinstance(part, dict) else []
    return next(iter(texts[0]["words"].items()), None) if texts else None


def is_text(value: Any) -> bool:
    """Tell whether a part of what a version has written is a text."""
    return isinstance(value, dict) and {"words", "format"} <= set(value)
