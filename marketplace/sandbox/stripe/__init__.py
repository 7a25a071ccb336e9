"""A stand-in for Stripe: its API, its hosted pages and its signed webhooks, on this machine only.

`server` starts it, `visitor` does what a person does on its pages. Inside, `engine` answers an API request, `resources`
holds one module for each kind of object, `pages` what people see and `webhooks` what the other side is told.
It speaks the API version 2026-05-27.dahlia. What it does not know it refuses with 501, so that nothing seems to work
that does not.
"""
