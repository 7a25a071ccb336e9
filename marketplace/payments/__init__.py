"""Money: holds, captures, payouts, the ledger. Knows a purpose, a subject, a payee, an amount; never a request."""
