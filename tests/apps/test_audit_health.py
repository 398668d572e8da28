"""Endpoints for watchers."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from jiugai.accounts import health


def test_live_answers_without_a_database():
    # No `db` fixture: pytest-django refuses any query here.
    assert Client().get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db
def test_not_ready_while_no_worker_gives_a_sign_of_life(client):
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "no heartbeat"


@pytest.mark.django_db
def test_ready_with_a_living_worker(client):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    response = client.get("/health/ready")
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "worker": "ok", "disk": "ok"},
    }


def test_lost_database_is_reported_not_raised(monkeypatch):
    def gone():
        raise DatabaseError("connection refused at 10.0.0.5")

    monkeypatch.setattr(health, "_database", gone)
    monkeypatch.setattr(health, "_migrations", gone)
    monkeypatch.setattr(health, "_worker", lambda now: gone())
    response = Client().get("/health/ready")
    assert response.status_code == 503
    assert "10.0.0.5" not in response.content.decode()


@pytest.mark.django_db
def test_metrics_are_for_this_machine_or_a_token(client, settings):
    assert b"jiugai_requests_total" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    settings.METRICS_TOKEN = "t" * 32
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": f"Bearer {'t' * 32}"})
    assert answer.status_code == 200


@pytest.mark.django_db
def test_search_engines_are_kept_out(client):
    assert b"Disallow: /" in client.get("/robots.txt").content
