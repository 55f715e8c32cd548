"""`destroy_index_dates SITE`: the record lives on in days; the dates are gone."""

from typing import Any

from django.core.management.base import CommandParser

from registry.commanding import RegistryCommand
from registry.errors import Refused
from registry.models import Site
from registry.sealed_dates import destroy


class Command(RegistryCommand):
    """Destroy the sealed index dates of one site, and the key that opens them."""

    help = "Destroy the sealed index dates of a site for ever, and their key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which site, and a yes, since nothing brings the dates back."""
        parser.add_argument("site", help="the code of the site")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def work(self, site: str, yes: bool, **_: Any) -> None:
        """Ask once, destroy, and say how many dates are gone."""
        found = Site.objects.filter(code=site).first()
        if found is None:
            raise Refused(f"There is no site with the code '{site}'.")
        if not yes:
            self.tell(f"This destroys every index date of {found.name} for ever.")
            if input("Type the site's code to go on: ").strip() != site:
                raise Refused("Nothing was destroyed.")
        count = destroy(found)
        self.tell(f"Destroyed {count} index dates of {found.name}, and their key.")
