from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command

from registry import sealed_dates
from registry.access import Role
from registry.errors import Refused
from registry.models import Event, SealedIndexDate
from tests import factories

DAY_ZERO = date(2024, 2, 29)


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.INDEX_DATE_KEYS = tmp_path / "keys"


@pytest.fixture
def sealed(db):
    person = factories.participant(site=factories.site("north"))
    sealed_dates.seal(person, DAY_ZERO)
    return person


def test_the_sites_coordinator_reads_the_date(sealed):
    cora = factories.member("cora", Role.COORDINATOR, site=sealed.site)
    assert sealed_dates.open_dates([sealed.pk], by=cora) == {sealed.pk: DAY_ZERO}


@pytest.mark.parametrize("role", [Role.MONITOR, Role.INVESTIGATOR, Role.ADMIN])
def test_no_other_role_reads_it(sealed, role):
    other = factories.member("other", role, site=sealed.site)
    assert sealed_dates.open_dates([sealed.pk], by=other) == {}


def test_another_sites_coordinator_does_not_read_it(sealed):
    sam = factories.member("sam", Role.COORDINATOR, site=factories.site("south"))
    assert sealed_dates.open_dates([sealed.pk], by=sam) == {}


def test_the_date_is_nowhere_in_clear(sealed):
    stored = bytes(SealedIndexDate.objects.get().ciphertext)
    assert b"2024" not in stored
    trail = " ".join(f"{event.old} {event.new}" for event in Event.objects.all())
    assert "2024-02-29" not in trail
    assert stored.hex() not in trail.lower()


def test_two_people_of_one_day_look_different(sealed):
    twin = factories.participant(site=sealed.site)
    sealed_dates.seal_many([(twin, DAY_ZERO)])
    stored = {bytes(row.ciphertext) for row in SealedIndexDate.objects.all()}
    assert len(stored) == 2


def test_a_date_moved_to_another_person_does_not_open(sealed):
    other = factories.participant(site=sealed.site)
    ciphertext = SealedIndexDate.objects.get().ciphertext
    SealedIndexDate.objects.create(participant=other, ciphertext=ciphertext)
    cora = factories.member("cora", Role.COORDINATOR, site=sealed.site)
    with pytest.raises(Refused, match=other.study_id):
        sealed_dates.open_dates([other.pk], by=cora)


def test_a_wrong_key_is_said_in_a_sentence(sealed):
    (settings.INDEX_DATE_KEYS / "north.key").write_bytes(bytes(32))
    cora = factories.member("cora", Role.COORDINATOR, site=sealed.site)
    with pytest.raises(Refused, match="INDEX_DATE_KEYS"):
        sealed_dates.open_dates([sealed.pk], by=cora)


def test_the_key_is_its_owners_alone(sealed):
    assert (settings.INDEX_DATE_KEYS / "north.key").stat().st_mode & 0o777 == 0o600


def test_destroying_takes_rows_and_key_of_one_site_and_is_audited(sealed):
    elsewhere = factories.participant(site=factories.site("south"))
    sealed_dates.seal(elsewhere, DAY_ZERO)
    call_command("destroy_index_dates", "north", "--yes")
    assert [row.pk for row in SealedIndexDate.objects.all()] == [elsewhere.pk]
    assert not (settings.INDEX_DATE_KEYS / "north.key").exists()
    event = Event.objects.filter(action="delete").get()
    assert event.table == SealedIndexDate._meta.db_table
    assert "destroy_index_dates" in event.through


def test_a_row_brought_back_from_a_backup_stays_shut(sealed):
    kept = bytes(SealedIndexDate.objects.get().ciphertext)
    sealed_dates.destroy(sealed.site)
    SealedIndexDate.objects.create(participant=sealed, ciphertext=kept)
    cora = factories.member("cora", Role.COORDINATOR, site=sealed.site)
    assert sealed_dates.open_dates([sealed.pk], by=cora) == {}
