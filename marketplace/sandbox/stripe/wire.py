"""The wire to the application: it knows which simulator a request asks, and can leave the request without an answer."""

from collections.abc import Callable, Iterable
from typing import Any

from marketplace.sandbox.stripe.engine.gate import DROPPED, SIMULATOR
from marketplace.sandbox.stripe.engine.simulator import Simulator

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Wire:
    """A WSGI application that can drop the connection, as no application inside can."""

    def __init__(self, application: Application, simulator: Simulator) -> None:
        """Carry the answers that this application has from a simulator."""
        self._application, self._simulator = application, simulator

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or break off: Werkzeug then closes the connection without a byte, and its test client raises it.

        Raises:
            ConnectionAbortedError: a fault wants no answer.
        """
        environ[SIMULATOR] = self._simulator
        answer = self._application(environ, start_response)
        if environ.get(DROPPED):
            raise ConnectionAbortedError("A fault of the stand-in dropped the connection.")
        return answer
