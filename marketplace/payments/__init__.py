"""Money: holds, captures, payouts and the ledger. Knows a purpose, a subject, a payee and an amount; never a request."""
