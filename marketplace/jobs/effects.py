"""What time makes due in the life of requests: each in a transaction of its own, in which it is looked at again."""

from datetime import datetime

from marketplace.jobs import commands, queries
from marketplace.kernel.database import reading
from marketplace.kernel.rounds import for_each
from marketplace.matching import queries as matching


def expire_offers(now: datetime) -> None:
    """Let offers lapse whose time is up, and ask the next."""
    for_each(
        matching.requests_with_overdue_offers(reading(), now),
        lambda session, one: commands.expire_offer(session, one, now=now),
    )


def confirm_overdue(now: datetime) -> None:
    """Close what silent customers have not confirmed for 72 hours."""
    for_each(
        queries.overdue_for_confirmation(reading(), now),
        lambda session, one: commands.confirm_for_silent_customer(session, one, now=now),
    )


def renew_holds(now: datetime) -> None:
    """Have amounts set aside once more, a day before banks let go of them."""
    for_each(queries.holds_to_renew(reading(), now), lambda session, one: commands.renew_hold(session, one, now=now))


def end_overdue_searches(now: datetime) -> None:
    """Give up searches while the bank still holds the money."""
    for_each(queries.overdue_searches(reading(), now), lambda session, one: commands.end_search(session, one, now=now))


def remind(now: datetime) -> None:
    """Remind customers of quotes that run out, partners of answers that are awaited, and both of sessions."""
    session = reading()
    for_each(queries.quotes_to_remind_of(session, now), lambda one, ref: commands.remind_of_quotes(one, ref, now=now))
    for_each(queries.answers_to_remind_of(session, now), lambda one, ref: commands.remind_of_answer(one, ref, now=now))
    for_each(
        queries.sessions_to_remind_of(session, now), lambda one, ref: commands.remind_of_session(one, ref, now=now)
    )


def lapse_moves(now: datetime) -> None:
    """End proposals of another time for a session that nobody has answered."""
    for_each(
        queries.moves_not_answered(reading(), now), lambda session, one: commands.lapse_move(session, one, now=now)
    )


def search_again(now: datetime) -> None:
    """Look once more for what nobody took: somebody may be back from a holiday, or newly certified."""
    for_each(queries.unmatched(reading()), lambda session, one: commands.search_again(session, one, now=now))
