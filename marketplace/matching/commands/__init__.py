"""What can be done with offers, and with the quotes that answer some of them."""

from marketplace.matching.commands.offers import (
    OfferLapsed,
    OfferMade,
    accept,
    ask_for_quotes,
    ask_next,
    decline,
    end,
    expire,
    remind,
    withdraw,
)
from marketplace.matching.commands.quoting import (
    QuoteDismissed,
    accept_quote,
    choose_quote,
    close_search,
    let_go_of_quote,
    quote,
    take_back_quote,
)

__all__ = [
    "OfferLapsed",
    "OfferMade",
    "QuoteDismissed",
    "accept",
    "accept_quote",
    "ask_for_quotes",
    "ask_next",
    "choose_quote",
    "close_search",
    "decline",
    "end",
    "expire",
    "let_go_of_quote",
    "quote",
    "remind",
    "take_back_quote",
    "withdraw",
]
