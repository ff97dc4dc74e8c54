"""Who people are: users, divisions, organisations, roles, posts, delegations and tokens.

Periods of posts, delegations and tokens are half open moments: ``valid_from`` counts,
``valid_until`` does not. Periods of divisions are half open days.
"""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.store.models import Chained

#: Shape of a 统一社会信用代码, GB 32100-2015; the check digit is proved in :mod:`codes`.
USCC_SHAPE = r"^[1-9ANY][1-9][0-9]{6}[0-9ABCDEFGHJKLMNPQRTUWXY]{10}$"
CODE_SHAPE = r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$"


class UserManager(BaseUserManager["User"]):
    """Finds users by their login name."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Save a user; without a password nobody can log in as this user."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who can log in. What the person may do follows from posts, never from here."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=16, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(null=True)
    #: The password came from somebody else: nothing is done before the person has chosen another.
    must_change = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def get_full_name(self) -> str:
        """Return the person's name."""
        return self.name

    def get_short_name(self) -> str:
        """Return the person's name."""
        return self.name


class AdminChain(Chained):
    """The one chain in which every administrative change is an entry."""

    single = models.BooleanField(default=True, unique=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(single=True), name="identity_one_chain")]


class Division(models.Model):
    """A part of the tree province … micro-grid, or a park cutting across it, as it is at present.

    ``province_id`` … ``park_id`` repeat the path (0 = none) so that a scope is one row.
    ``short_name`` is the everyday name, ``stem`` that without its kind, as people type it.
    The GB/T 2260 code is an attribute: six digits to the county, nine the street, twelve
    the community. ``statistical`` marks rows that statistics keep and no law created.
    """

    code = models.CharField(max_length=12, null=True)  # noqa: DJ001 - grids and parks have none
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=80)
    stem = models.CharField(max_length=80)
    full_name = models.CharField(max_length=240)
    level = models.CharField(max_length=12)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    statistical = models.BooleanField(default=False)
    pinyin = models.CharField(max_length=240, default="")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    province_id = models.BigIntegerField(default=0)
    city_id = models.BigIntegerField(default=0)
    county_id = models.BigIntegerField(default=0)
    street_id = models.BigIntegerField(default=0)
    community_id = models.BigIntegerField(default=0)
    grid_id = models.BigIntegerField(default=0)
    micro_id = models.BigIntegerField(default=0)
    park_id = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_until__isnull=True), name="identity_division_code"
            ),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="identity_division_level"),
            models.CheckConstraint(
                condition=Q(code__isnull=True) | Q(code__regex=CODE_SHAPE),
                name="identity_division_code_shape",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="identity_division_not_own_parent"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="identity_division_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["parent", "pinyin"], name="identity_division_tree"),
            models.Index(fields=["stem"], name="identity_division_stem"),
        ]


class DivisionState(models.Model):
    """What a division was called, coded and part of, from one day until before another."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="states")
    code = models.CharField(max_length=12, null=True)  # noqa: DJ001 - as on the division
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)


class Organisation(models.Model):
    """A body that holds posts or matters: a bureau, an enterprise, a utility."""

    class Kind(models.TextChoices):
        """What sort of body."""

        GOVERNMENT = "government"
        ENTERPRISE = "enterprise"
        UTILITY = "utility"
        OTHER = "other"

    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60, blank=True, default="")
    uscc = models.CharField(max_length=18, null=True, unique=True)  # noqa: DJ001 - unique when known
    kind = models.CharField(max_length=12)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    pinyin = models.CharField(max_length=360, default="")
    contact = models.CharField(max_length=200, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(uscc__isnull=True) | Q(uscc__regex=USCC_SHAPE), name="identity_organisation_uscc"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["government", "enterprise", "utility", "other"]),
                name="identity_organisation_kind",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="identity_organisation_parent"),
            models.UniqueConstraint(
                fields=["name", "division"], nulls_distinct=False, name="identity_organisation_name"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "pinyin"], name="identity_organisation_sort"),
        ]


class Role(models.Model):
    """A declared role (:mod:`roles`) mirrored as a row so that posts can point to it.

    The declaration decides what its posts see and may; the row keeps names of roles that
    are no longer declared, whose old posts stay readable and can do nothing.
    """

    name = models.SlugField(primary_key=True, max_length=48)
    title = models.CharField(max_length=80)
    line = models.CharField(max_length=48, blank=True, default="")
    sees = models.CharField(max_length=12)
    rights = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sees__in=["everything", "scope", "unit", "own", "party"]),
                name="identity_role_sees",
            ),
        ]


class Post(models.Model):
    """A person in a role of an organisation over a division, from one moment until another.

    The same post twice at once is excluded by the database (migration 0002).
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts")
    division = models.ForeignKey(Division, models.PROTECT, related_name="posts")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="identity_post_period",
            ),
            # what lets a delegation repeat the holder and the database prove it
            models.UniqueConstraint(fields=["id", "user"], name="identity_post_holder"),
        ]
        indexes: ClassVar = [models.Index(fields=["role", "division"], name="identity_post_role")]


class Delegation(models.Model):
    """A post acted for by another person while its holder is away.

    ``from_user`` repeats the holder: a composite foreign key keeps it true, so a delegate
    (who does not hold the post) cannot pass it on, and a check forbids oneself.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="delegations")
    from_user = models.ForeignKey(User, models.PROTECT, related_name="delegations_given")
    to_user = models.ForeignKey(User, models.PROTECT, related_name="delegations_taken")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="identity_delegation_period"
            ),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="identity_delegation_other"),
        ]


class Token(models.Model):
    """A key for programs. It acts as its post, narrowed to ``abilities``; only its hash is kept."""

    hash = models.BinaryField(max_length=32, unique=True)
    prefix = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    post = models.ForeignKey(Post, models.PROTECT, related_name="tokens")
    abilities = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Link(models.Model):
    """A way to one matter for somebody without an account; only a keyed hash of its code is kept.

    ``party`` is the organisation it was given to (0 = a person of none), ``purpose`` what it
    is for: grants of kind ``link`` name it as their role.
    """

    hash = models.BinaryField(max_length=32, unique=True)
    matter_id = models.BigIntegerField()
    party = models.BigIntegerField(default=0)
    purpose = models.SlugField(max_length=24)
    issued_by = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("created_at")), name="identity_link_period"),
        ]
        indexes: ClassVar = [models.Index(fields=["matter_id", "-id"], name="identity_link_matter")]


class LinkEvent(models.Model):
    """What became of a link, from where: issued, seen, moved, refused, revoked. Only added to."""

    link = models.ForeignKey(Link, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    user = models.BigIntegerField(default=0)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["link", "-at"], name="identity_link_events")]


class LoginEvent(models.Model):
    """The log of doors: who came in, who was turned away, from where."""

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    username = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-at"], name="identity_login_user"),
            models.Index(fields=["-at"], name="identity_login_at"),
        ]


class Failures(models.Model):
    """How often an address offered a wrong token in one window; too often is refused unheard."""

    address = models.GenericIPAddressField(primary_key=True)
    since = models.DateTimeField()
    count = models.IntegerField()
