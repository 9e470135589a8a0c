"""Pinyin initials for search: 许昌沅砥 → xcyd. Place names and surnames with a reading of their own come first."""

from functools import cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# Read otherwise in the names of places and families than in running text.
load_phrases_dict(
    {
        "长葛": [["cháng"], ["gě"]],
        "鄢陵": [["yān"], ["líng"]],
        "禹州": [["yǔ"], ["zhōu"]],
        "魏都": [["wèi"], ["dū"]],
        "莲城": [["lián"], ["chéng"]],
        "长垣": [["cháng"], ["yuán"]],
        "单氏": [["shàn"], ["shì"]],
        "重工": [["zhòng"], ["gōng"]],
        "银行": [["yín"], ["háng"]],
        "行业": [["háng"], ["yè"]],
    }
)
LONGEST = 100


def initials(name: str) -> str:
    """First letters, small; Latin letters and digits stay, signs go."""
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return "".join(sign for sign in letters.lower() if sign.isalnum())[:LONGEST]


def sounds(text: str) -> str:
    """How a text sounds, for comparing only: sign by sign, without tones. 远大 and 沅达 differ, 远大 and 原大 do not."""
    return " ".join(map(_sound, text))


@cache
def _sound(sign: str) -> str:
    return "".join(lazy_pinyin(sign))
