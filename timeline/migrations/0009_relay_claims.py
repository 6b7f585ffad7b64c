"""What a worker is about to carry is said before it does: one that is killed by what it carries leaves word."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import casefy.ids
import tenants.constraints


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0004_actors_as_of_now'),
        ('timeline', '0008_feed_epochs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.UUIDField(default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('streams', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('subscribers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
            ],
            options={
                'abstract': False,
                'constraints': [tenants.constraints.TenantIsolation(name='timeline_claim_tenant')],
            },
        ),
    ]
