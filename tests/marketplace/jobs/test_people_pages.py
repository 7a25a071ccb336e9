"""The pages about who works for a partner: the owner decides, others see themselves, finance sees the money."""

import re
from html import unescape

import pytest

from marketplace.kernel.access import Role, declared_roles
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import format_day
from providers.profiles.models import Member
from providers.profiles.rules import MemberRole
from tests.factories import DAY
from tests.factories.accounts import make_person
from tests.factories.availability import make_absence
from tests.factories.jobs import taken
from tests.factories.profiles import make_member, make_provider


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def sign_in(client, member_id):
    with transaction() as session:
        client.sign_in(session.get_one(Member, member_id).person)


@pytest.fixture
def team(market, add_partner):
    """The ids of the owner and of two who work there: Mia, and Finn of finance."""
    partner_id = add_partner()
    with transaction() as session:
        [owner] = session.query(Member).filter_by(provider_id=partner_id)
        mia = make_member(session, owner.provider, person=make_person(session, name="Mia Berg"))
        finn = make_member(
            session, owner.provider, person=make_person(session, name="Finn Lie"), role=MemberRole.FINANCE
        )
        return owner.id, mia.id, finn.id


def role_of(member_id):
    reading().rollback()
    return reading().get_one(Member, member_id).role


def test_the_owner_hands_a_job_on_and_lets_somebody_go(client, market, team):
    owner, mia, _finn = team
    life = taken(market, reading().get_one(Member, owner).provider_id)
    sign_in(client, owner)
    page = client.get(f"/work/members/{owner}")
    assert "Mia Berg" in words(page)
    assert "Finn Lie" not in words(page)
    assert client.post(f"/work/members/{owner}/jobs/{life.reference}", data={"to": str(mia)}).status_code == 302
    page = client.get(f"/work/members/{mia}")
    assert "They can go as soon as nothing is under way" in words(page)
    assert f'action="/work/members/{mia}/part"' not in page.text
    assert client.post(f"/work/members/{mia}/part").status_code == 409
    client.post(f"/work/members/{mia}/jobs/{life.reference}", data={"to": str(owner)})
    assert f'action="/work/members/{mia}/part"' in client.get(f"/work/members/{mia}").text
    assert client.post(f"/work/members/{mia}/part").status_code == 302
    assert client.get(f"/work/members/{mia}").status_code == 404
    assert "Mia Berg" not in words(client.get("/work/members"))
    sign_in(client, mia)
    assert client.get("/work").status_code == 403


def test_the_owner_changes_roles_and_hands_the_business_over(client, team):
    owner, mia, _finn = team
    sign_in(client, owner)
    client.post(f"/work/members/{mia}/role", data={"role": "finance"})
    assert role_of(mia) is MemberRole.FINANCE
    assert client.post(f"/work/members/{mia}/hand-over").status_code == 422
    client.post(f"/work/members/{mia}/hand-over", data={"sure": "yes"})
    assert (role_of(owner), role_of(mia)) == (MemberRole.MEMBER, MemberRole.OWNER)
    assert "Only an owner of your business" in words(client.get("/work/profile"))


def test_a_member_sees_themselves_and_can_leave(client, team):
    owner, mia, finn = team
    sign_in(client, mia)
    assert [client.get(f"/work/members/{one}").status_code for one in team] == [404, 200, 404]
    assert client.post(f"/work/members/{finn}/part").status_code == 403
    assert client.post(f"/work/members/{mia}/role", data={"role": "member"}).status_code == 403
    assert client.post(f"/work/members/{mia}/hand-over", data={"sure": "yes"}).status_code == 403
    assert client.post(f"/work/members/{mia}/part").status_code == 302
    assert "You have left the business." in words(client.get("/"))
    assert role_of(owner) is MemberRole.OWNER


def test_pages_of_other_businesses_are_not_there(client, team):
    _owner, mia, _finn = team
    with transaction() as session:
        client.sign_in(make_provider(session).members[0].person)
    assert client.get(f"/work/members/{mia}").status_code == 404
    for deed, typed in (("part", {}), ("role", {"role": "finance"}), ("hand-over", {"sure": "yes"})):
        assert client.post(f"/work/members/{mia}/{deed}", data=typed).status_code == 404


def test_finance_sees_the_money_and_no_requests(client, market, team):
    owner, _mia, finn = team
    life = taken(market, reading().get_one(Member, owner).provider_id)
    sign_in(client, finn)
    page = words(client.get("/work"))
    assert "Payouts" in page
    assert life.request.title not in page
    assert "Offers to you" not in page
    for path in ("/work/getting-paid", "/work/business", "/work/statements", "/work/members", f"/work/members/{finn}"):
        assert client.get(path).status_code == 200
    assert client.get(f"/requests/{life.reference}").status_code == 404
    assert 'action="/work/payouts' not in client.get("/work/getting-paid").text
    for path in ("/work/profile", "/work/hours", "/work/services", "/work/break"):
        assert client.get(path).status_code == 403


def test_whatever_is_for_those_who_take_jobs_is_closed_to_finance(app, client, team):
    sign_in(client, team[2])
    closed = [
        rule
        for rule in app.url_map.iter_rules()
        if declared_roles(app.view_functions[rule.endpoint]) == {Role.MEMBER} and not rule.rule.startswith("/api/")
    ]
    assert len(closed) > 30
    for rule in closed:
        path = re.sub(r"<int:\w+>", "1", rule.rule)
        path = re.sub(r"<[^>]+>", "none", path)
        answer = client.get(path) if "GET" in rule.methods else client.post(path)
        assert answer.status_code == 403, rule


def test_the_page_of_a_request_says_who_is_away_and_who_stands_in(browse, market, team):
    owner, mia, _finn = team
    life = taken(market, reading().get_one(Member, owner).provider_id)
    address, name = f"/requests/{life.reference}", reading().get_one(Member, owner).person.name
    assert f"{name} is away" not in words(browse.get(address))
    today = utcnow().date()
    with transaction() as session:
        away, stand_in = (session.get_one(Member, one) for one in (owner, mia))
        make_absence(session, away, today - DAY, today + 9 * DAY, stand_in=stand_in)
    assert f"{name} is away until {format_day(today + 9 * DAY)}, and Mia Berg stands in." in words(browse.get(address))
    with transaction() as session:
        make_absence(session, session.get_one(Member, mia), today - DAY, today + DAY)
    assert f"{name} is away until {format_day(today + 9 * DAY)}." in words(browse.get(address))
