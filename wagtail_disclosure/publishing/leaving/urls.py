"""Addresses below ``/admin/disclosure/leaving/``."""

from django.urls import path

from .reports import TakedownReportView, ValidityReportView
from .views import TakeDownView, TakedownView, TakenDownContentView, ValidityChangeView, ValidityView

app_name = "wagtail_disclosure_leaving"
urlpatterns = [
    path("take-down/<int:content_type_id>/<str:object_id>/", TakeDownView.as_view(), name="take_down"),
    path("validity/<int:content_type_id>/<str:object_id>/", ValidityView.as_view(), name="validity"),
    path("takedowns/", TakedownReportView.as_view(), name="takedowns"),
    path("takedowns/results/", TakedownReportView.as_view(results_only=True), name="takedowns_results"),
    path("takedowns/<int:pk>/", TakedownView.as_view(), name="takedown"),
    path("takedowns/<int:pk>/content/", TakenDownContentView.as_view(), name="taken_down"),
    path("validity-changes/", ValidityReportView.as_view(), name="validity_changes"),
    path("validity-changes/results/", ValidityReportView.as_view(results_only=True), name="validity_results"),
    path("validity-changes/<int:pk>/", ValidityChangeView.as_view(), name="validity_change"),
]
