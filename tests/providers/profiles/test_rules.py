"""Levels in their order, and figures with their samples."""

import itertools
from datetime import timedelta

import pytest

from providers.profiles.rules import STATUS, Cefr, Figures, ProviderAction, ProviderStatus


def test_levels_are_ordered_from_weak_to_strong():
    assert sorted(Cefr) == list(Cefr)
    assert all(low < high for low, high in itertools.pairwise(Cefr))


def test_moves_of_a_provider():
    assert set(STATUS) == {
        (ProviderStatus.APPLYING, ProviderAction.ADMIT, ProviderStatus.LISTED),
        (ProviderStatus.LISTED, ProviderAction.SUSPEND, ProviderStatus.SUSPENDED),
        (ProviderStatus.SUSPENDED, ProviderAction.REINSTATE, ProviderStatus.LISTED),
    }


def test_without_a_sample_there_is_no_figure():
    nothing = Figures()
    assert (nothing.stars, nothing.kept_percent, nothing.first_answer_after) == (None, None, None)


@pytest.mark.parametrize(("kept", "due", "percent"), [(199, 200, 99), (200, 200, 100), (0, 3, 0), (2, 3, 66)])
def test_only_all_promises_are_a_hundred_percent(kept, due, percent):
    assert Figures(promises_due=due, promises_kept=kept).kept_percent == percent


def test_averages_are_of_their_samples():
    figures = Figures(ratings=3, stars_sum=14, first_answers=4, first_answer_minutes_sum=50)
    assert figures.stars == 4.7
    assert figures.first_answer_after == timedelta(minutes=12)


def test_a_large_sample_overcomes_what_was_assumed():
    assert Figures().likely_stars == pytest.approx(4.2)
    assert Figures(ratings=1, stars_sum=1).likely_stars > 3.5
    assert Figures(ratings=1000, stars_sum=1000).likely_stars < 1.1
    assert Figures(promises_due=1, promises_kept=0).likely_kept_share > 0.8
    assert Figures(promises_due=1000, promises_kept=0).likely_kept_share < 0.01
