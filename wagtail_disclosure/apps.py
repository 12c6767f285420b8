from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureConfig(AppConfig):
    name = "wagtail_disclosure"
    label = "wagtail_disclosure"
    verbose_name = _("Information disclosure")
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self):
        from . import required_apps

        if required_apps.missing():
            # Our models would not load, and the check that says why would never run.
            self.models = self.apps.all_models[self.label]
            return
        super().import_models()

    def ready(self):
        from . import required_apps  # registers its check

        if required_apps.missing():
            required_apps.refuse_requests()
            return
        from . import checks, site_checks  # noqa: F401  (registers the system checks)
        from .casework import checks as casework_checks  # noqa: F401
        from .casework import notify, reclassify
        from .casework.letters import checks as letter_checks  # noqa: F401
        from .casework.letters import issue as letters
        from .catalogue import departed, front_cache, versions
        from .catalogue.search import documents
        from .departments import signals
        from .installation import signals as installation
        from .interchange import delivery
        from .interchange.upward import checks as upward_checks  # noqa: F401
        from .interchange.upward import tasks as upward
        from .mailboxes import asked, effects  # noqa: F401  (what actions on letters ask)
        from .mailboxes import checks as mailbox_checks  # noqa: F401
        from .mailboxes.selected import consent
        from .participation import checks as participation_checks  # noqa: F401
        from .participation import kept
        from .publishing import api_scope, file_scope, gate, seen
        from .publishing.database_seal import migrations, window
        from .publishing.leaving import mail as leaving_mail
        from .publishing.review import mail, reminders, voided
        from .publishing.safety import forms as safety_forms
        from .publishing.verification import withholding
        from .requests import checks as request_checks  # noqa: F401
        from .requests import reclassified  # noqa: F401  (takes over letters that are requests)

        signals.install()
        installation.install()
        gate.install()
        window.install()
        migrations.install(self)
        file_scope.install()
        seen.install()
        departed.install()
        front_cache.install()
        safety_forms.install()
        api_scope.install()
        versions.install()
        documents.install()
        mail.install()
        leaving_mail.install()
        voided.install()
        reminders.install()
        withholding.install()
        notify.install()
        letters.install()
        effects.install()
        consent.install()
        reclassify.install()
        kept.install()
        delivery.install()
        upward.install()
