"""/healthz: open to everybody, says what does not answer, tells a stranger nothing else."""

import pytest
from django.db import DatabaseError

from zhuqi import health


@pytest.mark.django_db
def test_healthz_is_open_and_well(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "broker": True}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_healthz_names_a_dead_database(client, monkeypatch):
    def gone():
        raise DatabaseError

    monkeypatch.setattr(health.connection, "cursor", gone)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": False, "broker": True}


@pytest.mark.django_db
def test_healthz_names_a_dead_broker(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "broker": False}
