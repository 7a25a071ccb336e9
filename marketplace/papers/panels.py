"""What papers add to the pages of slices below."""

from flask import render_template

from marketplace.insurance import rules as insurance
from marketplace.jobs import rules as jobs
from marketplace.kernel.access import Role, caller_id, caller_roles
from marketplace.kernel.database import reading
from marketplace.papers import queries


def on_account() -> str:
    """Lead from one's account to one's papers."""
    return render_template("papers/on_account.html")


def on_work() -> str:
    """Lead from a partner's work to its statements."""
    return render_template("papers/on_work.html")


def on_money() -> str:
    """Lead finance from the vendor's money to the papers about it."""
    return render_template("papers/on_money.html") if Role.FINANCE in caller_roles() else ""


def on_request(request_id: int) -> str:
    """List the papers of a request for whoever may read them."""
    return _of_subject(jobs.PURPOSE, request_id)


def on_policy(policy_id: int) -> str:
    """List the papers of a policy for whoever may read them."""
    return _of_subject(insurance.PURPOSE, policy_id)


def _of_subject(purpose: str, subject_id: int) -> str:
    found = queries.papers_of_subject(reading(), purpose, subject_id)
    may_read_all = Role.FINANCE in caller_roles()
    papers = [paper for paper in found if may_read_all or paper.person_id == caller_id()]
    return render_template("papers/on_subject.html", papers=papers) if papers else ""
