"""The account of whoever calls, as JSON."""

from typing import Any

from flask_smorest import Blueprint

from marketplace.accounts import queries
from marketplace.accounts.schemas import MeSchema
from marketplace.kernel.access import Role, caller_id, caller_roles, open_to
from marketplace.kernel.database import reading

blueprint = Blueprint("accounts_api", __name__, url_prefix="/api/v1", description="Accounts")


@blueprint.get("/me")
@blueprint.response(200, MeSchema)
@open_to(Role.PERSON)
def me() -> dict[str, Any]:
    """Tell for whom the token acts."""
    person = queries.person(reading(), caller_id())
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "zone": person.zone,
        "currency": person.currency,
        "roles": sorted(caller_roles() - {Role.ANYONE}),
    }
