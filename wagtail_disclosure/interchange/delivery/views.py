"""Screens of deliveries: what waits at each point, a delivery note and its steps, figures."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...casework.downloads import HEADERS
from ...casework.letters import serving
from ...catalogue import sheets
from ...catalogue.admin_views import ActionView
from ...departments.models import Agency, Department
from ...departments.names import own_language, person_name
from ..models import Delivery
from . import actions, figures, forms, notes, policy

LEDGER, NOTES = "disclosure_deliveries", "disclosure_delivery_notes"
FOLDER = "wagtail_disclosure/interchange/delivery"


def ledger_url(name="index", *args):
    return reverse(f"{LEDGER}:{name}", args=args)


def note_url(name="index", *args):
    return reverse(f"{NOTES}:{name}", args=args)


class ForOffice:
    """For those who deliver; others are refused before anything is looked up."""

    def dispatch(self, request, *args, **kwargs):
        if not policy.may_manage(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OfficeAction(ForOffice, ActionView):
    """A form that does one thing; what is wrong stands at its field, and every answer is kept."""

    template_name = f"{FOLDER}/action.html"

    def act(self, form):
        try:
            return self.do(form)
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                raise
            for field, found in error.error_dict.items():
                form.add_error(field if field in form.fields else None, found)
        return None

    def do(self, form):
        """Do it and return a sentence about it. Raises ``ValidationError`` with what is wrong."""
        raise NotImplementedError


# What waits


class PointsView(ForOffice, WagtailAdminTemplateMixin, TemplateView):
    """What is to be delivered to each reading point: how many, since when, what is overdue."""

    template_name = f"{FOLDER}/points.html"
    page_title = gettext_lazy("To be delivered")
    header_icon = "redirect"

    def get_breadcrumbs_items(self):
        above = {"url": ledger_url(), "label": _("Delivery ledger")}
        return [*self.breadcrumbs_items, above, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        points = list(policy.points_of(self.request.user).select_related("agency"))
        rows = figures.waiting(points, timezone.localdate())
        rows = [
            row for row in rows if row["point"].active or row["due"] or row["no_receipt"] or row["on_note"]
        ]
        for row in rows:
            key = row["point"].pk
            row["ledger_url"] = f"{ledger_url()}?point={key}"
            row["make_url"] = ledger_url("make", key)
            row["notes_url"] = f"{note_url()}?point={key}"
        return super().get_context_data(rows=rows, figures_url=ledger_url("figures"), **kwargs)


class MakeBatchView(OfficeAction):
    """Choosing what goes on a delivery note for one point."""

    template_name = f"{FOLDER}/make.html"
    page_title = gettext_lazy("Make a delivery note")
    header_icon = "list-ul"
    form_class = forms.MakeBatchForm
    submit_label = gettext_lazy("Make the delivery note")

    @cached_property
    def point(self):
        return get_object_or_404(policy.points_of(self.request.user), pk=self.kwargs["pk"])

    def get_page_subtitle(self):
        return str(self.point)

    def above(self):
        return [{"url": ledger_url("points"), "label": _("To be delivered")}]

    def get_success_url(self):
        return note_url("inspect", self.batch.pk) if hasattr(self, "batch") else ledger_url("points")

    def do(self, form):
        self.batch = actions.make_batch(self.point, form.cleaned_data["deliveries"], self.request.user)
        return _("The delivery note %(number)s is made. Print it, and enter when it was delivered.") % {
            "number": self.batch.number
        }

    def get_context_data(self, **kwargs):
        due = self.point.deliveries.due().select_related("department")
        departments = Department.objects.filter(pk__in=due.order_by().values("department"))
        chosen = self.request.GET.get("department", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            due = due.filter(department=chosen)
        count = due.count()
        sent = self.request.POST.getlist("deliveries") if self.request.method == "POST" else None
        rows = [
            {"delivery": each, "chosen": sent is None or str(each.pk) in sent}
            for each in due[: actions.MOST_LINES]
        ]
        return super().get_context_data(
            rows=rows,
            left=max(0, count - len(rows)),
            departments=departments,
            department=chosen,
            today=timezone.localdate(),
            **kwargs,
        )


# A single delivery


class OfDelivery(OfficeAction):
    form_class = forms.ReasonForm

    @cached_property
    def delivery(self):
        found = Delivery.objects.filter(point__in=policy.points_of(self.request.user))
        return get_object_or_404(found.select_related("point"), pk=self.kwargs["pk"])

    def get_page_subtitle(self):
        return self.delivery.title

    def above(self):
        return [
            {"url": ledger_url(), "label": _("Delivery ledger")},
            {"url": self.get_success_url(), "label": self.delivery.title},
        ]

    def get_success_url(self):
        return ledger_url("inspect", self.delivery.pk)


class CancelView(OfDelivery):
    page_title = gettext_lazy("Not needed at this point")
    header_icon = "cross"
    submit_label = pgettext_lazy("delivery", "Strike off")
    warning = gettext_lazy(
        "It leaves the list of what is to be delivered, and stays in the ledger with the reason."
    )

    def do(self, form):
        actions.cancel(self.delivery, self.request.user, reason=form.cleaned_data["reason"])
        return _("It is not delivered.")


class AgainView(OfDelivery):
    page_title = gettext_lazy("Deliver anew")
    header_icon = "redirect"
    submit_label = gettext_lazy("Deliver anew")
    warning = gettext_lazy(
        "The item as it is public now becomes due at this point. What is there already is to be replaced."
    )

    def do(self, form):
        actions.deliver_again(self.delivery, self.request.user, reason=form.cleaned_data["reason"])
        return _("It is due at %(point)s again.") % {"point": self.delivery.point}


# A delivery note


class OfBatch:
    @cached_property
    def batch(self):
        found = policy.batches_of(self.request.user).select_related("point", "agency")
        return get_object_or_404(found, pk=self.kwargs["pk"])


class BatchAction(OfBatch, OfficeAction):
    def get_page_subtitle(self):
        return str(self.batch)

    def above(self):
        return [
            {"url": note_url(), "label": _("Delivery notes")},
            {"url": self.get_success_url(), "label": str(self.batch)},
        ]

    def get_success_url(self):
        return note_url("inspect", self.batch.pk)


class DeliveredView(BatchAction):
    page_title = gettext_lazy("Enter the delivery")
    header_icon = "redirect"
    form_class = forms.DeliveredForm

    def get_initial(self):
        return {"delivered_by": person_name(self.request.user)}

    def get_form_kwargs(self):
        left = [each for each in self.batch.deliveries.all() if each.has_left]
        return {**super().get_form_kwargs(), "left": left}

    def do(self, form):
        given = form.cleaned_data
        actions.mark_delivered(
            self.batch,
            self.request.user,
            on=given["delivered_on"],
            delivered_by=given["delivered_by"],
            taken_out=given.get("taken_out", ()),
        )
        return _("Delivered. Enter the receipt when it is signed.")


class ReceiptView(BatchAction):
    page_title = gettext_lazy("Record the receipt")
    header_icon = "check"
    template_name = f"{FOLDER}/receipt.html"
    form_class = forms.ReceiptForm

    def get_form_kwargs(self):
        lines = self.batch.deliveries.filter(state=Delivery.State.DELIVERED).order_by("published_on", "pk")
        return {**super().get_form_kwargs(), "lines": lines}

    def do(self, form):
        given = form.cleaned_data
        actions.record_receipt(
            self.batch,
            self.request.user,
            on=given["received_on"],
            received_by=given["received_by"],
            note=given["note"],
            upload=given["receipt"],
            returned=form.returned,
        )
        return _("The receipt is recorded.")


class VoidView(BatchAction):
    page_title = gettext_lazy("Make the delivery note void")
    header_icon = "cross"
    form_class = forms.ReasonForm
    submit_label = gettext_lazy("Make void")
    warning = gettext_lazy(
        "The number is not used again. What stands on the note is to be delivered once more."
    )

    def do(self, form):
        actions.void(self.batch, self.request.user, reason=form.cleaned_data["reason"])
        return _("The delivery note is void.")


class CorrectView(BatchAction):
    page_title = gettext_lazy("Correct what was entered")
    header_icon = "edit"
    form_class = forms.CorrectForm
    warning = gettext_lazy("The former values stay in the history, with the reason.")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "batch": self.batch}

    def get_initial(self):
        return {name: getattr(self.batch, name) for name in self.batch.LATER}

    def do(self, form):
        actions.correct(
            self.batch,
            self.request.user,
            reason=form.cleaned_data["reason"],
            upload=form.cleaned_data.get("receipt"),
            **form.values,
        )
        return _("Corrected.")


class PrintView(OfBatch, ForOffice, View):
    """The note as it was frozen, to be printed: the same each time."""

    def get(self, request, pk):
        return serving.page(self.batch.html, own_language(), notes.title_of(self.batch))


class NoteFileView(OfBatch, ForOffice, View):
    """The note as PDF or as a workbook."""

    kind = ""

    def get(self, request, pk):
        try:
            content = notes.as_pdf(self.batch) if self.kind == "pdf" else notes.as_xlsx(self.batch)
        except notes.NoPdf as error:
            raise Http404 from error
        content_type = sheets.CONTENT_TYPES.get(self.kind, "application/pdf")
        response = HttpResponse(content, content_type=content_type)
        name = f"delivery-note-{self.batch.point_id}-{self.batch.number}.{self.kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return private(response)


class ScanView(OfBatch, ForOffice, View):
    """The scanned receipt, to those who deliver."""

    def get(self, request, pk):
        if not self.batch.receipt:
            raise Http404
        try:
            handle = self.batch.receipt.open("rb")
        except OSError as error:
            raise Http404 from error
        response = FileResponse(
            handle,
            as_attachment=True,
            filename=self.batch.receipt_name,
            content_type="application/octet-stream",
        )
        return private(response)


def private(response):
    for name, value in HEADERS.items():
        response.headers[name] = value
    add_never_cache_headers(response)
    return response


# Figures


class OfYear(ForOffice):
    @cached_property
    def today(self):
        return timezone.localdate()

    @cached_property
    def year(self):
        wanted = self.request.GET.get("year", "")
        if wanted.isascii() and wanted.isdigit() and len(wanted) == 4 and int(wanted) > 1:
            return int(wanted)
        return self.today.year

    @cached_property
    def deliveries(self):
        return Delivery.objects.filter(point__in=policy.points_of(self.request.user))

    def table(self):
        return figures.table(list(policy.points_of(self.request.user)), self.deliveries, self.year)


class FiguresView(OfYear, WagtailAdminTemplateMixin, TemplateView):
    """Delivered by point and month, received, returned and recalled; and how many places there are."""

    template_name = f"{FOLDER}/figures.html"
    page_title = gettext_lazy("Deliveries to reading points")
    header_icon = "doc-full"

    def get_breadcrumbs_items(self):
        above = {"url": ledger_url(), "label": _("Delivery ledger")}
        return [*self.breadcrumbs_items, above, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        rows = self.table()
        for row in rows:
            self._link(row)
        agencies = Agency.objects.filter(pk__in=policy.points_of(self.request.user).values("agency"))
        if self.request.user.is_superuser:
            agencies = Agency.objects.all()
        return super().get_context_data(
            rows=rows,
            months=figures.MONTHS,
            year=self.year,
            years=figures.years(self.deliveries, self.today),
            places=figures.places(agencies, self.year, self.today),
            ledger_url=ledger_url(),
            reading_url=reverse("wagtailsnippets_wagtail_disclosure_readingpoint:list"),
            intake_url=reverse("wagtailsnippets_wagtail_disclosure_intakepoint:list"),
            exports=[
                (kind, f"{ledger_url(f'figures_{kind}')}?year={self.year}")
                for kind in (sheets.XLSX, sheets.CSV)
            ],
            **kwargs,
        )

    def _link(self, row):
        """The way from each number of a point to the rows that it counts."""
        of_point = f"point={row['point'].pk}&year={self.year}"
        row["url"] = f"{ledger_url()}?{of_point}"
        delivered = f"{row['url']}&kind={Delivery.Kind.DELIVER}"
        state = Delivery.State
        row["by_month"] = [
            (number, f"{delivered}&month={month}")
            for month, number in zip(figures.MONTHS, row["months"], strict=True)
        ]
        row["sums"] = [
            (row["delivered"], delivered),
            (row["received"], f"{delivered}&state={state.RECEIVED}"),
            (row["returned"], f"{delivered}&state={state.RETURNED}"),
            (row["recalled"], f"{row['url']}&recalls=true"),
            (row["notes"], f"{note_url()}?{of_point}"),
        ]


class FiguresFileView(OfYear, View):
    kind = sheets.CSV

    def get(self, request):
        rows = list(figures.sheet_rows(self.table(), self.year))
        if self.kind == sheets.XLSX:
            response = HttpResponse(content_type=sheets.CONTENT_TYPES[self.kind])
            sheets.write_xlsx(rows, response)
        else:
            response = StreamingHttpResponse(
                sheets.rows_as_csv(rows), content_type=sheets.CONTENT_TYPES[self.kind]
            )
        response["Content-Disposition"] = f'attachment; filename="deliveries-{self.year}.{self.kind}"'
        return private(response)
