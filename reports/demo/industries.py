"""Industries (GB/T 4754-2017), the 11 chains, 8 clusters and tags of the first deployment (R-11)."""

from functools import cache

from reports.demo.seeds import IndustrySeed

CHAINS: dict[str, str] = {
    "GRID": "智能电力装备",
    "NEV": "新能源及网联汽车零部件",
    "SIC": "硅碳新材料",
    "DIAMOND": "超硬材料及制品",
    "RECYCLE": "再生金属及制品",
    "ICT": "新一代信息技术",
    "BIO": "生物医药",
    "GREEN": "节能环保装备",
    "HAIR": "发制品",
    "FOOD": "绿色食品",
    "MACHINE": "高端装备制造",
}
CLUSTERS: dict[str, str] = {
    "C-GRID": "电力装备产业集群",
    "C-METAL": "再生金属产业集群",
    "C-HAIR": "发制品产业集群",
    "C-DIAMOND": "超硬材料产业集群",
    "C-CERAMIC": "陶瓷产业集群",
    "C-FOOD": "食品冷链产业集群",
    "C-FLOWER": "花木产业集群",
    "C-CAST": "精密铸造产业集群",
}
TAGS: dict[str, str] = {
    "HIGH_TECH": "高新技术",
    "SRDI": "专精特新",
    "LITTLE_GIANT": "小巨人",
    "GREEN_PLANT": "绿色工厂",
    "LISTED": "上市",
    "LISTING_RESERVE": "上市后备",
    "TECH_SME": "科技型中小企业",
    "SMART_PLANT": "智能工厂",
    "EXPORTER": "外贸出口",
    "CHAMPION": "单项冠军",
}
WHITELIST_LEVELS: dict[str, str] = {"PROVINCE": "省级", "CITY": "市级", "COUNTY": "县级"}
# GB/T 4754 class, its name, trade words of firms' names, sector of the texts, chain, cluster
_ROWS = (
    ("C3484", "机械零部件加工", "机械 精密机械 机械配件", "MACHINE", "MACHINE", ""),
    ("C3435", "电梯、自动扶梯及升降机制造", "电梯部件 升降设备", "MACHINE", "MACHINE", ""),
    ("C3515", "建筑材料生产专用机械制造", "重工 建材机械", "MACHINE", "MACHINE", ""),
    ("C3572", "机械化农业及园艺机具制造", "农业装备 农机", "MACHINE", "MACHINE", ""),
    ("C3391", "黑色金属铸造", "精铸 铸造 铸业", "CAST", "MACHINE", "C-CAST"),
    ("C3670", "汽车零部件及配件制造", "汽车零部件 汽配 传动部件", "AUTO", "NEV", ""),
    ("C3841", "锂离子电池制造", "新能源 储能科技", "AUTO", "NEV", ""),
    ("C3821", "变压器、整流器和电感器制造", "变压器 电气设备 电气", "GRID", "GRID", "C-GRID"),
    ("C3823", "配电开关控制设备制造", "开关设备 智能电气 电力科技", "GRID", "GRID", "C-GRID"),
    ("C3831", "电线、电缆制造", "电缆 线缆", "GRID", "GRID", "C-GRID"),
    ("C4119", "其他日用杂品制造", "发制品 发饰 假发工艺", "HAIR", "HAIR", "C-HAIR"),
    ("C3074", "日用陶瓷制品制造", "陶瓷 瓷业", "CERAMIC", "", "C-CERAMIC"),
    ("C3075", "陈设艺术陶瓷制造", "钧瓷 钧瓷文化", "CERAMIC", "", "C-CERAMIC"),
    ("C3099", "其他非金属矿物制品制造", "超硬材料 磨料磨具 金刚石制品", "DIAMOND", "DIAMOND", "C-DIAMOND"),
    ("C3985", "电子专用材料制造", "硅材料 碳材料", "SILICON", "SIC", ""),
    ("C3252", "铝压延加工", "铝业 铝材", "METAL", "RECYCLE", "C-METAL"),
    ("C4210", "金属废料和碎屑加工处理", "再生资源 再生金属", "METAL", "RECYCLE", "C-METAL"),
    ("C3130", "钢压延加工", "不锈钢制品 金属制品", "METAL", "RECYCLE", "C-METAL"),
    ("C3591", "环境保护专用设备制造", "环保设备 环保科技", "GREEN", "GREEN", ""),
    ("C3463", "气体、液体分离及纯净设备制造", "净化设备 过滤设备", "GREEN", "GREEN", ""),
    ("C1431", "米、面制品制造", "面业 粮油食品", "FOOD", "FOOD", "C-FOOD"),
    ("C1392", "豆制品制造", "豆制品 食品", "FOOD", "FOOD", "C-FOOD"),
    ("C1432", "速冻食品制造", "速冻食品 冷鲜食品", "FOOD", "FOOD", "C-FOOD"),
    ("C1353", "肉制品及副产品加工", "肉制品 食品科技", "FOOD", "FOOD", "C-FOOD"),
    ("C1499", "其他未列明食品制造", "蜂业 蜂产品", "HONEY", "FOOD", "C-FOOD"),
    ("C2770", "卫生材料及医药用品制造", "卫生材料 医用制品", "BIO", "BIO", ""),
    ("C2730", "中药饮片加工", "中药饮片 药业", "BIO", "BIO", ""),
    ("C2761", "生物药品制造", "生物科技 生物制品", "BIO", "BIO", ""),
    ("C3912", "计算机零部件制造", "电子 电子科技", "ICT", "ICT", ""),
    ("I6513", "应用软件开发", "信息技术 软件", "ICT", "ICT", ""),
    ("C1711", "棉纺纱加工", "纺织 棉纺", "TEXTILE", "", ""),
    ("C1819", "其他机织服装制造", "服饰 制衣", "TEXTILE", "", ""),
    ("C2231", "纸和纸板容器制造", "包装 纸业", "PACK", "", ""),
    ("C2926", "塑料包装箱及容器制造", "塑业 塑料制品", "PACK", "", ""),
    ("C3022", "砼结构构件制造", "建材 新型建材", "BUILD", "", ""),
    ("C3034", "隔热和隔音材料制造", "保温材料 节能建材", "BUILD", "GREEN", ""),
    ("C2110", "木质家具制造", "家居 木业", "BUILD", "", ""),
    ("A0143", "花卉种植", "园艺 花木 苗木", "FLOWER", "", "C-FLOWER"),
    ("G5432", "冷藏车道路运输", "冷链物流 冷链", "CARGO", "FOOD", "C-FOOD"),
    ("G5431", "普通货物道路运输", "物流 供应链管理", "CARGO", "", ""),
)
# Where a trade is at home: a firm of these sectors is more likely to be drawn there.
HOME: dict[str, tuple[str, ...]] = {
    "411002": ("ICT", "TEXTILE", "PACK", "FOOD", "CARGO"),
    "411003": ("HAIR", "MACHINE", "GREEN", "GRID", "FOOD"),
    "411024": ("FLOWER", "FOOD", "BIO", "HONEY"),
    "411025": ("SILICON", "TEXTILE", "BUILD", "MACHINE"),
    "411081": ("CERAMIC", "BUILD", "MACHINE", "BIO", "CAST"),
    "411082": ("METAL", "CAST", "DIAMOND", "HONEY", "MACHINE", "BUILD"),
    "411000F1": ("GRID", "BIO", "ICT", "AUTO"),
    "411000F2": ("GRID", "AUTO", "HAIR", "GREEN"),
    "411000F3": ("ICT", "CARGO", "GRID"),
}


@cache
def industries() -> tuple[IndustrySeed, ...]:
    """One row per trade word; several share a GB/T 4754 class."""
    return tuple(
        IndustrySeed(code, name, trade, sector, chain, cluster)
        for code, name, trades, sector, chain, cluster in _ROWS
        for trade in trades.split(" ")
    )
