"""Pages on the way in: sign-up, sign-in and sign-out, and the links in letters."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import choices, commands, links, passwords, queries
from marketplace.accounts.models import Person
from marketplace.accounts.rules import NotConfirmed, Tried, place_of
from marketplace.accounts.schemas import LetterSchema, NewPasswordSchema, SignInSchema, SignUpSchema
from marketplace.accounts.views.common import (
    Errors,
    Values,
    blueprint,
    end_session,
    keep_email,
    kept_email,
    options,
    start_session,
)
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, reader
from marketplace.kernel.visits import LANGUAGE_COOKIE, own_path, remember


@blueprint.get("/sign-up")
@open_to(Role.ANYONE)
def sign_up() -> ResponseReturnValue:
    """Ask who wants an account; what can be guessed is filled in."""
    zone = reader().zone.key
    guessed = {
        "language": reader().language,
        "zone": zone,
        "currency": choices.likely_currency(choices.currency_codes(reading()), zone),
    }
    return _sign_up_form({**guessed, "email": kept_email()})


@blueprint.post("/sign-up")
@open_to(Role.ANYONE)
def register() -> ResponseReturnValue:
    """Open an account; the answer is the same whether the address is known or not."""
    now = utcnow()
    try:
        form = load_form(SignUpSchema())
        with transaction() as session:
            commands.count_attempt(session, Tried.SIGN_UP, email=form["email"], place=_place(), now=now)
            commands.sign_up(session, **form, now=now)
    except InvalidInput as error:
        return _sign_up_form(request.form, error.fields)
    keep_email(form["email"])
    return redirect(url_for(".letter_sent"))


def _sign_up_form(values: Values, errors: Errors | None = None) -> ResponseReturnValue:
    page = render_template("accounts/sign_up.html", values=values, errors=errors or {}, options=options(values))
    return page, 422 if errors else 200


@blueprint.get("/sign-up/letter")
@open_to(Role.ANYONE)
def letter_sent() -> ResponseReturnValue:
    """Tell that a letter is on its way, and what to do with it."""
    return render_template("accounts/letter_sent.html")


@blueprint.get("/confirm/<token>")
@open_to(Role.ANYONE)
def confirm(token: str) -> ResponseReturnValue:
    """Ask for a press of the button: programs that check letters follow links, too."""
    person = links.person_of(reading(), links.Purpose.CONFIRM, token, now=utcnow())
    return render_template("accounts/confirm.html", owner=person, token=token)


@blueprint.post("/confirm/<token>")
@open_to(Role.ANYONE)
def confirm_address(token: str) -> ResponseReturnValue:
    """Confirm an address."""
    with transaction() as session:
        keep_email(commands.confirm(session, token, now=utcnow()).email)
    flash(_("Your address is confirmed. You can sign in now."))
    return redirect(url_for(".sign_in"))


@blueprint.post("/confirm")
@open_to(Role.ANYONE)
def send_confirmation() -> ResponseReturnValue:
    """Send the letter that confirms an address again; the answer tells nothing about the address."""
    now = utcnow()
    form = load_form(LetterSchema())
    with transaction() as session:
        commands.count_attempt(session, Tried.LETTER, email=form["email"], place=_place(), now=now)
        commands.ask_for_confirmation(session, email=form["email"], now=now)
    return redirect(url_for(".letter_sent"))


# Sign-in


@blueprint.get("/sign-in")
@open_to(Role.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Ask who comes."""
    target = own_path(request.args.get("next", "/"))
    if current_user.is_authenticated:
        return redirect(target)
    return _sign_in_form({"next": target, "email": kept_email()})


@blueprint.post("/sign-in")
@open_to(Role.ANYONE)
def enter() -> ResponseReturnValue:
    """Let in whoever knows the password, and lead them to where they were going."""
    try:
        form = load_form(SignInSchema())
        keep_email(form["email"])
        person = _admit(form["email"], form["password"])
    except NotConfirmed as refusal:
        return render_template("accounts/not_confirmed.html", text=refusal.text, email=form["email"]), 403
    except InvalidInput as error:
        return _sign_in_form(request.form, error.fields)
    response = redirect(own_path(form["next"]))
    start_session(person)
    remember(response, LANGUAGE_COOKIE, person.language)
    return response


def _sign_in_form(values: Values, errors: Errors | None = None) -> ResponseReturnValue:
    page = render_template("accounts/sign_in.html", values=values, errors=errors or {})
    return page, 422 if errors else 200


def _admit(email: str, password: str) -> Person:
    """Check a password outside of any transaction: it takes a while, and would keep everybody else waiting."""
    with transaction() as session:
        attempt = commands.count_attempt(session, Tried.SIGN_IN, email=email, place=_place(), now=utcnow())
        attempt_id = attempt.id
    proof = passwords.check(password, queries.password_hash(reading(), email))
    with transaction() as session:
        return commands.sign_in(session, attempt_id, proof=proof, now=utcnow())


@blueprint.post("/sign-out")
@open_to(Role.ANYONE)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    end_session()
    flash(_("You are signed out."))
    return redirect("/")


# A forgotten password


@blueprint.get("/forgot")
@open_to(Role.ANYONE)
def forgot() -> ResponseReturnValue:
    """Ask where to send the letter with which a new password can be chosen."""
    return _forgot_form({"email": kept_email()})


@blueprint.post("/forgot")
@open_to(Role.ANYONE)
def ask_for_reset() -> ResponseReturnValue:
    """Send the letter, if somebody has the address; the answer is the same."""
    now = utcnow()
    try:
        form = load_form(LetterSchema())
    except InvalidInput as error:
        return _forgot_form(request.form, error.fields)
    with transaction() as session:
        commands.count_attempt(session, Tried.LETTER, email=form["email"], place=_place(), now=now)
        commands.ask_for_reset(session, email=form["email"], now=now)
    keep_email(form["email"])
    return redirect(url_for(".reset_sent"))


def _forgot_form(values: Values, errors: Errors | None = None) -> ResponseReturnValue:
    page = render_template("accounts/forgot.html", values=values, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.get("/forgot/letter")
@open_to(Role.ANYONE)
def reset_sent() -> ResponseReturnValue:
    """Tell that a letter is on its way, and what to do with it."""
    return render_template("accounts/reset_sent.html")


@blueprint.get("/reset/<token>")
@open_to(Role.ANYONE)
def reset(token: str) -> ResponseReturnValue:
    """Ask for a new password."""
    return _reset_form(token)


@blueprint.post("/reset/<token>")
@open_to(Role.ANYONE)
def choose_password(token: str) -> ResponseReturnValue:
    """Take the new password."""
    try:
        form = load_form(NewPasswordSchema())
        with transaction() as session:
            person = commands.reset_password(session, token, password=form["password"], now=utcnow())
            keep_email(person.email)
    except InvalidInput as error:
        return _reset_form(token, error.fields)
    flash(_("Your new password is set. Sign in with it."))
    return redirect(url_for(".sign_in"))


def _reset_form(token: str, errors: Errors | None = None) -> ResponseReturnValue:
    person = links.person_of(reading(), links.Purpose.RESET, token, now=utcnow())
    page = render_template("accounts/reset.html", owner=person, errors=errors or {})
    return page, 422 if errors else 200


def _place() -> str:
    return place_of(request.remote_addr)
