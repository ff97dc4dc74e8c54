"""What only PostgreSQL can promise: periods that never overlap, delegations by the holder."""

from django.db import migrations

FORWARD = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE identity_post ADD CONSTRAINT identity_post_once EXCLUDE USING gist (
    user_id WITH =, organisation_id WITH =, role_id WITH =, division_id WITH =,
    tstzrange(valid_from, valid_until) WITH &&);
ALTER TABLE identity_delegation ADD CONSTRAINT identity_delegation_once EXCLUDE USING gist (
    post_id WITH =, tstzrange(valid_from, valid_until) WITH &&);
ALTER TABLE identity_delegation ADD CONSTRAINT identity_delegation_holder
    FOREIGN KEY (post_id, from_user_id) REFERENCES identity_post (id, user_id);
ALTER TABLE identity_divisionstate ADD CONSTRAINT identity_divisionstate_once EXCLUDE USING gist (
    division_id WITH =, daterange(valid_from, valid_until) WITH &&);
"""
BACKWARD = """
ALTER TABLE identity_divisionstate DROP CONSTRAINT identity_divisionstate_once;
ALTER TABLE identity_delegation DROP CONSTRAINT identity_delegation_holder;
ALTER TABLE identity_delegation DROP CONSTRAINT identity_delegation_once;
ALTER TABLE identity_post DROP CONSTRAINT identity_post_once;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
