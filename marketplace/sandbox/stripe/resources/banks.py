"""Banks: where the payouts of an account go to, and what becomes of them there."""

from types import MappingProxyType

from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.account_body import bank_account

# Numbers to which payouts fail (https://docs.stripe.com/connect/testing#account-numbers), and why.
BAD_NUMBERS = MappingProxyType({
    "000111111113": "account_closed",
    "000111111116": "no_account",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
})  # fmt: skip


def name_bank(world: World, account: Record, *, holder: str, number: str) -> None:
    """Let payouts of an account go to this bank account from now on; the same one again changes nothing."""
    earlier = default_of(account)
    if earlier and (earlier["last4"], earlier["account_holder_name"]) == (number[-4:], holder):
        return
    bank = bank_account(account.body, holder=holder, last4=number[-4:])
    account.body["external_accounts"] = {**account.body["external_accounts"], "data": [bank]}
    account.hidden["bad_bank"] = BAD_NUMBERS.get(number)
    world.save(account)
    if earlier:
        world.announce("account.external_account.deleted", earlier, account=account.id)
    world.announce("account.external_account.created", bank, account=account.id)


def default_of(account: Record) -> Json | None:
    """Find the bank account that payouts go to; None when there is none."""
    found: list[Json] = account.body["external_accounts"]["data"]
    return found[0] if found else None


def break_off(world: World, account: Record) -> None:
    """Let a bank account be unusable after a payout came back: its owner must name another."""
    bank = default_of(account)
    assert bank, account
    before = bank["status"]
    bank["status"] = "errored"
    world.save(account)
    world.announce("account.external_account.updated", bank, account=account.id, previous={"status": before})
