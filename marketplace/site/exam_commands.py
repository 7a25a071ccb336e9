"""`handrail exam`: what marks say about exams."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

import click

from certification.exams import evidence, queries
from certification.exams.models import Exam
from certification.exams.rules import ExamState, Figures, ItemFigures, analyse, read_responses
from certification.tracks import queries as tracks
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotFound
from marketplace.site.shell import application, in_one_line

ITEM_COLUMNS = {
    "facility": "facility",
    "sd": "sd",
    "discrimination_index": "index",
    "discriminative_efficiency": "efficiency",
    "effective_weight": "weight",
}
NAME_WIDTH, WIDTH = 32, 12


@click.group()
def exam() -> None:
    """Look at exams."""


@exam.command()
@click.argument("track", metavar="[EXAM]", required=False)
@click.option("--edition", type=click.IntRange(1), help="Of the exam; the published one if not given.")
@click.option("--csv", "file", type=click.File(encoding="utf-8-sig"), help="Marks instead; - reads a pipe.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@in_one_line
def statistics(track: str | None, edition: int | None, file: TextIO | None, *, as_json: bool) -> None:
    """Tell what marks say about an exam and its questions.

    EXAM is the slug of the track whose attempts are looked at: of each person the first one at the published edition.
    What fewer than 30 answers say is left out.

    A file has a row for each attempt and a column for each question. The header names each question and, after a
    colon, the most that can be got for it, such as Backups:2. An empty cell: it was not in the attempt.
    """
    if (track is None) is (file is None):
        raise click.UsageError("name an exam by the slug of its track, or a file by --csv, and not both")
    if file is not None and edition is not None:
        raise click.UsageError("--edition goes with an exam, not with --csv")
    figures = _of_file(file) if file is not None else _of_attempts(track or "", edition)
    if as_json:
        items = [asdict(one) for one in figures.items]
        click.echo(json.dumps({"items": items, "test": asdict(figures.exam)}, indent=2))
    else:
        for line in _lines(figures):
            click.echo(line)


def _of_file(file: TextIO) -> Figures:
    try:
        responses = read_responses(file)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"the file is not in UTF-8: byte {error.start} is not of a letter") from None
    return analyse(responses.names, responses.max_marks, responses.marks)


def _of_attempts(slug: str, edition: int | None) -> Figures:
    with application():
        return evidence.marks_of(reading(), _exam(slug, edition).id)


def _exam(slug: str, edition: int | None) -> Exam:
    """Find an edition of the exam of a track, or say which there are."""
    try:
        track = tracks.track_by_slug(reading(), slug)
    except NotFound:
        known = ", ".join(one.slug for one in tracks.tracks(reading())) or "none yet"
        raise click.ClickException(f"there is no track {slug}; those that there are: {known}") from None
    editions = queries.editions(reading(), track.id)
    wanted = (one for one in editions if (one.edition == edition if edition else one.state is ExamState.PUBLISHED))
    found = next(wanted, None)
    if found is None:
        known = ", ".join(str(one.edition) for one in reversed(editions)) or "none"
        missing = f"no edition {edition}" if edition else "no published exam; name one by --edition"
        raise click.ClickException(f"{slug} has {missing}; its editions: {known}")
    return found


def _lines(figures: Figures) -> Iterator[str]:
    yield _row("question", ["answers", *ITEM_COLUMNS.values()])
    yield from (_item(one) for one in figures.items)
    yield ""
    for name, figure in asdict(figures.exam).items():
        yield _row(name.replace("_", " "), [_written(figure)])


def _item(one: ItemFigures) -> str:
    figures = [_written(getattr(one, name)) for name in ITEM_COLUMNS]
    against = "  works against the others" if one.is_against_the_others else ""
    return _row(one.name, [str(one.answers), *figures]) + against


def _row(name: str, cells: list[str]) -> str:
    return name[:NAME_WIDTH].ljust(NAME_WIDTH) + "".join(cell.rjust(WIDTH) for cell in cells)


def _written(figure: float | None) -> str:
    """Write a figure; a stroke is what the marks can't tell."""
    if figure is None:
        return "–"
    return str(figure) if isinstance(figure, int) else f"{figure:.4f}"
