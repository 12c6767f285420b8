"""What the public sees, and what never: lists, feeds, the API, the search, figures, the report; what reviewers are told."""

import datetime
import io
import json
import uuid

import pytest
from django.core.management import call_command
from django.urls import include, path
from django.utils import timezone
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from tests import factories_participation as factories
from tests.urls_with_requests import urlpatterns as plain
from wagtail_disclosure.casework import identity
from wagtail_disclosure.participation import checks, draft_checks, moderation, reports
from wagtail_disclosure.participation.blocks import ParticipationBlock
from wagtail_disclosure.participation.models import Comment, ConsultationPage
from wagtail_disclosure.publishing.errors import WithdrawalRequired

pytestmark = pytest.mark.django_db
SECRET = "只有处室可以看到的意见"
REPORT = (
    ("降低价格", "adopted", "", (0, 1)),
    ("取消阶梯", "not_adopted", "法律要求实行阶梯价格。", (2,)),
)

api = WagtailAPIRouter("wagtailapi")
api.register_endpoint("pages", PagesAPIViewSet)
urlpatterns = [path("api/v2/", api.urls), path("", include(plain))]


@pytest.fixture
def over(place):
    """A consultation that is over, with three comments, one of them shown, and a report."""
    at = timezone.now() - datetime.timedelta(days=5)
    page = factories.consultation(
        place,
        report=REPORT,
        sent=[{"body": f"{SECRET}{number}", "name": "王小明", "at": at} for number in range(3)],
        feedback_on=factories.days(-1),
        feedback="<p>共收到意见3条。</p>",
        closes_on=factories.days(-2),
    )
    found = Comment.objects.order_by("pk")[0]
    moderation.act(found, "show", by=place.officer, text="公开的意见。")
    return page


def test_the_report_and_the_figures_stand_on_the_page(over, client):
    text = client.get(over.url).content.decode()
    assert "共收到意见3条" in text and "法律要求实行阶梯价格。" in text and "公开的意见。" in text
    from wagtail_disclosure.participation.pages import statistics

    assert statistics(over) == {"received": 3, "shown": 1, "adopted": 2, "later": 0}


def test_what_was_sent_is_nowhere_in_public(over, client, settings):
    settings.ROOT_URLCONF = __name__
    factories.listing()
    addresses = [
        over.url,
        f"{over.url}?about={factories.FIRST}",
        "/participation/",
        "/participation/feed/atom/",
        "/participation/feed/rss/",
        f"/api/v2/pages/{over.pk}/?fields=*",
        "/api/v2/pages/?type=wagtail_disclosure.ConsultationPage&fields=*",
        f"/api/v2/pages/?search={SECRET}",
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert SECRET not in text and SECRET not in json.dumps(text) and "王小明" not in text, address
    revision = json.dumps(over.get_latest_revision().content, ensure_ascii=False)
    assert SECRET not in revision and "公开的意见" not in revision


def test_the_list_has_what_is_open_first_and_each_kind_for_itself(over, place, client):
    factories.listing()
    factories.survey(place, title="正在进行的调查")
    factories.consultation(place, title="将要开始的办法", opens_on=factories.days(3))
    text = client.get("/participation/").content.decode()
    assert text.index("正在进行的调查") < text.index("将要开始的办法") < text.index(over.title)
    surveys = client.get("/participation/?kind=survey").content.decode()
    assert "正在进行的调查" in surveys and over.title not in surveys
    feed = client.get("/participation/feed/atom/").content.decode()
    assert feed.count("<entry>") == 3
    block = ParticipationBlock()
    embedded = block.render(block.to_python({"heading": "参与", "only_open": True}))
    assert "正在进行的调查" in embedded and over.title not in embedded


# What the law asks for


def draft_of(place, **given):
    return factories.consultation(place, **given)


@pytest.mark.parametrize(
    ("kind", "days", "reason", "ready"),
    [
        ("major_decision", 30, "", True),
        ("major_decision", 29, "", False),
        ("major_decision", 29, "汛期将至，需要尽快实施。", True),
        ("plan", 7, "", True),
    ],
)
def test_a_shorter_period_than_the_law_says_needs_a_reason(place, kind, days, reason, ready):
    draft = draft_of(
        place,
        draft_kind=kind,
        opens_on=factories.days(0),
        closes_on=factories.days(days),
        shorter_because=reason,
    )
    if ready:
        draft.check_ready_for_review()
    else:
        with pytest.raises(Exception, match="30"):
            draft.check_ready_for_review()
    assert bool(list(draft_checks.look(draft, None))) == (days == 29)


def test_reviewers_are_told_of_paragraphs_that_people_commented_on_and_that_are_gone(page):
    factories.comment(page, paragraph=factories.SECOND)
    draft = ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    block = {"type": "paragraph", "value": "<p>新的一条。</p>", "id": str(uuid.UUID(int=3))}
    draft.draft = json.dumps([block])
    assert ["2. 第二条" in each.passage for each in draft_checks.look(draft, None)] == [True]


def test_a_consultation_without_a_report_is_named_after_its_term(place, page, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "FEEDBACK_DAYS": 10}
    day = page.closes_on
    assert reports.without_report(factories.days(25 + 10)) == []
    assert reports.without_report(factories.days(25 + 11)) == [page]
    assert reports.without_report(factories.days(25 + 11), user=place.other_officer) == []
    assert reports.without_report(factories.days(25 + 11), user=place.head) == [page]
    ConsultationPage.objects.filter(pk=page.pk).update(closes_on=factories.days(-11))
    out = io.StringIO()
    call_command("disclosure_participation", stdout=out)
    assert page.title in out.getvalue() and day


# Retention


def test_after_its_term_a_comment_says_nothing_of_who_wrote(over, rf):
    call_command("disclosure_participation", stdout=io.StringIO())
    assert Comment.objects.filter(anonymised_at=None).count() == 3
    opens, closes = (factories.days(-365 * 3 - each) for each in (40, 5))
    ConsultationPage.objects.filter(pk=over.pk).update(opens_on=opens, closes_on=closes)
    for _twice in range(2):
        call_command("disclosure_participation", stdout=io.StringIO())
    for each in Comment.objects.all():
        assert each.anonymised_at and each.body == each.text_index == each.code_hash == ""
        assert identity.own_text(each.name) == ""
    assert Comment.objects.filter(state="shown", public_text="公开的意见。").count() == 1


def test_a_page_with_comments_is_not_deleted(over):
    ConsultationPage.objects.filter(pk=over.pk).update(live=False)
    with pytest.raises(WithdrawalRequired):
        ConsultationPage.objects.get(pk=over.pk).delete()


def test_comments_go_on_with_the_department_that_is_in_charge(over, place):
    draft = ConsultationPage.objects.get(pk=over.pk).get_latest_revision_as_object()
    draft.department = place.projects
    draft.prepare_publication(None)
    assert set(Comment.objects.values_list("department", flat=True)) == {place.projects.pk}


def test_a_site_without_addresses_for_the_forms_is_told(page, settings):
    def found():
        return [each.id for each in checks.check_addresses_of_participation(None, databases=["default"])]

    assert found() == []
    settings.ROOT_URLCONF = "tests.urls"
    assert found() == ["wagtail_disclosure.W040"]
