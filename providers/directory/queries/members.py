"""Whose the rows of tables are that only tell a member or a person: one table is read at a time, and none is joined.

A database joins row by row; numbers are brought together here all at once.
"""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from providers.directory.queries.reading import Found, Source, rows_of, whole
from providers.directory.rules import Whole
from providers.profiles.models import Member
from providers.profiles.queries import TAKES_JOBS


@dataclass(frozen=True, slots=True)
class Members:
    """Who takes jobs: by their ids from small to large, and by those of persons; with the rows of their providers.

    `of_members` and `of_persons` read tables by the column in which these ids stand.
    """

    ids: Whole
    rows: Whole
    person_ids: Whole
    rows_of_persons: Whole
    of_members: Source
    of_persons: Source

    @classmethod
    def read(cls, source: Source, provider_ids: Whole) -> "Members":
        """Read the members of providers, who are in order."""
        wanted = select(Member.provider_id, Member.id, Member.person_id).where(*TAKES_JOBS).order_by(Member.id)
        providers, ids, persons = source.read(wanted, Member.provider_id, whole, whole, whole)
        rows, is_here = rows_of(providers, provider_ids)
        rows, ids, persons = rows[is_here], ids[is_here], persons[is_here]
        order = np.argsort(persons)
        return cls(ids, rows, persons[order], rows[order], _of(source, ids), _of(source, persons))

    def by_member(self, member_ids: Whole) -> Found:
        """Find the rows of the providers of members."""
        return _found(member_ids, self.ids, self.rows)

    def by_person(self, person_ids: Whole) -> Found:
        """Find the rows of the providers for whom persons work."""
        return _found(person_ids, self.person_ids, self.rows_of_persons)


def _found(ids: Whole, among: Whole, rows: Whole) -> Found:
    places, is_here = rows_of(ids, among)
    return rows[places] if len(rows) else places, is_here


def _of(source: Source, ids: Whole) -> Source:
    return Source(source.session, None if source.ids is None else ids.tolist())
