"""统一社会信用代码 for fictional firms (R-10): every check character holds, and no real firm carries one.

The organisation code is drawn from the range MY000000 – MYYYYYYY, which the registry has not given out.
"""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997
BASE = len(ALPHABET)
SPACE = BASE**6
STRIDE = 611_953_033  # coprime to 31, so index → code never repeats within SPACE


def credit_code(index: int, region_code: str, *, seed: int = 0) -> str:
    """The `index`-th fictional code of a six-digit region (deterministic, distinct below 31⁶ indices)."""
    number = (index * STRIDE + seed * 7919 + 104_729) % SPACE
    letters = []
    for _ in range(6):
        number, digit = divmod(number, BASE)
        letters.append(ALPHABET[digit])
    organisation = "MY" + "".join(letters)
    body = f"91{region_code}{organisation}{organisation_check(organisation)}"
    return body + check_character(body)


def check_character(body: str) -> str:
    """The 18th character: 31 minus the weighted sum of the first 17, modulo 31."""
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % BASE]


def organisation_check(organisation: str) -> str:
    """The check character of an eight-character organisation code, modulo 11 (10 is X)."""
    total = sum(int(letter, 36) * weight for letter, weight in zip(organisation, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
