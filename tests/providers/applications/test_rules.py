"""The states of an application, its steps, and what is waited for."""

import pytest

from marketplace.kernel.errors import IllegalMove
from providers.applications.rules import (
    APPLICATION,
    CLOSED,
    LIVE,
    NEEDED_TO_SUBMIT,
    REAPPLY_AFTER,
    ApplicationAction,
    ApplicationStatus,
    NotReady,
    Step,
    check_ready,
    may_apply_again_at,
)
from providers.profiles.rules import slug_of
from tests.factories import NOON

DRAFT, SUBMITTED, ASKED = ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.QUESTIONS_ASKED
APPROVED, REFUSED, WITHDRAWN = ApplicationStatus.APPROVED, ApplicationStatus.REFUSED, ApplicationStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("status", "moves"),
    [
        (DRAFT, {"submit": SUBMITTED, "withdraw": WITHDRAWN}),
        (SUBMITTED, {"ask": ASKED, "approve": APPROVED, "refuse": REFUSED, "withdraw": WITHDRAWN}),
        (ASKED, {"answer": SUBMITTED, "refuse": REFUSED, "withdraw": WITHDRAWN}),
        (APPROVED, {}),
        (REFUSED, {}),
        (WITHDRAWN, {}),
    ],
)
def test_an_application_moves_by_the_table_alone(status, moves):
    for action in ApplicationAction:
        if action in moves:
            assert APPLICATION.after(status, action) is moves[action]
        else:
            with pytest.raises(IllegalMove):
                APPLICATION.after(status, action)


def test_what_is_over_leaves_room_for_another_one():
    assert {REFUSED, WITHDRAWN} == CLOSED
    assert set(ApplicationStatus) == LIVE | CLOSED


def test_exams_and_accounts_may_still_be_under_way_when_it_is_sent():
    assert set(Step) - NEEDED_TO_SUBMIT == {Step.CERTIFICATES, Step.PAYMENT}
    check_ready(NEEDED_TO_SUBMIT, NEEDED_TO_SUBMIT)


def test_what_is_missing_is_named_in_order():
    with pytest.raises(NotReady) as refusal:
        check_ready({Step.PROFILE, Step.DETAILS, Step.LANGUAGES, Step.PAYMENT}, set(Step))
    named = "Working hours, Services, Certificates, and Statement of conduct"
    assert refusal.value.text == f"This is still missing: {named}."


def test_who_was_refused_waits_for_thirty_days():
    assert may_apply_again_at(NOON) == NOON + REAPPLY_AFTER
    assert REAPPLY_AFTER.days == 30


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Estudio Faro", "estudio-faro"),
        ("Łukasz & Ægir's Øl", "lukasz-girs-ol"),
        ("  Nørd--Lys  ", "nord-lys"),
        ("مكتب النور", ""),
        ("x" * 80, "x" * 48),
        ("a" * 47 + " b", "a" * 47),
    ],
)
def test_an_address_is_made_of_plain_letters(name, slug):
    assert slug_of(name) == slug
