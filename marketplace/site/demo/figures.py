"""What is counted of partners' work before the demo begins: jobs without a rating, of which no rows are kept.

Ratings are not among them: each has its review, and each review its request.
"""

from dataclasses import asdict, dataclass
from random import Random

from marketplace.site.demo.plans import PartnerPlan


@dataclass(frozen=True, slots=True)
class Figures:
    """Counters of a provider, by their columns."""

    jobs_done: int = 0
    promises_due: int = 0
    promises_kept: int = 0
    first_answers: int = 0
    first_answer_minutes_sum: int = 0

    @property
    def columns(self) -> dict[str, int]:
        """The counters by name."""
        return asdict(self)


NOTHING_YET = Figures()


def earlier_work(plan: PartnerPlan, reviews: int) -> Figures:
    """Tell what a partner has done before, in keeping with how many reviews it has and how good it is."""
    if plan.is_newcomer:
        return NOTHING_YET
    rng = Random(f"{plan.slug}:figures")  # noqa: S311 - a demo, to be repeated
    jobs = rng.randint(reviews, 3 * reviews) + rng.randint(1, 4)
    promises = rng.randint(2 * jobs, 3 * jobs)
    missed = (promises * (100 - plan.quality) + 50) // 100
    minutes = 15 + 2 * (100 - plan.quality) + rng.randint(0, 25)
    return Figures(jobs, promises, promises - missed, jobs, jobs * minutes + rng.randint(0, jobs))
