"""The statement of conduct: what every partner promises. Who accepts it accepts this version of it."""

from marketplace.kernel.translate import _l

# A change of meaning needs a new version: who is being looked at then has to accept it again.
CONDUCT_VERSION = 1

CONDUCT_POINTS = (
    _l("I do the work myself, or a member of my business does. I hand it on to nobody else."),
    _l("I take only work that I know how to do, and say so at once when I find that I do not."),
    _l("I keep the times that I promise. When I can not, I say so before the time is over."),
    _l("I ask for no more than was agreed. What is extra I propose first, and begin when it is approved."),
    _l("I settle everything through this site, and ask no customer to pay me beside it."),
    _l("I use what customers show me for their request only, keep it safe, and delete it when the work is done."),
    _l("I ask before I change anything that can not be undone, and make a backup first."),
    _l("I am polite to everybody, and turn nobody away for who they are."),
    _l("My certificates are my own: I sit every exam myself, and tell nobody what was asked."),
)
