"""What programs read to check a credential: the issuer, its keys, what it certifies, and what it has revoked."""

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from certification.credentials import issuing, queries
from certification.credentials.rules import STATUS_TTL
from certification.credentials.views import blueprint
from certification.tracks import queries as tracks
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotFound

JWT = "application/jwt"
PLAIN = "text/plain"  # What Open Badges calls a signed badge on the web.


@blueprint.get("/issuer")
@open_to(Role.ANYONE)
def issuer() -> ResponseReturnValue:
    """Say who certifies."""
    return jsonify(issuing.profile())


@blueprint.get("/keys/<kid>")
@open_to(Role.ANYONE)
def key(kid: str) -> ResponseReturnValue:
    """Give the public half of a key, as one JWK; those that sign no more as well."""
    return jsonify(issuing.published(queries.key_by_kid(reading(), kid)))


@blueprint.get("/achievements/<slug>")
@open_to(Role.ANYONE)
def achievement(slug: str) -> ResponseReturnValue:
    """Say what a track certifies."""
    return jsonify(issuing.achievement(tracks.track_by_slug(reading(), slug)))


@blueprint.get("/status/<int:number>")
@open_to(Role.ANYONE)
def status(number: int) -> ResponseReturnValue:
    """Say which credentials of a list are revoked; signed in the form of the credentials themselves."""
    if not 1 <= number <= queries.last_status_list(reading()):
        raise NotFound(number=number)
    answer = answer_jwt(issuing.signed(reading(), issuing.status_list(reading(), number, utcnow())), PLAIN)
    answer.headers["Cache-Control"] = f"public, max-age={int(STATUS_TTL.total_seconds())}"
    return answer


def answer_jwt(token: str, mimetype: str) -> Response:
    """Hand out what is signed."""
    return Response(token, mimetype=mimetype)
