"""What a name may be, and when one passes for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.names import is_name, skeletons, tidy


def passes_for(one, other):
    return not skeletons(one).isdisjoint(skeletons(other))


@pytest.mark.parametrize(
    "name",
    [
        *("Ana", "Ana Lucía O’Hara-Núñez", "R2-D2", "Nguyễn Văn Ánh", "Þóra Ægisdóttir", "☕ Café", "José Mª"),
        *("علی‌رضا", "עֲזַרְיָה", "李 小龍", "ทองดี", "राम प्रसाद", "ക്ഷ‍മ", "Ольга", "Ελένη", "김민준", "መሐመድ"),
    ],
)
def test_a_name_may_be_in_any_script(name):
    assert is_name(name)
    assert skeletons(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "---", "☕", "\u200b", "\u3164", "\u2800", "\u115f", "\ufe0f", "\u200d", "\u0301"),
        *("Ana\u200b", "A\u00adna", "A\u2060na", "\ufeffAna", "Ana\u200e", "\u200fAna", "Ana\u061c", "Ana\U000e0041"),
        *("A\u200dna", "Ana\u200c", "علی\u200c", "A\ufe0fna", "A\u034fna", "\ue000na", "\u0378na", "A" + "\u0336" * 5),
        *("\u202eanA", "Ana\u2067", "Ana\nRuiz", "Ana\x00", "Ana\ud800"),
    ],
)
def test_what_is_not_seen_or_turns_the_line_is_no_name(name):
    assert not is_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("Vega Lima", "VEGA  LIMA"), ("Vega Lima", "vega-lima."), ("Vega Lima", "VegaLima"), ("Núñez", "Nunez")),
        *(("Vega", "V\u0435ga"), ("VEGA", "V\u0415GA"), ("Nova", "\u039dova")),
        *(("Lumentree", "Iumentree"), ("Lumentree", "1umentree"), ("Google", "G00gle"), ("Ali", "Al\u0456")),
        *(("Vega", "𝐕ega"), ("vega", "ＶＥＧＡ"), ("Straße", "STRASSE"), ("Hosting", "Ηοѕting"), ("李小龍", "李 小龍")),
        *(("Ольга", "ОЛЬГА"), ("Ana", "\u13aana"), ("Vega", "Ve\u0261a")),
    ],
)
def test_what_looks_alike_passes_for_the_other(one, other):
    assert one != other
    assert passes_for(one, other)
    assert passes_for(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("Ana Ruiz", "Ana Ruix"), ("Ali", "All"), ("Vila", "Vlla"), ("Ana Ruiz", "Ana Ruiz Madrid"), ("李", "王")),
        *(("राम", "रीम"), ("Анна", "Anna"), ("---", "..."), ("Ольга", "Олег"), ("Vega 1", "Vega 2")),
    ],
)
def test_honest_names_do_not_pass_for_each_other(one, other):
    assert not passes_for(one, other)


@given(st.text(max_size=20))
def test_whatever_is_typed_has_an_answer(text):
    assert isinstance(is_name(text), bool)
    assert tidy(tidy(text)) == tidy(text)
    if is_name(text):
        assert is_name(tidy(text))
        assert skeletons(text) == skeletons(tidy(text))
        assert passes_for(text, f"  {text.upper()} ") or not text.isascii()
