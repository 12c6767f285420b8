"""The definition of a mailbox (领导信箱 and the like): whose it is, what may be sent to it, who answers until when."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from ...departments.models import Agency, Department
from ...publishing.guard import Guarded
from .. import vocabularies

TEXT = ["bold", "link", "ol", "ul"]
LONGEST_LIMIT = 365


def own_language_first(mailboxes):
    """``mailboxes`` by name, those in the language of whoever reads before their translations."""
    other = models.Case(models.When(locale__language_code=get_language(), then=0), default=1)
    return mailboxes.order_by(other, "title", "pk")


class Mailbox(
    Guarded, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin, ClusterableModel
):
    """A mailbox of a leader, an office or a department. Public only after its review, like a page (P1)."""

    # Under which the drafts of its form are kept, and the pattern of its addresses in ``urls.py``.
    draft_kind = "letter"
    url_name = "mailbox"

    class Addressee(models.TextChoices):
        LEADER = "leader", pgettext_lazy("mailbox", "leader")
        OFFICE = "office", pgettext_lazy("mailbox", "office")
        DEPARTMENT = "department", pgettext_lazy("mailbox", "department")

    class Opening(models.TextChoices):
        OPEN = "open", pgettext_lazy("disclosure", "open")
        CLOSED = "closed", pgettext_lazy("disclosure", "closed")

    class RealName(models.TextChoices):
        OPTIONAL = "optional", pgettext_lazy("mailbox", "optional: letters may be anonymous")
        REQUIRED = "required", pgettext_lazy("mailbox", "required")

    code = models.SlugField(_("code"), max_length=50, help_text=_("Part of the form's address."))
    title = models.CharField(_("title"), max_length=200)
    addressee_kind = models.CharField(
        _("kind of addressee"), max_length=20, choices=Addressee, default=Addressee.OFFICE
    )
    addressee = models.CharField(
        _("addressee"),
        max_length=200,
        blank=True,
        help_text=_("As the public reads it, such as an office held."),
    )
    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department,
        verbose_name=_("goes to the department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the office receives the letters and assigns them."),
    )
    notice = RichTextField(_("public notice"), features=TEXT, blank=True)
    opening = models.CharField(_("state"), max_length=10, choices=Opening, default=Opening.OPEN)
    closed_notice = models.CharField(
        _("what is said while the mailbox is closed"), max_length=500, blank=True
    )
    real_name = models.CharField(_("real name"), max_length=10, choices=RealName, default=RealName.OPTIONAL)
    optional_fields = models.JSONField(_("optional fields"), default=list, blank=True)
    takes_files = models.BooleanField(_("takes files"), default=True)
    offers_consent = models.BooleanField(
        _("asks for consent to publication"),
        default=True,
        help_text=_("Consent is a permission and no right: the office chooses what it publishes."),
    )
    consent_text = models.TextField(
        _("consent"), blank=True, help_text=_("What is agreed to, such as how letters are published.")
    )

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.UniqueConstraint(fields=["code", "locale"], name="disclosure_mailbox_code_once")
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.live and self.opening == self.Opening.OPEN

    @property
    def requires_name(self):
        return self.real_name == self.RealName.REQUIRED

    def shows(self, field):
        """Whether the optional field ``field`` is asked."""
        return field in (self.optional_fields or ())

    def type_row(self, code):
        """The :class:`MailboxType` for letters of that type, or None where the mailbox takes none."""
        return next((each for each in self.types.all() if each.type == code), None)

    def type_choices(self):
        """Pairs of code and label: what may be sent to it."""
        return [(each.type, vocabularies.label_of(each.type)) for each in self.types.all()]

    def department_for(self, code):
        """The department that letters of that type go to; None where the office assigns them."""
        row = self.type_row(code)
        own = row.department if row is not None else None
        return own if own is not None and own.agency_id == self.agency_id else self.department

    def terms_for(self, code):
        """The terms of a letter of that type that comes in now, as a tuple of ``Term``."""
        row = self.type_row(code)
        return vocabularies.terms_of(code, *((row.limit, row.unit) if row is not None else ()))

    def clean(self):
        super().clean()
        # The language is no field of the editor's form, so that Django does not look at the constraint.
        same = Mailbox.objects.filter(code=self.code, locale_id=self.locale_id).exclude(pk=self.pk)
        if self.code and self.locale_id and same.exists():
            raise ValidationError({"code": gettext("Another mailbox in this language has this code.")})
        if self.department_id and self.agency_id and self.department.agency_id != self.agency_id:
            raise ValidationError({"department": gettext("The department belongs to another agency.")})
        given = self.optional_fields
        if not isinstance(given, list) or not set(map(str, given)) <= set(vocabularies.PERSON_FIELDS):
            raise ValidationError({"optional_fields": gettext("There is no such choice.")})


class MailboxType(Orderable):
    """A type of letter that a mailbox takes, the department that answers it, and until when."""

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", vocabularies.UNITS["working_days"]
        DAYS = "days", vocabularies.UNITS["days"]

    mailbox = ParentalKey(Mailbox, on_delete=models.CASCADE, related_name="types")
    # A code of the vocabulary ``mail_types``.
    type = models.CharField(pgettext_lazy("mailbox", "type of letter"), max_length=20)
    department = models.ForeignKey(
        Department,
        verbose_name=_("goes to the department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: that of the mailbox."),
    )
    limit = models.PositiveSmallIntegerField(
        _("time limit for the reply"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LIMIT)],
        help_text=_(
            "Empty: what is usual, or what the law says. Letters that came before keep what they had."
        ),
    )
    unit = models.CharField(_("counted in"), max_length=20, choices=Unit, default=Unit.WORKING_DAYS)

    class Meta(Orderable.Meta):
        verbose_name = _("type of letter of a mailbox")
        verbose_name_plural = _("types of letters of mailboxes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "type"], name="disclosure_mailbox_type_once")
        ]

    def __str__(self):
        return str(vocabularies.label_of(self.type))

    def clean(self):
        super().clean()
        if self.type not in vocabularies.types():
            raise ValidationError({"type": gettext("There is no such choice.")})
        # The mailbox of a row may not be known yet while both are made.
        agency = getattr(getattr(self, "mailbox", None), "agency_id", None)
        if self.department_id and agency and self.department.agency_id != agency:
            raise ValidationError({"department": gettext("The department belongs to another agency.")})
        if self.limit and vocabularies.is_statutory(self.type):
            law = vocabularies.given_terms(self.type)[vocabularies.REPLY]
            if self.unit != ("days" if law.counts_every_day else "working_days") or self.limit > law.length:
                raise ValidationError(
                    {
                        "limit": gettext("The law sets %(limit)s (%(citation)s); a mailbox may promise less.")
                        % {"limit": law.length, "citation": law.citation()}
                    }
                )


class MailboxLeader(Orderable):
    """Somebody to whom a mailbox belongs: sees all that is addressed to them, what is late and what is rated badly."""

    mailbox = ParentalKey(Mailbox, on_delete=models.CASCADE, related_name="leaders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("mailbox", "leader"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    class Meta(Orderable.Meta):
        verbose_name = _("leader of a mailbox")
        verbose_name_plural = _("leaders of mailboxes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "user"], name="disclosure_mailbox_leader_once")
        ]

    def __str__(self):
        return str(self.user)

    @classmethod
    def mailboxes_of(cls, user):
        """The keys of the public mailboxes that belong to ``user``, as a query."""
        return cls.objects.filter(user=user.pk).order_by().values("mailbox")
