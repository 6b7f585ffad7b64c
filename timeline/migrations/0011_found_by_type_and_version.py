"""Every type of event, and every version of a template, is found along an index; comments need none of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0003_porter_offers'),
        ('timeline', '0010_events_have_their_day'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='event',
            name='event_of_talk',
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['organization', 'type', '-recorded_at', '-position'], name='event_by_type'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('template_version_id__isnull', False)), fields=['organization', 'template_version_id', '-recorded_at', '-position'], name='event_by_version'),
        ),
    ]
