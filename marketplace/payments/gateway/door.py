"""The connection to Stripe that all parts of the door share: patient behind the scenes, quick where a person waits."""

import stripe
from flask import has_request_context

TIMEOUT_S, RETRIES = 10, 2
# A page does not keep its reader waiting: it says that things are being prepared, and the worker asks again.
PAGE_TIMEOUT_S, PAGE_RETRIES = 4, 0


class Door:
    """Stripe, or its stand-in: the same SDK, another address."""

    def __init__(self, secret_key: str, api_base: str, http_client: stripe.HTTPClient | None = None) -> None:
        """Connect; nothing is asked yet.

        Args:
            secret_key: of the platform's account.
            api_base: Stripe's address, or that of the stand-in.
            http_client: another way to speak HTTP, which the tests use to look at every call.
        """

        def connected(timeout_s: int, retries: int) -> stripe.StripeClient:
            return stripe.StripeClient(
                secret_key,
                base_addresses={"api": api_base},
                http_client=http_client or stripe.RequestsClient(timeout=timeout_s),
                max_network_retries=retries,
            )

        self._patient = connected(TIMEOUT_S, RETRIES)
        self._quick = connected(PAGE_TIMEOUT_S, PAGE_RETRIES)
        self._is_live = secret_key.startswith(("sk_live_", "rk_live_"))

    @property
    def _client(self) -> stripe.StripeClient:
        return self._quick if has_request_context() else self._patient
