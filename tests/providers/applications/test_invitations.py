"""Inviting people into a business in a role: by page and by the API, up to what they see once they have joined."""

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import commands as accounts
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from providers.applications import commands, links, queries
from providers.applications.models import Invitation
from providers.profiles import queries as profiles
from providers.profiles.models import Member
from providers.profiles.rules import MemberRole, OnlyOwners
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.applications import make_invitation
from tests.factories.profiles import make_member, make_provider

MEMBERS = "/work/members"
CALL = "/api/v1/invitations"
ADDRESS = "nia@example.test"


@pytest.fixture(autouse=True)
def _at_noon(app):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def owner(app):
    """The owner of a business; gives the member."""
    with transaction() as session:
        return make_provider(session, name="Bo Helps").members[0].id


def invited(client, owner, **fields):
    """Send the form as the owner; gives the invitation that was made."""
    with transaction() as session:
        client.sign_in(session.get_one(Member, owner).person)
    answer = client.post(MEMBERS, data={"email": ADDRESS, **fields})
    assert answer.status_code == 302, answer.text
    reading().rollback()
    return reading().scalars(sa.select(Invitation)).one()


@pytest.mark.parametrize(("role", "leads_to"), [("member", "/work/languages"), ("finance", "/work/getting-paid")])
def test_who_joins_has_the_role_that_the_invitation_names(client, owner, role, leads_to):
    made = invited(client, owner, role=role)
    assert f"<span>{made.role.label}</span>" in client.get(MEMBERS).text
    path = f"/join/{links.make(made.id)}"
    with transaction() as session:
        nia = make_person(session, name="Nia")
        client.sign_in(nia)
    page = client.get(path).text
    assert f"Your role would be: {made.role.label}." in page
    assert str(made.role.meaning) in page
    answer = client.post(path)
    assert answer.location == leads_to
    assert client.get(leads_to).status_code == 200
    reading().rollback()
    assert profiles.membership(reading(), nia.id).role == role


def test_whoever_says_no_role_invites_a_member(client, owner):
    assert invited(client, owner).role is MemberRole.MEMBER


@pytest.mark.parametrize("role", ["owner", "boss", ""])
def test_nobody_is_invited_to_own_the_business(client, owner, role):
    with transaction() as session:
        client.sign_in(session.get_one(Member, owner).person)
    answer = client.post(MEMBERS, data={"email": ADDRESS, "role": role})
    assert (answer.status_code == 302) == (role == "")  # Left empty it is as if nothing was said.
    if role:
        assert answer.status_code == 422
        assert f'value="{ADDRESS}"' in answer.text
        assert 'id="error-role"' in answer.text
    assert {one.role for one in reading().scalars(sa.select(Invitation))} <= {MemberRole.MEMBER}


def test_the_database_keeps_an_invitation_to_own_out(session):
    provider = make_provider(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_invitation(session, provider, role=MemberRole.OWNER)


def test_the_role_is_noted(session):
    [owner] = make_provider(session).members
    made = commands.invite(session, owner, ADDRESS, MemberRole.FINANCE, now=NOON)
    noted = session.scalars(sa.select(AuditEntry).filter_by(subject_kind="invitation", subject_id=made.id)).one()
    assert (noted.action, noted.facts) == ("make", {"role": "finance"})


def test_only_owners_invite(session):
    provider = make_provider(session)
    with pytest.raises(OnlyOwners):
        commands.invite(session, make_member(session, provider), ADDRESS, MemberRole.MEMBER, now=NOON)
    assert queries.invitations_of(session, provider.id) == []


# By JSON


class Program:
    """A program that acts for somebody."""

    def __init__(self, client, member_id):
        self._client = client
        with transaction() as session:
            person = session.get_one(Member, member_id).person
            token = accounts.issue_token(session, person.id, name="A script", now=NOON)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        return self._client.get(path, headers=self._headers)

    def post(self, path, sent, **headers):
        return self._client.post(path, json=sent, headers={**self._headers, **headers})


@pytest.fixture
def program(client, owner):
    """A program that acts for the owner."""
    return Program(client, owner)


def test_a_program_invites_and_lists_who_is_invited(program):
    made = program.post(CALL, {"email": ADDRESS, "role": "finance"})
    assert made.status_code == 201, made.text
    assert (made.json["email"], made.json["role"]) == (ADDRESS, "finance")
    assert program.get(CALL).json["items"] == [made.json]
    assert [(one["role"], one["zone"]) for one in program.get("/api/v1/members").json["items"]] == [
        ("owner", "Europe/Madrid")
    ]


def test_a_call_that_is_repeated_sends_one_letter(program):
    key = {"Idempotency-Key": "nia-joins"}
    first, again = (program.post(CALL, {"email": ADDRESS}, **key) for _ in range(2))
    assert first.json == again.json
    assert len(program.get(CALL).json["items"]) == 1
    assert program.post(CALL, {"email": "bo@example.test"}, **key).status_code == 409


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"email": "nia"}, "email"),
        ({"role": "member"}, "email"),
        ({"email": ADDRESS, "role": "owner"}, "role"),
        ({"email": ADDRESS, "role": "boss"}, "role"),
        ({"email": ADDRESS, "role": 7}, "role"),
        ({"email": ADDRESS, "level": "new"}, "level"),
    ],
)
def test_a_call_that_can_not_be_is_told_what_is_wrong(program, sent, field):
    answer = program.post(CALL, sent)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert program.get(CALL).json["items"] == []


def test_a_member_reads_who_is_invited_and_invites_nobody(client, owner):
    with transaction() as session:
        mate = make_member(session, session.get_one(Member, owner).provider).id
    program = Program(client, mate)
    assert program.get(CALL).json["items"] == []
    assert program.post(CALL, {"email": ADDRESS}).status_code == 403
