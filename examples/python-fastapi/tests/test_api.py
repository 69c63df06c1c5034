from fastapi.testclient import TestClient

from quotes.api import app

client = TestClient(app)


def test_quote():
    assert client.get("/quotes/1").json() == {"number": 1, "text": "Simplicity is prerequisite for reliability."}


def test_no_quote():
    assert client.get("/quotes/99").status_code == 404


def test_version():
    assert client.get("/healthz").json() == {"version": "1.4.0"}
