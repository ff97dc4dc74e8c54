"""Persons: what is stored in clear is masked; the values are content of the person's own chain."""

from django.db import models
from django.db.models import Q

from bihuan.kernel.store.models import Chained

#: On what ground personal information may be handled: 个人信息保护法 (2021), article 13, items 1 to 6.
BASES = ("consent", "contract", "duty", "emergency", "public_interest", "made_public")


class Person(Chained):
    """A person, with masked forms to show and blind indexes to find by.

    Name, phone and number are content values of the chain with this row's id. An
    index is an HMAC under a key of its own: equal values meet, nobody can list them.
    """

    name_mask = models.TextField()
    phone_mask = models.TextField(default="")
    number_mask = models.TextField(default="")
    phone_index = models.BinaryField(null=True)
    number_index = models.BinaryField(null=True)
    created = models.DateTimeField()

    class Meta:
        db_table = "people_person"
        indexes = (models.Index(fields=["phone_index"], name="people_person_phone"),)
        constraints = (models.UniqueConstraint(fields=["number_index"], name="people_person_number"),)


class Ground(models.Model):
    """Why a person's information is handled: a purpose, its legal basis and until when."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grounds")
    purpose = models.TextField()
    basis = models.TextField(choices=[(basis, basis) for basis in BASES])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_ground"
        constraints = (
            models.CheckConstraint(condition=Q(basis__in=BASES), name="people_ground_basis_known"),
            models.CheckConstraint(condition=~Q(purpose=""), name="people_ground_purpose_given"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="people_ground_ends_after_start",
            ),
            models.UniqueConstraint(fields=["person", "purpose", "since"], name="people_ground_once"),
        )
