"""`story`：见 people.py。"""

import pytest

from tests.flows.people import Story


@pytest.fixture
def story(city):
    told = Story(city)
    told.now("2026-11-23 10:00")
    yield told
    told.stop()
