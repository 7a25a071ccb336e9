"""What the API answers about requests and offers: the shapes, and the values that fill them."""

from marketplace.jobs.answers.disputes import SplitAnswer, split_facts
from marketplace.jobs.answers.facts import (
    checkout_url,
    match_facts,
    message_facts,
    offer_facts,
    page,
    request_facts,
    request_line,
)
from marketplace.jobs.answers.shapes import (
    DraftAnswer,
    MessageAnswer,
    OfferAnswer,
    RequestAnswer,
    RequestLine,
    SubmittedAnswer,
    page_of,
)

__all__ = [
    "DraftAnswer",
    "MessageAnswer",
    "OfferAnswer",
    "RequestAnswer",
    "RequestLine",
    "SplitAnswer",
    "SubmittedAnswer",
    "checkout_url",
    "match_facts",
    "message_facts",
    "offer_facts",
    "page",
    "page_of",
    "request_facts",
    "request_line",
    "split_facts",
]
