"""A credential to hang up, to carry along and to show elsewhere."""

from flask import Response
from flask.typing import ResponseReturnValue

from certification.credentials import issuing, queries, rules, typesetting
from certification.credentials.models import Credential
from certification.credentials.views import blueprint
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading

SVG = "image/svg+xml"
LIVE_S = 60  # For so long a badge elsewhere may say what is no longer true.


@blueprint.get("/credentials/<reference>.pdf")
@open_to(Role.ANYONE)
def certificate(reference: str) -> ResponseReturnValue:
    """Give the certificate for the wall."""
    credential = queries.by_reference(reading(), reference)
    answer = Response(typesetting.certificate(credential, utcnow()), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{credential.reference}.pdf")
    return answer


@blueprint.get("/credentials/<reference>.png")
@open_to(Role.ANYONE)
def baked_png(reference: str) -> ResponseReturnValue:
    """Give the badge that carries the credential, as PNG."""
    credential = queries.by_reference(reading(), reference)
    token = issuing.signed(reading(), issuing.document(credential))
    return _to_keep(rules.bake_png(typesetting.picture(credential.track.level), token), credential, "png", "image/png")


@blueprint.get("/credentials/<reference>.svg")
@open_to(Role.ANYONE)
def baked_svg(reference: str) -> ResponseReturnValue:
    """Give the badge that carries the credential, as SVG."""
    credential = queries.by_reference(reading(), reference)
    drawn = rules.bake_svg(typesetting.drawn_badge(credential), issuing.signed(reading(), issuing.document(credential)))
    return _to_keep(drawn, credential, "svg", SVG)


def _to_keep(badge: str | bytes, credential: Credential, ending: str, mimetype: str) -> Response:
    answer = Response(badge, mimetype=mimetype)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{credential.reference}.{ending}")
    return answer


@blueprint.get("/credentials/<reference>/badge.svg")
@open_to(Role.ANYONE)
def live_badge(reference: str) -> ResponseReturnValue:
    """Give the badge that holders show on pages of their own; it tells how the credential stands now."""
    credential = queries.by_reference(reading(), reference)
    answer = Response(typesetting.live_badge(credential, utcnow()), mimetype=SVG)
    answer.headers["Cache-Control"] = f"public, max-age={LIVE_S}"
    answer.headers["Vary"] = "Accept-Language, Cookie"  # It is written in the reader's language.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # It is there to be shown on other sites.
    return answer
