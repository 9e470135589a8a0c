"""接口的列表和一件，市活动办与县活动办各一个程序（`make bench` 用）。"""

# Name of the address, its aim in milliseconds, what stands after the address.
PAGES = {
    "接口 问题列表": ("api:cases", 60, ""),
    "接口 问题列表，办理中": ("api:cases", 60, "?status=HANDLING"),
    "接口 单据列表": ("api:tickets", 60, ""),
    "接口 在走的期限": ("api:deadlines", 60, ""),
    "接口 企业列表": ("api:enterprises", 60, ""),
}
AIMS = {name: aim for name, (_, aim, _) in PAGES.items()} | {"接口 第二十页": 60, "接口 一件": 60}
FAR = 20


def client_of(user):
    """一个用令牌的程序。"""
    from datetime import timedelta

    import httpx
    from django.utils import timezone

    from cadres.enums import Role
    from cadres.models import User
    from cadres.services.tokens import issue_token
    from zhuqi.kernel.api.scopes import SCOPES

    keeper = User.objects.filter(role=Role.SECADMIN).first() or User.objects.create(
        username="bench-keeper", name="安全员", role=Role.SECADMIN, must_change_password=False
    )
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    secret = issue_token(
        user, name="测速", scopes=tuple(SCOPES), days=2, actor=keeper, at=timezone.now() - timedelta(minutes=1)
    )[1]
    return httpx.Client(timeout=120, headers={"Authorization": f"Bearer {secret}"})


def visits(client, base, cases):
    """每个地址怎么问；`cases` 是看得到的几件。"""
    from django.urls import reverse

    def ask(name, tail):
        return lambda _n: client.get(f"{base}{reverse(name)}{tail}")

    found = {title: ask(name, tail) for title, (name, _, tail) in PAGES.items()}
    far = _page(client, f"{base}{reverse('api:cases')}")
    found["接口 第二十页"] = lambda _n: client.get(far)
    found["接口 一件"] = lambda n: client.get(f"{base}{reverse('api:case', args=[cases[n % len(cases)]])}")
    return found


def _page(client, url):
    for _ in range(FAR - 1):
        following = client.get(url).json()["next"]
        if not following:
            break
        url = following
    return url
