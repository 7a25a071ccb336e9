"""Billing: what is sold for a time, invoices for it, and how they are paid, again and again.

`subscriptions`, `invoices` and the other plural names answer the API; `subscribing`, `cycling`, `changing`,
`invoicing` and `collecting` are what happens. An invoice hears of its payment, a subscription of its invoice.
"""
