"""Places for citizens: reading points (查阅点, Art. 25) and intake points for requests in person (受理点, Art. 29)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ...catalogue.models import Category
from ...departments.models import Agency, Department
from ...departments.names import LocalNames, local_text, validate_names
from ..delivery import vocabularies

MOST_COPIES = 999
# Nothing was published before; the first years of the calendar have no moments that every database holds.
FIRST_YEAR = 1900
# Working days; a point may promise more or less than is usual.
LONGEST_TERM = 250


class PlaceQuerySet(models.QuerySet):
    def in_use(self, day=None):
        """Those that are open to citizens on ``day`` (default: today)."""
        day = day or timezone.localdate()
        return self.filter(
            Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gte=day), active=True
        )


class Place(LocalNames):
    """Abstract: where citizens go, with all that they have to know beforehand; each text in the languages of the site.

    Contact data of the agency, like that of its departments: kept by the office, and public while it is in use.
    """

    LOCAL = ("address", "office_hours", "directions")

    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("address"), max_length=255, blank=True)
    address_names = models.JSONField(
        _("address in other languages"), default=dict, blank=True, validators=[validate_names]
    )
    office_hours = models.CharField(_("opening hours"), max_length=255, blank=True)
    office_hours_names = models.JSONField(
        _("opening hours in other languages"), default=dict, blank=True, validators=[validate_names]
    )
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    directions = models.CharField(
        _("how to get there"),
        max_length=255,
        blank=True,
        help_text=_("Bus, parking, and how people with a disability get in."),
    )
    directions_names = models.JSONField(
        _("how to get there, in other languages"), default=dict, blank=True, validators=[validate_names]
    )
    opened_on = models.DateField(_("open from"), null=True, blank=True)
    closed_on = models.DateField(_("open until"), null=True, blank=True, help_text=_("The last day."))
    sort_order = models.IntegerField(_("order"), default=0)
    active = models.BooleanField(
        _("in use"), default=True, help_text=_("The public sees it while this is set.")
    )
    # Counts the changes, so that a form opened before somebody else saved is noticed.
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["sort_order", "pk"]

    def save(self, *args, **kwargs):
        self.version += 1
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        errors = {}
        if self.opened_on and self.closed_on and self.closed_on < self.opened_on:
            errors["closed_on"] = gettext("It cannot close before it opens.")
        if self.active and not self.address.strip():
            errors["address"] = gettext("Enter where it is, or leave it out of use until that is known.")
        if errors:
            raise ValidationError(errors)

    def local(self, field, language=None):
        """``address``, ``office_hours`` or ``directions`` in ``language`` (default: the active one)."""
        return local_text(getattr(self, field), getattr(self, f"{field}_names"), language)


class Form(models.TextChoices):
    PAPER = "paper", pgettext_lazy("delivery", "paper")
    ELECTRONIC = "electronic", pgettext_lazy("delivery", "electronic")
    BOTH = "both", pgettext_lazy("delivery", "paper and electronic")


class ReadingPoint(Place):
    """A place where citizens read what is public: archives, library, service hall (Art. 25).

    Items that are published from ``delivers_from`` on, and that it takes by department and category, are due there.
    """

    # A code of the vocabulary ``reading_points``.
    kind = models.CharField(pgettext_lazy("delivery", "kind"), max_length=40)
    contact_name = models.CharField(_("who takes deliveries"), max_length=100, blank=True)
    contact_phone = models.CharField(_("telephone for deliveries"), max_length=60, blank=True)
    contact_email = models.EmailField(_("email for deliveries"), blank=True)
    departments = models.ManyToManyField(
        Department,
        verbose_name=_("from departments"),
        blank=True,
        related_name="+",
        help_text=_("None: all."),
    )
    categories = models.ManyToManyField(
        Category,
        verbose_name=_("of categories"),
        blank=True,
        related_name="+",
        help_text=_("None: all. With one, all below it."),
    )
    delivers_from = models.DateField(
        _("items published from"),
        default=timezone.localdate,
        help_text=_("What was published before is not delivered."),
    )
    form = models.CharField(
        pgettext_lazy("delivery", "form"), max_length=20, choices=Form, default=Form.PAPER
    )
    copies = models.PositiveSmallIntegerField(
        _("copies"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_COPIES)]
    )
    term = models.PositiveSmallIntegerField(
        _("delivered within"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TERM)],
        help_text=_("Working days after publication. Empty: what is usual for its kind."),
    )

    class Meta(Place.Meta):
        verbose_name = _("reading point")
        verbose_name_plural = _("reading points")

    @property
    def kind_label(self):
        return vocabularies.kinds().label_of(self.kind, self.kind)

    @property
    def days(self):
        """Working days within which an item is delivered."""
        return self.term or vocabularies.fact(self.kind, "working_days")

    @property
    def days_to_recall(self):
        """Working days within which an item that was withdrawn is taken back."""
        return vocabularies.fact(self.kind, "recall_working_days")

    def clean(self):
        super().clean()
        if self.delivers_from and self.delivers_from.year < FIRST_YEAR:
            raise ValidationError({"delivers_from": gettext("This day lies too far back.")})
        if len(vocabularies.kinds()) and self.kind not in vocabularies.kinds():
            raise ValidationError({"kind": gettext("There is no such choice.")})


class IntakePoint(Place):
    """A place where a request is handed in in person, or told to whoever fills in the form (Art. 29)."""

    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    fax = models.CharField(_("fax"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    # Codes of the vocabulary ``request_channels``.
    accepts = models.JSONField(_("takes requests"), default=list, blank=True)

    class Meta(Place.Meta):
        verbose_name = _("intake point")
        verbose_name_plural = _("intake points")

    @property
    def accepts_labels(self):
        """The ways in which requests are taken there, in the order of the vocabulary."""
        given = self.accepts if isinstance(self.accepts, list) else []
        return [label for code, label in vocabularies.ways_of_asking() if code in given]

    def clean(self):
        super().clean()
        known = {code for code, _label in vocabularies.ways_of_asking()}
        if not isinstance(self.accepts, list) or not set(map(str, self.accepts)) <= known:
            raise ValidationError({"accepts": gettext("There is no such choice.")})
        if self.department_id and self.agency_id and self.department.agency_id != self.agency_id:
            raise ValidationError({"department": gettext("The department belongs to another agency.")})
