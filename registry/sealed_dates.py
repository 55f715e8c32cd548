"""The index date: sealed, opened for coordinators alone, and destroyable.

Each date is encrypted (AES-256-GCM, NIST SP 800-38D) with a key of its site. The keys
are files in INDEX_DATE_KEYS, outside the database and outside its backups; to destroy a
site's dates is to delete the rows and the key, so that no backup can bring them back.
The study code is bound in, so that a ciphertext moved to another person does not open.
"""

import os
import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from registry.access import Permission, Person
from registry.errors import Refused
from registry.models import Participant, SealedIndexDate, Site

NONCE_BYTES = 12
KEY_BYTES = 32


def seal(participant: Participant, day_zero: date) -> SealedIndexDate:
    """Store the date of day 0 of one participant, encrypted; replace an earlier one."""
    sealed, _ = SealedIndexDate.objects.update_or_create(
        participant=participant,
        defaults={"ciphertext": _encrypt(participant, day_zero)},
    )
    return sealed


def seal_many(dates: Iterable[tuple[Participant, date]]) -> None:
    """Store the dates of many participants who have none yet."""
    SealedIndexDate.objects.bulk_create(
        (
            SealedIndexDate(participant=person, ciphertext=_encrypt(person, day))
            for person, day in dates
        ),
        batch_size=2_000,
    )


def open_dates(participants: Iterable[int], *, by: Person) -> dict[int, date]:
    """Return participant id -> date of day 0, of those that `by` may read.

    Only coordinators, and only of their own sites. A date that was destroyed, or whose
    key is gone, is left out: the record lives on in days.
    """
    readable = SealedIndexDate.objects.visible_to(by, Permission.READ_INDEX_DATE)
    rows = readable.filter(participant__in=participants).select_related(
        "participant__site"
    )
    opened = {row.pk: _decrypt(row) for row in rows}
    return {pk: day for pk, day in opened.items() if day is not None}


def destroy(site: Site) -> int:
    """Destroy every index date of a site, and its key; return how many there were.

    The key goes last: if it went first and the rows then failed to go, they would
    stay behind for ever as dates that nobody can open.
    """
    path = _key_path(site)
    with transaction.atomic():
        count, _ = SealedIndexDate.objects.filter(participant__site=site).delete()
    if path.exists():
        path.write_bytes(bytes(path.stat().st_size))
        path.unlink()
    return count


def _encrypt(participant: Participant, day_zero: date) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = day_zero.isoformat().encode()
    bound = participant.study_id.encode()
    return nonce + AESGCM(_key(participant.site)).encrypt(nonce, plain, bound)


def _decrypt(row: SealedIndexDate) -> date | None:
    path = _key_path(row.participant.site)
    if not path.exists():
        return None
    sealed = bytes(row.ciphertext)
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    bound = row.participant.study_id.encode()
    try:
        plain = AESGCM(path.read_bytes()).decrypt(nonce, body, bound)
    except (InvalidTag, ValueError) as error:
        raise Refused(
            f"The index date of {row.participant.study_id} does not open: the key in "
            f"INDEX_DATE_KEYS is not the one that sealed it, or the row was changed."
        ) from error
    return date.fromisoformat(plain.decode())


def _key_path(site: Site) -> Path:
    return Path(settings.INDEX_DATE_KEYS) / f"{site.code}.key"


def _key(site: Site) -> bytes:
    """Return the site's key; make it the first time, readable by its owner alone."""
    path = _key_path(site)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
