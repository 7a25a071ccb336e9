"""What the API refuses, in the shape of Stripe's errors (https://docs.stripe.com/api/errors)."""

from typing import Any, ClassVar

DOCUMENTATION = "https://docs.stripe.com/error-codes/"


class Refused(Exception):
    """The API answers with an error instead of a result."""

    status: ClassVar[int] = 400
    type: ClassVar[str] = "invalid_request_error"
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None, **details: Any) -> None:
        """Keep what the error says; `details` are further keys of the error object."""
        super().__init__(message)
        self.code = code
        self.param = param
        self.details = details

    def as_body(self) -> dict[str, Any]:
        """Write the error as the API sends it."""
        said = {
            "code": self.code,
            "doc_url": self.code and DOCUMENTATION + self.code.replace("_", "-"),
            "message": str(self),
            "param": self.param,
            "type": self.type,
            **self.details,
        }
        return {"error": {name: value for name, value in said.items() if value is not None}}


class InvalidParameters(Refused):
    """The request was refused before anything was looked at; an idempotency key stays unused."""


class Missing(Refused):
    """The address names an object that does not exist."""

    status = 404

    def __init__(self, kind: str, object_id: str, param: str) -> None:
        """Name the object and the parameter that asked for it."""
        super().__init__(f"No such {kind}: '{object_id}'", code="resource_missing", param=param)


class MissingReference(Refused):
    """A parameter names an object that does not exist."""

    def __init__(self, kind: str, object_id: str, param: str) -> None:
        """Name the object and the parameter that asked for it."""
        super().__init__(f"No such {kind}: '{object_id}'", code="resource_missing", param=param)


class CardRefused(Refused):
    """The bank of a card said no; unlike with other errors, what was noted about the try stays."""

    status = 402
    type = "card_error"


class NotPaid(Refused):
    """What was to be paid at once or not at all was not paid; nothing happened."""

    status = 402
    type = "card_error"


class Unauthenticated(Refused):
    """The request carries no secret key, or one that must never come here."""

    status = 401
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Basic realm="Stripe stand-in"'}


class NoAccess(Refused):
    """The key may not act for the account."""

    status = 403


class KeyInUse(Refused):
    """Another request with the same idempotency key has not been answered yet."""

    status = 409


class KeyMismatch(Refused):
    """The idempotency key was used for something else before."""

    type = "idempotency_error"


class NotSimulated(Refused):
    """Stripe may know this, the stand-in does not."""

    status = 501
    type = "api_error"
    headers: ClassVar[dict[str, str]] = {"Stripe-Should-Retry": "false"}  # It will not know it later either.
