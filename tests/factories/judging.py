"""What judges say about the questions of a draft."""

from certification.exams import commands
from certification.exams import queries_of_angoff as queries
from certification.exams.rules.angoff import questions_of
from tests.factories import NOON
from tests.factories.accounts import make_staff


def make_estimates(session, exam, *percents, judge=None, now=NOON):
    """Let a judge estimate all questions of a draft, the same ones over and over if they are fewer."""
    wanted = questions_of(queries.pools(session, exam))
    told = {one: (percents or (70,))[place % len(percents or (70,))] for place, one in enumerate(wanted)}
    judge = judge or make_staff(session)
    commands.estimate(session, exam.id, told, judge_id=judge.id, now=now)
    return judge
