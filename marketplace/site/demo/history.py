"""What happened before the demo's stories: everyday requests, done by the partners whom customers praise or blame."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle
from random import Random

from marketplace.site.demo.content.cases_en import ENGLISH_CASES
from marketplace.site.demo.content.cases_es import SPANISH_CASES
from marketplace.site.demo.content.cases_more import OTHER_CASES
from marketplace.site.demo.content.cast import REVIEWERS
from marketplace.site.demo.content.categories import CATEGORIES
from marketplace.site.demo.content.script import MINUTE, Case, End, Story
from marketplace.site.demo.content.script import partner as partner_says
from marketplace.site.demo.plans import SEED, PartnerPlan
from providers.profiles.rules import Cefr

REVIEWED_PERCENT = 40  # Of the partners.
YOUNGEST_DAYS, OLDEST_DAYS = 13, 290
MOST_REVIEWS = 6  # Of one partner.
FIRST_ANSWER_MINUTES = 60  # Promised at acceptance.
QUALITY_OF = {5: 98, 4: 90, 3: 72, 2: 60}  # Who gets so many stars, most likely.
FAIR_SHARE = 9  # How much a review more weighs against a quality that fits less.

_WORK = {row.slug: (row.niche, row.layer) for row in CATEGORIES}


def everyday(plans: Sequence[PartnerPlan]) -> list[Story]:
    """Make a request of each review, and give it to a partner who can do it."""
    rng = Random(f"{SEED}:history")  # noqa: S311 - a demo, to be repeated
    experienced = [plan for plan in plans if not plan.is_newcomer]
    chosen = rng.sample(experienced, min(len(experienced), max(1, REVIEWED_PERCENT * len(plans) // 100)))
    load: Counter[str] = Counter()
    customers = {language: cycle(rows) for language, rows in REVIEWERS.items()}
    told = []
    for case, stars, words in _reviews(rng):
        plan = _who(case, stars, chosen, load) or _who(case, stars, experienced, load)
        if plan is not None:
            load[plan.slug] += 1
            told.append(_story(rng, case, stars, words, plan, next(customers[case.language]).key))
    return told


def _reviews(rng: Random) -> Iterator[tuple[Case, int, str]]:
    cases = (*ENGLISH_CASES, *SPANISH_CASES, *OTHER_CASES)
    reviews = [(case, stars, words) for case in cases for stars, words in case.reviews]
    rng.shuffle(reviews)
    return iter(reviews)


def _who(case: Case, stars: int, plans: Sequence[PartnerPlan], load: Counter[str]) -> PartnerPlan | None:
    able = [plan for plan in plans if _can(plan, case) and load[plan.slug] < MOST_REVIEWS]
    return min(
        able, key=lambda plan: FAIR_SHARE * load[plan.slug] + abs(QUALITY_OF[stars] - plan.quality), default=None
    )


def _can(plan: PartnerPlan, case: Case) -> bool:
    speaks = any(one.speech.get(case.language, Cefr.A1) >= Cefr.B2 for one in plan.members)
    return speaks and _WORK[case.problem.category] in {(one.niche, one.layer) for one in plan.services}


def _story(rng: Random, case: Case, stars: int, words: str, plan: PartnerPlan, customer: str) -> Story:
    oldest = min(OLDEST_DAYS, plan.joined_ago.days - 1)
    # Whoever is blamed was late as well.
    late = FIRST_ANSWER_MINUTES + rng.randint(20, 90) if stars <= 3 else 0  # noqa: PLR2004
    return Story(
        by=customer,
        language=case.language,
        problem=case.problem,
        ends=End.CLOSED,
        ago=timedelta(days=rng.randint(YOUNGEST_DAYS, oldest), minutes=rng.randint(0, 1439)),
        partner=plan.slug,
        accepted_after=rng.randint(3, 55) * MINUTE,
        said=(partner_says(late or rng.randint(6, FIRST_ANSWER_MINUTES - 5), case.answer, promise_minutes=300),),
        solution=case.solution,
        solved_after=rng.randint(35, 290) * MINUTE,
        stars=stars,
        review=words,
    )
