import django.db.models.deletion
import wagtail.contrib.routable_page.models
import wagtail.fields
import wagtail_disclosure.publishing.guard
from django.db import migrations, models

from wagtail_disclosure.compat import PAGE_MODEL


class Migration(migrations.Migration):
    dependencies = [
        ("wagtail_disclosure", "0005_mail"),
        migrations.swappable_dependency(PAGE_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="citizenletter",
            name="answer_due_on",
            field=models.DateField(blank=True, db_index=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="citizenletter",
            name="is_supervised",
            field=models.BooleanField(default=False, editable=False, verbose_name="under supervision"),
        ),
        migrations.AlterField(
            model_name="citizenletter",
            name="legal_hold",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Nothing is anonymised while reconsideration, a lawsuit or an inquiry needs it.",
                verbose_name="legal hold",
            ),
        ),
        migrations.CreateModel(
            name="MailboxPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=PAGE_MODEL,
                    ),
                ),
                ("introduction", wagtail.fields.RichTextField(blank=True, verbose_name="introduction")),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="wagtail_disclosure.mailbox",
                        verbose_name="mailbox",
                    ),
                ),
            ],
            options={
                "verbose_name": "mailbox page",
                "verbose_name_plural": "mailbox pages",
            },
            bases=(
                wagtail_disclosure.publishing.guard.Guarded,
                wagtail.contrib.routable_page.models.RoutablePageMixin,
                PAGE_MODEL.lower(),
            ),
        ),
    ]
