"""近似指纹（R-62）：改几个字还认得出，另写一份的不像。"""

from datetime import date
from random import Random

import pytest

from policies.rules.likeness import APART_MOST, Neighbours, alike, apart, bands, likeness, overlap, squeezed
from reports.demo.papers import papers

TODAY = date(2026, 11, 23)
BODIES = [squeezed(paper.body) for paper in papers(7, 200, today=TODAY)]


def retouched(text, rng, times=2):
    for _ in range(times):
        at = rng.randrange(len(text) - 2)
        text = f"{text[:at]}应当{text[at + 2 :]}"
    return text


def test_signs_blanks_and_widths_are_not_compared():
    assert squeezed("一、ＡＢＣ，  ８％\n给予 补助。") == squeezed("一abc8给予补助")
    assert likeness(squeezed("、".join(BODIES[0]))) == likeness(BODIES[0])


def test_a_retouched_text_is_found_and_said_to_be_alike():
    rng, known = Random(1), Neighbours()
    for key, body in enumerate(BODIES):
        known.add(key, likeness(body))
    found = 0
    for key, body in enumerate(BODIES):
        other = retouched(body, rng)
        near = known.near(likeness(other))
        found += alike(other, [(each, BODIES[each]) for each in near]) == key
    assert found >= 0.9 * len(BODIES)


def test_other_papers_are_not_alike():
    for at in range(0, 190, 10):
        assert alike(BODIES[at], list(enumerate(BODIES[at + 1 : at + 10]))) is None


def test_fingerprints_this_near_share_a_band():
    rng = Random(2)
    for _ in range(300):
        mark = rng.getrandbits(64)
        other = mark
        for bit in rng.sample(range(64), APART_MOST):
            other ^= 1 << bit
        assert apart(f"{mark:016x}", f"{other:016x}") == APART_MOST
        assert set(bands(mark)) & set(bands(other))


@pytest.mark.parametrize("text", ["", "短", "给予补助" * 10])
def test_short_texts_have_no_fingerprint_and_no_neighbours(text):
    known = Neighbours()
    known.add(1, likeness(text))
    assert (likeness(text), known.near("")) == ("", set())


def test_overlap_is_whole_for_the_same_and_none_for_strangers():
    assert overlap("给予补助", "给予补助") == 1
    assert overlap("给予补助", "另写一份") == 0
    assert len(likeness("字" * 300_000)) == 16
