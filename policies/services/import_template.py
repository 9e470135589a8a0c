"""导入用的空表（R-62）：表头、一行样子、能选的下拉。"""

import io

import xlsxwriter

from enterprises.models import Region
from policies.enums import PolicyLevel
from policies.models import PolicyCategory
from policies.rules.typed import HEADINGS, NEEDED

ROWS = 2000
TOLD = [(names[0], column in NEEDED) for column, names in HEADINGS.items()]
SAMPLE = {
    "title": "示例：关于支持企业技术改造的若干措施", "number": "许示政办〔2026〕9号", "issuer": "许昌市人民政府办公室（示例）", "level": "市",
    "published_on": "2026-03-05", "effective_on": "2026年3月5日", "body": "一、支持对象……（全文贴在这一格；导入前删掉这一行）",
    "card": "设备投资满 500 万元，按 8% 补助，最多 300 万元。", "is_automatic": "否",
    "conditions": "县（市、区）是 魏都区、禹州市；规上企业；行业 C30 开头；从业人数不少于 50 人",
}  # fmt: skip


def template() -> bytes:
    """一张表。必填的列名标星。"""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, lists = book.add_worksheet("政策"), book.add_worksheet("可选的")
    head = book.add_format({"bold": True, "bg_color": "#E9F1FA", "border": 1})
    for place, (column, names) in enumerate(HEADINGS.items()):
        sheet.set_column(place, place, 50 if column == "body" else 18)
        sheet.write_string(0, place, f"{names[0]}*" if column in NEEDED else names[0], head)
        sheet.write_string(1, place, SAMPLE.get(column, ""))
    sheet.freeze_panes(1, 0)
    choices: dict[str, list[str]] = {
        "level": [str(label) for label in PolicyLevel.labels], "is_automatic": ["是", "否"],
        "region": list(Region.objects.order_by("ordering").values_list("name", flat=True)),
        "category": list(PolicyCategory.objects.filter(is_active=True).values_list("name", flat=True)),
    }  # fmt: skip
    for order, (column, offered) in enumerate(choices.items()):
        lists.write_string(0, order, HEADINGS[column][0], head)
        lists.write_column(1, order, offered)
        if offered:
            place, letter = list(HEADINGS).index(column), "ABCD"[order]
            source = f"=可选的!${letter}$2:${letter}${len(offered) + 1}"
            sheet.data_validation(1, place, ROWS, place, {"validate": "list", "source": source, "ignore_blank": True})
    book.close()
    return out.getvalue()
