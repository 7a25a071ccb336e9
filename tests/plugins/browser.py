"""Fixtures for the real browser. `page`, `context` and `new_context` come from pytest-playwright and use these."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

import dev

# Nothing but this machine is within the browser's reach, and it does no business of its own.
FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
# The browser also logs every answer that is not 2xx; those are the tests' own business.
ANSWERS_LOGGED = "Failed to load resource"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's own Chromium."""
    chromium = dev.find_chromium()
    if not chromium:
        pytest.fail("no Chromium for the tests: install chromium, or name one in CHROMIUM", pytrace=False)
    # Root cannot have Chromium's sandbox; everybody else keeps it.
    flags = [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else FLAGS
    return {**browser_type_launch_args, "executable_path": chromium, "args": flags}


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., BrowserContext]]:
    """Open browser windows whose every complaint, of a script or of the content security policy, fails the test."""
    complaints: list[str] = []

    def hear_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ANSWERS_LOGGED):
            complaints.append(message.text)

    def hear_script(error: WebError) -> None:
        complaints.append(str(error.error))

    def open_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("console", hear_console)
        context.on("weberror", hear_script)
        return context

    yield open_context
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)
