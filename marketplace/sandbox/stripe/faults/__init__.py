"""What goes wrong on purpose: faults that somebody set up, at which moments they strike, and what they did.

`kinds` names them, `rules` says when one strikes, `register` remembers them. `answers` holds what they do to an answer
of the API, `tellings` what they do to a webhook. The same seed always strikes at the same moments.
"""
