"""What members speak and write: they say it themselves, and the vendor's people note what is proven."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from providers.profiles import queries
from providers.profiles.events import LanguageProofChanged
from providers.profiles.models import LanguageProof, Member, MemberLanguage
from providers.profiles.rules.speech import Medium, OwnLanguage, Proof, Speeches, check_proven_on


def set_languages(session: Session, member: Member, speeches: Speeches, *, now: datetime) -> None:
    """Note which languages a member speaks and writes, and how well; others are forgotten.

    What is proven is not theirs to say: it holds as long as they say no more than that.
    """
    queries.lock_member(session, member.id)
    session.refresh(member, ["languages"])
    known = {one.language: one for one in member.languages}
    for language, speech in speeches.items():
        if language not in known:
            known[language] = MemberLanguage(language=language)
            member.languages.append(known[language])
        known[language].spoken, known[language].written = speech.spoken, speech.written
    for one in known.values():
        if one.language not in speeches:
            member.languages.remove(one)
    session.flush()
    audit.record(session, member, "set_languages", by=member.person_id, at=now)


def prove_language(session: Session, member_id: int, proof: Proof, *, by: int, now: datetime) -> None:
    """Note what has shown how well a member knows a language; it takes the place of an earlier proof.

    Raises:
        NotFound: nobody like this works for a provider, or they do not say that they know the language so.
        OwnLanguage: they work where whoever notes it works.
        InvalidInput: it has not happened yet.
    """
    member = _to_judge(session, member_id, by)
    if not any(one.language == proof.language and getattr(one, proof.medium) for one in member.languages):
        raise NotFound(language=proof.language)
    check_proven_on(proof.proven_on, now.date())
    noted = session.get(LanguageProof, (member.id, proof.language, proof.medium))
    if noted is None:
        noted = LanguageProof(member_id=member.id, language=proof.language, medium=proof.medium)
        session.add(noted)
    noted.level, noted.what, noted.proven_on = proof.level, proof.what, proof.proven_on
    noted.noted_by, noted.noted_at = by, now
    session.flush()
    _tell(session, member, "prove_language", noted, by=by, now=now)


def take_back_proof(session: Session, member_id: int, language: str, medium: Medium, *, by: int, now: datetime) -> None:
    """Let something count as proven no longer.

    Raises:
        NotFound: nobody like this works for a provider, or nothing like this is proven.
        OwnLanguage: they work where whoever takes it back works.
    """
    member = _to_judge(session, member_id, by)
    noted = session.get(LanguageProof, (member.id, language, medium))
    if noted is None:
        raise NotFound(language=language)
    session.delete(noted)
    session.flush()
    _tell(session, member, "take_back_proof", noted, by=by, now=now)


def _to_judge(session: Session, member_id: int, by: int) -> Member:
    queries.lock_member(session, queries.anybodys_member(session, member_id).id)
    member = queries.anybodys_member(session, member_id)
    if by in {one.person_id for one in member.provider.members}:
        raise OwnLanguage
    return member


def _tell(session: Session, member: Member, action: str, noted: LanguageProof, *, by: int, now: datetime) -> None:
    session.expire(member, ["proofs"])
    facts = {"member": member.person_id, "language": noted.language, "medium": noted.medium, "level": noted.level}
    audit.record(session, member.provider, action, by=by, at=now, **facts, reason=noted.what)
    announce(session, LanguageProofChanged(member.id, noted.language, noted.medium, now))
