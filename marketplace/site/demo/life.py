"""Plays the demo's requests as if they had happened: each step by the command that does it, at its own moment.

Every story is a generator that yields the moment of its next step, and the earliest of all steps is taken next. So rows
are written in the order of their moments, and everybody is as busy at each moment as they would have been.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.conversation import effects as conversation_effects
from marketplace.conversation.rules import Side
from marketplace.jobs import commands as jobs
from marketplace.jobs import effects as jobs_effects
from marketplace.jobs import queries as job_queries
from marketplace.jobs.rules import PURPOSE, Choice, NobodyFits, PartnerNotFree, Solution
from marketplace.kernel.database import reading, transaction
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.payments import queries as money
from marketplace.site.demo import bank, deeds, troubles
from marketplace.site.demo.casting import Casting, member_of
from marketplace.site.demo.content import script
from marketplace.site.demo.content.script import HOUR, MINUTE, End, Said, Story
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import CONFIRM_AFTER, Status
from providers.profiles.models import Member

Moments = Iterator[datetime]


class Play:
    """One story on its way."""

    def __init__(self, story: Story, casting: Casting) -> None:
        self._story = story
        self._casting = casting
        self._customer = casting.people[story.by]
        self._moment = casting.begin(story)
        self._reference = ""
        self._request_id = 0
        self._starts_at: datetime | None = None

    def run(self) -> Moments:
        """Yield the moment of each step before it is taken."""
        yield self._moment
        self._draft()
        if self._story.ends is End.DRAFT:
            return
        yield self._after(script.SUBMITTED_AFTER)
        hold_id = self._submit()
        if self._status is Status.DRAFT:
            return
        if hold_id is not None:
            yield self._after(script.PAID_AFTER)
            self._pay(hold_id)
        if self._story.ends is End.AWAITING_PAYMENT:
            return
        yield from self._refusals()
        yield from self._quotes()
        if self._story.ends is End.WITHDRAWN:
            yield self._after(script.WITHDRAWN_AFTER)
            self._withdraw()
        elif self._status is Status.MATCHING and self._story.ends not in {End.OFFERED, End.QUOTED}:
            yield self._after(self._story.accepted_after)
            self._accept()
            yield from self._work()
            yield from self._trouble()

    def _work(self) -> Moments:
        yield from self._talk()
        if self._story.delayed_by is not None:
            with self._step() as session:
                deeds.delay(session, self._reference, self._story, worker=self._worker(session), moment=self._moment)
        yield from self._call_off() if self._story.ends is End.CALLED_OFF else self._end()

    def _trouble(self) -> Moments:
        """Let the customer's bank have its say."""
        for moment, happen in troubles.of(self._story, self._request_id, self._casting):
            self._moment = max(self._moment + HOUR, moment)
            yield self._moment
            happen(self._moment)
            self._settle()

    def _after(self, while_: timedelta) -> datetime:
        self._moment += while_
        return self._moment

    @contextmanager
    def _step(self) -> Iterator[Session]:
        """Take a step: one transaction, and then what is owed to the outside."""
        with transaction() as session:
            yield session
            session.flush()
            is_owing = bank.owes(session, self._moment, now=self._casting.now)
        if is_owing:
            bank.perform(self._moment, now=self._casting.now)

    def _settle(self) -> None:
        """See to what is owed after something that had transactions of its own."""
        with self._step():
            pass

    @property
    def _status(self) -> Status:
        status = reading().get_one(SupportRequest, self._request_id, populate_existing=True).status
        reading().rollback()
        return status

    def _draft(self) -> None:
        with self._step() as session:
            written = deeds.draft(session, self._story, casting=self._casting, moment=self._moment)
            self._reference, self._request_id = written.reference, written.id
            self._starts_at = written.starts_at

    def _submit(self) -> int | None:
        """Send it; gives the hold to pay, if there is one. When nobody fits just now, it stays a draft."""
        try:
            self._send(self._casting.wish)
        except PartnerNotFree:  # On a long holiday, perhaps: somebody else, then.
            with suppress(NobodyFits):
                self._send(lambda session, own, _story, moment: self._casting.limit(session, own, moment))
        except NobodyFits:
            return None
        return self._hold_id()

    def _send(self, wish: Callable[[Session, SupportRequest, Story, datetime], Choice]) -> None:
        customer_id = self._customer.id
        with self._step() as session:
            own = requests.lock_own_request(session, self._reference, customer_id)
            choice = wish(session, own, self._story, self._moment)
            cover = self._casting.cover(session, own, self._moment)
            jobs.submit(session, self._reference, customer_id=customer_id, choice=choice, cover=cover, now=self._moment)

    def _hold_id(self) -> int | None:
        hold = money.latest_hold(reading(), PURPOSE, self._request_id)
        hold_id = hold.id if hold else None
        reading().rollback()
        return hold_id

    def _pay(self, hold_id: int) -> None:
        story = self._story
        bank.pay(hold_id, self._customer.name, self._moment, cards=story.cards, keeps=story.keeps_card)
        self._settle()

    def _refusals(self) -> Moments:
        """Let those who were asked first say no, or nothing."""
        for reason in self._story.declined:
            if self._status is not Status.MATCHING:
                return
            yield self._after(script.THOUGHT_AFTER)
            with self._step() as session:
                offer, member = self._asked(session)
                jobs.decline(session, offer.id, member=member, reason=reason, now=self._moment)
        for _silence in range(self._story.lapsed):
            if self._status is not Status.MATCHING:
                return
            with transaction() as session:
                expires_at = self._asked(session)[0].expires_at
            self._moment = expires_at + MINUTE
            yield self._moment
            jobs_effects.expire_offers(self._moment)
            self._settle()

    def _quotes(self) -> Moments:
        """Let some of those who were asked for quotes give one, the best match first."""
        for number, quoted in enumerate(self._story.quotes):
            yield self._after(quoted.after)
            with self._step() as session:
                asked = matching.offers_for(session, self._request_id)[number:]
                for offer in asked[:1]:  # Few partners may have been asked in a small demo.
                    worker = member_of(session, offer.provider_id, offer.support_request)
                    deeds.quote(session, offer, quoted, worker=worker, moment=self._moment)

    def _asked(self, session: Session) -> tuple[Offer, Member]:
        """Find who is asked, and the member who answers."""
        offer = matching.open_offer(session, self._request_id)
        assert offer is not None, self._story.problem.title
        return offer, member_of(session, offer.provider_id, offer.support_request)

    def _withdraw(self) -> None:
        with self._step() as session:
            customer_id, reason = self._customer.id, self._story.reason
            jobs.cancel(session, self._reference, customer_id=customer_id, reason=reason, now=self._moment)

    def _call_off(self) -> Moments:
        """Let the customer call a session off, and pay what that costs."""
        assert self._starts_at is not None
        self._moment = self._starts_at - script.CALLED_OFF_BEFORE
        yield self._moment
        with self._step() as session:
            job = job_queries.job_of(session, self._request_id)
            assert job is not None
            customer_id, reason = self._customer.id, self._story.reason
            jobs.cancel(
                session, self._reference, customer_id=customer_id, reason=reason, fee=job.price, now=self._moment
            )

    def _accept(self) -> None:
        if self._story.ends is End.UNPAID:
            troubles.let_capture_fail()
        with self._step() as session:
            offer, member = self._asked(session)
            jobs.accept(session, offer.id, member=member, now=self._moment)

    def _talk(self) -> Moments:
        due_at = None
        for said in self._story.said:
            yield self._after(said.after)
            self._say(said)
            if said.side is Side.PROVIDER:
                due_at = self._moment + said.promise if said.promise else None
        if self._story.ends is End.WORK and due_at is not None and due_at < self._casting.now:
            self._moment = due_at + MINUTE
            yield self._moment
            conversation_effects.miss_promises(self._moment)
            self._settle()

    def _say(self, said: Said) -> None:
        with self._step() as session:
            customer_id, worker = self._customer.id, self._worker(session)
            deeds.say(session, self._reference, said, customer_id=customer_id, worker=worker, moment=self._moment)

    def _worker(self, session: Session) -> Member:
        job = job_queries.job_of(session, self._request_id)
        assert job is not None
        return session.get_one(Member, job.member_id)

    def _end(self) -> Moments:
        if self._story.ends in {End.WORK, End.UNPAID}:
            return
        if self._starts_at is not None:
            self._moment = max(self._moment, self._starts_at + HOUR)
        yield self._after(self._story.solved_after)
        if self._story.ends is End.GIVEN_BACK:
            self._give_back()
            return
        self._resolve()
        if self._story.ends is End.SILENT:
            yield self._after(CONFIRM_AFTER + MINUTE)
            jobs_effects.confirm_overdue(self._moment)
            self._settle()
        elif self._story.ends is End.DISPUTED:
            yield from self._disagree()
        elif self._story.ends is not End.RESOLVED:
            yield self._after(script.CONFIRMED_AFTER)
            with self._step() as session:
                jobs.confirm(session, self._reference, customer_id=self._customer.id, now=self._moment)
            yield from self._afterwards()

    def _give_back(self) -> None:
        with self._step() as session:
            member, reason = self._worker(session), self._story.reason
            jobs.give_back(session, self._reference, member=member, reason=reason, now=self._moment)

    def _resolve(self) -> None:
        cause, fix, *prevention = self._story.solution
        solution = Solution(cause, fix, prevention[0] if prevention else None)
        with self._step() as session:
            member = self._worker(session)
            jobs.resolve(session, self._reference, member=member, solution=solution, now=self._moment)

    def _disagree(self) -> Moments:
        """Let the customer want a half back, and the partner say how it was."""
        yield self._after(script.DISPUTED_AFTER)
        with self._step() as session:
            deeds.dispute(session, self._reference, self._story, customer_id=self._customer.id, moment=self._moment)
        yield self._after(script.ANSWERED_AFTER)
        with self._step() as session:
            member, answer = self._worker(session), self._story.answer
            jobs.answer_dispute(session, self._reference, member=member, answer=answer, now=self._moment)

    def _afterwards(self) -> Moments:
        """Rate, pay the partner by hand where that is how it goes, or find that it is not solved after all."""
        customer_id, now = self._customer.id, self._casting.now
        if self._story.stars:
            yield self._after(script.RATED_AFTER)
            with self._step() as session:
                of, by, at = self._reference, self._worker(session), self._moment
                deeds.rate(session, of, self._story, customer_id=customer_id, member=by, moment=at)
        if self._moment + script.PAID_BY_HAND_AFTER < now:
            yield self._after(script.PAID_BY_HAND_AFTER)
            self._pay_by_hand()
        if self._story.ends is End.REOPENED:
            self._moment = now - script.REOPENED_BEFORE
            yield self._moment
            with self._step() as session:
                reason = self._story.reason
                jobs.reopen(session, self._reference, customer_id=customer_id, reason=reason, now=self._moment)

    def _pay_by_hand(self) -> None:
        with self._step() as session:
            staff_id = self._casting.people["staff"].id
            deeds.pay_by_hand(session, self._request_id, staff_id=staff_id, moment=self._moment)
