"""The demo's tables and plans, before anything is written down."""

from collections import Counter

import pytest

from marketplace.accounts.choices import _countries_of_zones
from marketplace.catalogue.questions import fields_schema
from marketplace.jobs.schemas import DraftSchema
from marketplace.kernel.money import exponent
from marketplace.kernel.schema import load
from marketplace.kernel.storage import sniff
from marketplace.site.demo import figures, history, plans
from marketplace.site.demo.content.cases_en import ENGLISH_CASES
from marketplace.site.demo.content.cases_es import SPANISH_CASES
from marketplace.site.demo.content.cases_more import OTHER_CASES
from marketplace.site.demo.content.cast import CUSTOMERS, PARTNERS, REVIEWERS, SIGN_INS
from marketplace.site.demo.content.categories import CATEGORIES
from marketplace.site.demo.content.countries import COUNTRIES
from marketplace.site.demo.content.includes import INCLUDES, INCLUDES_BY_TIME
from marketplace.site.demo.content.script import End
from marketplace.site.demo.content.stories_covered import COVERED
from marketplace.site.demo.content.vendor import LEVEL_NAMES, NICHES, PRICE_STEPS, RATES
from marketplace.site.demo.picture import screenshot
from marketplace.site.demo.rows import _category
from marketplace.site.demo.seed import STORIES as TOLD
from providers.profiles.rules import Cefr

LANGUAGES = {"en", "es", "ar"}
SIXTY = plans.partners(60)
CASES = (*ENGLISH_CASES, *SPANISH_CASES, *OTHER_CASES)
STORIES = (*TOLD, *COVERED)
PROBLEMS = [(one.language, one.problem) for one in (*STORIES, *CASES)]


def vendor_words():
    """List all that the vendor says in several languages."""
    yield from INCLUDES_BY_TIME.values()
    for niche in NICHES:
        yield from (niche.names, niche.track, *INCLUDES[niche.slug])
    yield from LEVEL_NAMES.values()
    for category in CATEGORIES:
        yield from (category.names, category.hints)
        for field in category.fields:
            yield field.labels
            if field.hints:
                yield field.hints
            yield from (labels for _value, labels in field.choices)


def test_the_same_plans_are_made_each_time():
    assert plans.partners(60) == SIXTY
    assert history.everyday(SIXTY) == history.everyday(plans.partners(60))


def test_the_first_partners_are_the_same_however_many_follow():
    assert plans.partners(200)[:60] == SIXTY
    assert plans.partners(2) == SIXTY[:2]


def test_sixty_partners_live_in_25_countries_and_speak_18_languages():
    assert len({plan.country for plan in SIXTY}) == 25
    assert len({language for plan in SIXTY for member in plan.members for language in member.speech}) == 18


def test_everybody_has_a_mother_tongue_and_lives_in_a_zone_of_the_country():
    zones = _countries_of_zones()
    strangers = {"omar.zahidi"}  # Lives in Casablanca, and works for a business in Barcelona.
    for plan in SIXTY:
        for member in plan.members:
            assert Cefr.NATIVE in member.speech.values(), member
            assert member.person.key in strangers or zones[member.person.zone] == plan.country, member


def test_names_addresses_and_mailboxes_are_unique_even_among_two_thousand():
    crowd = plans.partners(2000)
    slugs = Counter(plan.slug for plan in crowd)
    keys = Counter(member.person.key for plan in crowd for member in plan.members)
    keys.update(row.key for row in (*SIGN_INS, *CUSTOMERS, *(one for group in REVIEWERS.values() for one in group)))
    assert slugs.most_common(1)[0][1] == 1
    assert keys.most_common(1)[0][1] == 1
    assert all(slug.isascii() and len(slug) <= 64 for slug in slugs)


def test_prices_are_round_and_plausible():
    for plan in SIXTY:
        for service in plan.services:
            step = PRICE_STEPS[service.price.currency] * 10 ** exponent(service.price.currency)
            euros = service.price.major * 1_000_000 / RATES[service.price.currency]
            assert service.price.minor % step == 0 or plan.slug in {row.slug for row in PARTNERS}
            assert 15 <= euros <= 260, (plan.slug, service)
        assert 15 <= plan.commission_percent <= 20


