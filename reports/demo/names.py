"""Fictional people and firms of the demo city: deterministic by seed, no person or firm of these names is meant."""

from collections.abc import Iterator
from random import Random

from reports.demo.credit_codes import credit_code
from reports.demo.industries import HOME, industries
from reports.demo.registry import regions
from reports.demo.seeds import EnterpriseSeed, IndustrySeed, PersonSeed, RegionSeed

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN_FIRST = "晓佳宇文海建志国永春秋明玉新振立思子雨嘉浩俊雅静慧丽红卫学广庆书德兴长荣世光瑞景润若亦承景昭启"
GIVEN_SECOND = "彤宁涛敏峰勇杰娟霞鹏辉斌博洋琳瑶萍超凯磊亮强莹雪燕森昊泽轩阳航鑫梅兰英良平军波华林生民田清和松毅"
# Well-known people a combination could hit by chance.
FAMOUS = frozenset(
    [
        "王思聪",
        "王建平",
        "李晓峰",
        "张国荣",
        "张学友",
        "刘德华",
        "李嘉诚",
        "李兰娟",
        "李永波",
        "张亮",
        "雷军",
        "杨洋",
        "黄晓明",
        "周杰",
        "高晓松",
        "马东",
        "林丹",
        "何洁",
        "任建新",
        "李建华",
        "张海迪",
        "王国平",
        "陈佳洁",
        "胡海峰",
        "唐嫣",
        "陈思诚",
        "郭晓东",
        "于海洋",
        "王志文",
        "孙海平",
        "李宁",
        "李娜",
        "杨幂",
        "张杰",
        "王涛",
        "王军",
        "高峰",
        "张宁",
        "李明",
        "王浩",
        "王宁",
        "李强",
        "李鹏",
        "张平",
        "王勇",
        "李博",
        "王博",
        "马凯",
    ]
)
BRAND_FIRST = "钧澄绮沐锐云拓禾北青砚栖朔鹭璟霁苒珩翊昀翎禛莘筱漪潆沄湛泓汐渝潞颢旻晟曜焕炜烁熠琮琅珞瑄瓴砺硕穗蘅葳蓝"
BRAND_SECOND = "岚源川泽岫屿澜沐砺朗恺赫隽宸桦枫桐槿榆樾沅沚洛浔淇淳渊湄溪滢漠潭澍瀚煦珂琢璞甫畅皓笙筠翰芮苑茗荻菁萱"
BRAND_TAIL = "屿禾川源岚"
# Brand words real firms of the region are known by; a fictional one must not contain them.
REAL_BRANDS = frozenset(
    [
        "许继",
        "森源",
        "瑞贝卡",
        "众品",
        "黄河",
        "旋风",
        "胖东来",
        "大张",
        "远东",
        "首山",
        "西继",
        "迅达",
        "天瑞",
        "世纪",
        "龙正",
        "奔马",
        "施普",
        "金汇",
        "平煤",
        "四达",
        "宏伟",
        "万里",
        "豪丰",
        "北方",
        "德威",
        "湖波",
        "同心",
        "锦源",
        "云海",
        "青川",
        "北辰",
        "澄湖",
        "蓝思",
        "蓝海",
        "云南",
        "青海",
        "青岛",
        "北京",
        "四川",
        "青苑",
        "云溪",
        "云岚",
    ]
)
TITLES = ("总经理", "副总经理", "办公室主任", "财务负责人", "厂长", "行政部经理", "生产部经理", "综合部主任")
ROADS = ("规划一路", "规划三路", "创业大道", "兴园路", "腾飞路", "工业二路", "产业大道", "科创路", "丰产路", "新兴路")
PARKS = ("先进制造业开发区", "产业园东区", "产业园西区", "创业孵化园", "中小企业园", "循环经济园", "民营经济园")
PHONE_SPACE = 50_000


def people(rng: Random) -> Iterator[PersonSeed]:
    """Endless fictional people; names and numbers do not repeat within the first 20,000."""
    seen: set[str] = set()
    for index in range(10**9):
        name = _person(rng)
        for _ in range(50):
            if name not in seen:
                break
            name = _person(rng)
        seen.add(name)
        yield PersonSeed(name, phone(index, pool=1))


