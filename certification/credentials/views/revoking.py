"""Taking a certificate back: one page for it, wherever staff come from."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.credentials import commands, queries
from certification.credentials.rules import LIFECYCLE, MAX_REASON_LENGTH, CredentialAction
from certification.credentials.schemas import RevocationSchema
from certification.credentials.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _


@blueprint.get("/vendor/certification/credentials/<reference>/revoke")
@open_to(Role.CERTIFICATION)
def ask_to_revoke(reference: str) -> ResponseReturnValue:
    """Say what revoking a certificate brings, and ask for the reason."""
    return _page(reference, "", {})


@blueprint.post("/vendor/certification/credentials/<reference>/revoke")
@open_to(Role.CERTIFICATION)
def revoke(reference: str) -> ResponseReturnValue:
    """Take a certificate back; in the same moment open offers for such work go to somebody else."""
    try:
        reason = load_form(RevocationSchema())["reason"]
    except InvalidInput as error:
        return _page(reference, request.form.get("reason", ""), error.fields), 422
    with transaction() as session:
        credential = queries.by_reference(session, reference)
        commands.revoke(session, credential.id, reason=reason, by=caller_id(), now=utcnow())
    flash(_("The certificate is revoked. Its public page says so, and why."))
    return redirect(url_for(".show", reference=reference))


def _page(reference: str, reason: str, errors: Any) -> str:
    credential = queries.by_reference(reading(), reference)
    return render_template(
        "credentials/revoke.html",
        credential=credential,
        may_revoke=LIFECYCLE.allows(credential.state(utcnow()), CredentialAction.REVOKE),
        reason=reason,
        errors=errors,
        max_reason_length=MAX_REASON_LENGTH,
    )
