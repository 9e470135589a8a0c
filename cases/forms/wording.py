"""每个动作的表单怎么说话：标题、按钮、那段话叫什么、最多写多少。"""

from dataclasses import dataclass

from cases.enums import Action
from cases.rules.workflow import TRANSITIONS
from cases.services.guards import NOTE_NAMES
from cases.services.steps import INTERNAL


@dataclass(frozen=True, slots=True)
class Wording:
    """一个动作的说法。`note` 为空表示不用写话；`most` 是这段话的字数上限。"""

    title: str
    button: str
    note: str = ""
    hint: str = ""
    most: int = 4000
    rows: int = 3
    files: bool = False


_SAID = {
    Action.ACCEPT: Wording("受理", "受理"),
    Action.REFUSE: Wording("不予受理", "不予受理", hint="写明依据和可以找谁，企业会看到。", most=1000),
    Action.MERGE: Wording(
        "并案", "并过去", "说明", hint="并案后由那一件统一办理，随时可以撤销，两边经过都在。", most=500, rows=2
    ),
    Action.UNMERGE: Wording(
        "撤销并案", "撤销并案", "说明", hint="回到并案前的状态，原来的期限接着走。", most=500, rows=2
    ),
    Action.SPLIT: Wording("拆分", "拆成几件", hint="原件照旧办理，拆出来的各是新的一件。"),
    Action.CLASSIFY: Wording("分类定级", "保存"),
    Action.PROPOSE: Wording("报领导批准交办", "报分管领导"),
    Action.DISPATCH: Wording("交办", "签发交办单"),
    Action.APPROVE_DISPATCH: Wording("批准交办", "批准并签发交办单"),
    Action.RETURN_DISPATCH: Wording("退回交办方案", "退回", "哪里要改", most=200),
    Action.SIGN: Wording("签收", "签收"),
    Action.OBJECT: Wording(
        "退单",
        "由负责人签字退单",
        hint="写明不归本单位办的法律依据。每件只能退一次，时限照走。",
        most=1000,
        rows=4,
        files=True,
    ),
    Action.UPHOLD: Wording(
        "退单成立", "裁定成立，收回交办单", hint="裁定即判例，写明归口的道理；原交办单作废。", most=1000
    ),
    Action.REJECT: Wording(
        "退单不成立", "裁定不成立，照旧办理", hint="裁定即判例，是终局的；期限一直在走。", most=1000
    ),
    Action.REPORT: Wording("报进展", "提交进展", files=True),
    Action.ASK_EXTENSION: Wording(
        "申请延期", "提交申请", hint="每件只能延一次。批准后理由会告诉企业。", most=500, rows=2, files=True
    ),
    Action.GRANT_EXTENSION: Wording("同意延期", "同意延期", "批语", most=300, rows=2),
    Action.DENY_EXTENSION: Wording("不同意延期", "不同意", "为什么不同意", most=300, rows=2),
    Action.PAUSE: Wording(
        "请企业补充",
        "暂停计时，请企业补充",
        hint="写清补哪几样。只能暂停一次；停的天数以后原样补回。",
        most=300,
        rows=2,
    ),
    Action.SUPPLY: Wording("补充材料", "交给承办单位", most=2000, files=True),
    Action.RESUME: Wording("恢复办理", "恢复办理"),
    Action.CO_REPLY: Wording("回协办意见", "提交意见", most=2000, files=True),
    Action.COORDINATE: Wording(
        "需要协调", "请活动办会商", hint="卡在哪里、想请谁来。不用等到催办。", most=500, files=True
    ),
    Action.ARRANGE: Wording("会商答复", "提交答复", hint="定了什么、谁办、哪天前。", most=2000, files=True),
    Action.SUBMIT: Wording("办结申报", "提交申报", hint="做了什么、结果如何、怎么答复企业的。", rows=4, files=True),
    Action.PASS_REVIEW: Wording("审核通过，转企业评价", "通过，请企业评价", "审核意见", most=500, rows=2),
    Action.SHELVE: Wording("审核挂账", "挂账，跟到兑现", "审核意见", most=500, rows=2),
    Action.RETURN_REVIEW: Wording("审核退回", "退回重办", "缺什么", hint="原来的办结期限接着算。", most=500, rows=2),
    Action.CALL_BACK: Wording("差评回访", "记录回访", hint="和谁通的话、哪里不满意、怎么重办。", most=500),
    Action.REOPEN: Wording("重新打开", "重新打开", hint="问题又出现了，或者没有真解决，写几句就行。", most=1000),
    Action.URGE: Wording("催办", "签发催办单", hint="已过期的步骤会自动列在单上。", most=1000),
    Action.ANSWER_URGE: Wording(
        "答复催办", "提交答复", hint="原因和下一步；补做了漏掉的步骤，催办也就满足了。", most=2000, files=True
    ),
    Action.DRAFT_INQUIRY: Wording(
        "拟问效建议单", "拟稿，送主任", "事实", hint="主任同意、分管领导批准后才签发。", most=4000, rows=4
    ),
    Action.APPROVE_INQUIRY_OFFICE: Wording("主任同意问效", "同意，送分管领导"),
    Action.APPROVE_INQUIRY_LEADER: Wording("批准问效", "批准并签发问效建议单"),
    Action.DROP_INQUIRY: Wording("不予问效", "不予问效", "为什么不问效", most=200),
    Action.ANSWER_INQUIRY: Wording(
        "问效书面说明", "提交书面说明", hint="逾期原因、已采取的措施、何时办成。", rows=5, files=True
    ),
    Action.RECORD_FINDING: Wording("认定与处理", "记录认定", rows=4, files=True),
    Action.INSTRUCT: Wording("批示", "批示", hint="承办单位和活动办会收到，企业看不到；跟到有答复为止。", most=1000),
    Action.ANSWER_INSTRUCTION: Wording("报批示办理情况", "报给领导", most=2000, rows=4, files=True),
    Action.VOID_TICKET: Wording(
        "作废单据",
        "作废这张单",
        "作废原因",
        hint="编号保留、不再使用；作废交办单会收回这件事，重新交办。",
        most=200,
        rows=2,
    ),
    Action.MARK_GAP: Wording(
        "认定卡在政策上", "认定", hint="哪份文件、哪一条，或缺什么规定；专项工作小组据此提政策建议。", most=500, rows=2
    ),
    Action.RECORD_ARREARS: Wording(
        "登记欠款", "登记", "说明", hint="登记过的可以更正，写明为什么改。", most=300, rows=2
    ),
    Action.RECORD_RECOVERY: Wording(
        "登记回款", "记这一笔", "说明", hint="怎么付的、是不是抵账。记错了可以作废重记。", most=300, rows=2, files=True
    ),
}
ONE_CLICK = frozenset({Action.SIGN, Action.ACCEPT, Action.RESUME})


def wording(action):
    """一个动作的说法；内外有别写在提示里，人先知道谁会看到。"""
    said = _SAID.get(action) or Wording(action.label, action.label)
    if TRANSITIONS[action].needs_note and not said.note:
        said = Wording(
            said.title, said.button, NOTE_NAMES.get(action, "理由"), said.hint, said.most, said.rows, said.files
        )
    return said


def audience_hint(action):
    """这段话谁看得到。"""
    return "只在办理单位之间流转，企业看不到。" if action in INTERNAL else "企业会看到这段话。"
