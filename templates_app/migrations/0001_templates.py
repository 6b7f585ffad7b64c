import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import casefy.ids
import tenants.constraints


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0002_porter"),
    ]

    operations = [
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.SlugField(db_index=False, max_length=64)),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, default="")),
                ("icon", models.CharField(default="workflow", max_length=40)),
                ("color", models.CharField(default="blue", max_length=16)),
                ("state", models.CharField(default="draft", max_length=16)),
                ("version", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="templates_app.template",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="template",
            name="draft",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="templates_app.templateversion",
            ),
        ),
        migrations.AddField(
            model_name="template",
            name="published",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="templates_app.templateversion",
            ),
        ),
        migrations.CreateModel(
            name="StageIdentity",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="templates_app.template",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    tenants.constraints.TenantIsolation(name="templates_app_stageidentity_tenant"),
                    models.UniqueConstraint(fields=("organization", "id"), name="stage_identity_tenant_key"),
                    models.UniqueConstraint(
                        fields=("organization", "template", "key"), name="stage_identity_key"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberCounter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("period", models.CharField(max_length=10)),
                ("last", models.BigIntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="templates_app.template",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    tenants.constraints.TenantIsolation(name="templates_app_numbercounter_tenant"),
                    models.UniqueConstraint(
                        fields=("organization", "template", "period"), name="number_counter_period"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldIdentity",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=casefy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="templates_app.template",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    tenants.constraints.TenantIsolation(name="templates_app_fieldidentity_tenant"),
                    models.UniqueConstraint(fields=("organization", "id"), name="field_identity_tenant_key"),
                    models.UniqueConstraint(
                        fields=("organization", "template", "key"), name="field_identity_key"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=tenants.constraints.TenantIsolation(name="templates_app_templateversion_tenant"),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="template_version_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.UniqueConstraint(
                fields=("organization", "template", "number"), name="template_version_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at", None)),
                fields=("organization", "template"),
                name="template_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=tenants.constraints.TenantIsolation(name="templates_app_template_tenant"),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="template_tenant_key"),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(fields=("organization", "key"), name="template_key"),
        ),
    ]
