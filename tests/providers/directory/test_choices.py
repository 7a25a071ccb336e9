"""What can be chosen on the page of the list: which values of a facet, and in which order."""

import pytest
from werkzeug.datastructures import MultiDict

from providers.directory import choices
from providers.directory.choices import MAX_OPTIONS


def options(counts, query="", name="niche"):
    values = MultiDict([(name, query)] if query else [])
    [found] = choices.options({name: counts}, values, {name: str.upper}).values()
    return [one.value for one in found]


def test_of_many_values_the_most_frequent_are_named():
    assert options({str(count): count for count in range(200)}) == [str(count) for count in range(199, 139, -1)]


def test_among_equals_names_tell_who_is_shown():
    ties = [f"value {number:03}" for number in range(100)]
    assert options(dict.fromkeys(reversed(ties), 1)) == ties[:MAX_OPTIONS]


@pytest.mark.parametrize("count", [0, 1], ids=["nobody", "somebody"])
def test_what_is_chosen_stays_however_rare_it_is(count):
    frequent = {str(number): number for number in range(10, 200)}
    found = options({"rare": count, **frequent}, query="rare")
    assert (found[-1], len(found)) == ("rare", MAX_OPTIONS + 1)


@pytest.mark.parametrize("name", ["niche", "release"], ids=["by frequency", "in order"])
def test_what_brings_nobody_is_not_offered(name):
    assert options({"none": 0, "one": 1}, name=name) == ["one"]


def test_steps_keep_their_order():
    assert options({"a": 1, "b": 3, "c": 2}, name="layer") == ["a", "b", "c"]
