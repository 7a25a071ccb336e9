"""What must always hold of credentials; `handrail check` and the worker ask every day."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certification.credentials import issuing, queries
from certification.credentials.models import Credential, CredentialAppeal
from certification.credentials.rules import CredentialAppealStatus, SealBroken, unseal


def appeals_that_disagree_with_their_credentials(session: Session) -> list[str]:
    """List open appeals about what is not revoked any more, and credentials given back that are not."""
    joined = select(CredentialAppeal.id).join(Credential, Credential.id == CredentialAppeal.credential_id)
    is_open = CredentialAppeal.status == CredentialAppealStatus.OPEN
    is_given_back = CredentialAppeal.status == CredentialAppealStatus.GIVEN_BACK
    is_revoked_still = Credential.revoked_at == CredentialAppeal.revoked_at
    is_not = Credential.revoked_at.is_distinct_from(CredentialAppeal.revoked_at)
    broken = joined.where(or_(is_open & is_not, is_given_back & is_revoked_still))
    return [f"appeal {appeal_id}" for appeal_id in session.scalars(broken.order_by(CredentialAppeal.id))]


def credentials_without_a_key(session: Session) -> list[str]:
    """Look whether what there is can be signed: by one key in use, which opens with the installation's secret."""
    key = queries.key_in_use(session)
    if key is None:
        return ["there are credentials, but no key is in use"] if queries.highest_id(session) else []
    try:
        unseal(key.sealed, issuing.secret())
    except SealBroken:
        return [f"key {key.kid} was sealed with another secret: rotate it"]
    return []


CHECKS = (appeals_that_disagree_with_their_credentials, credentials_without_a_key)
