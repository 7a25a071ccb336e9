"""The kinds of services."""

from enum import StrEnum

from marketplace.kernel.translate import LazyText, _l


class ServiceKind(StrEnum):
    """How a service is sold."""

    INCIDENT = "incident"  # A fixed price for one request.

    @property
    def label(self) -> LazyText:
        """The kind in words."""
        return KIND_LABELS[self]


KIND_LABELS = {
    ServiceKind.INCIDENT: _l("Fixed price per request"),
}
