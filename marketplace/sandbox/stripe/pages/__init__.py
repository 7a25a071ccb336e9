"""What people see: the pages that Stripe hosts, and an overview of what the stand-in holds."""

from flask import Flask

from marketplace.kernel.translate import gettext, ngettext, pgettext
from marketplace.sandbox.stripe.pages import (
    billing_control,
    checkout,
    confirmation,
    control,
    dashboard,
    fault_pages,
    frame,
    invoices,
    onboarding,
    overview,
    portal,
    webhooks,
)
from marketplace.sandbox.stripe.pages.levers import control as lever_control
from marketplace.sandbox.stripe.pages.levers import screens as lever_pages


def add_pages(app: Flask) -> None:
    """Serve the pages from an application."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined] # The extension adds it.
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.before_request(frame.refuse_strangers)
    app.after_request(frame.add_headers)
    for module in (
        *(
            checkout,
            confirmation,
            invoices,
            portal,
            onboarding,
            dashboard,
            overview,
            fault_pages,
            webhooks,
            control,
            billing_control,
        ),
        *(lever_pages, lever_control),
    ):
        app.register_blueprint(module.blueprint)
    app.register_error_handler(404, frame.not_found)
