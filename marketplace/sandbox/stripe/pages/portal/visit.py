"""A visit to the portal: whose it is, what they may do, and where it leads in the end."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import use_locale
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages.checkout import GONE, SEE_OTHER, base_url
from marketplace.sandbox.stripe.pages.frame import has_token, language, nothing_here, page
from marketplace.sandbox.stripe.resources.billing.portal_sessions import KIND, LASTS
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND as SUBSCRIPTION

blueprint = Blueprint("portal", __name__, url_prefix="/p/session/<session_id>/<secret>")


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer on the pages of the portal."""

    world: World
    session: Record
    customer: Record
    features: Json
    headline: str | None

    @property
    def flow(self) -> Json | None:
        """What the link was made for, if for one thing only."""
        flow: Json | None = self.session.body["flow"]
        return flow

    @property
    def has_token(self) -> bool:
        """Whether the form that was sent is one of these pages."""
        return has_token(self.world, self.session.id)

    def url(self, endpoint: str, **values: Any) -> str:
        """Write the address of another page of this visit."""
        secret = self.session.hidden["secret"]
        return url_for(f"portal.{endpoint}", session_id=self.session.id, secret=secret, **values)

    def page(
        self, template: str, *, status: int = 200, faults: dict[str, str] | None = None, **values: Any
    ) -> Response:
        """Render a page of the portal."""
        return page(
            f"sandbox/{template}",
            world=self.world,
            subject=self.session.id,
            locale=self.session.body["locale"],
            status=status,
            visit=self,
            headline=self.headline,
            way_back=self.session.body["return_url"],
            faults=faults or {},
            **values,
        )

    def subscription(self, subscription_id: str) -> Record | None:
        """Look up a subscription of this customer."""
        record = self.world.find(subscription_id)
        is_theirs = record and record.body["object"] == SUBSCRIPTION and record.body["customer"] == self.customer.id
        return record if is_theirs else None

    def done(self, kind: str) -> Response:
        """Lead on after something was done: where the link says, if it was made for that, else to the first page."""
        if self.flow is None or self.flow["type"] != kind:
            return redirect(self.url("home"), SEE_OTHER)
        self.session.hidden["is_flow_over"] = True
        self.world.save(self.session)
        completion = self.flow["after_completion"]
        if completion["type"] == "redirect":
            return redirect(completion["redirect"]["return_url"], SEE_OTHER)
        if completion["type"] == "hosted_confirmation":
            return redirect(self.url("done"), SEE_OTHER)
        return redirect(self.url("home"), SEE_OTHER)


View = Callable[..., ResponseReturnValue]


def visited(feature: str | None = None) -> Callable[[View], View]:
    """Let a view take a `Visit` in place of the session; a page whose feature is off is not there."""

    def decorate(view: View) -> View:
        @wraps(view)
        def with_visit(session_id: str, secret: str, **address: str) -> ResponseReturnValue:
            with simulator().world(base_url=base_url()) as world:
                visit = _find(world, session_id, secret)
                if visit is None or (feature and not visit.features[feature]["enabled"]):
                    return nothing_here(world)
                if world.timestamp >= visit.session.body["created"] + int(LASTS.total_seconds()):
                    return visit.page("portal_over.html", status=GONE)
                with use_locale(language(visit.session.body["locale"])):
                    return view(visit, **address)

        return with_visit

    return decorate


def attempt(world: World, act: Callable[[], object]) -> str:
    """Do something that Stripe may refuse; then nothing happens, and the words say why."""
    try:
        with world.all_or_nothing():
            act()
    except Refused as refusal:
        return str(refusal)
    return ""


def chosen(name: str) -> str:
    """Read one choice of the form."""
    return request.form.get(name, "")[:200]


def _find(world: World, session_id: str, secret: str) -> Visit | None:
    record = world.find(session_id)
    if record is None or record.body["object"] != KIND or record.hidden["secret"] != secret:
        return None
    customer = world.find(record.body["customer"])
    world.follow(record)
    configuration = world.find(record.body["configuration"])
    assert configuration, record
    if customer is None or "deleted" in customer.body:
        return None
    headline = configuration.body["business_profile"]["headline"]
    return Visit(world, record, customer, configuration.body["features"], headline)
