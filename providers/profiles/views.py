"""The vendor's pages about providers: who they are, how they do, what staff can close; photos, and reviews."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.credentials import queries as credentials
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, caller_id_or_none, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.tariffs import queries as tariffs
from providers.profiles import commands, queries, queries_of_reports, wording
from providers.profiles.callers import acting_member
from providers.profiles.models import Provider
from providers.profiles.models_of_reports import ReviewReport
from providers.profiles.rules import MAX_REASON_LENGTH, STATUS, MemberRole, ProviderAction, ProviderStatus
from providers.profiles.rules.reviews import DECISIONS, MAX_ANSWER_LENGTH
from providers.profiles.schemas import LevelSchema, ReasonSchema, ReportDecisionSchema, ReviewAnswerSchema

PAGE = 100
REVIEWS = 100
MAX_OFFSET = 10_000_000
MAX_TEXT_LENGTH = 200
KEPT = "private, max-age=86400, immutable"

blueprint = Blueprint("profiles", __name__)


@blueprint.get("/providers/<slug>/photo/<int:file_id>")
@open_to(Role.ANYONE)
def photo(slug: str, file_id: int) -> ResponseReturnValue:
    """Show the photo of a provider; of one that is not on the list only to its own people and to staff."""
    provider, stored = queries.photo(reading(), slug, file_id)
    if not provider.is_listed and not _is_insider(provider):
        raise NotFound(provider=slug)
    answer = storage.answer(stored, shown=True)
    if provider.is_listed:
        answer.headers["Cache-Control"] = KEPT  # Another photo has another address.
    return answer


def _is_insider(provider: Provider) -> bool:
    person_id = caller_id_or_none()
    member = queries.membership(reading(), person_id) if person_id else None
    return (member is not None and member.provider_id == provider.id) or Role.STAFF in caller_roles()


@blueprint.get("/vendor/providers")
@open_to(Role.STAFF)
def vendor_index() -> ResponseReturnValue:
    """List providers with their figures, by name."""
    text = request.args.get("q", "").strip()[:MAX_TEXT_LENGTH]
    asked = request.args.get("status", "")
    status = ProviderStatus(asked) if asked in set(ProviderStatus) else None
    offset = min(max(request.args.get("offset", 0, type=int), 0), MAX_OFFSET)
    found = queries.search(reading(), text=text, status=status, offset=offset, limit=PAGE + 1)
    there: dict[str, Any] = {"q": text or None, "status": status}
    return render_template(
        "profiles/vendor_providers.html",
        providers=found[:PAGE],
        text=text,
        status=status,
        statuses=list(ProviderStatus),
        next_url=url_for(".vendor_index", offset=offset + PAGE, **there) if len(found) > PAGE else None,
        previous_url=url_for(".vendor_index", offset=max(offset - PAGE, 0) or None, **there) if offset else None,
    )


@blueprint.get("/vendor/providers/<slug>")
@open_to(Role.STAFF)
def vendor_show(slug: str) -> ResponseReturnValue:
    """Show everything about a provider."""
    return _show(slug)


def _show(slug: str, *, reason: str = "", errors: dict[str, list[str]] | None = None) -> ResponseReturnValue:
    session, now = reading(), utcnow()
    provider = queries.any_provider_by_slug(session, slug)
    held = credentials.all_credentials(session, [member.person_id for member in provider.members])
    mine = caller_roles()
    page = render_template(
        "profiles/vendor_provider.html",
        provider=provider,
        rests_until=provider.on_break_until(now),
        held=held,
        states={one.id: one.state(now) for listed in held.values() for one in listed},
        tracks={one.id: one.track for listed in held.values() for one in listed},
        trail=queries.trail(session, provider, [one.id for listed in held.values() for one in listed]),
        commission=tariffs.commission_of(session, provider.id, provider.level, now.date()),
        level_card=None if provider.is_vendor_desk else wording.level_card(session, provider, now),
        may_set_level=Role.SUPPORT in mine and not provider.is_vendor_desk,
        action=_possible_action(provider) if Role.SUPPORT in mine else None,
        may_revoke=Role.CERTIFICATION in mine,
        reason=reason,
        errors=errors or {},
        max_reason_length=MAX_REASON_LENGTH,
    )
    return page, 422 if errors else 200


def _possible_action(provider: Provider) -> ProviderAction | None:
    if provider.is_vendor_desk:
        return None
    possible = (ProviderAction.SUSPEND, ProviderAction.REINSTATE)  # Who is admitted is decided by applications.
    return next((action for action in possible if STATUS.allows(provider.status, action)), None)


@blueprint.post("/vendor/providers/<slug>/suspend")
@open_to(Role.SUPPORT)
def suspend(slug: str) -> ResponseReturnValue:
    """Take a provider off the list."""
    return _decide(slug, commands.suspend, _("%(name)s is suspended. Nothing more is offered to them."))


@blueprint.post("/vendor/providers/<slug>/reinstate")
@open_to(Role.SUPPORT)
def reinstate(slug: str) -> ResponseReturnValue:
    """Put a provider back on the list."""
    return _decide(slug, commands.reinstate, _("%(name)s is on the list again."))


def _decide(slug: str, command: Callable[..., None], told: str) -> ResponseReturnValue:
    try:
        values = load_form(ReasonSchema())
    except InvalidInput as error:
        return _show(slug, reason=request.form.get("reason", ""), errors=error.fields)
    with transaction() as session:
        provider = queries.any_provider_by_slug(session, slug)
        command(session, provider.id, reason=values["reason"], by=caller_id(), now=utcnow())
        name = provider.name
    flash(told % {"name": name})
    return redirect(url_for(".vendor_show", slug=slug))


@blueprint.get("/vendor/providers/<slug>/level")
@open_to(Role.SUPPORT)
def ask_for_level(slug: str) -> ResponseReturnValue:
    """Ask to which level a provider comes, with what each brings."""
    return _level_form(slug, {})


def _level_form(slug: str, errors: dict[str, list[str]]) -> ResponseReturnValue:
    session = reading()
    provider = queries.any_provider_by_slug(session, slug)
    by_level = tariffs.commission_by_level(session, utcnow().date())
    page = render_template(
        "profiles/level.html",
        provider=provider,
        levels=[(one.value, one.label, _("%(percent)s%% commission") % {"percent": by_level[one]}) for one in by_level],
        typed=request.form,
        errors=errors,
        max_reason_length=MAX_REASON_LENGTH,
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/providers/<slug>/level")
@open_to(Role.SUPPORT)
def set_level(slug: str) -> ResponseReturnValue:
    """Bring a provider to another level."""
    try:
        values = load_form(LevelSchema())
    except InvalidInput as error:
        return _level_form(slug, error.fields)
    with transaction() as session:
        provider = queries.any_provider_by_slug(session, slug)
        commands.set_level(session, provider.id, **values, by=caller_id(), now=utcnow())
    flash(_("The level is changed. What is offered from now on has its commission."))
    return redirect(url_for(".vendor_show", slug=slug))


# Reviews


@blueprint.get("/work/reviews")
@open_to(Role.MEMBER)
def reviews() -> ResponseReturnValue:
    """List what customers say of one's business; its owner may answer each."""
    return _own_reviews({}, None)


