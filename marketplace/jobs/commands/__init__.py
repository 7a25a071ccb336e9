"""The life of a request, step by step. Every step locks the request first, then whatever else it needs."""

from marketplace.jobs.commands.asking import (
    REFERENCE_ALPHABET,
    REFERENCE_LENGTH,
    attach,
    capture_failed,
    draft,
    edit_draft,
    hold_lapsed,
    hold_placed,
    pay_again,
    submit,
)
from marketplace.jobs.commands.ending import (
    cancel,
    confirm,
    confirm_for_silent_customer,
    end,
    end_search,
    give_back,
    rate,
    reopen,
)
from marketplace.jobs.commands.extras import (
    approve_extra,
    decline_extra,
    propose_extra,
    withdraw_extra,
)
from marketplace.jobs.commands.offering import (
    accept,
    ask_next,
    credential_revoked,
    decline,
    expire_offer,
    provider_suspended,
    search_again,
)
from marketplace.jobs.commands.timing import write_time
from marketplace.jobs.commands.working import (
    promise,
    resolve,
    write_as_customer,
    write_as_provider,
)

__all__ = [
    "REFERENCE_ALPHABET",
    "REFERENCE_LENGTH",
    "accept",
    "approve_extra",
    "ask_next",
    "attach",
    "cancel",
    "capture_failed",
    "confirm",
    "confirm_for_silent_customer",
    "credential_revoked",
    "decline",
    "decline_extra",
    "draft",
    "edit_draft",
    "end",
    "end_search",
    "expire_offer",
    "give_back",
    "hold_lapsed",
    "hold_placed",
    "pay_again",
    "promise",
    "propose_extra",
    "provider_suspended",
    "rate",
    "reopen",
    "resolve",
    "search_again",
    "submit",
    "withdraw_extra",
    "write_as_customer",
    "write_as_provider",
    "write_time",
]
