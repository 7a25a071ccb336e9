"""A pass mark by judges: what each of them says about the questions of a draft, and what comes of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks.models import QuestionVersion
from certification.banks.previews import preview
from certification.exams import commands, queries, wording
from certification.exams import queries_of_angoff as angoff
from certification.exams.models import Exam
from certification.exams.rules import EXAM_LIFECYCLE, ExamAction
from certification.exams.rules.angoff import LEAST_JUDGES, Pool, Spread, about, cut, cut_of, has_judged, questions_of
from certification.exams.schemas.judging import TakeCutSchema, estimates_schema, field_of
from certification.exams.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load, load_form
from marketplace.kernel.translate import _, format_percent

AT_ONCE = 10
MAX_PAGE = 1000


@blueprint.get("/vendor/certification/exams/<int:exam_id>/angoff")
@open_to(Role.CERTIFICATION)
def angoff_page(exam_id: int) -> ResponseReturnValue:
    """Show some questions to a judge, and what all judges come to."""
    return _page(queries.exam(reading(), exam_id), {})


@blueprint.post("/vendor/certification/exams/<int:exam_id>/angoff")
@open_to(Role.CERTIFICATION)
def judge(exam_id: int) -> ResponseReturnValue:
    """Keep what is said about the questions of a page, and go on to the next one."""
    exam = queries.exam(reading(), exam_id)
    page, shown, last = _shown(angoff.pools(reading(), exam))
    try:
        typed = load(estimates_schema(shown), _typed(shown))
    except InvalidInput as error:
        return _page(exam, error.fields), 422
    percents = {one: typed[field_of(one)] for one in shown}
    with transaction() as session:
        commands.estimate(session, exam_id, percents, judge_id=caller_id(), now=utcnow())
    flash(_("Your estimates are saved."))
    return redirect(url_for(".angoff_page", exam_id=exam_id, page=min(page + 1, last)), 303)


@blueprint.post("/vendor/certification/exams/<int:exam_id>/angoff/cut")
@open_to(Role.CERTIFICATION)
def take_cut(exam_id: int) -> ResponseReturnValue:
    """Make the cut the pass mark of the draft."""
    seen = load_form(TakeCutSchema())["seen"]
    with transaction() as session:
        percent = commands.take_cut(session, exam_id, seen=seen, by=caller_id(), now=utcnow())
    flash(_("The pass mark of this draft is %(percent)s now.") % {"percent": wording.percent_in_words(percent)})
    return redirect(url_for(".vendor_exam", exam_id=exam_id), 303)


def _typed(shown: Sequence[int]) -> dict[str, str]:
    fields = map(field_of, shown)
    return {name: text for name in fields if (text := request.form.get(name, "").strip())}


def _shown(pools: Sequence[Pool]) -> tuple[int, list[int], int]:
    """Tell which page is looked at, the questions on it, and how many pages there are."""
    wanted = questions_of(pools)
    last = max(1, -(-len(wanted) // AT_ONCE))
    asked = request.args.get("page", "1")
    page = min(int(asked), last) if asked.isascii() and asked.isdigit() and 0 < int(asked[:4]) <= MAX_PAGE else 1
    return page, wanted[(page - 1) * AT_ONCE : page * AT_ONCE], last


def _page(exam: Exam, errors: Mapping[str, Sequence[str]]) -> str:
    session = reading()
    pools, told = angoff.pools(session, exam), angoff.estimates(session, exam.id)
    page, shown, last = _shown(pools)
    own = told.get(caller_id(), {})
    typed = request.form if errors else {field_of(one): percent for one, percent in own.items()}
    found, is_done = cut(pools, told), has_judged(pools, own)
    versions = angoff.versions(session, exam, questions_of(pools)) if pools else []
    address = partial(url_for, ".angoff_page", exam_id=exam.id)
    return render_template(
        "exams/angoff.html",
        exam=exam,
        is_draft=EXAM_LIFECYCLE.allows(exam.state, ExamAction.CHANGE),
        cards=[_card(one, typed) for one in versions if one.question_id in shown],
        errors=errors,
        page=page,
        last=last,
        next_url=address(page=page + 1) if page < last else None,
        previous_url=address(page=page - 1) if page > 1 else None,
        judges=[(one, *_standing(pools, told.get(one.id, {}))) for one in angoff.judges(session, exam.id)],
        questions=len(versions),
        found=found and _in_words(found),
        is_done=is_done,
        rows=[(one.question, _in_words(about(one.question_id, told))) for one in versions] if is_done else [],
        least_judges=LEAST_JUDGES,
        wording=wording,
    )


def _card(version: QuestionVersion, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Show a question as candidates see it, with the field of its estimate."""
    address = partial(url_for, "banks.image", question_id=version.question_id, number=version.number)
    name = field_of(version.question_id)
    seen = preview(version.content, lambda image: address(name=image))
    return {"question": version.question, "seen": seen, "field": name, "typed": typed.get(name, "")}


def _standing(pools: Sequence[Pool], told: Mapping[int, int]) -> tuple[int, str | None]:
    """Tell how many questions a judge has estimated, and the cut by this judge alone, if there is one."""
    count = sum(one in told for one in questions_of(pools))
    return count, _share(cut_of(pools, told)) if has_judged(pools, told) else None


def _in_words(found: Spread | None) -> dict[str, Any]:
    """Say what judges come to."""
    if found is None:
        return {"judges": 0, "mean": None, "sd": None, "error": None}
    return {
        "judges": found.judges,
        "mean": _share(found.mean),
        "sd": None if found.sd is None else _share(found.sd),
        "error": None if found.error is None else _share(found.error),
        "are_too_few": found.are_too_few,
        "pass_percent": found.pass_percent,
    }


def _share(share: Any) -> str:
    return format_percent(Decimal(round(1000 * float(share))) / 10)
