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
    outcome_known,
    pay_again,
    submit,
)
from marketplace.jobs.commands.barring import break_taken, credential_revoked, payee_changed, provider_suspended
from marketplace.jobs.commands.disputing import (
    answer_dispute,
    check_may_decide,
    check_split,
    concede_dispute,
    decide_dispute,
    dispute,
    withdraw_dispute,
)
from marketplace.jobs.commands.ending import (
    cancel,
    confirm,
    confirm_for_silent_customer,
    end,
    end_search,
    give_back,
    renew_hold,
    reopen,
)
from marketplace.jobs.commands.extras import (
    approve_extra,
    decline_extra,
    propose_extra,
    withdraw_extra,
)
from marketplace.jobs.commands.meeting import set_call_link
from marketplace.jobs.commands.moving import agree_to_move, decline_move, lapse_move, move_session, withdraw_move
from marketplace.jobs.commands.offering import (
    accept,
    ask_next,
    decline,
    expire_offer,
    search_again,
)
from marketplace.jobs.commands.people import change_role, hand_on, part
from marketplace.jobs.commands.picking import pick_time
from marketplace.jobs.commands.quoting import (
    ask_more,
    choose_quote,
    give_quote,
    let_go_of_choice,
    take_back,
    withdraw_quote,
)
from marketplace.jobs.commands.rating import rate, rate_customer
from marketplace.jobs.commands.reminding import remind_of_answer, remind_of_quotes, remind_of_session
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
    "agree_to_move",
    "answer_dispute",
    "approve_extra",
    "ask_more",
    "ask_next",
    "attach",
    "break_taken",
    "cancel",
    "capture_failed",
    "change_role",
    "check_may_decide",
    "check_split",
    "choose_quote",
    "concede_dispute",
    "confirm",
    "confirm_for_silent_customer",
    "credential_revoked",
    "decide_dispute",
    "decline",
    "decline_extra",
    "decline_move",
    "dispute",
    "draft",
    "edit_draft",
    "end",
    "end_search",
    "expire_offer",
    "give_back",
    "give_quote",
    "hand_on",
    "hold_lapsed",
    "hold_placed",
    "lapse_move",
    "let_go_of_choice",
    "move_session",
    "outcome_known",
    "part",
    "pay_again",
    "payee_changed",
    "pick_time",
    "promise",
    "propose_extra",
    "provider_suspended",
    "rate",
    "rate_customer",
    "remind_of_answer",
    "remind_of_quotes",
    "remind_of_session",
    "renew_hold",
    "reopen",
    "resolve",
    "search_again",
    "set_call_link",
    "submit",
    "take_back",
    "withdraw_dispute",
    "withdraw_extra",
    "withdraw_move",
    "withdraw_quote",
    "write_as_customer",
    "write_as_provider",
    "write_time",
]
