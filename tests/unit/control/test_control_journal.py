"""The control API tells who has called it."""

from __future__ import annotations

from reference_adapter.control.journal import Journal


def test_requests_are_kept_with_who_made_them(api):
    before = len(api.get("/journal").json()["items"])
    api.get("/store", headers={"User-Agent": "operator/1"})
    api.post("/caches/drop", headers={"User-Agent": "crmkit"})
    page = api.get("/journal").json()
    assert page["dropped"] == 0
    told = [(each["method"], each["path"], each["user_agent"]) for each in page["items"][before:]]
    assert told == [("GET", "/store", "operator/1"), ("POST", "/caches/drop", "crmkit")]


def test_health_and_the_journal_itself_are_left_out(api):
    before = api.get("/journal").json()["items"]
    api.get("/health")
    assert api.get("/journal").json()["items"] == before


def test_the_oldest_go_first():
    journal = Journal(kept=2)
    for path in ("/a", "/b", "/c"):
        journal.note("GET", path, "")
    page = journal.page()
    assert (page.dropped, [each.path for each in page.items]) == (1, ["/b", "/c"])
