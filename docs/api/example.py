"""对接示例：用接口令牌把自己单位的件取下来，签收一件，报一次进展。

运行：ZHUQI_URL=https://门户地址 ZHUQI_TOKEN=zq_… python example.py
只用标准库；要带文件、要全部动作的，用 openapi.yaml 生成客户端。
"""

import json
import os
import urllib.error
import urllib.request
import uuid

BASE = os.environ.get("ZHUQI_URL", "http://127.0.0.1:8000").rstrip("/")
TOKEN = os.environ.get("ZHUQI_TOKEN", "")


def ask(method, address, body=None, **headers):
    """一次请求；答复是（内容，ETag）。出错时把 detail 说出来。"""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers}
    address = address if address.startswith("http") else BASE + address
    request = urllib.request.Request(address, data, headers, method=method)  # noqa: S310 - the portal's own address
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer), answer.headers.get("ETag")
    except urllib.error.HTTPError as refused:
        problem = json.load(refused)
        message = f"{problem['status']} {problem['code']}：{problem['detail']} {problem.get('errors', '')}"
        raise SystemExit(message) from None


def every(address):
    """一页一页走到底；next 原样用。"""
    while address:
        page, _ = ask("GET", address)
        yield from page["results"]
        address = page["next"]


def act(case, action, **body):
    """办一步：带上刚读到的修订号，和一个只用一次的键；网断了用同一个键再来，不会办两次。"""
    headers = {"If-Match": f'"{case["revision"]}"', "Idempotency-Key": str(uuid.uuid4())}
    done, _ = ask("POST", f"/api/v1/cases/{case['id']}/actions/{action}", body, **headers)
    return done


def main():
    """签收第一件待签收的，报一次进展。"""
    me, _ = ask("GET", "/api/v1/me")
    print(f"{me['name']}（{me['role']}），令牌范围 {'、'.join(me['scopes'])}")
    for row in every("/api/v1/cases?status=DISPATCHED&size=50"):
        case, _ = ask("GET", f"/api/v1/cases/{row['id']}")
        allowed = [one["action"] for one in case["actions"] if one["is_allowed"]]
        print(f"{case['number']} {case['title']}：现在能办 {'、'.join(allowed)}")
        if "sign" in allowed:
            case = act(case, "sign")
            case = act(case, "report", note="已与企业联系，约定现场查看。")
            print(f"{case['number']} {case['status_label']}，下一期限 {case['next_due_on']}")
            break


if __name__ == "__main__":
    main()
