"""整个库一行不漏地抄下来，好比较「撤销以后和没做过一样」。"""

from django.apps import apps

OURS = ("enterprises", "cadres", "policies", "cases", "reports")


def dump(*, but=()):
    """{表名: {主键: 整行}}，多对多的中间表也在；`but` 里的表不抄。"""
    return {
        model._meta.label: {row["id"]: row for row in model._base_manager.order_by("pk").values()}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS and model._meta.label not in but
    }


def changed(before, after):
    """{表名: [多出来、少了或不同的行：{列: (前, 后)}]}，没有不同的表不出现。"""
    found = {}
    for table, rows in before.items():
        now = after[table]
        differing = [_row(rows.get(key, {}), now.get(key, {})) for key in sorted(rows.keys() | now.keys())]
        if any(differing):
            found[table] = [row for row in differing if row]
    return found


def _row(old, new):
    return {name: (old.get(name), new.get(name)) for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
