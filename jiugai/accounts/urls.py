"""Addresses of log-in, people, organisations, log, jobs, health."""

from django.urls import URLPattern, path

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.accounts.tables import AUDIT, JOBS, ORGANISATIONS, PEOPLE
from jiugai.accounts.views import account, audit, bulk, exports, health, jobs, organisations, people, session, sharing

urlpatterns: list[URLPattern] = [
    path("login/", session.login, name="login"),
    path("login/code/", session.login_code, name="login-code"),
    path("logout/", session.logout, name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="account-password"),
    path("account/totp/", account.totp_on, name="account-totp"),
    path("account/totp/off/", account.totp_off, name="account-totp-off"),
    *list_urls(ORGANISATIONS, "organisations/", Permission.ORGANISATION_VIEW),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation-file"),
    path("organisations/<int:pk>/names/", organisations.new_name, name="organisation-name"),
    *list_urls(PEOPLE, "people/", Permission.USER_MANAGE),
    path("people/new/", people.new_person, name="person-new"),
    path("people/<int:pk>/", people.person, name="person-file"),
    path("people/<int:pk>/change/", people.change, name="person-change"),
    path("people/<int:pk>/password/", people.reset, name="person-password"),
    path("people/<int:pk>/secret/", people.secret, name="person-secret"),
    path("people/<int:pk>/roles/", people.add_role, name="person-role"),
    path("people/<int:pk>/roles/<int:membership>/end/", people.end_role, name="person-role-end"),
    path("sharing/", sharing.sharing, name="sharing-list"),
    path("sharing/new/", sharing.new_rule, name="sharing-new"),
    path("sharing/<int:pk>/end/", sharing.end_rule, name="sharing-end"),
    path("tokens/", sharing.tokens, name="token-list"),
    path("tokens/new/", sharing.new_token, name="token-new"),
    path("tokens/<int:pk>/secret/", sharing.token_secret, name="token-secret"),
    path("tokens/<int:pk>/revoke/", sharing.revoke, name="token-revoke"),
    *list_urls(AUDIT, "audit/", Permission.AUDIT_VIEW),
    path("audit/<int:pk>/", audit.event, name="audit-event"),
    *list_urls(JOBS, "jobs/", Permission.JOB_VIEW),
    path("jobs/<int:pk>/", jobs.job, name="job-file"),
    path("jobs/<int:pk>/progress/", jobs.progress, name="job-progress"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job-retry"),
    path("exports/", exports.exports, name="export-files"),
    path("exports/<int:pk>/progress/", exports.progress, name="export-progress"),
    path("exports/<int:pk>/download/", exports.download, name="export-download"),
    path("bulk-runs/", bulk.runs, name="bulk-runs"),
    path("bulk-runs/<int:pk>/progress/", bulk.progress, name="bulk-run-progress"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    path("robots.txt", health.robots, name="robots"),
]
