"""What moving a session says to either side: the rules, what is proposed, and how it was moved before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.conversation.rules import Side
from marketplace.jobs import moving
from marketplace.jobs.models import Job, SessionMove
from marketplace.jobs.moving import MOST_FREE_MOVES, MoveStatus
from marketplace.jobs.queries import RequestView, may_move_freely
from marketplace.kernel.translate import _, format_moment, ngettext
from marketplace.support_requests.rules import Status


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another time that one side has proposed."""

    number: int
    is_own: bool
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class MoveCard:
    """What the page of a request says about moving its session."""

    proposal: Proposal | None
    may_move: bool
    earlier: Sequence[Sequence[str]]  # When, who, from, to, what became of it.


def move_card(view: RequestView, now: datetime) -> MoveCard | None:
    """Say to those who hold a session how it can be moved; None to others, and where there is none."""
    if not view.is_in_session:
        return None
    is_to_come = may_be_moved(view, now)
    waiting = view.open_move if is_to_come else None
    return MoveCard(
        proposal=_proposal(view, waiting) if waiting is not None and now < waiting.answer_by else None,
        may_move=is_to_come and (waiting is None or waiting.side is not view.side),
        earlier=[_row(view, one) for one in view.moves if one.status is not MoveStatus.PROPOSED],
    )


def may_be_moved(view: RequestView, now: datetime) -> bool:
    """Tell whether the session of a request is still to come."""
    is_booked = view.job is not None and view.job.starts_at is not None and now < view.job.starts_at
    return view.is_in_session and is_booked and view.request.status is Status.IN_PROGRESS


def _proposal(view: RequestView, waiting: SessionMove) -> Proposal:
    facts = {
        "name": _other(view),
        "to": format_moment(waiting.to_at),
        "from": format_moment(waiting.from_at),
        "until": format_moment(waiting.answer_by),
    }
    is_own = waiting.side is view.side
    title = _("You have proposed %(to)s instead") if is_own else _("%(name)s proposes %(to)s instead")
    text = _("Without an answer by %(until)s, the session stays where it is: on %(from)s.")
    return Proposal(waiting.number, is_own, title % facts, text % facts)


def _other(view: RequestView) -> str:
    """Name the other side."""
    assert view.job is not None, "a session is a job"
    return view.request.customer.name if view.side is Side.PROVIDER else view.job.provider.name


def _row(view: RequestView, one: SessionMove) -> list[str]:
    who = _("You") if one.side is view.side else _other(view)
    return [
        format_moment(one.proposed_at),
        who,
        format_moment(one.from_at),
        format_moment(one.to_at),
        str(one.status.label),
    ]


def rule_for_customers(starts_at: datetime, now: datetime) -> str:
    """Say by which rule the customer of a session that starts then can move it; nothing has been moved yet."""
    until = moving.free_until(starts_at)
    if until < now:
        return _("You may move it to another time if your partner agrees.")
    return ngettext(
        "You may move it without asking until %(moment)s, once. After that your partner has to agree.",
        "You may move it without asking until %(moment)s, up to %(n)d times. After that your partner has to agree.",
        MOST_FREE_MOVES,
    ) % {"moment": format_moment(until), "n": MOST_FREE_MOVES}


def rule_now(view: RequestView, job: Job, now: datetime) -> str:
    """Say to one side what choosing another time does now."""
    if moves_at_once(view, job, now):
        left = MOST_FREE_MOVES - sum(one.is_free for one in view.moves)
        return ngettext(
            "It is moved at once. You may do so without asking one more time.",
            "It is moved at once. You may do so without asking %(n)d more times.",
            left,
        ) % {"n": left}
    return _("%(name)s is asked, and has to agree. Until then the session stays where it is.") % {"name": _other(view)}


def moves_at_once(view: RequestView, job: Job, now: datetime) -> bool:
    """Tell whether the reader moves a session without asking."""
    return view.side is Side.CUSTOMER and may_move_freely(job, view.moves, now)
