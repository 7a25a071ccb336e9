"""The stand-in's own life: what happens while nobody asks for anything."""

import logging
import threading

from marketplace.sandbox.stripe.engine.simulator import Simulator
from marketplace.sandbox.stripe.webhooks.courier import Courier

PAUSE_S = 0.5  # How late something that is due by the clock may happen; news are delivered at once.

log = logging.getLogger(__name__)


class Background:
    """A thread that lets happen what is due by the clock and delivers the news."""

    def __init__(self, simulator: Simulator, courier: Courier) -> None:
        """Look after this simulator."""
        self._simulator = simulator
        self._courier = courier
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="stripe-stand-in", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Come to an end after the delivery that is on its way; what is still due waits for the next start."""
        self._is_over.set()
        self._simulator.news.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._is_over.is_set():
            try:
                self._simulator.sweep(self._simulator.clock.now())
                self._courier.deliver_due()
            except Exception:
                # One bad round must not silence the stand-in for good; the next one tries again.
                log.exception("The stand-in for Stripe met an error in the background.")
            self._simulator.news.wait(PAUSE_S)
            self._simulator.news.clear()
