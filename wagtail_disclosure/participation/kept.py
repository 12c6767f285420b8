"""A page to which people have written is not deleted: what they wrote would belong to nothing."""

from django.db.models.signals import pre_delete
from django.utils.translation import gettext as _

from ..publishing.errors import WithdrawalRequired
from .models import ConsultationPage, SurveyPage


def install():
    for model in (ConsultationPage, SurveyPage):
        pre_delete.connect(_keep, sender=model, dispatch_uid=f"wagtail_disclosure.kept.{model.__name__}")


def _keep(sender, instance, **kwargs):
    others = sender.objects.filter(translation_key=instance.translation_key).exclude(pk=instance.pk)
    if others.exists():
        return
    if any(model.objects.filter(key=instance.translation_key).exists() for model in sender.sent_models()):
        raise WithdrawalRequired(
            _(
                "“%(title)s” cannot be deleted: people have sent comments or answers to it. Withdraw it instead."
            )
            % {"title": instance}
        )
