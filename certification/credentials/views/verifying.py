"""Checking any badge: pasted or uploaded, ours or that of others."""

from contextlib import closing

from flask import render_template, request
from flask.typing import ResponseReturnValue

from certification.credentials import verifying
from certification.credentials.rules import MAX_BADGE_BYTES
from certification.credentials.schemas import BadgeSchema
from certification.credentials.verifying import Verified
from certification.credentials.views import blueprint
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form


@blueprint.get("/verify")
@open_to(Role.ANYONE)
def ask_to_verify() -> ResponseReturnValue:
    """Ask for a badge."""
    return _page(None, {})


@blueprint.post("/verify")
@open_to(Role.ANYONE)
def verify() -> ResponseReturnValue:
    """Tell what each check says; what was pasted stays in the form."""
    try:
        found = verifying.verify(reading(), _brought(), utcnow())
    except InvalidInput as error:
        return _page(None, error.fields), 422
    return _page(found, {})


def _brought() -> bytes:
    """Give what was uploaded, else what was pasted."""
    sent = request.files.get("file")
    if sent is None:
        return _pasted()
    with closing(sent):
        return sent.stream.read(MAX_BADGE_BYTES + 1) or _pasted()


def _pasted() -> bytes:
    return str(load_form(BadgeSchema())["badge"]).encode()


def _page(found: Verified | None, errors: dict[str, list[str]]) -> str:
    return render_template("credentials/verify.html", found=found, errors=errors, badge=request.form.get("badge", ""))
