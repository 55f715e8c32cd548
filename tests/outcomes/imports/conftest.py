"""Keys and measures of each test in a folder of its own."""

import pytest

from outcomes.instruments import INSTRUMENTS


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """Keep key files and local measures apart from every other test's."""
    settings.LINK_KEYS = tmp_path / "link-keys"
    settings.LOCAL_INSTRUMENTS = tmp_path / "instruments"
    before = set(INSTRUMENTS)
    yield
    for slug in set(INSTRUMENTS) - before:
        del INSTRUMENTS[slug]
