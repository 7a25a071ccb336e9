"""Certificates for programs."""

from typing import Any

from certification.credentials import issuing, queries, verifying
from certification.credentials.schemas import BadgeSchema, SignedCredentialSchema, VerifiedSchema
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading

blueprint = CallsBlueprint("credentials_api", __name__, url_prefix="/api/v1", description="Certificates")


@blueprint.get("/credentials/<reference>")
@blueprint.response(200, SignedCredentialSchema)
@open_to(Role.ANYONE)
def show(reference: str) -> dict[str, Any]:
    """Give a certificate as it stands now, signed."""
    credential = queries.by_reference(reading(), reference)
    return {
        "reference": credential.reference,
        "holder": credential.person.name,
        "track": credential.track.slug,
        "level": credential.track.level,
        "release": credential.release and credential.release.version,
        "state": credential.state(utcnow()),
        "issued_at": credential.issued_at,
        "valid_until": credential.valid_until,
        "url": issuing.address(credential),
        "jwt": issuing.signed(reading(), issuing.document(credential)),
    }


@blueprint.post("/verify")
@blueprint.arguments(BadgeSchema)
@blueprint.response(200, VerifiedSchema)
@open_to(Role.ANYONE)
def verify(values: dict[str, Any]) -> dict[str, Any]:
    """Check a badge, whoever made it; no address in it is ever fetched."""
    found = verifying.verify(reading(), values["badge"].encode(), utcnow())
    return {
        "verdict": found.verdict,
        "checks": [{"name": one.name, "outcome": one.outcome, "text": str(one.text)} for one in found.checks],
        "credential": issuing.address(found.credential) if found.credential else None,
    }
