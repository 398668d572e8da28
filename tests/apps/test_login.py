"""Logging in: right, wrong, too often, with a second factor."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts import totp
from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.models import AuditEvent, LoginAttempt, User
from tests.cast import PASSWORD, STREET, Cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def try_to_log_in(client: Client, username: str = "district_lead", password: str = PASSWORD, **extra):
    return client.post(reverse("login"), {"username": username, "password": password}, **extra)


def fail(times: int, username: str = "district_lead", **extra):
    for _ in range(times):
        response = try_to_log_in(Client(), username, "wrong password", **extra)
    return response


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


@pytest.fixture(autouse=True)
def lead(cast: Cast) -> User:
    return cast.user("district_lead")


def test_right_password_opens_the_page_asked_for(client):
    response = client.post(
        reverse("login") + "?next=/audit/", {"username": "district_lead", "password": PASSWORD, "next": "/audit/"}
    )
    assert (response.status_code, response["Location"]) == (302, "/audit/")
    assert is_in(client)
    assert AuditEvent.objects.filter(action="session.login", actor_name__contains="district_lead").count() == 1


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_next_never_leads_elsewhere(client, wanted):
    response = client.post(reverse("login"), {"username": "district_lead", "password": PASSWORD, "next": wanted})
    assert response["Location"] == "/"


def test_wrong_password_says_how_many_tries_are_left(client):
    assert "密码不对，还能再试 4 次" in try_to_log_in(client, password="nope").content.decode()
    assert "密码不对，还能再试 3 次" in try_to_log_in(client, password="nope").content.decode()
    assert not is_in(client)


def test_unknown_account_is_answered_like_a_known_one(client):
    known = try_to_log_in(client, password="nope")
    unknown = try_to_log_in(Client(), "nobody", "nope")
    assert unknown.status_code == known.status_code
    assert "密码不对，还能再试 4 次" in unknown.content.decode()


def test_what_was_typed_as_unknown_account_is_not_logged(client):
    try_to_log_in(client, "my secret password", "x")
    event = AuditEvent.objects.get(action="session.login_failed")
    assert "secret" not in event.subject_label


def test_five_failures_lock_even_the_right_password_for_fifteen_minutes(client):
    fail(5)
    refused = try_to_log_in(client)
    assert refused.status_code == 429
    assert "已锁定" in refused.content.decode()
    LoginAttempt.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert try_to_log_in(client).status_code == 302


def test_tries_during_a_lock_do_not_make_it_longer():
    fail(5)
    LoginAttempt.objects.update(at=timezone.now() - timedelta(minutes=14))
    fail(3)
    assert LoginAttempt.objects.count() == 5


def test_spelling_the_account_differently_gives_no_further_tries(client):
    fail(5, " District_Lead ")
    assert try_to_log_in(client).status_code == 429


def test_success_forgets_earlier_failures(client):
    fail(4)
    assert try_to_log_in(client).status_code == 302
    assert "还能再试 4 次" in fail(1).content.decode()


def test_one_address_cannot_try_many_accounts(client, settings):
    settings.LOGIN_TRIES_PER_ADDRESS = 6
    for number in range(6):
        fail(1, f"account{number}", REMOTE_ADDR="203.0.113.9")
    assert try_to_log_in(client, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert try_to_log_in(client, REMOTE_ADDR="203.0.113.10").status_code == 302


def test_forwarded_address_counts_only_behind_our_own_proxy(rf, settings):
    from jiugai.accounts.throttle import client_address

    request = rf.get("/", HTTP_X_FORWARDED_FOR="198.51.100.1, 198.51.100.2", REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == "10.0.0.1"
    settings.PROXY_COUNT = 1
    assert client_address(request) == "198.51.100.2"


def test_closed_account_cannot_log_in_and_an_open_session_ends(client, lead):
    try_to_log_in(client)
    lead.is_active = False
    lead.save()
    assert not is_in(client)
    assert try_to_log_in(client).status_code == 400


def test_logging_out_ends_the_session_and_is_written_down(client):
    try_to_log_in(client)
    client.post(reverse("logout"))
    assert not is_in(client)
    assert AuditEvent.objects.filter(action="session.logout").exists()


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _on(self, lead):
        lead.totp_secret = totp.sealed(SECRET)
        lead.save()

    def code(self, at_seconds: int = 0) -> str:
        return pyotp.TOTP(SECRET).at(timezone.now() + timedelta(seconds=at_seconds))

    def test_password_alone_does_not_open(self, client):
        assert reverse("login-code") in try_to_log_in(client)["Location"]
        assert not is_in(client)

    def test_code_opens(self, client):
        try_to_log_in(client)
        assert client.post(reverse("login-code"), {"code": self.code()}).status_code == 302
        assert is_in(client)

    def test_code_is_good_once(self, client):
        code = self.code()
        try_to_log_in(client)
        client.post(reverse("login-code"), {"code": code})
        thief = Client()
        try_to_log_in(thief)
        assert thief.post(reverse("login-code"), {"code": code}).status_code == 400
        assert not is_in(thief)

    def test_codes_cannot_be_tried_without_end_by_repeating_the_password(self):
        for _ in range(5):
            client = Client()
            try_to_log_in(client)
            client.post(reverse("login-code"), {"code": "000000"})
        assert try_to_log_in(Client()).status_code == 429

    def test_code_page_without_a_password_sends_back(self, client):
        assert client.get(reverse("login-code"))["Location"] == reverse("login")

    def test_stored_secret_is_not_readable(self, lead):
        assert SECRET.encode() not in bytes(lead.totp_secret)


class TestOwnAccount:
    @pytest.fixture
    def browser(self, client_as):
        return client_as("district_lead")

    def test_shows_memberships_with_dates(self, browser):
        page = browser.get(reverse("account")).content.decode()
        assert "朝阳区住房城乡建设委" in page
        assert "2024年1月1日" in page

    def test_password_change_ends_other_sessions(self, browser, client):
        try_to_log_in(client)
        new = "a quite different one 7"
        browser.post(reverse("account-password"), {"old": PASSWORD, "new": new, "again": new})
        assert is_in(browser)
        assert not is_in(client)
        assert try_to_log_in(Client(), password=new).status_code == 302

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [("nope", "a quite different one 7", "现在的密码不对"), (PASSWORD, "12345", "这个密码太常见")],
    )
    def test_password_change_is_refused_with_words(self, browser, old, new, words):
        response = browser.post(reverse("account-password"), {"old": old, "new": new, "again": new})
        assert response.status_code == 422
        assert words in response.content.decode()

    def test_second_factor_needs_a_code_from_the_telephone(self, browser, lead):
        page = browser.get(reverse("account-totp")).content.decode()
        secret = page.split("<code>")[1].split("</code>")[0]
        assert browser.post(reverse("account-totp"), {"code": "000000"}).status_code == 422
        assert browser.post(reverse("account-totp"), {"code": pyotp.TOTP(secret).now()}).status_code == 302
        lead.refresh_from_db()
        assert totp.is_on(lead)
        browser.post(reverse("account-totp-off"), {"password": PASSWORD})
        lead.refresh_from_db()
        assert not totp.is_on(lead)


def test_session_of_the_demonstration_dies_where_it_ends(client, lead, settings):
    User.objects.filter(pk=lead.pk).update(provenance="demo")
    try_to_log_in(client)
    assert is_in(client)
    settings.DEMO = False
    assert not is_in(client)
    assert client.get("/api/v1/communities").status_code == 401
    try_to_log_in(client)
    assert not is_in(client)


@pytest.mark.parametrize("view", ["person-change", "person-password"])
def test_what_happens_to_a_person_is_logged_where_he_works(view, cast, client_as):
    clerk = cast.user("street_clerk")
    client_as("city_lead").post(reverse(view, args=[clerk.pk]), {"name": "改名", "is_active": "on"})
    try_to_log_in(Client(), "street_clerk", "wrong password")
    events = AuditEvent.objects.exclude(action="session.login").values_list("area_path", flat=True)
    assert set(events) == {cast.areas[STREET].path}


def test_person_of_two_districts_is_logged_in_the_city(cast):
    roles = (Grant("street", "/110000/110105/110105012/"), Grant("street", "/110000/110102/"))
    assert Actor(name="甲", grants=roles).home == "/110000/"
    assert Actor(name="甲", grants=roles[:1]).home == "/110000/110105/110105012/"
