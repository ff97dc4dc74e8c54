"""What only PostgreSQL can promise: one post a field of work at a time, for each role and division."""

from django.db import migrations

FORWARD = """
ALTER TABLE meetings_dutyrow ADD CONSTRAINT meetings_duty_once EXCLUDE USING gist (
    division WITH =, role WITH =, field WITH =, target WITH =, line WITH =,
    daterange(valid_from, valid_until, '[]') WITH &&);
ALTER TABLE meetings_absence ADD CONSTRAINT meetings_absence_apart EXCLUDE USING gist (
    post WITH =, daterange(first, last, '[]') WITH &&);
"""
BACKWARD = """
ALTER TABLE meetings_absence DROP CONSTRAINT meetings_absence_apart;
ALTER TABLE meetings_dutyrow DROP CONSTRAINT meetings_duty_once;
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("identity", "0002_constraints")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
