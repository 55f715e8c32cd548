"""Staff, sites, and who may act where and until when."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.access import Role, VisibleQuerySet
from registry.models.invariants import listed, not_before
from registry.privacy import classed


class UserManager(BaseUserManager["User"]):
    """Make users and find them by the name they log in with."""

    def create_user(
        self, username: str, password: str, display_name: str = ""
    ) -> "User":
        """Create a member of staff who may log in, and as yet do nothing else."""
        user = self.model(username=username, display_name=display_name or username)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff. Rights come from memberships alone; there is no superuser."""

    username = models.CharField(
        max_length=150,
        unique=True,
        error_messages={"unique": _("Somebody already logs in with this name.")},
    )
    display_name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    last_login = None

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    audited_as_digest = ("password",)
    privacy = classed(withhold="id username display_name is_active password")

    def __str__(self) -> str:
        return self.display_name


class Site(models.Model):
    """A hospital or clinic, known by an opaque code."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)

    objects = VisibleQuerySet.as_manager()
    site_path = "pk"
    privacy = classed(coarsen="code", withhold="id name")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role at one site, or at all sites, from a day and until a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices())
    starts_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)

    privacy = classed(withhold="id user site role starts_on expires_on")

    class Meta:
        constraints = (
            listed("role", Role),
            not_before("expires_on", "starts_on"),
            models.UniqueConstraint(
                fields=("user", "site", "role"), name="membership_once_a_site"
            ),
            models.UniqueConstraint(
                fields=("user", "role"),
                condition=Q(site=None),
                name="membership_once_for_all_sites",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {Role(self.role).label}, {self.site or _('all sites')}"
