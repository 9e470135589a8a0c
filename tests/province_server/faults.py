"""按吩咐出错：写在一个 JSON 文件里的几个比例，每次请求读一遍；掷骰子的种子也在里面。

delay 慢（秒）　error 没做就答 500　lost 做了，不答就断　wrong 做了，签得不对　garbage 做了，答一堆乱码
replay 做了，过后网络把同一个请求再投一次　down 一律断开　skew 服务器的钟快几秒
late 不答就断，过 late_for 秒才做：那时同一步已经再报过，后面几步也到了　slow 过 slow_for 秒才做、才答，对方早不等了
moved 让转到别处　page 没做就答 200 和一页没有签名的网页　huge 答得没有尽头
"""

import json
import random
from pathlib import Path

RATES = ("error", "lost", "wrong", "garbage", "replay", "late", "slow", "moved", "page", "huge")


class Faults:
    """吩咐在 `path`；没有文件就不出错。"""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rng = random.Random(20261123)

    def said(self):
        try:
            return json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return {}

    def draw(self) -> tuple[str, dict]:
        """这一次出哪一种错，""是不出。"""
        said = self.said()
        if said.get("down"):
            return "down", said
        dice = self.rng.random()
        for name in RATES:
            dice -= said.get(name, 0)
            if dice < 0:
                return name, said
        return "", said
