"""Who may call a route.

`@open_to` only declares; `marketplace.site.security` asks it before each request, so a route that forgot to declare is
refused. A role opens the door; what lies behind it still belongs to somebody, and each query asks whose it is.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, current_app
from flask_login import current_user

_KEY = "handrail_roles"
View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """What a caller may be; one person may be several at once."""

    ANYONE = "anyone"
    PERSON = "person"  # Signed in, with a confirmed address.
    PARTNER = "partner"  # Of a provider, in whatever role.
    MEMBER = "member"  # Of a provider, and takes jobs for it.
    STAFF = "staff"  # Of the vendor, whatever the office.
    ADMIN = "admin"
    SUPPORT = "support"
    CERTIFICATION = "certification"
    FINANCE = "finance"


class Caller(Protocol):
    """The person who is signed in, as far as the floor needs to know."""

    id: int
    is_authenticated: bool
    language: str
    zone: str


def open_to(*roles: Role) -> Callable[[View], View]:
    """Declare who may call a view: whoever has one of `roles`."""
    assert roles, "say who may call it"

    def declare(view: View) -> View:
        view.open_to = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return declare


def declared_roles(view: Callable[..., Any]) -> frozenset[Role] | None:
    """Tell what a view declared; None if it forgot."""
    return cast("frozenset[Role] | None", getattr(view, "open_to", None))


def connect(app: Flask, find_roles: Callable[[], set[Role]]) -> None:
    """Give the application its way to find out what a caller may be; more than one slice has a say in it."""
    app.extensions[_KEY] = find_roles


def caller_roles() -> set[Role]:
    """Tell what the caller may be."""
    find_roles: Callable[[], set[Role]] = current_app.extensions[_KEY]
    return find_roles()


def caller_id() -> int:
    """Tell who calls; only for views that are not open to anyone."""
    assert current_user.is_authenticated, "the view is open to anyone: nobody may be signed in"
    return int(current_user.id)


def caller_id_or_none() -> int | None:
    """Tell who calls, if somebody is signed in."""
    return int(current_user.id) if current_user.is_authenticated else None
