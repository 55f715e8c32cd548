"""The cohort, sites and arms that a load goes into, found or about to be made."""

from dataclasses import dataclass, field

from django.db import models

from outcomes.imports.mapping import Mapping
from outcomes.models import LoadBatch
from outcomes.protocols import PROTOCOLS, Protocol
from registry.errors import Refused
from registry.models import Arm, Cohort, Participant, Site


@dataclass
class Place:
    """Where a load goes. What is not in the registry yet is unsaved, and in `new`."""

    cohort: Cohort
    sites: dict[str, Site] = field(default_factory=dict)
    arms: dict[str, Arm] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)

    @property
    def protocol(self) -> Protocol:
        """Return the protocol that the cohort runs."""
        return PROTOCOLS[self.cohort.protocol]

    def make(self) -> None:
        """Save what is new, and let the sites take part."""
        for row in (self.cohort, *self.sites.values(), *self.arms.values()):
            if row.pk is None:
                if isinstance(row, Arm):
                    row.cohort = self.cohort
                row.save()
        taking_part = set(self.cohort.sites.values_list("code", flat=True))
        joining = [site for code, site in self.sites.items() if code not in taking_part]
        if joining:
            self.cohort.sites.add(*joining)


def find_place(mapping: Mapping) -> Place:
    """Return where the mapping leads; Refused if it is not there and not to be made."""
    place = Place(_cohort(mapping))
    if place.cohort.pk is None:
        place.new.append(f"cohort {place.cohort.slug}")
    for code, name in mapping.site.named().items():
        place.sites[code] = _site(mapping, place, code, name)
    if mapping.arm:
        for code, label in mapping.arm.labels.items():
            place.arms[code] = _arm(mapping, place, code, label)
    return place


def refuse_lost_keys(place: Place, *, keys_are_there: bool) -> None:
    """Refuse a load whose key file is gone: it would enter everybody a second time."""
    if keys_are_there or place.cohort.pk is None:
        return
    sites = [site.pk for site in place.sites.values() if site.pk]
    loads = LoadBatch.objects.filter(cohort=place.cohort)
    people = Participant.objects.filter(cohort=place.cohort, site__in=sites)
    if loads.exists() and people.exists():
        batch = _last(loads)
        raise Refused(
            f"The cohort {place.cohort.slug} was loaded before (batch {batch}), and "
            "its key file is not there: without it the same people would be entered a "
            "second time. Put it back, or name it with --keys."
        )


def refuse_unknown_people(place: Place, file_digest: str) -> None:
    """Refuse new people from a file that was loaded before: the keys are others'."""
    if place.cohort.pk is None:
        return
    loads = LoadBatch.objects.filter(cohort=place.cohort, file_digest=file_digest)
    if loads.exists():
        raise Refused(
            f"This very file was loaded before (batch {_last(loads)}), and the key "
            "file does not know all of its people: it is not the key file of that "
            "load. Name the right one with --keys."
        )


def _last(loads: models.QuerySet[LoadBatch]) -> str:
    return loads.order_by("-pk").values_list("code", flat=True)[0]


def _cohort(mapping: Mapping) -> Cohort:
    wanted = mapping.cohort
    cohort = Cohort.objects.filter(slug=wanted.slug).first()
    if cohort and cohort.protocol != wanted.protocol:
        raise Refused(
            f"{mapping.name}: the cohort {wanted.slug} runs the protocol "
            f"{cohort.protocol}, not {wanted.protocol}."
        )
    if not cohort and not wanted.create:
        raise Refused(_not_there(mapping, "cohort", wanted.slug))
    return cohort or Cohort(
        slug=wanted.slug, name=wanted.name, protocol=wanted.protocol
    )


def _site(mapping: Mapping, place: Place, code: str, name: str) -> Site:
    site = Site.objects.filter(code=code).first()
    if not site and not mapping.site.create:
        raise Refused(_not_there(mapping, "site", code))
    cohort = place.cohort
    if site and cohort.pk and not mapping.site.create:
        if not cohort.sites.filter(pk=site.pk).exists():
            raise Refused(
                f"{mapping.name}: the site {code} does not take part in the cohort "
                f"{cohort.slug}; with create = true it joins."
            )
    elif not site:
        place.new.append(f"site {code}")
    return site or Site(code=code, name=name)


def _arm(mapping: Mapping, place: Place, code: str, label: str) -> Arm:
    cohort = place.cohort
    arm = cohort.arms.filter(code=code).first() if cohort.pk else None
    if not arm and not mapping.cohort.create:
        raise Refused(_not_there(mapping, "arm", code, key="cohort.create"))
    if not arm:
        place.new.append(f"arm {code}")
    return arm or Arm(code=code, label=label)


def _not_there(mapping: Mapping, what: str, code: str, key: str = "") -> str:
    key = key or f"{what}.create"
    return (
        f"{mapping.name}: there is no {what} {code} in the registry; "
        f"{key} = true would make it."
    )
