"""The public page of a credential."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from certification.credentials import queries
from certification.credentials.seals import seal_of
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading

blueprint = Blueprint("credentials", __name__)


@blueprint.get("/credentials/<reference>")
@open_to(Role.ANYONE)
def show(reference: str) -> ResponseReturnValue:
    """Show whom a credential certifies for what, and whether it counts."""
    credential = queries.by_reference(reading(), reference)
    now = utcnow()
    return render_template(
        "credentials/credential.html",
        credential=credential,
        state=credential.state(now),
        seal=seal_of(credential, now),
    )
