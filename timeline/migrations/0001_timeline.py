

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import casefy.ids
import tenants.constraints


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_organizations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('stream_id', models.UUIDField()),
                ('seq', models.BigIntegerField()),
                ('subscriber', models.CharField(max_length=32)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('dead_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('dead_at', None)), fields=['due_at'], name='delivery_due'), models.Index(condition=models.Q(('dead_at', None), _negated=True), fields=['organization', 'dead_at'], name='delivery_dead')],
                'constraints': [tenants.constraints.TenantIsolation(name='timeline_delivery_tenant'), models.UniqueConstraint(fields=('organization', 'stream_id', 'subscriber', 'seq'), name='delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('stream_kind', models.CharField(max_length=16)),
                ('stream_id', models.UUIDField()),
                ('seq', models.BigIntegerField()),
                ('type', models.CharField(max_length=64)),
                ('actor_kind', models.CharField(max_length=16)),
                ('actor_id', models.UUIDField(null=True)),
                ('on_behalf_of', models.UUIDField(null=True)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('template_version_id', models.UUIDField(null=True)),
                ('caused_by', models.UUIDField(null=True)),
                ('correlation_id', models.UUIDField(null=True)),
                ('depth', models.SmallIntegerField(default=0)),
                ('is_imported', models.BooleanField(default=False)),
                ('commitment', models.BinaryField(max_length=32)),
                ('prev_hash', models.BinaryField(max_length=32)),
                ('hash', models.BinaryField(max_length=32)),
                ('position', models.BigIntegerField()),
                ('feed_tx', models.BigIntegerField()),
                ('salt', models.BinaryField(max_length=16, null=True)),
                ('body', models.TextField(null=True)),
                ('personal', models.TextField(null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['organization', 'feed_tx', 'position'], name='event_feed'), models.Index(fields=['organization', '-recorded_at', '-position'], name='event_recent')],
                'constraints': [tenants.constraints.TenantIsolation(name='timeline_event_tenant'), models.UniqueConstraint(fields=('organization', 'stream_id', 'seq'), name='event_seq'), models.CheckConstraint(condition=models.Q(('body', None), ('personal', None), ('salt', None)), name='event_body_is_handed_over')],
            },
        ),
        migrations.CreateModel(
            name='EventBody',
            fields=[
                ('id', models.UUIDField(default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('salt', models.BinaryField(max_length=16, null=True)),
                ('body', models.TextField(null=True)),
                ('personal', models.TextField(null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
            ],
            options={
                'abstract': False,
                'constraints': [tenants.constraints.TenantIsolation(name='timeline_eventbody_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.UUIDField(default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=16)),
                ('seq', models.BigIntegerField(default=0)),
                ('hash', models.BinaryField(max_length=32)),
                ('feed_tx', models.BigIntegerField(default=0)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
            ],
            options={
                'abstract': False,
                'constraints': [tenants.constraints.TenantIsolation(name='timeline_stream_tenant')],
            },
        ),
    ]
