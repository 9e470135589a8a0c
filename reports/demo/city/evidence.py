"""Papers that units hand in with an outcome: real files that open, with nothing in them about anybody."""

import io

from docx import Document

ACCOUNT = (
    "办理情况说明",
    "接到交办单后，我单位当天与企业取得联系，到现场核实情况，明确专人负责。",
    "办理过程中与有关单位会商，按规定程序办理，各环节均有记录。",
    "办理结果已当面告知企业，企业对办理过程和结果没有异议。",
)
CONFIRMATION = (
    "企业确认单",
    "我单位反映的问题，承办单位已经上门答复，答复内容与系统填报一致。",
    "对办理过程：承办人员态度好，能主动说明进度。",
    "对办理结果：以系统中的企业评价为准。",
)
RECORD = (
    "现场核查记录",
    "核查内容：企业反映情况、整改前后对比、后续保障措施。",
    "核查方式：到厂查看、与企业负责人座谈、查阅资料。",
    "核查意见：所报情况属实，已告知企业后续联系人和电话。",
)


def documents() -> list[tuple[str, bytes]]:
    """(file name, content)."""
    named = (("办理情况说明.docx", ACCOUNT), ("企业确认单.docx", CONFIRMATION), ("现场核查记录.docx", RECORD))
    return [(name, _written(lines)) for name, lines in named]


def _written(lines: tuple[str, ...]) -> bytes:
    paper = Document()
    paper.add_heading(lines[0], level=1)
    for line in lines[1:]:
        paper.add_paragraph(line)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
