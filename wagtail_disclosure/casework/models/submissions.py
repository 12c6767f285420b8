"""Forms on their way: a draft with its answers, and the token by which one form becomes one case."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..encryption import EncryptedJSONField, EncryptedTextField


class Submission(models.Model):
    """A form that became a case. Sent twice, it is answered with the same receipt.

    ``token_hash`` is a keyed hash of what only the browser of the sender has; ``sender`` a keyed hash of the address,
    by which floods of one sender are recognised. Both go after some weeks, see ``cleaning``.
    """

    wagtail_reference_index_ignore = True

    token_hash = models.CharField(max_length=64, unique=True)
    case_model = models.CharField(max_length=100, blank=True)
    case_key = models.CharField(max_length=64, blank=True)
    sender = models.CharField(max_length=64, blank=True, db_index=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ()


class Draft(models.Model):
    """Answers that are not sent yet, encrypted. Whoever has the secret of the cookie or of the saved link goes on.

    ``kind`` names the form it belongs to, ``form_key`` the definition. ``version`` counts the changes, so that a
    page that was opened before the last of them is noticed.
    """

    wagtail_reference_index_ignore = True

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    form_key = models.CharField(max_length=64)
    secret_hash = models.CharField(max_length=64)
    # Set when the person asked to go on later: scrypt of a code, encrypted like that of a case.
    code_hash = EncryptedTextField(blank=True)
    answers = EncryptedJSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        default_permissions = ()
