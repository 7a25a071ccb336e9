"""Figures in words."""

from marketplace.insights.queries import Used
from marketplace.insurance.rules.loss_ratio import LEAST_POLICIES, LEAST_WITH_CLAIMS, LossRatio
from marketplace.insurance.rules.what_if import Comparison, Outcome
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, format_money, format_number


def ratio(number: float | None) -> str:
    """Write a ratio as a percentage; a dash if there is none."""
    return "–" if number is None else _("%(percent)s%%") % {"percent": format_number(round(100 * number, 1))}


def amount(minor: int, currency: str) -> str:
    """Write an amount of minor units to the last one."""
    return format_money(Money(minor, currency), exact=True)


def how_sure(found: LossRatio) -> str:
    """Say between what a loss ratio may well lie, or why nobody can tell."""
    if found.low is not None and found.high is not None:
        edges = {"low": ratio(found.low), "high": ratio(found.high)}
        return _("Nine of ten years like this lie between %(low)s and %(high)s.") % edges
    if found.ratio is None:
        return _("Nothing is earned yet.")
    return too_few(found.policies, found.with_claims)


def too_few(policies: int, with_claims: int) -> str:
    """Say that there are too few policies to tell, and how many it takes."""
    facts = {
        "policies": format_number(policies),
        "with_claims": format_number(with_claims),
        "least": format_number(LEAST_POLICIES),
        "least_with_claims": format_number(LEAST_WITH_CLAIMS),
    }
    return (
        _(
            "Too few policies to tell how far another year may differ: here %(policies)s, with claims "
            "%(with_claims)s. It takes %(least)s and %(least_with_claims)s."
        )
        % facts
    )


def used_row(one: Used) -> list[str]:
    """Write what was used for something, as a row of a table."""
    return [
        one.name,
        format_number(one.claims),
        format_money(one.paid, exact=True),
        format_money(one.reserved, exact=True),
    ]


def outcome_rows(was: Outcome, would_be: Outcome, currency: str) -> list[list[str]]:
    """Write two outcomes side by side, with what differs."""
    counts = [(_("Claims that cover pays of"), "claims"), (_("Claims cut short by the limit of a year"), "cut_short")]
    amounts = [
        (_("Paid by cover"), "cover_minor"),
        (_("What that costs you"), "cost_minor"),
        (_("Paid by customers themselves"), "own_minor"),
        (_("Premiums earned, without tax"), "earned_minor"),
    ]
    rows = [[label, *_three(was, would_be, name, None)] for label, name in counts]
    rows += [[label, *_three(was, would_be, name, currency)] for label, name in amounts]
    return [*rows, [_("Loss ratio"), ratio(was.loss_ratio), ratio(would_be.loss_ratio), ""]]


def _three(was: Outcome, would_be: Outcome, name: str, currency: str | None) -> list[str]:
    before, after = getattr(was, name), getattr(would_be, name)
    numbers = (before, after, after - before)
    return [format_number(number) if currency is None else amount(number, currency) for number in numbers]


def would_have_cost(compared: Comparison, currency: str) -> str:
    """Say in one sentence what the year would have cost."""
    facts = {
        "cost": amount(compared.would_be.cost_minor, currency),
        "was": amount(compared.was.cost_minor, currency),
        "earned": amount(compared.would_be.earned_minor, currency),
    }
    return _("Claims would have cost you %(cost)s instead of %(was)s, and premiums brought %(earned)s.") % facts


def bands(compared: Comparison, currency: str) -> list[str]:
    """Say how far another year may differ from this one."""
    if compared.band is None:
        return [too_few(compared.policies, compared.with_claims)]

    def between(edges: tuple[int, int]) -> dict[str, str]:
        return {"low": amount(edges[0], currency), "high": amount(edges[1], currency)}

    ratios = {"low": ratio(compared.band.loss_ratio[0]), "high": ratio(compared.band.loss_ratio[1])}
    return [
        _("Of ten years like this, nine would cost between %(low)s and %(high)s.") % between(compared.band.cost_minor),
        _("In nine of ten, the difference to the year as it was would lie between %(low)s and %(high)s.")
        % between(compared.band.cost_change_minor),
        _("In nine of ten, the loss ratio would lie between %(low)s and %(high)s.") % ratios,
    ]
