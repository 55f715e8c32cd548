"""Constraints that the database itself holds, written once."""

from django.db.models import CheckConstraint, F, Q

from registry.coded import Coded


def listed(
    field: str, terms: type[Coded], *, optional: bool = False
) -> CheckConstraint:
    """Hold `field` to the codes of `terms`; empty as well where it is optional."""
    codes = terms.codes() + ([""] if optional else [])
    return CheckConstraint(
        condition=Q(**{f"{field}__in": codes}), name=f"%(class)s_{field}_listed"
    )


def between(field: str, low: float, high: float) -> CheckConstraint:
    """Hold a number to a range, both ends included; NULL passes."""
    return CheckConstraint(
        condition=Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=f"%(class)s_{field}_range",
    )


def not_before(field: str, other: str) -> CheckConstraint:
    """Hold `field` to be at or after `other`; NULL passes."""
    return CheckConstraint(
        condition=Q(**{f"{field}__gte": F(other)}),
        name=f"%(class)s_{field}_not_before",
    )
