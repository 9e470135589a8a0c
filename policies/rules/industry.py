"""行业代码（GB/T 4754-2017）：门类字母由前两位大类得出，写没写字母都是同一个代码。纯函数。"""

import re

# The letter of a section and the first and last division under it.
SECTIONS = (
    ("A", 1, 5), ("B", 6, 12), ("C", 13, 43), ("D", 44, 46), ("E", 47, 50), ("F", 51, 52), ("G", 53, 60), ("H", 61, 62),
    ("I", 63, 65), ("J", 66, 69), ("K", 70, 70), ("L", 71, 72), ("M", 73, 75), ("N", 76, 79), ("O", 80, 82), ("P", 83, 83),
    ("Q", 84, 85), ("R", 86, 90), ("S", 91, 96), ("T", 97, 97),
)  # fmt: skip
SHAPE = re.compile(r"([A-Z]?)(\d{0,4})")
DIVISION = 2


def canonical(code: str) -> str:
    """“3525”“c3525” 都是 C3525；没有这样的门类、大类，或字母对不上，给空串。"""
    found = SHAPE.fullmatch(code.strip().upper())
    if found is None:
        return ""
    letter, digits = found.groups()
    if not digits:
        return letter if any(letter == section for section, _, _ in SECTIONS) else ""
    if len(digits) < DIVISION:
        return ""
    division = int(digits[:DIVISION])
    section = next((each for each, first, last in SECTIONS if first <= division <= last), "")
    return section + digits if section and letter in {"", section} else ""
