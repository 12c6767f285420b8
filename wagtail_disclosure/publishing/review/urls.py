"""Addresses below ``/admin/disclosure/``."""

from django.urls import path

from ..leaving.views import WithdrawView
from ..verification import views as verification
from .reports import LedgerReportView
from .translating import TakeOverView
from .views import CandidateView, HistoryView, ReviewView

app_name = "wagtail_disclosure_review"
urlpatterns = [
    path("review/<int:task_state_id>/", ReviewView.as_view(), name="review"),
    path("review/<int:task_state_id>/candidate/", CandidateView.as_view(), name="candidate"),
    path("history/<int:content_type_id>/<str:object_id>/", HistoryView.as_view(), name="history"),
    path("withdraw/<int:content_type_id>/<str:object_id>/", WithdrawView.as_view(), name="withdraw"),
    path("translation/<int:translation_id>/", TakeOverView.as_view(), name="take_over"),
    path("ledger/", LedgerReportView.as_view(), name="ledger"),
    path("ledger/results/", LedgerReportView.as_view(results_only=True), name="ledger_results"),
    path("ledger/anchor/", verification.anchor, name="anchor"),
    path("verification/", verification.RunsView.as_view(), name="verifications"),
    path(
        "verification/results/",
        verification.RunsView.as_view(results_only=True),
        name="verifications_results",
    ),
    path("verification/start/", verification.VerifyView.as_view(), name="verify"),
    path("verification/<int:pk>/", verification.RunView.as_view(), name="verification"),
]
