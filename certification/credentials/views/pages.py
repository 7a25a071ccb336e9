"""The public page of a credential; for programs, the credential itself stands under the same address."""

from datetime import datetime

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from certification.credentials import issuing, queries, rules
from certification.credentials.models import Credential
from certification.credentials.rules import LIFECYCLE, CredentialAction
from certification.credentials.seals import seal_of
from certification.credentials.views import blueprint
from certification.credentials.views.documents import JWT, answer_jwt
from marketplace.kernel.access import Role, caller_id_or_none, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading

JSON = "application/vc+ld+json"
PAGE = "text/html"


@blueprint.get("/credentials/<reference>")
@open_to(Role.ANYONE)
def show(reference: str) -> ResponseReturnValue:
    """Show whom a credential certifies for what, and whether it counts; or give it, as the caller prefers."""
    credential = queries.by_reference(reading(), reference)
    wanted = request.accept_mimetypes.best_match([PAGE, JSON, JWT, "text/plain"], default=PAGE)
    answer = _page(credential) if wanted == PAGE else _document(credential, wanted)
    answer.headers["Vary"] = "Accept"  # One address, several forms.
    return answer


def _document(credential: Credential, wanted: str) -> Response:
    token = issuing.signed(reading(), issuing.document(credential))
    if wanted != JSON:
        return answer_jwt(token, wanted)
    answer = jsonify(rules.enveloped(token))
    answer.mimetype = JSON
    return answer


def _page(credential: Credential) -> Response:
    session, now = reading(), utcnow()
    state = credential.state(now)
    page = render_template(
        "credentials/credential.html",
        credential=credential,
        state=state,
        seal=seal_of(credential, now),
        supersedes=credential.supersedes_id and queries.credential(session, credential.supersedes_id),
        is_own=credential.person_id == caller_id_or_none(),
        address=issuing.address(credential),
        now=now,
        grace_ends_at=credential.grace_ends_at,
        superseded_by=queries.superseded_by(session, credential.id),
        may_revoke=Role.CERTIFICATION in caller_roles() and LIFECYCLE.allows(state, CredentialAction.REVOKE),
        **_appeals(credential, now),
    )
    return Response(page)


def _appeals(credential: Credential, now: datetime) -> dict[str, object]:
    """Tell what was said against revocations, and whether more can be said now."""
    found = queries.appeals_about(reading(), credential.id)
    revoked_at = credential.revoked_at
    if revoked_at is None:
        return {"appeals": found, "may_appeal": False}
    until = rules.appeal_until(revoked_at)
    is_appealed = any(one.revoked_at == revoked_at for one in found)
    return {"appeals": found, "appeal_until": until, "may_appeal": now < until and not is_appealed}
