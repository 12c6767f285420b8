"""Documents of the catalogue: the header every disclosed item carries, and the ordinary entry."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.documents import get_document_model_string
from wagtail.fields import StreamField
from wagtail.models import Orderable

from ...compat import PAGE_MODEL, PageType
from ...departments.models import Department, names_of
from ...publishing import validity
from ...publishing.guard import Guarded
from .. import panels
from ..blocks import BodyBlock
from .attribute import AttributeDetermination, FiledItem
from .schemes import Category, CategoryScheme
from .served import ServedDocument


def category_field(kind, label, related_name, **options):
    return models.ForeignKey(
        Category,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name=related_name,
        limit_choices_to={"scheme__kind": kind},
        **options,
    )


class DisclosurePage(Guarded, ServedDocument, PageType):
    """What every kind of catalogue item shares: header, categories, attachments, register row. Not created itself.

    Three dates stay apart: ``date_signed`` is the document's (成文日期), ``date_generated`` the entry's (生成日期);
    the date of publication (发布日期) is set by publishing and stands in the register only.
    """

    class Validity(models.TextChoices):
        VALID = "valid", _("in force")
        INVALID = "invalid", _("no longer in force")
        REPEALED = "repealed", _("repealed")
        REPLACED = "replaced", _("replaced")

    department = models.ForeignKey(
        Department,
        verbose_name=_("responsible department"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Snapshots: what the public header shows is in the row that was approved.
    department_name = models.CharField(_("responsible department, as shown"), max_length=255, blank=True)
    issuing_body = models.CharField(_("issuing body"), max_length=255, blank=True)
    category = category_field(CategoryScheme.Kind.AGENCY, _("category"), "+")
    statutory_head = category_field(CategoryScheme.Kind.STATUTORY, _("statutory head"), "+")
    topic = category_field(CategoryScheme.Kind.TOPIC, _("topic"), "+")
    genre = category_field(CategoryScheme.Kind.GENRE, _("genre"), "+")
    reporting_class = category_field(CategoryScheme.Kind.REPORTING, _("reporting class"), "+")
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    keywords = models.CharField(
        _("keywords"), max_length=255, blank=True, help_text=_("Separate keywords with a semicolon.")
    )
    summary = models.TextField(_("summary"), blank=True)
    source = models.CharField(_("source"), max_length=255, blank=True)
    date_generated = models.DateTimeField(_("date generated"), default=timezone.now)
    date_signed = models.DateField(_("date signed"), null=True, blank=True)
    formed_on = models.DateField(
        _("formed or changed on"),
        null=True,
        blank=True,
        help_text=_("The 20 working days for proactive disclosure (Art. 26) run from this day."),
    )
    validity = models.CharField(_("validity"), max_length=10, choices=Validity, default=Validity.VALID)
    replaced_by = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("replaced or repealed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    validity_note = models.CharField(_("note on validity"), max_length=255, blank=True)
    important = models.BooleanField(_("important"), default=False)

    importance_field = "important"
    # Fields of which at least one has something in it, for a kind of item that requires none of them.
    CONTENT = ()

    # Wagtail's own index is not used for items: the gate writes the register's index.
    search_auto_update = False
    search_fields = []

    is_creatable = False
    template = "wagtail_disclosure/catalogue/entry.html"
    parent_page_types = ["wagtail_disclosure.DepartmentFolderPage"]
    subpage_types = []

    # The tabs of the editor. A page type lists its own fields in ``content_panels``.
    edit_handler = panels.DisclosureTabs()
    content_panels = panels.title_and_text()
    header_panels = panels.HEADER
    classification_panels = panels.CLASSIFICATION
    relation_panels = panels.RELATIONS
    validity_panels = panels.VALIDITY
    promote_panels = []

    class Meta:
        verbose_name = _("disclosed item")
        verbose_name_plural = _("disclosed items")

    @property
    def is_important(self):
        return self.important

    @property
    def keyword_list(self):
        from ..header_checks import split_keywords

        return split_keywords(self.keywords)

    # The disclosure attribute

    @property
    def determination(self):
        """The :class:`AttributeDetermination` in force, or None."""
        return AttributeDetermination.current(self.translation_key)

    @property
    def determine_url(self):
        """Where the disclosure attribute is determined, in the admin."""
        return reverse("wagtail_disclosure_catalogue:determine", args=[self.pk])

    @property
    def filed_item(self):
        """The open entry of this item in the filing register, or None."""
        return FiledItem.objects.open().filter(page_id=self.pk).first()

    def digest_extras(self):
        current = self.determination
        return {"attribute": current.attribute, "ground": current.ground} if current else {}

    def check_ready_for_review(self):
        """Raise ``ValidationError`` unless the item may enter review.

        Its disclosure attribute is determined (Arts. 13–18), its department is active, it stands in a category,
        there is something to read, and what will be published can be given an index number.
        """
        current = self.determination
        if current is None:
            raise ValidationError(
                gettext("Determine the disclosure attribute before the item enters review (Arts. 13–18)."),
                code="attribute",
            )
        if not current.is_filed_here:
            raise ValidationError(
                gettext(
                    "What is determined to be a state secret is neither reviewed nor filed here. Delete it."
                ),
                code="classified",
            )
        self.check_department()
        self.check_parts()
        if current.attribute == AttributeDetermination.Attribute.PROACTIVE:
            from ..numbers import check_can_be_numbered

            check_can_be_numbered(self)
        elif self._is_filed_unchanged():
            raise ValidationError(
                gettext("The item was reviewed and filed with this very content."), code="filed"
            )

    def check_parts(self):
        from ..header_checks import missing_parts

        if missing := missing_parts(self):
            raise ValidationError(missing)

    def check_department(self):
        if self.department_id is None:
            raise ValidationError({"department": gettext("Choose the responsible department.")})
        if self.department.status == Department.Status.ACTIVE:
            return
        raise ValidationError({"department": self.department_notice()})

    def department_notice(self):
        """What is to be done about a responsible department that has ended; empty while it is active."""
        if self.department_id is None or self.department.status == Department.Status.ACTIVE:
            return ""
        names = {"department": self.department, "successors": names_of(self.department.heirs())}
        if names["successors"]:
            return gettext("“%(department)s” no longer exists. Choose its successor: %(successors)s.") % names
        return (
            gettext(
                "“%(department)s” no longer exists and has no successor. Choose the department that looks after this "
                "item now."
            )
            % names
        )

    def _is_filed_unchanged(self):
        from ...publishing.digest import digest_of

        filed = self.filed_item
        return filed is not None and filed.digest == digest_of(self).value

    # Saving

    def clean(self):
        super().clean()
        from ..header_checks import raise_problems

        raise_problems(self)

    def full_clean(self, *args, **kwargs):
        self._fill_in()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        # What Wagtail asks of a draft.
        self._fill_in()
        super().minimal_clean()

    def _fill_in(self):
        from ..header_checks import make_slug, normal_keywords

        self.keywords = normal_keywords(self.keywords)
        if not self.slug:
            self.slug = make_slug(timezone.localdate(), self.translation_key)
        self._fill_snapshots()

    def save_revision(self, *args, **kwargs):
        # A draft carries the department's name of today; what is public keeps that of its approval.
        self._fill_snapshots(anew=True)
        return super().save_revision(*args, **kwargs)

    def _fill_snapshots(self, anew=False):
        if not self.department_id:
            return
        language = self.locale.language_code if self.locale_id else None
        if anew or not self.department_name:
            self.department_name = self.department.local_name(language)
        if not self.issuing_body:
            self.issuing_body = self.department.agency.issuing_name

    # Publishing

    def publish(self, revision, user=None, **kwargs):
        """Publish a reviewed draft; one that is not disclosed proactively goes to the filing register instead."""
        current = self.determination
        if current is None or current.attribute == AttributeDetermination.Attribute.PROACTIVE:
            return super().publish(revision, user=user, **kwargs)
        return revision.as_object().file_instead()

    @transaction.atomic
    def file_instead(self):
        """Enter this reviewed draft in the filing register. Raises ``ReviewRequired`` without a complete review."""
        from ...publishing import gate
        from ...publishing.digest import digest_of
        from ..attribute import file

        seal = gate.authorise(self)
        return file(self, seal.evidence, digest_of(self).value)

    def prepare_publication(self, seal):
        from ...publishing.errors import ReviewRequired
        from ..attribute import close_published
        from ..numbers import issue_for

        current = self.determination
        if current is None or current.attribute != AttributeDetermination.Attribute.PROACTIVE:
            raise ReviewRequired(
                gettext("“%(title)s” is not determined for proactive disclosure and never becomes a page.")
                % {"title": self.title}
            )
        issue_for(self, at=seal.opened_at)
        close_published(self, seal.opened_at)

    # What lists, pages and search show

    @property
    def index_number_row(self):
        """The :class:`IndexNumber` issued or reserved for this document, or None."""
        from ..numbers import held

        return held(self.translation_key).first()

    @property
    def index_number(self):
        """The number issued or reserved for this document, or an empty string."""
        from ..numbers import number_of

        return number_of(self.translation_key)

    def axes(self):
        """The categories of all schemes that the item stands in."""
        found = (self.category, self.statutory_head, self.topic, self.genre, self.reporting_class)
        return [each for each in found if each is not None]

    def register_row(self, seal):
        parts = self.get_url_parts()
        categories = {node.pk for each in self.axes() for node in [each, *each.ancestors()]}
        current = self.determination
        return {
            **validity.columns_of(self, self.validity),
            "marked_at": validity.marked_at(self),
            "site_id": parts[0],
            "language": self.locale.language_code,
            "translation_key": self.translation_key,
            "kind": self._meta.model_name,
            "title": self.title,
            "summary": self.summary[:500],
            "path": parts[2],
            "index_number": self.index_number,
            "document_number": self.document_number,
            "issuing_body": self.issuing_body,
            "department_id": self.department_id,
            "department_name": self.department_name,
            "category_id": self.category_id,
            "attribute": current.attribute if current else "",
            "genre": self.genre.code if self.genre_id else "",
            "topic": self.topic.code if self.topic_id else "",
            "reporting_class": self.reporting_class.code if self.reporting_class_id else "",
            "statutory_head": self.statutory_head.code if self.statutory_head_id else "",
            "date_generated": self.date_generated,
            "date_signed": self.date_signed,
            "categories": categories,
        }

    def search_text(self):
        """The text that full-text search finds this item by, as (title, body)."""
        from ..search import pdf
        from ..search.documents import date_forms, plain_text

        attached = list(self.attachments.select_related("document"))
        names = [each.title or each.document.title for each in attached]
        files = pdf.texts_of(each.document for each in attached)
        signed = date_forms(self.date_signed) if self.date_signed else ""
        body = [self.summary, plain_text(self), self.keywords, self.source, *names, signed, *files]
        return self.title, "\n".join(filter(None, body))


class EntryPage(DisclosurePage):
    """An ordinary document of the catalogue."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    page_description = _(
        "A document with text, tables and attachments: notices, decisions, plans, statistics."
    )
    CONTENT = ("body", "attachments")

    template = "wagtail_disclosure/catalogue/entry.html"
    content_panels = panels.title_and_text("body")

    class Meta:
        verbose_name = pgettext_lazy("disclosure", "entry")
        verbose_name_plural = _("entries")


class Attachment(Orderable):
    page = ParentalKey(DisclosurePage, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        get_document_model_string(), verbose_name=_("file"), on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("title"), max_length=255, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")


class RelatedItem(Orderable):
    class Kind(models.TextChoices):
        RELATED = "related", _("related item")
        INTERPRETATION = "interpretation", _("policy interpretation")

    page = ParentalKey(DisclosurePage, on_delete=models.CASCADE, related_name="related_items")
    related = models.ForeignKey(
        DisclosurePage, verbose_name=_("item"), on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.RELATED)

    class Meta(Orderable.Meta):
        verbose_name = _("related item")
        verbose_name_plural = _("related items")
