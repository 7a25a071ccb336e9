"""The production web server: gunicorn with threads, and a worker inside each of its processes."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from marketplace.site import worker
from marketplace.site.settings import Settings


class WebServer(BaseApplication):
    """gunicorn with our settings."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Keep what is to be served."""
        self._app = app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings."""
        self.cfg.set("bind", f"{self._settings.host}:{self._settings.port}")
        self.cfg.set("workers", self._settings.web_processes)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", self._settings.web_threads)
        self.cfg.set("graceful_timeout", 5)
        self.cfg.set("loglevel", "warning")
        self.cfg.set("post_worker_init", self._start_worker)

    def load(self) -> Callable[..., Any]:
        """Give gunicorn the application."""
        return self._app.wsgi_app

    def _start_worker(self, _process: object) -> None:
        if self._settings.embedded_worker:
            worker.start_thread(self._app)
