"""Addresses of log-in, people, organisations, log, jobs, health."""

from django.urls import URLPattern, path

from jiugai.accounts.views import account, health, session

urlpatterns: list[URLPattern] = [
    path("login/", session.login, name="login"),
    path("login/code/", session.login_code, name="login-code"),
    path("logout/", session.logout, name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="account-password"),
    path("account/totp/", account.totp_on, name="account-totp"),
    path("account/totp/off/", account.totp_off, name="account-totp-off"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    path("robots.txt", health.robots, name="robots"),
]
