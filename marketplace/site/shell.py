"""What every command of the command line does: run inside the application, and say in one line what is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from flask import Flask

from marketplace.kernel.database import db
from marketplace.kernel.errors import DomainError
from marketplace.site import migrate
from marketplace.site.app import create_app
from marketplace.site.settings import WrongSetting


def in_one_line(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say in one line what is wrong, instead of showing where it broke."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (WrongSetting, migrate.OldDatabase) as error:
            raise click.ClickException(str(error)) from None
        except DomainError as error:
            raise click.ClickException(error.text) from None

    return run


@contextmanager
def application() -> Iterator[Flask]:
    """Give the application inside its context, and let go of the database at the end."""
    app = create_app()
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
