"""A mapping of columns belongs to the district that saved it; 0 is the whole house, as those saved before are."""

from django.db import migrations, models


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
