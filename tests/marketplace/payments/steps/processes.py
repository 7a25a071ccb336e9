"""What goes wrong, who works when, and time."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.factories import DAY, HOUR, MINUTE
from tests.marketplace.payments.steps.machine import Machine, which

FAULTS = (
    *(
        "drop_before",
        "drop_after",
        "error_before",
        "error_after",
        "error_kept",
        "rate_limit",
        "conflict",
        "capture_refused",
    ),
    *("duplicate", "shuffle", "delay", "wrong_secret", "old_time", "other_mode", "unknown_object", "hold_back"),
)
once_something_is_there = precondition(lambda self: any(self.rows.values()))


class ProcessSteps(Machine):
    """Processes die, faults happen, things are done in any order, and time goes by."""

    @once_something_is_there
    @rule(kind=st.sampled_from(FAULTS), times=st.integers(1, 4))
    def something_will_go_wrong(self, kind, times):
        self.life.stand_in.add_fault(kind, times=times)

    @once_something_is_there
    @rule(what=st.sampled_from(["hear", "work"]), which=which)
    def one_thing_is_done(self, what, which):
        """In any order: Stripe tells things twice, and several workers take what is owed."""
        if what == "hear":
            self.life.hear_again(which)
        else:
            self.life.work_on(which)

    @once_something_is_there
    @rule(what=st.sampled_from(["hear", "work", "work"]), moments=st.integers(0, 15))
    def a_process_dies(self, what, moments):
        self.life.die(moments, getattr(self.life, what))

    @once_something_is_there
    @rule()
    def all_do_their_part(self):
        self.life.hear()
        self.life.work()

    @once_something_is_there
    @rule(span=st.sampled_from([MINUTE, 2 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 8 * DAY]))
    def time_goes_by(self, span):
        self.life.wait(span)
        self.life.keep_house()
