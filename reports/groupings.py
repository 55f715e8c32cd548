"""By what people may be grouped; plain words, so that a form can offer them."""

from registry.coded import _

EVERYBODY = "all"
UNASSIGNED = {
    "arm": _("not assigned"),
    "family": _("no procedure recorded"),
    "technique": _("no procedure recorded"),
    "indication": _("not recorded"),
    "site": _("not recorded"),
}
# What a reader asks for, the column that answers, and what it is called.
GROUPINGS = {
    "group": ("arm", _("comparison group")),
    "family": ("family", _("procedure family")),
    "technique": ("technique", _("technique")),
    "indication": ("indication", _("indication")),
    "site": ("site", _("site")),
}
