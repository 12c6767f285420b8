"""Changes of validity (废止、失效、被替代、修改), marked on the page of a document without rewriting what was approved."""

import datetime

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ... import conf
from ...compat import PAGE_MODEL
from ...rules.profiles import get_profile
from ..database_seal.kinds import AppendOnly
from .decisions import Decision
from .evidence import LedgerEntry
from .items import ItemQuerySet


class ValidityQuerySet(ItemQuerySet):
    def about_document(self, item):
        """The changes about ``item`` in any of its languages: a document is repealed in all of them at once."""
        key = getattr(item, "translation_key", None)
        return self.about(item) if key is None else self.filter(translation_key=key)


class ValidityChange(Decision):
    """The validity of a public document changed: how, from which day, on what basis.

    One person proposes it (``decided_by``), another one confirms it. It is undone by a further change.
    """

    database_seal = AppendOnly(
        later=("confirmed_by", "confirmed_by_name", "confirmed_at", "comment", "ledger_entry"),
        moves=(("state", (("proposed", "confirmed"), ("proposed", "declined"))),),
    )

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")

    # The document in all its languages, by the key that its index number and the register have as well: it outlives
    # the page on which the change was proposed. Empty for what is not translated.
    translation_key = models.UUIDField(
        pgettext_lazy("disclosure", "document"), null=True, blank=True, editable=False, db_index=True
    )
    # Code of the jurisdiction profile.
    kind = models.CharField(_("change of validity"), max_length=20)
    effective_on = models.DateField(_("effective from"))
    basis_title = models.CharField(_("deciding document"), max_length=255, blank=True)
    basis_number = models.CharField(_("its document number"), max_length=100, blank=True)
    basis_page = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("deciding document on this site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    basis_url = models.CharField(_("address of the deciding document"), max_length=500, blank=True)
    successor = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("replacing document on this site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    successor_url = models.CharField(_("address of the replacing document"), max_length=500, blank=True)
    explanation = models.TextField(_("public note"), blank=True)
    state = models.CharField(_("state of a change"), max_length=10, choices=State, default=State.PROPOSED)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed or declined by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    confirmed_by_name = models.CharField(_("name of the second person"), max_length=255, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed or declined at"), null=True, blank=True)
    comment = models.TextField(_("comment of the second person"), blank=True)
    ledger_entry = models.OneToOneField(
        LedgerEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="validity_change"
    )

    objects = ValidityQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of validity")
        verbose_name_plural = _("changes of validity")
        ordering = ["-decided_at", "-pk"]
        permissions = [("confirm_validitychange", _("Can confirm changes of validity"))]
        indexes = [models.Index(fields=["content_type", "object_id"], name="disclosure_validity_item")]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=models.Q(state="proposed"),
                name="disclosure_one_validity_proposed",
            ),
            models.UniqueConstraint(
                fields=["translation_key"],
                condition=models.Q(state="proposed"),
                name="disclosure_one_validity_a_document",
            ),
        ]

    def set_item(self, item):
        super().set_item(item)
        self.translation_key = getattr(item, "translation_key", None)

    def clean(self):
        super().clean()
        errors = {}
        kind = validity_kind(self.kind)
        if self.kind and (kind is None or not kind.fact("decision", False)):
            errors["kind"] = gettext("This is not a change of validity.")
        if kind is not None and kind.fact("successor") == "required" and not self._names("successor"):
            errors["successor_url"] = gettext("Say which document replaces this one.")
        if not (self._names("basis") or self.basis_title.strip()):
            errors["basis_title"] = gettext("Name the document that decided it.")
        for name in ("basis", "successor"):
            if self._page_of(name) is not None:
                errors |= self._page_errors(name)
        if errors:
            raise ValidationError(errors)

    def _names(self, what):
        """Whether a page or an address is given for ``what`` (``basis`` or ``successor``)."""
        return bool(self._page_of(what) or getattr(self, f"{what}_url"))

    def _page_of(self, what):
        return self.basis_page if what == "basis" else self.successor

    def _page_errors(self, what):
        page, field = self._page_of(what), "basis_page" if what == "basis" else "successor"
        if getattr(self, f"{what}_url"):
            return {f"{what}_url": gettext("Choose a page of this site or enter an address, not both.")}
        if str(page.pk) == self.object_id or page.translation_key == self.translation_key:
            return {field: gettext("An item is neither its own basis nor its own successor.")}
        if not page.live:
            text = gettext("“%(title)s” is not public. Choose a page that the public can read.")
            return {field: text % {"title": page.title}}
        return {}

    def get_kind_display(self):
        """The change in the active language; its code if the profile no longer has it."""
        kind = validity_kind(self.kind)
        return kind.label() if kind else self.kind

    @property
    def is_proposed(self):
        return self.state == self.State.PROPOSED

    @property
    def is_announced(self):
        """Whether its day is still to come."""
        return self.effective_on > timezone.localdate()

    def facts(self):
        """What the ledger keeps of it, so that no row can be altered or slipped in afterwards."""
        return {
            "document": str(self.translation_key or ""),
            "kind": self.kind,
            "effective_on": self.effective_on.isoformat(),
            "basis": [self.basis_title, self.basis_number, self.basis_url, self.basis_page_id],
            "successor": [self.successor_url, self.successor_id],
            "explanation": self.explanation,
        }

    def restore(self, facts):
        """Set in memory what :meth:`facts` kept. A page that was deleted meanwhile is named no more."""
        self.kind, self.explanation = facts["kind"], facts["explanation"]
        self.effective_on = datetime.date.fromisoformat(facts["effective_on"])
        self.basis_title, self.basis_number, self.basis_url, basis = facts["basis"]
        self.successor_url, successor = facts["successor"]
        self.basis_page, self.successor = (
            apps.get_model(PAGE_MODEL).objects.filter(pk=key).first() for key in (basis, successor)
        )


def validity_kinds():
    """The states of validity of the jurisdiction profile."""
    return get_profile(conf.get("JURISDICTION")).validity_kinds


def validity_kind(code):
    """The state of validity with that code, or None."""
    return validity_kinds().find(code)
