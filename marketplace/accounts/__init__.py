"""People: sign-up and sign-in, settings, the offices of staff, API tokens."""
