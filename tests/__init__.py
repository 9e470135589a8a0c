"""The suite: mirrors the source; see tests/conftest.py for what every test may use."""
