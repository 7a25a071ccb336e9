"""The WSGI application, for `handrail serve` and any other server."""

from marketplace.site.app import create_app

app = create_app()
