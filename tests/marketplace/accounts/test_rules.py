"""Addresses, passwords and limits, as rules."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.rules import (
    MAX_PASSWORD_LENGTH,
    canonical_password,
    email_key,
    is_one_line,
    password_problem,
    place_of,
    wait_s,
)
from tests.factories import MINUTE, NOON


def problem(password, email="ana@example.test", name="Ana Lucía Ruiz"):
    return password_problem(password, email=email, name=name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@Example.test", "ana@example.test"),
        (" ana@example.test ", "ana@example.test"),
        ("ＡＮＡ@example.test", "ana@example.test"),  # Full-width letters.
        ("jose\u0301@example.test", "jos\u00e9@example.test"),  # The accent apart, and in one.
        ("STRASSE@example.test", "straße@example.test"),
    ],
)
def test_spellings_of_one_address_are_one_account(one, other):
    assert email_key(one) == email_key(other)


@given(st.text())
def test_the_key_of_a_key_is_itself(text):
    assert email_key(email_key(text)) == email_key(text)


@pytest.mark.parametrize("name", ["Ana", "Ana Lucía O’Hara-Núñez", "علی‌رضا", "李 小龍", "M\u0101ori \u200d"])
def test_a_name_in_any_script_is_one_line(name):
    assert is_one_line(name)


@pytest.mark.parametrize(
    "name", ["Ana\nBcc: all@example.test", "Ana\r", "Ana\x00", "Ana\u2028", "\u202eanA", "\u2066Ana"]
)
def test_what_breaks_or_turns_a_line_is_no_name(name):
    assert not is_one_line(name)


@pytest.mark.parametrize(
    "password",
    [
        "handrail-demo",
        "correct horse battery",
        "日本語のパスワードです",
        "пароль для почты",
        "q8#Lw!2zVb",
        "          secret spaces          ",
        "password manager wrote this",
        "x" + "áñü€" * 49,
        "1 Corinthians 13",
    ],
)
def test_a_good_password_is_taken(password):
    assert problem(password) is None


@pytest.mark.parametrize("password", ["", "short", "ninechars"])
def test_a_short_password_is_refused(password):
    assert "10 characters" in str(problem(password))


def test_the_longest_password_is_taken_and_a_longer_one_refused():
    longest = ("a long way round " * 20)[: MAX_PASSWORD_LENGTH - 4] + "7%kQ"
    assert problem(longest) is None
    assert "200" in str(problem(longest + "!"))


@pytest.mark.parametrize("password", ["ana@example.test", "ANA@EXAMPLE.TEST", "Ana Lucía Ruiz", "ana lucía ruiz"])
def test_neither_the_address_nor_the_name_is_a_password(password):
    assert "address" in str(problem(password))


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Password2026",
        "P4ssw0rd!!",
        "!!letmein!!",
        "welcome12345",
        "1234567890",
        "0987654321",
        "1234567890abc",
        "qwertyuiop",
        "QWERTZUIOP123",
        "asdfghjkl;1",
        "abcdefghij",
        "aaaaaaaaaa",
        "abababababab",
        "abcabcabcabc",
        "2026202620262026",
        "iloveyou2026",
    ],
)
def test_what_guessing_begins_with_is_refused(password):
    assert "others would try" in str(problem(password))


def test_a_password_is_the_same_however_the_keyboard_composes_it():
    assert canonical_password("contrasen\u0303a segura") == canonical_password("contrase\u00f1a segura")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("a unix socket", "a unix socket"),
    ],
)
def test_a_place_is_an_address_or_one_household(address, place):
    assert place_of(address) == place


def test_one_waits_until_the_earlier_try_no_longer_counts():
    assert wait_s(NOON, 5 * MINUTE, NOON) == 300
    assert wait_s(NOON, 5 * MINUTE, NOON + 4 * MINUTE) == 60
    assert wait_s(NOON, 5 * MINUTE, NOON + 4 * MINUTE + timedelta(milliseconds=1)) == 60
    assert wait_s(NOON, 5 * MINUTE, NOON + 5 * MINUTE - timedelta(milliseconds=1)) == 1
