"""Reading in columns which languages providers know, how well, and what of it is proven."""

import numpy as np
from sqlalchemy import and_, select

from providers.directory.queries.members import Members
from providers.directory.queries.reading import NONE, Places, levels_or_none, pair, raw, whole
from providers.directory.rules import Small, Spoken, Whole
from providers.profiles.models import LanguageProof, MemberLanguage
from providers.profiles.rules.speech import Medium


def spoken(members: Members) -> Spoken:
    """Keep of each language the best levels among the members."""
    languages = Places[str]()
    wanted = select(
        MemberLanguage.member_id, MemberLanguage.language, raw(MemberLanguage.spoken), raw(MemberLanguage.written)
    )
    ids, code, spoken, written = members.of_members.read(
        wanted, MemberLanguage.member_id, whole, languages.codes, levels_or_none, levels_or_none
    )
    row, is_here = members.by_member(ids)
    here = np.flatnonzero(is_here)
    pairs = pair(row[here], code[here])
    order = np.argsort(pairs)
    here, pairs = here[order], pairs[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    spoken, written = (np.maximum.reduceat(one[here], first) if len(first) else one[:0] for one in (spoken, written))
    spoken_proven, written_proven = _proven(members, pairs[first], languages)
    return Spoken(
        list(languages),
        row[here][first],
        code[here][first],
        np.maximum(spoken, written),
        spoken,
        written,
        np.maximum(spoken_proven, written_proven),
        spoken_proven,
        written_proven,
    )


def _proven(members: Members, pairs: Whole, languages: Places[str]) -> list[Small]:
    """Give the best proven levels, spoken and written, of providers and languages, who are in order."""
    proven = [np.full(len(pairs), NONE, dtype=np.int32) for _medium in Medium]
    media = Places[str]({medium.value: place for place, medium in enumerate(Medium)})
    told = (raw(MemberLanguage.spoken), raw(MemberLanguage.written), raw(LanguageProof.level))
    is_about = and_(
        LanguageProof.member_id == MemberLanguage.member_id, LanguageProof.language == MemberLanguage.language
    )
    wanted = select(LanguageProof.member_id, LanguageProof.language, raw(LanguageProof.medium), *told)
    ids, code, medium, *levels = members.of_members.read(
        wanted.join(MemberLanguage, is_about),
        LanguageProof.member_id,
        whole,
        languages.codes,
        media.codes,
        *[levels_or_none] * len(told),
    )
    row, is_here = members.by_member(ids)
    for place, shown in enumerate(levels[:-1]):
        counts = np.flatnonzero(is_here & (medium == place) & (shown != NONE) & (shown <= levels[-1]))
        at = np.searchsorted(pairs, pair(row[counts], code[counts]))
        np.maximum.at(proven[place], at, shown[counts])
    return proven
