"""Entries of question banks, for Hypothesis: every kind, with texts made of the signs that the formats use."""

from decimal import Decimal

from hypothesis import strategies as some

from certification.banks.formats.entries import Entry
from certification.banks.kinds import (
    GRADES,
    Choice,
    Criterion,
    Description,
    Essay,
    Item,
    Kind,
    Matching,
    Multichoice,
    Numerical,
    Ordering,
    Pattern,
    Range,
    ShortAnswer,
    TextFormat,
    TrueFalse,
    one_line,
    pair_up,
    say,
)
from certification.banks.rules import Difficulty, idnumber_of, tag_of, topic_of

SIGNS = "~=#{}:\\\n[]%/$,;'\"<>&@-+.*_ \t\u00a0|TFn1é漢"
TRAPS = (
    "[html]x|[plain]|[x|=SUM(A1)|+1|-1|3.14|1/2/2026|TRUE|F|'3|''x|%50%x|%0%|-> a|a->b|a -> b|// x|\\n|\\\\|a\\|____|"
    "A) x|a\nb|a\n\nb|ANSWER: A|::x::|$CATEGORY: x|{x}|}{|####x|~=x|*|<b>|]]>|&amp;|&&058;|,;"
).split("|")
words = some.one_of(
    some.text(alphabet=SIGNS, max_size=12),
    some.sampled_from(TRAPS),
    some.text(max_size=8),
)
formats = some.sampled_from(list(TextFormat))
grades = some.sampled_from(sorted(GRADES))


def kept(make):
    """Keep what says something."""
    return make.filter(bool)


def texts(language="en"):
    return some.builds(lambda said, written: say(said, language, written), words, formats)


def plain(language="en"):
    return some.builds(lambda said: say(said, language, TextFormat.PLAIN), words)


def numbers(smallest=-(10**6)):
    return some.decimals(smallest, 10**6, places=3).map(lambda number: Decimal(f"{number.normalize():f}"))


def several(make, least, most=4):
    return some.lists(make, min_size=least, max_size=most)


def numbered(kind, letter, parts):
    return tuple(kind(f"{letter}{number}", *part) for number, part in enumerate(parts, start=1))


common = {"stem": kept(texts()), "general_feedback": texts()}
graded = some.tuples(kept(texts()), grades, texts())
multichoice = some.builds(
    Multichoice,
    **common,
    choices=several(graded, 2).map(lambda parts: numbered(Choice, "c", parts)),
    is_single=some.booleans(),
)
true_false = some.builds(TrueFalse, **common, is_true=some.booleans(), feedback_true=texts(), feedback_false=texts())
short_answer = some.builds(
    ShortAnswer,
    **common,
    patterns=several(some.tuples(kept(plain()), grades, texts()), 1).map(lambda parts: numbered(Pattern, "a", parts)),
    minds_case=some.booleans(),
)
ranges = some.one_of(
    some.tuples(numbers(), numbers(0), grades, texts()),
    some.tuples(some.none(), some.just(Decimal(0)), grades, texts()),
)
numerical = some.builds(Numerical, **common, ranges=several(ranges, 1).map(lambda parts: numbered(Range, "n", parts)))
sides = several(some.tuples(texts(), kept(plain())), 2).map(pair_up)
matching = some.builds(lambda made, **rest: Matching(pairs=made[0], matches=made[1], **rest), made=sides, **common)
ordering = some.builds(
    Ordering,
    **common,
    items=several(kept(texts()).map(lambda one: (one,)), 2).map(lambda parts: numbered(Item, "i", parts)),
)
essay = some.builds(
    Essay,
    **common,
    guidance=texts(),
    rubric=several(some.tuples(kept(texts()), some.integers(1, 100)), 0).map(
        lambda parts: numbered(Criterion, "r", parts)
    ),
)
description = some.builds(Description, **common)
BY_KIND = {
    Kind.MULTICHOICE: multichoice,
    Kind.TRUE_FALSE: true_false,
    Kind.SHORT_ANSWER: short_answer,
    Kind.NUMERICAL: numerical,
    Kind.MATCHING: matching,
    Kind.ORDERING: ordering,
    Kind.ESSAY: essay,
    Kind.DESCRIPTION: description,
}
tags = some.lists(words.map(lambda one: tag_of(one.replace(",", ""))).filter(bool), max_size=3, unique=True)


def entries(contents):
    return some.builds(
        Entry,
        name=kept(words.map(lambda said: one_line(said, 255))),
        content=contents.filter(lambda one: not one.check()),
        idnumber=words.map(idnumber_of),
        topic=words.map(topic_of),
        difficulty=some.sampled_from(list(Difficulty)),
        tags=tags.map(tuple),
    )
