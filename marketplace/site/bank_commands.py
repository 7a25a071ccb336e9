"""`handrail bank`: question banks from files, and into files."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from certification.banks import commands, formats, queries
from certification.banks.comparing import Comparison, compare
from certification.banks.formats import FileFormat, Found, Refusal
from certification.tracks import queries as tracks
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.translate import SOURCE_LANGUAGE
from marketplace.site.shell import application, in_one_line

FORMAT = click.Choice([one.value for one in FileFormat])
LANGUAGE = click.option("--language", default=SOURCE_LANGUAGE, show_default=True, help="Language of the texts.")


@click.group()
def bank() -> None:
    """Bring questions into the bank of a track, or out of it."""


@bank.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--track", required=True, help="The track that asks these questions.")
@click.option("--format", "file_format", type=FORMAT, help="Guessed from the file if not given.")
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@click.option("--leave-out-refused", is_flag=True, help="Import the others if some questions are refused.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@LANGUAGE
@in_one_line
def import_(file: Path, track: str, file_format: str | None, language: str, **flags: bool) -> None:
    """Import the questions of FILE; nothing is written if one of them is refused."""
    # No more is read than shows that a file is too big.
    with file.open("rb") as opened:
        data = opened.read(formats.MAX_FILE_BYTES + 1)
    kind = FileFormat(file_format) if file_format else formats.guess(file.name, data)
    found = formats.read(data, kind, language=language)
    with application():
        comparison = _plan(found, track)
        refused = sorted([*found.refused, *comparison.refused], key=lambda one: one.line)
        writes = not flags["dry_run"] and (flags["leave_out_refused"] or not refused)
        if writes:
            with transaction() as session:
                opened_bank = commands.open_bank(session, track, by=None, now=utcnow())
                commands.import_questions(session, opened_bank.id, found.entries, by=None, now=utcnow())
    told = _told(found, comparison, refused, written=writes)
    click.echo(json.dumps(told, indent=2, ensure_ascii=False) if flags["as_json"] else _in_words(told))
    if refused and not (writes and flags["leave_out_refused"]):
        sys.exit(1)


@bank.command()
@click.argument("track")
@click.option("--format", "file_format", type=FORMAT, required=True)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, not to the screen."
)
@LANGUAGE
@in_one_line
def export(track: str, file_format: str, output: Path | None, language: str) -> None:
    """Write the questions of the bank of TRACK, but for those that are asked no more."""
    with application():
        _check_track(track)
        opened = queries.bank_of(reading(), track)
        entries = queries.entries(reading(), opened.id) if opened else []
    written = formats.write(entries, FileFormat(file_format), language=language)
    if output:
        output.write_bytes(written.data)
    else:
        click.echo(written.data, nl=False)
    for one in written.left_out:
        click.echo(f"Left out: {one.name}: {one.reason}", err=True)


def _plan(found: Found, track: str) -> Comparison:
    _check_track(track)
    opened = queries.bank_of(reading(), track)
    return compare(queries.latest_versions(reading(), opened.id) if opened else [], found.entries)


def _check_track(slug: str) -> None:
    try:
        tracks.track_by_slug(reading(), slug)
    except NotFound:
        known = ", ".join(one.slug for one in tracks.tracks(reading())) or "none yet"
        raise click.ClickException(f"there is no track {slug}; those that there are: {known}") from None


def _told(found: Found, comparison: Comparison, refused: list[Refusal], *, written: bool) -> dict[str, Any]:
    taken = [*comparison.new, *(entry for _version, entry in comparison.changed), *comparison.same]
    lines = sorted(taken, key=lambda entry: entry.line)
    notices = [(entry, words) for entry in lines for words in entry.content.notices()]
    return {
        "questions": len(taken),
        "by_type": dict(sorted(Counter(entry.content.KIND.value for entry in taken).items())),
        "refused": [{"line": one.line, "name": one.name, "reason": one.reason} for one in refused],
        "categories": found.categories,
        "notices": [{"line": entry.line, "name": entry.name, "notice": words} for entry, words in notices],
        "new": len(comparison.new),
        "changed": len(comparison.changed),
        "same": len(comparison.same),
        "written": written,
    }


def _in_words(told: dict[str, Any]) -> str:
    lines = [f"line {one['line']}: {one['name']}: {one['reason']}" for one in told["refused"]]
    lines += [f"line {one['line']}: {one['name']}: {one['notice']} (taken all the same)" for one in told["notices"]]
    kinds = ", ".join(f"{count} {kind}" for kind, count in told["by_type"].items())
    lines.append(f"{told['questions']} questions ({kinds or 'none'}), {len(told['refused'])} refused.")
    lines.append(f"{told['new']} new, {told['changed']} changed, {told['same']} as they were.")
    lines.append("Imported." if told["written"] else "Nothing was written.")
    return "\n".join(lines)
