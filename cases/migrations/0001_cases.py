
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
import django_fsm
from django.db import migrations, models

import casefy.ids
import tenants.constraints


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('templates_app', '0001_templates'),
        ('tenants', '0002_porter'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('status', django_fsm.FSMField(default='open', max_length=16, protected=True)),
                ('stage', models.CharField(max_length=64)),
                ('data', models.JSONField(default=dict)),
                ('version', models.BigIntegerField(default=0)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('stage_entered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('stage_seconds', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('hold_until', models.DateField(null=True)),
                ('hold_reason', models.TextField(blank=True, default='')),
                ('outcome', models.CharField(blank=True, default='', max_length=64)),
                ('closed_at', models.DateTimeField(null=True)),
                ('external_ref', models.CharField(max_length=400, null=True)),
                ('document', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.member')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.team')),
                ('template', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='templates_app.template')),
                ('template_version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='templates_app.templateversion')),
            ],
            options={
                'abstract': False,
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Value',
            fields=[
                ('id', models.UUIDField(default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(db_collation='C', max_length=200, null=True)),
                ('number', models.FloatField(null=True)),
                ('instant', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('field', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='templates_app.fieldidentity')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organization')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['organization', 'template', 'id'], name='case_of_template'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['organization', 'changed_at', 'id'], name='case_changed'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ['on_hold', 'open'])), fields=['organization', 'id'], name='case_running'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ['on_hold', 'open'])), fields=['organization', 'template', 'stage', 'id'], name='case_board'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ['on_hold', 'open'])), fields=['organization', 'owner', 'id'], name='case_owner'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ['on_hold', 'open'])), fields=['organization', 'team', 'id'], name='case_team'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=tenants.constraints.TenantIsolation(name='cases_case_tenant'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='case_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('organization', 'number'), name='case_number'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('external_ref__isnull', False)), fields=('organization', 'template', 'external_ref'), name='case_external_ref'),
        ),
        migrations.AddIndex(
            model_name='value',
            index=models.Index(fields=['organization', 'case'], name='value_of_case'),
        ),
        migrations.AddConstraint(
            model_name='value',
            constraint=tenants.constraints.TenantIsolation(name='cases_value_tenant'),
        ),
        migrations.AddConstraint(
            model_name='value',
            constraint=models.UniqueConstraint(condition=models.Q(('text__isnull', False)), fields=('organization', 'field', 'text', 'case'), name='value_text'),
        ),
        migrations.AddConstraint(
            model_name='value',
            constraint=models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('organization', 'field', 'number', 'case'), name='value_number'),
        ),
        migrations.AddConstraint(
            model_name='value',
            constraint=models.UniqueConstraint(condition=models.Q(('instant__isnull', False)), fields=('organization', 'field', 'instant', 'case'), name='value_instant'),
        ),
    ]
