"""Who may give which role, see whom, share what, and issue tokens."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.actions.tokens import digest_of
from jiugai.accounts.models import ApiToken, AuditEvent, Membership, Organisation, SharingRule, User
from jiugai.accounts.roles import Role
from tests.cast import CHAOYANG, CITY, COMMITTEE, OTHER_STREET, SINCE, STREET, XICHENG, Cast

TODAY = "2026-11-01"


def shown_once(browser: Client, address: str) -> str:
    """Return the secret on the page; loading the page again must neither show it nor do anything."""
    page = browser.get(address).content.decode()
    again = browser.get(address, follow=True).content.decode()
    secret = page.split('<code id="secret">')[1].split("</code>")[0]
    assert secret not in again
    assert "只显示一次，已经显示过" in again
    return secret


def new_person(browser: Client, **changes: str):
    fields = {
        "username": "cy-0042",
        "name": "钱多",
        "organisation": "麦子店街道办事处",
        "role": "street",
        "area": "麦子店街道",
        "starts": TODAY,
    }
    return browser.post(reverse("person-new"), fields | changes)


class TestGranting:
    def test_district_lead_registers_a_street_clerk_whose_password_works_once_shown(self, client_as):
        browser = client_as("district_lead")
        password = shown_once(browser, new_person(browser).url)
        assert Client().post("/login/", {"username": "cy-0042", "password": password}).status_code == 302
        held = Membership.objects.get(user__username="cy-0042")
        assert (held.role, held.area.name, held.starts) == ("street", "麦子店街道", date(2026, 11, 1))
        assert AuditEvent.objects.filter(action__in=["user.save", "membership.save"]).count() == 2

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"area": "月坛街道"}, "您的辖区内没有这个名称或代码"),
            ({"role": "city_lead"}, "您不能给这个角色"),
            ({"role": "district_lead"}, "不能设在街道"),
            ({"organisation": "没有这个单位"}, "没有找到这个组织"),
            ({"ends": "2026-10-01"}, "任职止不能早于任职起"),
            ({"username": "DISTRICT_LEAD"}, "这个账号已有人用"),
            ({"username": "有空格 "}, "账号用 3—60 个"),
        ],
    )
    def test_what_a_district_lead_may_not_register_is_refused_beside_the_field(self, client_as, changes, words):
        response = new_person(client_as("district_lead"), **changes)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not User.objects.filter(username="cy-0042").exists()

    def test_nobody_gives_more_rights_than_his_own(self, cast: Cast):
        from jiugai.accounts.granting import may_grant

        lead = cast.actor("district_lead")
        assert may_grant(lead, Role.DISTRICT_LEAD, cast.areas[CHAOYANG])
        assert not may_grant(lead, Role.DISTRICT_LEAD, cast.areas[XICHENG])
        assert not may_grant(lead, Role.CITY_LEAD, cast.areas[CITY])
        assert not may_grant(cast.actor("street_clerk"), Role.RESIDENT, cast.areas[STREET])

    def test_administrator_hands_out_roles_he_does_not_use_himself(self, cast: Cast):
        from jiugai.accounts.granting import may_grant

        assert may_grant(cast.actor("admin"), Role.DISTRICT_LEAD, cast.areas[CHAOYANG])

    @pytest.mark.parametrize("name", ["district_lead", "admin"])
    def test_nobody_edits_himself_up(self, client_as, cast, name):
        me = cast.user(name)
        fields = {"organisation": "市住房城乡建设委", "role": "city_lead", "area": "110000", "starts": TODAY}
        response = client_as(name).post(reverse("person-role", args=[me.pk]), fields)
        assert response.status_code in {403, 422}
        assert me.memberships.count() == 1

    @pytest.mark.parametrize(
        ("view", "fields"),
        [("person-password", {}), ("person-change", {"name": "改名", "is_active": "on"})],
    )
    def test_person_who_also_serves_elsewhere_cannot_be_taken_over(self, client_as, cast, view, fields):
        both = cast.hire("both", Role.STREET, "street", STREET)
        Membership.objects.create(
            user=both, organisation=cast.bodies["city"], role=Role.CITY_LEAD, area=cast.areas[CITY], starts=SINCE
        )
        before = both.password
        assert client_as("district_lead").post(reverse(view, args=[both.pk]), fields).status_code == 403
        both.refresh_from_db()
        assert (both.password, both.display_name) == (before, "街道（乡镇）·both")

    def test_person_of_another_district_is_not_to_be_found(self, client_as, cast):
        stranger = cast.hire("stranger", Role.STREET, "outside", OTHER_STREET)
        assert client_as("district_lead").get(reverse("person-file", args=[stranger.pk])).status_code == 404
        assert "stranger" not in client_as("district_lead").get(reverse("person-list")).content.decode()

    def test_reset_password_is_shown_once_and_to_nobody_else(self, client_as, cast):
        clerk, browser = cast.user("street_clerk"), client_as("district_lead")
        address = browser.post(reverse("person-password", args=[clerk.pk])).url
        assert 'id="secret"' not in client_as("city_lead").get(address, follow=True).content.decode()
        password = shown_once(browser, address)
        clerk.refresh_from_db()
        assert clerk.check_password(password)
        assert AuditEvent.objects.filter(action="session.password").count() == 1

    def test_role_ends_on_its_last_day(self, client_as, cast):
        clerk = cast.user("street_clerk")
        today = timezone.localdate()
        url = reverse("person-role-end", args=[clerk.pk, clerk.memberships.get().pk])
        client_as("district_lead").post(url, {"ends": today - timedelta(days=1)})
        assert clerk.actor(on=today).paths == ()
        assert clerk.actor(on=today - timedelta(days=1)).paths == (cast.areas[STREET].path,)

    def test_closed_account_is_written_down_with_before_and_after(self, client_as, cast):
        clerk = cast.user("street_clerk")
        client_as("district_lead").post(reverse("person-change", args=[clerk.pk]), {"name": clerk.display_name})
        event = AuditEvent.objects.get(action="user.save")
        assert (event.before["is_active"], event.after["is_active"]) == (True, False)


class TestOrganisations:
    @pytest.fixture(autouse=True)
    def _renamed(self, cast: Cast):
        cast.bodies["street"].names.create(name="麦子店地区办事处", valid=DateRange(None, date(2004, 1, 1)))

    def test_found_by_a_former_name(self, client_as):
        page = client_as("district_lead").get(reverse("organisation-list"), {"q": "麦子店地区"}).content.decode()
        assert "麦子店街道办事处" in page

    def test_page_shows_names_by_date_and_people_in_office(self, client_as, cast):
        cast.user("street_clerk")
        page = (
            client_as("district_lead")
            .get(reverse("organisation-file", args=[cast.bodies["street"].pk]))
            .content.decode()
        )
        assert "麦子店地区办事处" in page
        assert "2004年1月1日" in page
        assert "street_clerk" in page

    def test_bodies_above_are_visible_those_of_other_districts_not(self, client_as, cast):
        browser = client_as("street_clerk")
        for body, status in [("city", 200), ("district", 200), ("street", 200), ("outside", 404)]:
            assert browser.get(reverse("organisation-file", args=[cast.bodies[body].pk])).status_code == status

    def test_same_name_for_the_same_time_is_refused(self, client_as, cast):
        url = reverse("organisation-name", args=[cast.bodies["street"].pk])
        fields = {"name": "麦子店地区办事处", "ends": "2003-01-01"}
        assert client_as("city_lead").post(url, fields).status_code == 409
        assert client_as("city_lead").post(url, fields | {"name": "新名字"}).status_code == 302

    def test_ambiguous_name_asks_for_the_code(self, client_as, cast):
        Organisation.objects.create(code="T-twin", name="麦子店街道办事处", kind="company", area=cast.areas[STREET])
        page = new_person(client_as("district_lead")).content.decode()
        assert "T-twin" in page
        assert new_person(client_as("district_lead"), organisation="T-street").status_code == 302


@pytest.mark.obligation("T01-7")
class TestSharing:
    def fields(self, **changes: str) -> dict[str, str]:
        return {
            "owner": "朝阳区住房城乡建设委",
            "recipient": "示例物业服务公司",
            "dataset": "documents",
            "purpose": "核对产权构成",
            "starts": TODAY,
        } | changes

    def test_lead_opens_his_own_data_to_another_body_and_ends_it(self, client_as):
        browser = client_as("district_lead")
        assert browser.post(reverse("sharing-new"), self.fields()).status_code == 302
        rule = SharingRule.objects.get()
        assert "示例物业服务公司" in browser.get(reverse("sharing-list")).content.decode()
        browser.post(reverse("sharing-end", args=[rule.pk]))
        rule.refresh_from_db()
        assert rule.ends == timezone.localdate()
        assert AuditEvent.objects.filter(action="sharing.save").count() == 2

    def test_nobody_opens_what_belongs_to_others(self, client_as):
        swapped = self.fields(owner="西城区住房城市建设委", recipient="朝阳区住房城乡建设委")
        assert client_as("district_lead").post(reverse("sharing-new"), swapped).status_code == 422
        city = self.fields(owner="市住房城乡建设委")
        assert client_as("district_lead").post(reverse("sharing-new"), city).status_code == 403
        assert not SharingRule.objects.exists()

    def test_recipient_sees_the_rule_but_cannot_end_it(self, client_as, cast):
        rule = SharingRule.objects.create(
            owner=cast.bodies["district"], recipient=cast.bodies["outside"],
            dataset="documents", purpose="x", starts=SINCE,
        )  # fmt: skip
        assert "朝阳区住房城乡建设委" in client_as("outsider").get(reverse("sharing-list")).content.decode()
        assert client_as("outsider").post(reverse("sharing-end", args=[rule.pk])).status_code == 403

    def test_rule_that_would_open_nothing_is_refused(self, client_as, cast):
        elsewhere = self.fields(recipient="西城区住房城市建设委")
        refused = client_as("district_lead").post(reverse("sharing-new"), elsewhere)
        assert refused.status_code == 409
        assert "登记了也看不到" in refused.content.decode()
        cast.hire("guest", Role.PLANNER, "outside", CHAOYANG)
        assert client_as("district_lead").post(reverse("sharing-new"), elsewhere).status_code == 302

    @pytest.mark.parametrize(
        ("name", "sees"),
        [("street_clerk", True), ("property_firm", True), ("district_lead", True), ("city_lead", True),
         ("data_officer", False), ("auditor", False), ("community_worker", False)],
    )  # fmt: skip
    def test_rule_is_shown_to_both_bodies_and_who_manages_sharing_there(self, client_as, cast, name, sees):
        SharingRule.objects.create(
            owner=cast.bodies["street"], recipient=cast.bodies["firm"],
            dataset="documents", purpose="只给两家看的用途", starts=SINCE,
        )  # fmt: skip
        page = client_as(name).get(reverse("organisation-file", args=[cast.bodies["street"].pk]))
        assert ("只给两家看的用途" in page.content.decode()) is sees

    def test_page_names_who_used_shared_data(self, client_as, cast):
        from jiugai.accounts import audit
        from jiugai.accounts.codes import Action

        audit.record(
            action=Action.SHARED_ACCESS, actor=cast.actor("outsider"), subject="管庄东里 房改批复",
            area_path=cast.areas[CHAOYANG].path,
        )  # fmt: skip
        page = client_as("district_lead").get(reverse("sharing-list")).content.decode()
        assert "管庄东里 房改批复" in page


class TestTokens:
    def fields(self, **changes: str) -> dict[str, str]:
        expires = str(timezone.localdate() + timedelta(days=90))
        return {
            "organisation": "朝阳区住房城乡建设委",
            "name": "区数据平台",
            "role": "district_department",
            "area": CHAOYANG,
            "expires": expires,
        } | changes

    def test_secret_is_shown_once_and_only_its_hash_kept(self, client_as):
        browser = client_as("district_lead")
        secret = shown_once(browser, browser.post(reverse("token-new"), self.fields()).url)
        assert ApiToken.objects.get().digest == digest_of(secret)
        assert secret not in browser.get(reverse("token-list")).content.decode()

    @pytest.mark.parametrize(
        "changes",
        [{"area": CITY}, {"area": XICHENG}, {"role": "city_department"}, {"role": "admin"}, {"expires": "2031-01-01"}],
    )
    def test_token_never_reaches_further_than_who_issues_it(self, client_as, changes):
        assert client_as("district_lead").post(reverse("token-new"), self.fields(**changes)).status_code == 422
        assert not ApiToken.objects.exists()

    def test_revoked_token_is_closed_for_good(self, client_as):
        client_as("district_lead").post(reverse("token-new"), self.fields())
        token = ApiToken.objects.get()
        assert client_as("outsider").post(reverse("token-revoke", args=[token.pk])).status_code == 404
        client_as("district_lead").post(reverse("token-revoke", args=[token.pk]))
        token.refresh_from_db()
        assert not token.usable(on=timezone.localdate())


def test_committee_is_offered_by_full_name(client_as):
    fields = {"organisation": "枣营南里社区居委会", "role": "community_worker", "area": COMMITTEE}
    assert new_person(client_as("district_lead"), **fields).status_code == 302


@pytest.mark.parametrize("what", ["people", "audit"])
def test_right_to_export_takes_nothing_home_that_one_may_not_read(client_as, what):
    assert client_as("street_clerk").get(f"/{what}/export/").status_code == 403
    assert client_as("district_lead").get(f"/{what}/export/").status_code == 200
