"""A process that may die at any moment: at a call, after its answer, or around a commit."""

import stripe


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Fate:
    """Kills a process at a moment that was fixed before: at a call, after its answer, or around a commit."""

    def __init__(self):
        """Let it live."""
        self._moments_left = None

    def strike_in(self, moments):
        """Let it live through so many moments more."""
        self._moments_left = moments

    def relent(self):
        """Let it live; tell whether it was to die still."""
        was_doomed, self._moments_left = self._moments_left is not None, None
        return was_doomed

    def moment(self, *_about):
        """Come to a moment in which it may die."""
        if self._moments_left is None:
            return
        self._moments_left -= 1
        if self._moments_left < 0:
            self.relent()
            raise Killed


class MortalWire(stripe.HTTPClient):
    """A way to Stripe on which the asking process may die, before it asks or when it is answered."""

    name = "mortal"

    def __init__(self, wire, fate, note_transfer):
        """Lead over `wire`; each transfer that was made is told."""
        super().__init__()
        self._wire, self._fate, self._note_transfer = wire, fate, note_transfer

    def request(self, method, url, headers, post_data=None, *, _usage=None):
        """Send a request."""
        self._fate.moment()
        answer = self._wire.request(method, url, headers, post_data)
        if method == "post" and url.endswith("/v1/transfers"):
            self._note_transfer()
        self._fate.moment()
        return answer

    def _sleep_time_seconds(self, *_arguments, **_options):
        return 0

    def close(self):
        """Let go of nothing."""
