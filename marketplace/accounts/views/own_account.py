"""Pages of one's own account: settings, password, tokens."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import commands, queries
from marketplace.accounts.schemas import PasswordSchema, SettingsSchema, TokenSchema
from marketplace.accounts.views.common import Errors, Values, blueprint, end_session, options, start_session
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, use_reader
from marketplace.kernel.visits import LANGUAGE_COOKIE, remember


@blueprint.get("/account")
@open_to(Role.PERSON)
def account() -> ResponseReturnValue:
    """Show one's settings."""
    person = queries.person(reading(), caller_id())
    return _account_form({name: getattr(person, name) or "" for name in SettingsSchema().fields})


@blueprint.post("/account")
@open_to(Role.PERSON)
def save_settings() -> ResponseReturnValue:
    """Change one's settings; the page is in the new language at once."""
    try:
        form = load_form(SettingsSchema())
        with transaction() as session:
            person = commands.change_settings(session, caller_id(), **form, now=utcnow())
    except InvalidInput as error:
        return _account_form(request.form, error.fields)
    response = redirect(url_for(".account"))
    remember(response, LANGUAGE_COOKIE, person.language)
    with use_reader(person.language, person.zone):
        flash(_("Your settings are saved."))
    return response


def _account_form(values: Values, errors: Errors | None = None) -> ResponseReturnValue:
    page = render_template("accounts/account.html", values=values, errors=errors or {}, options=options(values))
    return page, 422 if errors else 200


@blueprint.get("/account/password")
@open_to(Role.PERSON)
def password() -> ResponseReturnValue:
    """Ask for the current password and a new one."""
    return _password_form()


@blueprint.post("/account/password")
@open_to(Role.PERSON)
def change_password() -> ResponseReturnValue:
    """Change one's password; only this session goes on."""
    try:
        form = load_form(PasswordSchema())
        with transaction() as session:
            person = commands.change_password(
                session, caller_id(), current=form["current_password"], password=form["password"], now=utcnow()
            )
    except InvalidInput as error:
        return _password_form(error.fields)
    start_session(person)
    flash(_("Your password is changed. Everywhere else you are signed out."))
    return redirect(url_for(".account"))


def _password_form(errors: Errors | None = None) -> ResponseReturnValue:
    return render_template("accounts/password.html", errors=errors or {}), 422 if errors else 200


@blueprint.post("/account/sign-out")
@open_to(Role.PERSON)
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions of one's account, this one too."""
    with transaction() as session:
        commands.sign_out_everywhere(session, caller_id(), now=utcnow())
    end_session()
    flash(_("You are signed out everywhere."))
    return redirect("/")


@blueprint.get("/account/tokens")
@open_to(Role.PERSON)
def tokens() -> ResponseReturnValue:
    """List one's tokens."""
    return _tokens_page({})


@blueprint.post("/account/tokens")
@open_to(Role.PERSON)
def issue_token() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    try:
        form = load_form(TokenSchema())
    except InvalidInput as error:
        return _tokens_page(request.form, errors=error.fields)
    with transaction() as session:
        token = commands.issue_token(session, caller_id(), name=form["token_name"], now=utcnow())
    return _tokens_page({}, issued=token)


def _tokens_page(values: Values, *, errors: Errors | None = None, issued: str | None = None) -> ResponseReturnValue:
    mine = queries.tokens(reading(), caller_id())
    page = render_template("accounts/tokens.html", values=values, errors=errors or {}, tokens=mine, issued=issued)
    return page, 422 if errors else 200


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@open_to(Role.PERSON)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End one of one's tokens."""
    with transaction() as session:
        commands.revoke_token(session, caller_id(), token_id, now=utcnow())
    flash(_("The token is revoked."))
    return redirect(url_for(".tokens"))
