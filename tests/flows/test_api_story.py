"""一件诉求的一生只用接口走完，走真的 HTTP：走访 → 受理 → 交办 → 签收 → 反馈 → 申报 → 审核 → 评价 → 销号；
每一步别人都办不成。由接口文档生成的客户端、文档里的示例脚本，也对着同一个服务跑。
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from cases.models import Case
from tests.apiclient import PDF, token_of
from tests.cases import steps
from tests.city import build_city

DOCS = Path(settings.BASE_DIR) / "docs" / "api"
OFFICIAL = ("land_clerk", "labour_clerk", "clerk", "cadre", "firm_user", "leader", "supervisor", "other_county_clerk")


@pytest.fixture
def city(transactional_db):
    """Committed, so that the server's threads see it; as of now, because the server reads the real clock."""
    from django.utils import timezone

    made = build_city()
    made.at = timezone.now()
    made.today = timezone.localdate()
    return made


@pytest.fixture
def callers(city, live_server):
    """每人一个程序。"""
    made = {}
    for who in OFFICIAL:
        headers = {"Authorization": f"Bearer {token_of(city, who)}"}
        made[who] = httpx.Client(base_url=f"{live_server.url}/api/v1", headers=headers, timeout=60, trust_env=False)
    yield made
    for each in made.values():
        each.close()


class Walk:
    """走一件：先让不该办的试一遍，再由该办的办。"""

    def __init__(self, callers, key):
        self.callers, self.key = callers, key

    def read(self, who):
        answer = self.callers[who].get(f"/cases/{self.key}")
        assert answer.status_code == 200, answer.text
        return answer

    def step(self, who, action, body=None, files=None, *, refused):
        before = self.read(who)
        tag = {"If-Match": before.headers["ETag"], "Idempotency-Key": f"{self.key}-{action}"}
        told = [one["action"] for one in before.json()["actions"] if one["is_allowed"]]
        assert action in told, (who, told)
        address = f"/cases/{self.key}/actions/{action}"
        how = {"data": body, "files": files} if files else {"json": body or {}}
        for other, status in refused.items():
            answer = self.callers[other].post(address, headers=tag, **how)
            assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), (
                other,
                action,
            )
        done = self.callers[who].post(address, headers=tag, **how)
        assert done.status_code == 200, done.text
        again = self.callers[who].post(address, headers=tag, **how)
        assert (again.status_code, again.json()) == (200, done.json())
        return done.json()


def test_from_the_visit_to_the_closing_by_the_interface_alone(city, callers):
    visit = callers["cadre"].post(
        "/visits",
        json={"enterprise": city.firm.pk, "visited_on": city.today.isoformat(), "note": "看了车间。",
              "problems": [{"text": "二期 12 亩边角地规划调整迟迟未批，设备到货无处安装。", "category": city.categories["land"].pk}]},
    )  # fmt: skip
    assert visit.status_code == 201, visit.text
    (key,) = visit.json()["opened"]
    walk = Walk(callers, key)
    assert callers["land_clerk"].get(f"/cases/{key}").status_code == 404
    walk.step("clerk", "accept", refused={"land_clerk": 404, "cadre": 403, "firm_user": 403, "other_county_clerk": 404})
    plan = {"category": city.categories["land"].pk, "tier": "SINGLE", "nature": "SINGLE", "lead": city.land.pk,
            "co_handlers": [{"unit": city.labour.pk, "part": "核对用工"}], "requirements": "先到现场。"}  # fmt: skip
    told = walk.step("clerk", "dispatch", plan, refused={"land_clerk": 404, "leader": 403, "firm_user": 403})
    assert (told["status"], told["lead"]["id"]) == ("DISPATCHED", city.land.pk)
    walk.step(
        "land_clerk", "sign", refused={"labour_clerk": 403, "clerk": 403, "firm_user": 403, "other_county_clerk": 404}
    )
    walk.step(
        "land_clerk",
        "report",
        {"note": "已到现场量图。"},
        refused={"labour_clerk": 403, "cadre": 403, "supervisor": 403},
    )
    walk.step("labour_clerk", "co_reply", {"note": "用工 120 人属实。"}, refused={"land_clerk": 403, "firm_user": 403})
    proof = [("files", ("批复.pdf", PDF, "application/pdf"))]
    told = walk.step(
        "land_clerk", "submit", {"outcome": "A", "note": "规划已调整，批复附后。"}, proof,
        refused={"labour_clerk": 403, "clerk": 403, "leader": 403},
    )  # fmt: skip
    assert told["status"] == "SUBMITTED"
    ticks = dict.fromkeys(("is_solved", "is_answered", "has_contacted", "firm_agrees"), True)
    walk.step("clerk", "pass_review", ticks, refused={"land_clerk": 403, "cadre": 403, "other_county_clerk": 404})
    told = walk.step(
        "firm_user",
        "rate",
        {"satisfaction": 5, "is_real": True},
        refused={"land_clerk": 403, "cadre": 403, "clerk": 403},
    )
    assert (told["status"], told["status_label"]) == ("CLOSED", "已销号")
    story = [row["kind"] for row in callers["clerk"].get(f"/cases/{key}/events").json()["results"]]
    assert story == ["rate", "pass_review", "submit", "co_reply", "report", "sign", "dispatch", "accept", "open"]
    (ticket,) = callers["firm_user"].get("/tickets", params={"case": key}).json()["results"]
    assert ticket["number"].startswith("许助企交〔")
    assert callers["land_clerk"].get("/evaluations").status_code == 403


def test_a_client_made_from_the_document_reads_the_cases(city, live_server, tmp_path, monkeypatch):
    case = steps.handling(city, city.at)
    made = tmp_path / "zhuqi_client"
    subprocess.run(
        [Path(sys.executable).with_name("openapi-python-client"), "generate", "--path", DOCS / "openapi.yaml",
         "--output-path", made, "--meta", "none"],
        check=True, capture_output=True, cwd=tmp_path,
    )  # fmt: skip
    subprocess.run([sys.executable, "-m", "compileall", "-q", made], check=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    client = importlib.import_module("zhuqi_client").AuthenticatedClient(
        base_url=live_server.url, token=token_of(city, "land_clerk"), httpx_args={"trust_env": False}
    )
    page = importlib.import_module("zhuqi_client.api.cases.cases_list").sync(client=client, size=10)
    assert [row.id for row in page.results] == [case.pk]
    assert page.results[0].status.value == "HANDLING"
    one = importlib.import_module("zhuqi_client.api.cases.cases_retrieve").sync(case.pk, client=client)
    assert "report" in [each.action.value for each in one.actions]
    refused = importlib.import_module("zhuqi_client.api.cases.cases_retrieve").sync(case.pk + 1000, client=client)
    assert refused.code.value == "not_found"


def test_the_example_in_the_documents_works(city, live_server):
    case = steps.dispatched(city, city.at)
    ran = subprocess.run(
        [sys.executable, DOCS / "example.py"],
        env=os.environ | {"ZHUQI_URL": live_server.url, "ZHUQI_TOKEN": token_of(city, "land_clerk"), "no_proxy": "*"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "办理中" in ran.stdout
    case = Case.objects.get(pk=case.pk)
    assert list(case.events.order_by("pk").values_list("kind", flat=True))[-2:] == ["sign", "report"]
