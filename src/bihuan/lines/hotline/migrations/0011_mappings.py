"""A mapping of columns belongs to the district that saved it; 0 is the whole house, as those saved before are."""

from django.db import migrations, models

_FEW = "a house keeps a handful of mappings: the table is rewritten in a moment"
ACCEPTED = {
    "adding-field-with-default": _FEW,
    "adding-serial-primary-key-field": _FEW,
    "ban-drop-constraint": "the name alone is the key no more; earlier versions write each name once all the same",
    "constraint-missing-not-valid": _FEW,
    "disallowed-unique-constraint": _FEW,
    "require-concurrent-index-deletion": _FEW,
}


class Migration(migrations.Migration):
    dependencies = [("hotline", "0010_told")]
    operations = [
        migrations.AlterField(model_name="mapping", name="name", field=models.CharField(max_length=40)),
        migrations.AddField(
            model_name="mapping", name="id",
            field=models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AddField(model_name="mapping", name="county", field=models.BigIntegerField(db_default=0, default=0)),
        migrations.AddConstraint(
            model_name="mapping",
            constraint=models.UniqueConstraint(fields=["county", "name"], name="hotline_mapping_once"),
        ),
    ]
