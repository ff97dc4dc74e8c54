"""What matters are found by, and how common each term is."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Doc(models.Model):
    """The terms of one matter. Written by flow in the statement that opens the matter.

    Holds open texts only: who may see the matter may read all of it. The pending list of
    the index is short, because every search reads it from end to end.
    """

    matter_id = models.BigIntegerField(primary_key=True)
    tsv = SearchVectorField()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["tsv"], name="search_doc_terms", fastupdate=True, gin_pending_list_limit=512)
        ]


class Term(models.Model):
    """A common term and the share of matters that have it; a term not here is rare."""

    term = models.CharField(max_length=40, primary_key=True, db_collation="C")
    share = models.FloatField()


class Erased(models.Model):
    """A matter some of whose text was erased since the index was last scrubbed."""

    matter_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
