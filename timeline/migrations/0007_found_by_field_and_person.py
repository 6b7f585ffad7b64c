"""What auditors look for is found along an index: the changes of one field, what one person did, set-up, talk.

The list of fields changed is made of the bodies of the events there are. Their owner looks past row-level security
for that moment alone, in the migration's own transaction.
"""

import django.db.models.deletion
from django.db import migrations, models

import tenants.constraints

BACKFILL = """
REVOKE UPDATE, DELETE ON timeline_fieldmention FROM casefy_app;
ALTER TABLE timeline_event NO FORCE ROW LEVEL SECURITY;
ALTER TABLE timeline_eventbody NO FORCE ROW LEVEL SECURITY;
INSERT INTO timeline_fieldmention (organization_id, stream_id, field, seq)
SELECT e.organization_id, e.stream_id, k.key, e.seq
  FROM timeline_event e JOIN timeline_eventbody b ON b.organization_id = e.organization_id AND b.id = e.id
 CROSS JOIN LATERAL (
   SELECT CASE e.type WHEN 'case.fields_changed' THEN b.body::jsonb #> '{fact,changes}'
                      ELSE b.body::jsonb #> '{fact,source,changes}' END AS changes) c
 CROSS JOIN LATERAL jsonb_object_keys(
   CASE jsonb_typeof(c.changes) WHEN 'object' THEN c.changes ELSE '{}' END) AS k(key)
 WHERE e.type IN ('case.fields_changed', 'case.moved', 'case.step_imported');
ALTER TABLE timeline_event FORCE ROW LEVEL SECURITY;
ALTER TABLE timeline_eventbody FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0003_porter_offers'),
        ('timeline', '0006_owed_planned_anew'),
    ]

    operations = [
        migrations.CreateModel(
            name='FieldMention',
            fields=[
                ('pk', models.CompositePrimaryKey('organization', 'stream_id', 'field', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stream_id', models.UUIDField()),
                ('field', models.CharField(db_collation='C', max_length=64)),
                ('seq', models.BigIntegerField()),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
            ],
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('actor_id__isnull', False)), fields=['organization', 'actor_id', '-recorded_at', '-position'], name='event_by_actor'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('on_behalf_of__isnull', False)), fields=['organization', 'on_behalf_of', '-recorded_at', '-position'], name='event_for_member'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('actor_kind__in', ('token', 'participant', 'rule', 'agent', 'system'))), fields=['organization', 'actor_kind', '-recorded_at', '-position'], name='event_by_kind'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('stream_kind__in', ('template', 'organization'))), fields=['organization', '-recorded_at', '-position'], name='event_of_setup'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('type', 'case.commented')), fields=['organization', '-recorded_at', '-position'], name='event_of_talk'),
        ),
        migrations.AddConstraint(
            model_name='fieldmention',
            constraint=tenants.constraints.TenantIsolation(name='timeline_fieldmention_tenant'),
        ),
    ]
