"""领域文档里带 † 的默认值：这里是缺省，办公室改了就存 `Setting` 一行（R-13 – R-15、R-28、R-30、R-34）。"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Default:
    """一项可改的默认：缺省值、中文名、单位、依据。整数项给出上下限，选项项给出可选值。"""

    value: int | str
    label: str
    unit: str
    rule: str
    least: int = 0
    most: int = 999
    choices: tuple[str, ...] = ()


DEFAULTS: dict[str, Default] = {
    "case_prefix": Default("XC", "问题编号前缀", "", "§5"),
    "over_visit_units": Default(2, "7 天内最多几个单位走访同一企业即提醒", "个", "R-14", least=1, most=20),
    "over_visit_days": Default(7, "扰企提醒看几天", "天", "R-14", least=1, most=60),
    "over_visit_month": Default(4, "每月走访同一企业超过几次即提醒", "次", "R-14", least=1, most=60),
    "double_ten_shift": Default("FORWARD", "助企日遇休息日", "", "R-15", choices=("FORWARD", "BACK", "KEEP")),
    "contact_days_before": Default(3, "助企日前几个工作日起联系算数", "工作日", "R-15", most=10),
    "contact_days_after": Default(2, "助企日后几个工作日止联系算数", "工作日", "R-15", most=10),
    "duty_reminder_days": Default(2, "助企日前几个工作日提醒", "工作日", "R-15", most=10),
    "gap_list_days": Default(3, "助企日后几个工作日出未联系名单", "工作日", "R-15", most=10),
    "rating_total_least": Default(5, "评价满几件才给单位看合计", "件", "R-28", least=1, most=100),
    "ranking_objection_days": Default(2, "通报异议期几个工作日", "工作日", "R-52", least=1, most=20),
    "look_back_share": Default(20, "回头看：必看以外的抽多少", "%", "R-30", most=100),
    "look_back_first": Default(30, "回头看：销号后第一次看隔几天", "天", "R-30", least=7, most=180),
    "look_back_second": Default(90, "回头看：销号后第二次看隔几天", "天", "R-30", least=8, most=365),
    "look_back_days": Default(10, "回头看：到日子后几个工作日内看完", "工作日", "R-30", least=1, most=40),
    "look_back_most": Default(5, "回头看：活动办、督查每人手上满几件就分给别的单位干部", "件", "R-30", most=100),
    "instruction_days": Default(5, "批示没写期限的，几个工作日内报", "工作日", "R-55", least=1, most=60),
    "ledger_direct_most": Default(5000, "台账多少行以内直接下载，以上在后台做", "行", "R-54", least=100, most=20000),
    "export_keep_days": Default(7, "导出的台账文件保留几天", "天", "R-73", least=1, most=90),
    "agenda_most": Default(6, "例会议程每个缘由最多提几件", "件", "R-55", least=1, most=30),
    "meeting_project": Default("用地规划、要素保障、基础设施与园区、行政审批", "项目建设周例会看哪些类别", "", "R-55"),
    "meeting_investment": Default("政策兑现、市场产销、科技创新", "招商引资周例会看哪些类别", "", "R-55"),
    "similar_days": Default(90, "相似问题看几天内的", "天", "R-31", least=7, most=400),
    "issue_cases": Default(3, "相似的满几件提为共性问题", "件", "R-31", least=2, most=50),
    "issue_firms": Default(2, "来自几家以上企业才提", "家", "R-31", least=1, most=20),
    "issue_likeness": Default(45, "文字像到几成以上算相似", "%", "R-31", least=20, most=95),
    "message_hourly_most": Default(
        6, "站外消息：每小时最多给一个人发几条，多的并成一条", "条", "R-14", least=1, most=60
    ),
    "message_quiet_from": Default(22, "站外消息：晚上几点起不打扰", "点", "R-14", most=23),
    "message_quiet_to": Default(7, "站外消息：早上几点起可以发", "点", "R-14", most=23),
    "message_failures": Default(3, "站外消息：连着几次送不到就停用这个地址", "次", "R-70", least=1, most=20),
}