def _own_reviews(errors: dict[str, list[str]], review_id: int | None) -> ResponseReturnValue:
    member = acting_member()
    page = render_template(
        "profiles/reviews.html",
        provider=member.provider,
        is_owner=member.role is MemberRole.OWNER,
        reviews=queries.reviews(reading(), member.provider_id, limit=REVIEWS),
        wrong_id=review_id,
        typed=request.form,
        errors=errors,
        max_length=MAX_ANSWER_LENGTH,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/reviews/<int:review_id>/answer")
@open_to(Role.MEMBER)
def answer_review(review_id: int) -> ResponseReturnValue:
    """Answer a review publicly."""
    try:
        answer = load_form(ReviewAnswerSchema())["answer"]
    except InvalidInput as error:
        return _own_reviews(error.fields, review_id)
    with transaction() as session:
        commands.answer_review(session, acting_member(), review_id, answer, now=utcnow())
    flash(_("Your answer stands below the review."))
    return redirect(url_for(".reviews"))


@blueprint.get("/reviews/<int:review_id>/report")
@open_to(Role.PERSON)
def ask_why(review_id: int) -> ResponseReturnValue:
    """Ask why a review should not be shown."""
    return _report_form(review_id, {})


def _report_form(review_id: int, errors: dict[str, list[str]]) -> ResponseReturnValue:
    review = queries_of_reports.readable_review(reading(), review_id, caller_id())
    facts = {"review": review, "typed": request.form, "errors": errors, "max_length": MAX_REASON_LENGTH}
    return render_template("profiles/report.html", **facts), 422 if errors else 200


@blueprint.post("/reviews/<int:review_id>/report")
@open_to(Role.PERSON)
def report(review_id: int) -> ResponseReturnValue:
    """Say why a review should not be shown."""
    try:
        reason = load_form(ReasonSchema())["reason"]
    except InvalidInput as error:
        return _report_form(review_id, error.fields)
    with transaction() as session:
        commands.report_review(session, review_id, caller_id(), reason, now=utcnow())
    flash(_("Thank you. We look at it, and tell you what we decide."))
    return redirect(url_for("directory.index"))


@blueprint.get("/vendor/reviews")
@open_to(Role.SUPPORT)
def reports() -> ResponseReturnValue:
    """List the reviews that were reported."""
    waiting = queries_of_reports.reports(reading(), is_open=True, limit=PAGE)
    decided = queries_of_reports.reports(reading(), is_open=False, limit=PAGE)
    return render_template("profiles/reports.html", waiting=waiting, decided=decided)


@blueprint.get("/vendor/reviews/<int:report_id>")
@open_to(Role.SUPPORT)
def show_report(report_id: int) -> ResponseReturnValue:
    """Show a review, and why somebody finds that it should not be shown."""
    return _report_page(queries_of_reports.report(reading(), report_id), {})


def _report_page(found: ReviewReport, errors: dict[str, list[str]]) -> ResponseReturnValue:
    choices = [(one.value, one.label) for one in DECISIONS]
    facts = {"decisions": choices, "typed": request.form, "errors": errors, "max_length": MAX_REASON_LENGTH}
    return render_template("profiles/report_case.html", report=found, **facts), 422 if errors else 200


@blueprint.post("/vendor/reviews/<int:report_id>")
@open_to(Role.SUPPORT)
def decide_report(report_id: int) -> ResponseReturnValue:
    """Keep or hide a review."""
    try:
        typed = load_form(ReportDecisionSchema())
    except InvalidInput as error:
        return _report_page(queries_of_reports.report(reading(), report_id), error.fields)
    with transaction() as session:
        commands.decide_report(session, report_id, **typed, by=caller_id(), now=utcnow())
    flash(_("It is decided. Whoever wrote it and whoever reported it get a letter with your reason."))
    return redirect(url_for(".reports"))