def test_hours_fit_the_table_of_hours():
    for plan in SIXTY:
        for member in plan.members:
            begins = Counter((day, one.start) for one in member.shifts for day in one.weekdays)
            assert begins.most_common(1)[0][1] == 1
            for one in member.shifts:
                assert 0 <= one.start < 1440
                assert one.start < one.end <= one.start + 1440


def test_the_vendor_speaks_every_language_of_the_site():
    for words in vendor_words():
        assert set(words) == LANGUAGES, words
        assert all(words.values()), words


@pytest.mark.parametrize(("language", "problem"), PROBLEMS, ids=lambda one: getattr(one, "title", one))
def test_what_customers_write_fits_the_forms(language, problem):
    row = next(one for one in CATEGORIES if one.slug == problem.category)
    load(fields_schema(_category(row, 1, 0)), dict(problem.fields))
    texts = {"title": problem.title, "description": problem.description}
    load(DraftSchema(), {**texts, "language": language, "release": problem.release})


def test_stories_come_to_every_end():
    assert {story.ends for story in STORIES} == set(End)


def test_stories_are_told_by_people_of_the_cast():
    people = {row.key for row in (*SIGN_INS, *CUSTOMERS)}
    assert {story.by for story in STORIES} <= people
    assert {story.partner for story in STORIES if story.partner} <= {row.slug for row in PARTNERS}


def test_who_tells_how_it_ended_says_all_that_the_end_needs():
    for story in STORIES:
        is_solved = story.ends in {End.RESOLVED, End.DISPUTED, End.CLOSED, End.SILENT, End.REOPENED}
        assert bool(story.solution) == is_solved, story.problem.title
        has_reason = {End.WITHDRAWN, End.GIVEN_BACK, End.CALLED_OFF, End.DISPUTED, End.REOPENED}
        assert bool(story.reason) == (story.ends in has_reason)
        assert bool(story.answer) == (story.ends is End.DISPUTED)
        assert not story.stars or story.review


def test_about_forty_percent_of_the_partners_have_reviews():
    reviewed = {story.partner for story in history.everyday(SIXTY)}
    assert 22 <= len(reviewed) <= 32


def test_reviewers_ask_in_a_language_that_their_partner_speaks_well():
    by_slug = {plan.slug: plan for plan in SIXTY}
    for story in history.everyday(SIXTY):
        levels = [one.speech.get(story.language, Cefr.A1) for one in by_slug[story.partner].members]
        assert max(levels) >= Cefr.B2, story


def test_no_review_is_written_twice():
    words = Counter(story.review for story in history.everyday(SIXTY))
    assert words.most_common(1)[0][1] == 1


def test_figures_agree_with_each_other_and_with_the_reviews():
    reviews = Counter(story.partner for story in history.everyday(SIXTY))
    for plan in SIXTY:
        earlier = figures.earlier_work(plan, reviews[plan.slug])
        assert 0 <= earlier.promises_kept <= earlier.promises_due
        assert earlier.first_answers == earlier.jobs_done
        assert earlier.jobs_done >= reviews[plan.slug] or plan.is_newcomer
        assert not plan.is_newcomer or earlier == figures.NOTHING_YET


def test_newcomers_have_no_reviews():
    newcomers = {plan.slug for plan in SIXTY if plan.is_newcomer}
    assert newcomers
    assert not newcomers & {story.partner for story in history.everyday(SIXTY)}


def test_every_country_has_enough_names():
    for country in COUNTRIES:
        assert len(set(country.given.split())) == 12, country.code
        assert len(set(country.family.split())) == 10, country.code


def test_screenshots_are_pictures_and_differ():
    assert sniff(screenshot("one.png")) == "image/png"
    assert screenshot("one.png") == screenshot("one.png")
    assert screenshot("one.png") != screenshot("two.png")