def phone(index: int, *, pool: int = 0) -> str:
    """A mobile number out of 1990000… / 1660000…, well-formed and given to nobody; pools never meet."""
    number = (index * 7919 + 1_303) % PHONE_SPACE
    return f"{'199' if index % 3 else '166'}000{number + pool * PHONE_SPACE:05d}"


def enterprises(seed: int, count: int) -> Iterator[EnterpriseSeed]:
    """`count` distinct firms spread over the regions by weight and over the trades that are at home there."""
    rng = Random(seed)
    brands = _brands(rng)
    areas = tuple(region for region in regions() if region.weight)
    weights = tuple(region.weight for region in areas)
    trades = industries()
    local = {region.code: tuple(t for t in trades if t.sector in HOME[region.code]) for region in areas}
    for index in range(count):
        region = rng.choices(areas, weights)[0]
        pool = local[region.code] if rng.random() < 0.62 else trades
        yield _enterprise(rng, index, seed=seed, brand=next(brands), place=(region, rng.choice(pool)))


def _enterprise(
    rng: Random,
    index: int,
    *,
    seed: int,
    brand: str,
    place: tuple[RegionSeed, IndustrySeed],
) -> EnterpriseSeed:
    region, trade = place
    county = "许昌" if region.is_functional_zone or region.code in {"411002", "411003"} else region.short_name
    is_large = rng.random() < 0.34
    return EnterpriseSeed(
        name=f"{county}{brand}{trade.trade}有限公司",
        short_name=f"{brand}{trade.trade}",
        code=credit_code(index, region.territory_code, seed=seed),
        region_code=region.code,
        address=f"{region.name}{rng.choice(PARKS)}{rng.choice(ROADS)}{rng.randint(3, 299)}号",
        industry=trade.code,
        industry_name=trade.name,
        sector=trade.sector,
        chain=trade.chain,
        cluster=trade.cluster,
        is_large=is_large,
        tags=_tags(rng, is_large=is_large),
        whitelist_level=_whitelist(rng, is_large=is_large),
        contact_name=_person(rng),
        contact_title=rng.choice(TITLES),
        phone=phone(index),
    )


def _tags(rng: Random, *, is_large: bool) -> tuple[str, ...]:
    chances = (
        ("HIGH_TECH", 0.28, 0.06),
        ("SRDI", 0.18, 0.03),
        ("LITTLE_GIANT", 0.02, 0.0),
        ("GREEN_PLANT", 0.07, 0.0),
        ("LISTED", 0.003, 0.0),
        ("LISTING_RESERVE", 0.04, 0.0),
        ("TECH_SME", 0.2, 0.15),
        ("SMART_PLANT", 0.05, 0.0),
        ("EXPORTER", 0.14, 0.06),
        ("CHAMPION", 0.008, 0.0),
    )
    return tuple(tag for tag, large, small in chances if rng.random() < (large if is_large else small))


def _whitelist(rng: Random, *, is_large: bool) -> str:
    draw = rng.random() * (1 if is_large else 4)
    return "PROVINCE" if draw < 0.05 else "CITY" if draw < 0.2 else "COUNTY" if draw < 0.4 else ""


def _brands(rng: Random) -> Iterator[str]:
    """Every two-character brand once, then with a third character."""
    pairs = [a + b for a in BRAND_FIRST for b in BRAND_SECOND if a != b and a + b not in REAL_BRANDS]
    rng.shuffle(pairs)
    split = len(pairs) * 9 // 10
    yield from pairs[:split]
    yield from (pair + tail for tail in BRAND_TAIL for pair in pairs if pair[-1] != tail and tail != pair[0])


def _person(rng: Random) -> str:
    while True:
        surname = SURNAMES[int(rng.random() ** 1.6 * len(SURNAMES))]
        first = rng.choice(GIVEN_FIRST) if rng.random() < 0.86 else ""
        second = rng.choice(GIVEN_SECOND)
        if first != second and surname + first + second not in FAMOUS:
            return surname + first + second
