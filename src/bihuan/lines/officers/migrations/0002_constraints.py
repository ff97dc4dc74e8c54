"""What only PostgreSQL can promise: nobody overlaps in serving a project, each duty and vacancy is there once."""

from django.db import migrations

FORWARD = """
ALTER TABLE officers_assignment ADD CONSTRAINT officers_assignment_once EXCLUDE USING gist (
    project WITH =, layer WITH =, daterange(since, until) WITH &&) WHERE (withdrawn_at IS NULL);
CREATE UNIQUE INDEX officers_duty_once ON flow_matter (kind, subject)
    WHERE kind IN ('officers.contact', 'officers.visit');
CREATE UNIQUE INDEX officers_vacancy_once ON flow_matter (subject) WHERE kind = 'officers.vacancy' AND open;
CREATE UNIQUE INDEX officers_handover_once ON flow_matter (subject) WHERE kind = 'officers.handover' AND open;
"""
BACKWARD = """
DROP INDEX officers_handover_once;
DROP INDEX officers_vacancy_once;
DROP INDEX officers_duty_once;
ALTER TABLE officers_assignment DROP CONSTRAINT officers_assignment_once;
"""


class Migration(migrations.Migration):
    dependencies = [("officers", "0001_initial"), ("identity", "0002_constraints"), ("flow", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
