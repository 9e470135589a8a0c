"""导入的文件里人写的话（R-62）：列名、日期、层级、文号、网页正文，读成库里的值。纯函数。"""

import html
import re
import unicodedata
from datetime import date
from html.parser import HTMLParser

from policies.enums import PolicyLevel
from zhuqi.kernel.sheets.typed import Unreadable, as_day

# 库里的列：表头可以怎么写，第一个是模板里的。
HEADINGS: dict[str, tuple[str, ...]] = {
    "title": ("标题", "文件标题", "政策标题", "政策名称", "文件名称", "名称", "题名", "title"),
    "number": ("文号", "发文字号", "文件编号", "文件字号", "发文文号", "编号", "number"),
    "issuer": ("发文机关", "发文单位", "发布机关", "发布单位", "制定机关", "印发单位", "来源单位", "issuer"),
    "level": ("层级", "级别", "政策层级", "政策级别", "level"),
    "region": ("县（市、区）", "县市区", "区域", "地区", "所属地区", "适用地区", "region"),
    "category": ("类别", "分类", "政策类别", "政策分类", "主题分类", "category"),
    "unit": ("受理单位", "解释单位", "责任单位", "主管单位", "unit"),
    "published_on": ("成文日期", "发文日期", "印发日期", "发布日期", "发布时间", "成文时间", "published_on"),
    "effective_on": ("生效日期", "施行日期", "实施日期", "执行日期", "effective_on"),
    "expires_on": ("有效期至", "失效日期", "截止日期", "到期日期", "有效期", "expires_on"),
    "abolished_on": ("废止日期", "废止时间", "abolished_on"),
    "abolished_why": ("废止原因", "废止说明", "废止依据", "abolished_why"),
    "body": ("全文", "正文", "内容", "政策内容", "文件内容", "政策正文", "body", "content"),
    "source": ("来源", "网址", "链接", "原文链接", "出处", "source", "url"),
    "card": ("明白卡", "政策解读", "摘要", "简介", "card"),
    "is_automatic": ("免申即享", "是否免申即享", "is_automatic"),
    "conditions": ("适用条件", "条件", "申报条件", "享受条件", "适用对象", "conditions"),
    "guide_materials": ("要交什么", "申报材料", "所需材料", "guide_materials"),
    "guide_where": ("到哪里办", "办理地点", "受理地点", "guide_where"),
    "guide_until_on": ("申报截止", "申报截止日期", "受理截止", "guide_until_on"),
    "guide_contact": ("找谁", "联系人", "guide_contact"),
    "guide_phone": ("电话", "联系电话", "咨询电话", "guide_phone"),
}
NEEDED = ("title", "issuer", "body")
DATES = ("published_on", "effective_on", "expires_on", "abolished_on", "guide_until_on")
ENDLESS = {"长期", "长期有效", "永久", "无", "无期限", "-", "—", "/"}
YES, NO = {"是", "y", "yes", "1", "true", "√", "有"}, {"", "否", "n", "no", "0", "false", "×", "无"}
_LEVELS = {
    PolicyLevel.NATION: ("国家", "国家级", "中央", "国", "全国"), PolicyLevel.PROVINCE: ("省", "省级"),
    PolicyLevel.CITY: ("市", "市级", "地市级"), PolicyLevel.COUNTY: ("县（市、区）", "县", "县级", "区", "区级", "区县", "县区", "县区级"),
}  # fmt: skip
_DIGITS = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "Ｏ": "0"}
_YEAR = re.compile(r"[\[【（(〔｛{﹝［]\s*(\d{4})\s*年?[\])】）〕｝}﹞］]\s*第?\s*0*(\d+)\s*号?")
_HTML = re.compile(r"<\s*/?\s*(?:p|div|br|span|table|tr|td|li|ul|ol|h\d|script|style|iframe|body|html|a|b|strong|img|font)\b", re.IGNORECASE)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_BLOCKS = frozenset(
    ["p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article", "ul", "ol"]
)
_SILENT = frozenset(["script", "style", "iframe", "object", "embed", "noscript", "template", "head", "svg"])


def heading_key(text: str) -> str:
    """表头去掉空白、全半角、括注的差别。"""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("*", "")
    return re.sub(r"\s+", "", plain)


_BY_HEADING = {heading_key(name): column for column, names in HEADINGS.items() for name in names}


def columns_of(headings: list[str]) -> tuple[list[str], list[str]]:
    """表头 → 每一列是库里的哪一列（认不得的是空串；重复的只认第一个）、认不得的表头。"""
    found, unknown = list[str](), list[str]()
    for heading in headings:
        column = _BY_HEADING.get(heading_key(heading), "")
        column = "" if column in found else column
        if not column and heading.strip():
            unknown.append(heading.strip()[:30])
        found.append(column)
    return found, unknown


def day_typed(text: str) -> date | None:
    """2026年3月5日、2026-3-5、2026.3.5、20260305、二〇二六年三月五日；空的、长期的是 None。错误：ValueError。

    阿拉伯数字的和表格导入认得一样（`zhuqi.kernel.sheets.typed.as_day`）。
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or plain in ENDLESS:
        return None
    try:
        return as_day(_arabic(plain))
    except Unreadable as wrong:
        raise ValueError(wrong.message) from None


def _arabic(text: str) -> str:
    """中文数字的日期换成阿拉伯数字；十几、几十也认。"""
    if not any(sign in text for sign in "〇一二三四五六七八九十"):
        return text
    text = re.sub(r"(?<=[一二三])十(?=[一二三四五六七八九])", "", text)
    text = re.sub(r"(?<=[一二三])十", "0", text)
    text = re.sub(r"十(?=[一二三四五六七八九])", "1", text).replace("十", "10")
    return "".join(_DIGITS.get(sign, sign) for sign in text)


def number_typed(text: str) -> str:
    """文号统一写法：六角括号、不补零、不带“第”，没有空白。认不得年份的原样。"""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("(", "（").replace(")", "）")
    return _YEAR.sub(lambda found: f"〔{found[1]}〕{found[2]}号", plain)


def level_typed(text: str, issuer: str, regions: tuple[str, ...]) -> str:
    """写了照写的，没写从发文机关猜；认不得的给空串。"""
    said = text.strip()
    if said:
        named = {word: level for level, words in _LEVELS.items() for word in words}
        return said if said in PolicyLevel.values else str(named.get(said, ""))
    if any(name and name in issuer for name in regions):
        return PolicyLevel.COUNTY
    if issuer.startswith(("国务院", "国家", "中共中央", "全国", "财政部", "工业和信息化部")):
        return PolicyLevel.NATION
    head = issuer[:6]
    return PolicyLevel.PROVINCE if "省" in head else PolicyLevel.CITY if "市" in head else ""


def title_key(title: str, issuer: str) -> str:
    """标题加发文机关，只比字。"""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", f"{title}\x1f{issuer}").casefold())


def plain_text(text: str) -> str:
    """网页代码 → 文字，脚本、样式一概不要；不是网页的原样（去掉控制字符）。"""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not _HTML.search(text):
        return (html.unescape(text) if "&nbsp;" in text else text).strip()
    reader = _Text()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.said).splitlines())
    return "\n".join(line for line in lines if line)


class _Text(HTMLParser):
    """只收看得见的文字。"""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """块另起一行；脚本一类从此不收。"""
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.said.append("\n")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """自己闭合的没有内容。"""
        if tag in _BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """块结束也另起一行。"""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        """文字。"""
        if not self._silent:
            self.said.append(data)
