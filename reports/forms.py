"""What a reader asks a report for."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from outcomes.instruments import Instrument
from reports.groupings import GROUPINGS


class ReportForm(forms.Form):
    """The measure, and who is compared with whom."""

    measure = forms.ChoiceField(label=_("Measure"))
    by = forms.ChoiceField(label=_("Compare by"), required=False)

    def __init__(
        self, measures: Sequence[Instrument], *, measure: str, by: str
    ) -> None:
        """Offer `measures`, and show what was asked."""
        super().__init__(initial={"measure": measure, "by": by})
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (one.slug, one.name) for one in measures
        ]
        self.fields["by"].choices = [  # type: ignore[attr-defined]
            ("", _("nobody: everyone together")),
            *((slug, name) for slug, (column, name) in GROUPINGS.items()),
        ]
