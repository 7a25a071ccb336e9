"""How passwords are kept and checked."""

from argon2 import Type, extract_parameters

from marketplace.accounts import passwords

GOOD = "a good long phrase"


def test_a_password_is_kept_as_a_strong_hash_of_its_own():
    one, other = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert one != other
    parameters = extract_parameters(one)
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 64 * 1024
    assert parameters.time_cost >= 3


def test_an_unknown_address_is_checked_like_any_other(monkeypatch):
    checked = []

    class Watching:
        def hash(self, password):
            return f"hash of {password}"

        def verify(self, known, password):
            checked.append((known, password))
            raise passwords.VerifyMismatchError

    monkeypatch.setattr(passwords, "_hasher", Watching())
    passwords._nobodys.cache_clear()
    assert passwords.check(GOOD, None) is None
    assert passwords.check(GOOD, "hash of something") is None
    assert [password for _known, password in checked] == [GOOD, GOOD]
    passwords._nobodys.cache_clear()


def test_a_hash_that_can_not_be_read_lets_nobody_in():
    assert passwords.check(GOOD, "!") is None
