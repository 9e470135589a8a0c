"""The two-level category tree of the first deployment (R-22), each leaf with the unit to suggest as lead."""

from functools import cache

from reports.demo.seeds import CategorySeed, SubCategorySeed

# code: (name, task force, share of problems in percent, leaves as "code 名称 unit 关键词、…")
_TREE: dict[str, tuple[str, str, int, tuple[str, ...]]] = {
    "FINANCE": ("融资金融", "TF-FINANCE", 13, (
        "RENEW 续贷转贷 DEPT-FIN 续贷、转贷、到期、过桥",
        "NEW 新增贷款 DEPT-FIN 贷款、授信、流动资金、额度",
        "GUARANTEE 担保增信 FIN-GUARANTEE 担保、抵押、反担保、评估",
        "COST 融资成本 DEPT-FIN 利率、利息、手续费、贴息",
        "CAPITAL 上市与股权 DEPT-FIN 上市、股权、基金、挂牌",
    )),
    "LAND": ("用地规划", "TF-FACTOR", 10, (
        "SUPPLY 项目用地供应 DEPT-NRP 用地、供地、土地指标、边角地",
        "PLANNING 规划调整与许可 DEPT-NRP 规划、用地性质、容积率、规划许可",
        "TITLE 不动产登记 DEPT-NRP 不动产证、土地证、分割、登记",
        "CONSTRUCT 厂房建设手续 DEPT-HURD 施工许可、厂房、竣工验收、扩建",
        "RENT 租赁与搬迁 DEPT-SASAC 标准厂房、租赁、搬迁、腾退",
    )),
    "FACTOR": ("要素保障", "TF-FACTOR", 12, (
        "POWER 用电 UTIL-POWER 用电、容量、变压器、停电、电压",
        "WATER 用水 UTIL-WATER 用水、水压、供水、水质",
        "GAS 用气 UTIL-GAS 天然气、气量、气压、气价",
        "HEAT 供热蒸汽 UTIL-HEAT 蒸汽、供热、热网",
        "TELECOM 通信网络 UTIL-TELECOM 网络、专线、信号、光缆",
    )),
    "LABOUR": ("用工人才", "TF-INDUSTRY", 10, (
        "RECRUIT 招工 DEPT-HRSS 招工、缺工、用工、招聘",
        "TRAIN 技能培训 DEPT-HRSS 培训、技能、证书、学徒",
        "TALENT 人才引进 DEPT-HRSS 人才、工程师、补贴、职称",
        "DORM 职工住房 DEPT-HURD 公寓、宿舍、住房、公租房",
        "SCHOOL 子女入学 DEPT-EDU 入学、学位、子女、幼儿园",
        "INSURE 社保与工伤 DEPT-HRSS 社保、工伤、缴费、认定",
    )),
    "APPROVAL": ("行政审批", "TF-INDUSTRY", 8, (
        "LICENCE 许可证照 DEPT-ADM 许可证、延续、换证、现场核查",
        "PROJECT 项目审批 DEPT-DRC 备案、能评、联审、立项",
        "FIRE 消防验收 DEPT-HURD 消防、验收、图审、整改",
        "REGISTER 登记变更注销 DEPT-SAMR 登记、变更、注销、地址",
        "ONLINE 线上办理 DEPT-ADM 系统、平台、上传、网办",
    )),
    "POLICY": ("政策兑现", "TF-INDUSTRY", 9, (
        "SUBSIDY 奖补资金 DEPT-FB 奖补、补贴、到账、拨付",
        "TAX 税费优惠 DEPT-TAX 退税、税收、加计扣除、发票",
        "QUALIFY 资质认定 DEPT-MIIT 认定、申报、专精特新、入库",
        "EXPLAIN 政策解读 DEPT-MIIT 政策、解读、条件、口径",
        "PROMISE 招商承诺 DEPT-COM 招商、协议、承诺、兑现",
    )),
    "MARKET": ("市场产销", "TF-INDUSTRY", 5, (
        "SALES 产品销路 DEPT-MIIT 销路、订单、库存、对接",
        "EXPORT 外贸出口 DEPT-COM 出口、外贸、展会、报关",
        "SUPPLY 原料供应 DEPT-MIIT 原料、涨价、断供、采购",
        "PROCURE 政府与国企采购 DEPT-FB 采购、招标、投标、门槛",
        "BRAND 品牌与标准 DEPT-SAMR 品牌、标准、检测、商标",
    )),
    "LOGISTICS": ("物流交通", "TF-FACTOR", 6, (
        "PERMIT 货车通行 DEPT-PSB 货车、限行、通行证、禁行",
        "FREIGHT 运力运价 DEPT-TRANS 运费、运力、物流、冷链",
        "BUS 公交通勤 DEPT-TRANS 公交、通勤、班车、夜班",
        "RAIL 铁路与口岸 DEPT-TRANS 铁路、专用线、班列、集装箱",
    )),
    "TECH": ("科技创新", "TF-INDUSTRY", 4, (
        "PLATFORM 研发平台 DEPT-SCI 研发、平台、中心、实验室",
        "DIGITAL 数字化改造 DEPT-MIIT 数字化、智能、改造、系统",
        "PATENT 知识产权 DEPT-SAMR 专利、侵权、商标、质押",
        "COOP 产学研合作 DEPT-SCI 高校、合作、成果、专家",
    )),
    "ENV": ("环保安全", "TF-FACTOR", 6, (
        "EIA 环评与排污许可 DEPT-ECO 环评、排污许可、批复、变更",
        "CONTROL 管控与绩效分级 DEPT-ECO 管控、停产、绩效、分级",
        "WASTE 固废危废 DEPT-ECO 危废、固废、处置、转运",
        "SAFETY 安全生产 DEPT-EM 安全、隐患、评价、防爆",
    )),
    "INFRA": ("基础设施与园区", "TF-FACTOR", 7, (
        "ROAD 园区道路 DEPT-HURD 断头路、道路、坑洼、通车",
        "DRAIN 排水与污水 DEPT-UM 积水、排水、污水、管网",
        "LIGHT 路灯与环卫 DEPT-UM 路灯、垃圾、绿化、监控",
        "PARK 园区配套 DEPT-DRC 食堂、停车、园区、配套",
    )),
    "ARREARS": ("账款清欠", "TF-INDUSTRY", 5, (
        "GOV 机关事业单位欠款 DEPT-MIIT 欠款、工程款、财政、结算",
        "SOE 国有企业欠款 DEPT-SASAC 国企、货款、拖欠、结算",
        "FIRM 企业间欠款 DEPT-MIIT 货款、账期、催收、尾款",
        "DEPOSIT 保证金与质保金 DEPT-HURD 保证金、质保金、退还、到期",
    )),
    "INSPECTION": ("执法检查与营商环境", "TF-INDUSTRY", 4, (
        "REPEAT 多头检查 DEPT-JUS 检查、多头、重复、频次",
        "PENALTY 处罚与裁量 DEPT-JUS 处罚、罚款、裁量、整改",
        "FEE 涉企收费 DEPT-SAMR 收费、中介、摊派、协会",
        "CREDIT 信用修复 DEPT-DRC 信用、修复、公示、异常",
        "SERVICE 作风与服务 DEPT-ADM 推诿、态度、窗口、拖延",
    )),
    "LEGAL": ("涉法涉诉", "TF-LEGAL", 3, (
        "ENFORCE 执行 DEPT-COURT 执行、判决、被执行人、财产",
        "LAWSUIT 诉讼审理 DEPT-COURT 立案、开庭、鉴定、审理",
        "PRESERVE 查封与保全 DEPT-COURT 查封、冻结、保全、账户",
        "POLICE 报案与侦办 DEPT-PSB 报案、诈骗、盗窃、立案",
    )),
    "OTHER": ("其他", "TF-INDUSTRY", 3, (
        "AGRI 农业与农产品 DEPT-AGR 农产品、基地、农机、仓储",
        "CULTURE 文旅与会展 DEPT-CUL 文旅、研学、展览、非遗",
        "HEALTH 卫生与医保 DEPT-HEALTH 体检、医保、职业健康、卫生",
        "WATERWAY 水利与防汛 DEPT-WAT 河道、取水、防汛、沟渠",
        "MISC 综合事项 CITY-OFFICE 协调、统计、征迁、邻里",
    )),
}  # fmt: skip


@cache
def categories() -> tuple[CategorySeed, ...]:
    """All fifteen categories in the order of R-22; `weight` shares the demo problems out."""
    return tuple(
        CategorySeed(code, name, force, weight, tuple(_leaf(code, row) for row in rows))
        for code, (name, force, weight, rows) in _TREE.items()
    )


@cache
def sub_categories() -> dict[str, SubCategorySeed]:
    """Every leaf by its code, like FINANCE.RENEW."""
    return {leaf.code: leaf for category in categories() for leaf in category.children}


def _leaf(parent: str, row: str) -> SubCategorySeed:
    code, name, unit, words = row.split(" ")
    return SubCategorySeed(f"{parent}.{code}", name, unit, tuple(words.split("、")))
