"""The vendor's pages about providers: who they are, how they do, and the doors that staff can close."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from certification.credentials import commands as credential_commands
from certification.credentials import queries as credentials
from certification.credentials.models import Credential
from certification.credentials.rules import LIFECYCLE, CredentialAction
from marketplace.kernel.access import Role, caller_id, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.tariffs import queries as tariffs
from providers.profiles import commands, queries
from providers.profiles.models import Provider
from providers.profiles.rules import MAX_REASON_LENGTH, STATUS, ProviderAction, ProviderStatus
from providers.profiles.schemas import LevelSchema, ReasonSchema

PAGE = 100
MAX_OFFSET = 10_000_000
MAX_TEXT_LENGTH = 200

blueprint = Blueprint("profiles", __name__)


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
        held=held,
        states={one.id: one.state(now) for listed in held.values() for one in listed},
        tracks={one.id: one.track for listed in held.values() for one in listed},
        trail=queries.trail(session, provider, [one.id for listed in held.values() for one in listed]),
        commission=tariffs.commission_of(session, provider.id, provider.level, now.date()),
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
    return next(action for action in ProviderAction if STATUS.allows(provider.status, action))


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


@blueprint.get("/vendor/providers/<slug>/credentials/<reference>/revoke")
@open_to(Role.CERTIFICATION)
def ask_to_revoke(slug: str, reference: str) -> ResponseReturnValue:
    """Say what revoking a certificate brings, and ask for the reason."""
    return _revoke_form(slug, reference)


def _revoke_form(slug: str, reference: str, **values: Any) -> ResponseReturnValue:
    session, now = reading(), utcnow()
    provider, credential = _credential_of(session, slug, reference)
    page = render_template(
        "profiles/revoke.html",
        provider=provider,
        credential=credential,
        may_revoke=_may_be_revoked(credential, now),
        reason=values.get("reason", ""),
        errors=values.get("errors", {}),
        max_reason_length=MAX_REASON_LENGTH,
    )
    return page, 422 if values.get("errors") else 200


def _may_be_revoked(credential: Credential, now: datetime) -> bool:
    return LIFECYCLE.allows(credential.state(now), CredentialAction.REVOKE)


@blueprint.post("/vendor/providers/<slug>/credentials/<reference>/revoke")
@open_to(Role.CERTIFICATION)
def revoke(slug: str, reference: str) -> ResponseReturnValue:
    """Take a certificate back."""
    try:
        values = load_form(ReasonSchema())
    except InvalidInput as error:
        return _revoke_form(slug, reference, reason=request.form.get("reason", ""), errors=error.fields)
    with transaction() as session:
        _provider, credential = _credential_of(session, slug, reference)
        credential_commands.revoke(session, credential.id, reason=values["reason"], by=caller_id(), now=utcnow())
    flash(_("The certificate is revoked. Its public page says so, and why."))
    return redirect(url_for(".vendor_show", slug=slug))


def _credential_of(session: Session, slug: str, reference: str) -> tuple[Provider, Credential]:
    """Find a credential of one of a provider's members, or raise `NotFound`."""
    provider = queries.any_provider_by_slug(session, slug)
    credential = credentials.by_reference(session, reference)
    if credential.person_id not in {member.person_id for member in provider.members}:
        raise NotFound(reference=reference)
    return provider, credential
