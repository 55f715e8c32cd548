"""Forms look alike everywhere: our templates first, Django's where we have none."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.template.loader import select_template


class FormRenderer(TemplatesSetting):
    """Looks each form template up under `ui/` before Django's own."""

    def get_template(self, template_name: str) -> Any:
        """Return our template of that name, or Django's."""
        return select_template([f"ui/{template_name}", template_name])
