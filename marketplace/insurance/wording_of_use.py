"""How policies are used, and what was done with them, in words."""

from decimal import Decimal

from marketplace.insurance.rules import PolicyAction
from marketplace.insurance.rules.peers import LEAST_PEERS, Beside, Usage
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.translate import LazyText, _, _l, format_money, format_number, format_percent, ngettext

DONE: dict[str, LazyText] = {
    "buy": _l("Chosen by its owner"),
    PolicyAction.PAY: _l("A period was paid"),
    PolicyAction.SUSPEND: _l("Suspended: the grace was over"),
    PolicyAction.END: _l("Ended"),
    PolicyAction.LAPSE: _l("Not paid, and let go"),
    "cancel_at_end": _l("Cancelled with the end of the period"),
    "cancel_now": _l("Cancelled at once"),
    "go_on": _l("To go on after all"),
    "change_plan": _l("Another plan was asked for"),
    "dispute": _l("Suspended: a bank took a payment back"),
    "restore": _l("Covers again: the payment stays"),
    "go_over": _l("The other plan holds"),
}


def done(entry: AuditEntry) -> str:
    """Say what was done with a policy."""
    return str(DONE.get(entry.action, entry.action))


def above(percent: int, peers: int) -> str:
    """Say how much a policy is used beside the others of its plan."""
    facts = {"percent": format_number(percent), "n": format_number(peers)}
    alone = _("The only one of its plan")
    return (
        ngettext(alone, "More than %(percent)s%% of the %(n)s policies of its plan", peers) % facts
        if peers > 1
        else alone
    )


def beside(one: Beside) -> str:
    """Say how a policy stands beside the others, or that there are too few to tell."""
    if one.peers < LEAST_PEERS:
        facts = {"n": format_number(one.peers), "least": format_number(LEAST_PEERS)}
        return _("Too few to tell what is usual: %(n)s of its plan, and it takes %(least)s.") % facts
    return above(one.above_percent, one.peers)


def taken(usage: Usage) -> str:
    """Say how much of the limit is taken."""
    facts = {"amount": format_money(usage.taken, exact=True), "percent": format_percent(Decimal(usage.percent))}
    return _("%(amount)s (%(percent)s)") % facts
