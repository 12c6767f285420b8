"""P7 and P8 in the admin: each department moderates what was sent to it; contact data is read with a reason; exports are safe."""

import io

import openpyxl
import pytest
from django.urls import reverse

from tests import factories_participation as factories
from tests.case_admin import browser, filled_in, soup
from wagtail_disclosure.casework.errors import CaseRefused
from wagtail_disclosure.casework.models import IdentityRead
from wagtail_disclosure.participation import moderation
from wagtail_disclosure.participation.models import Comment, SurveyAnswer, SurveyText

pytestmark = pytest.mark.django_db
NAME, SURVEYS = "disclosure_comments", "wagtail_disclosure_surveys"


def url(name, *args):
    return reverse(f"{NAME}:{name}", args=args)


@pytest.fixture
def scene(place, page, survey, rf):
    """A comment and an answer to the department of prices, and one of each to that of projects."""
    place.page, place.survey = page, survey
    place.own = factories.comment(page, name="王小明", phone="13812345678")
    place.foreign_page = factories.consultation(place, department=place.projects, title="项目办法")
    place.foreign = factories.comment(place.foreign_page, body="别处的意见")
    place.foreign_survey = factories.survey(place, department=place.projects, title="项目调查")
    factories.answer(survey, rf, q0="0", q5="本处的建议")
    factories.answer(place.foreign_survey, rf, q0="0", q5="别处的建议")
    return place


def urls_of(scene, which):
    comment, survey = (scene.own, scene.survey) if which == "own" else (scene.foreign, scene.foreign_survey)
    return [
        url("inspect", comment.pk),
        url("people", comment.pk),
        *(reverse(f"{SURVEYS}_{name}", args=[survey.pk]) for name in ("results", "texts", "export")),
    ]


@pytest.mark.parametrize("who", ["officer", "reviewer", "head"])
def test_people_of_the_department_and_the_office_see_what_was_sent(scene, who):
    client = browser(getattr(scene, who))
    assert [client.get(each).status_code for each in urls_of(scene, "own")] == [200] * 5
    assert scene.own.number in client.get(url("index")).content.decode()


@pytest.mark.parametrize(("who", "status"), [("officer", 404), ("other_officer", 200), ("head", 200)])
def test_what_was_sent_to_another_department_does_not_exist(scene, who, status):
    client = browser(getattr(scene, who))
    assert [client.get(each).status_code for each in urls_of(scene, "foreign")] == [status] * 5
    lists = [url("index"), url("clusters"), reverse(SURVEYS), reverse("wagtailadmin_home")]
    seen = " ".join(client.get(each).content.decode() for each in lists)
    assert (scene.foreign.number in seen) == ("项目调查" in seen) == (status == 200)


@pytest.mark.parametrize("name", ["show", "hide"])
def test_a_comment_of_another_department_is_not_moderated(scene, name):
    client = browser(scene.officer)
    given = {"action": name, "text": "x", "reason": "off_topic"}
    assert client.post(url("inspect", scene.foreign.pk), given).status_code == 404
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "comment", name])
    assert client.post(f"{bulk}?id={scene.foreign.pk}", given).status_code == 404
    assert Comment.objects.get(pk=scene.foreign.pk).state == "pending"


def test_who_has_no_role_has_no_admin_of_it(scene):
    from tests import factories as people

    client = browser(people.user("nobody"))
    for each in [*urls_of(scene, "own"), url("index"), url("add"), reverse(SURVEYS)]:
        assert client.get(each).status_code in (302, 403, 404)


def test_a_comment_is_shown_as_it_was_prepared(scene):
    client, address = browser(scene.officer), url("inspect", scene.own.pk)
    form = soup(client.get(address)).select_one("textarea[name=text]")
    assert form.get_text(strip=True) == scene.own.body
    client.post(address, {"action": "show", "text": "降价。"})
    scene.own.refresh_from_db()
    assert (scene.own.state, scene.own.public_text) == ("shown", "降价。")
    event = moderation.events_of(scene.own).get()
    assert (event.action, event.user, event.state) == ("show", scene.officer, "shown")


@pytest.mark.parametrize(
    ("consent", "given"),
    [
        (False, {"action": "show", "text": "降价。"}),
        (True, {"action": "show", "text": " "}),
        (True, {"action": "show", "text": "电话13812345678"}),
        (True, {"action": "hide", "reason": ""}),
        (True, {"action": "nonsense", "text": "x"}),
    ],
)
def test_what_is_not_possible_is_refused_and_said(scene, consent, given):
    Comment.objects.filter(pk=scene.own.pk).update(consent_to_publish=consent)
    response = browser(scene.officer).post(url("inspect", scene.own.pk), given)
    assert response.status_code == 200 and soup(response).select(".messages, .help-critical, .error-message")
    assert Comment.objects.get(pk=scene.own.pk).state == "pending"


def test_contact_data_is_masked_and_read_with_a_reason(scene):
    client = browser(scene.officer)
    assert "13812345678" not in client.get(url("inspect", scene.own.pk)).content.decode()
    address = url("people", scene.own.pk)
    assert "13812345678" not in client.post(address, {"reason": ""}).content.decode()
    assert not IdentityRead.objects.exists()
    assert "13812345678" in client.post(address, {"reason": "回访"}).content.decode()
    assert {each.field for each in IdentityRead.objects.all()} == {"name", "phone"}


def test_the_same_text_is_one_cluster_and_moderated_at_once(scene):
    for _each in range(3):
        factories.comment(scene.page, body="同一段文字。")
    client = browser(scene.officer)
    link = soup(client.get(url("clusters"))).select_one("th a")["href"]
    rows = soup(client.get(link)).select("tbody tr")
    assert len(rows) == 3
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "comment", "hide"])
    keys = "&".join(f"id={pk}" for pk in Comment.objects.filter(paragraph="").values_list("pk", flat=True))
    assert client.get(f"{bulk}?{keys}").status_code == 200
    client.post(f"{bulk}?id=all&{link.partition('?')[2]}", {"reason": "repeated"})
    assert Comment.objects.filter(state="hidden", hidden_because="repeated").count() == 3
    scene.own.refresh_from_db()
    assert scene.own.state == "pending"


def test_bulk_shows_only_what_may_be_shown_with_numbers_masked(scene):
    secret = factories.comment(scene.page, body="不同意公开。", consent=False)
    number = factories.comment(scene.page, body="请回电13812345678。")
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "comment", "show"])
    browser(scene.officer).post(f"{bulk}?id={secret.pk}&id={number.pk}", {})
    assert Comment.objects.get(pk=secret.pk).state == "pending"
    assert Comment.objects.get(pk=number.pk).public_text == "请回电＊＊＊。"


@pytest.mark.parametrize(
    "number",
    [
        "138 1234 5678",
        "138-1234-5678",
        "１３８１２３４５６７８",
        "138\u200b1234\u200b5678",
        "+86 13812345678",
        "6222 0212 3456 7890 128",
        "11010519491231 002X",
    ],
)
def test_a_number_of_a_person_is_masked_however_it_is_typed(scene, number):
    text = f"第3条有误，请回电{number}，共2处。"
    assert moderation.suggested(text) == "第3条有误，请回电＊＊＊，共2处。"
    with pytest.raises(CaseRefused):
        moderation.act(scene.own, "show", by=scene.officer, text=text)


def test_what_is_no_number_of_a_person_stays(scene):
    text = "2026年3月1日起，第12条、第13条，热线0772-1234567，编号1234 5678 9012 3456。"
    assert moderation.suggested(text) == text
    assert moderation.act(scene.own, "show", by=scene.officer, text=text).state == "shown"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_have_no_formulas_and_no_contact_data(scene, kind):
    factories.comment(scene.page, body='=HYPERLINK("http://evil.example")13812345678')
    response = browser(scene.officer).get(url("index"), {"export": kind})
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        text = " ".join(str(cell.value) for cell in cells)
    else:
        text = data.decode()
    assert "'=HYPERLINK" in text and "13812345678" not in text and "王" not in text
    assert scene.own.number in text and scene.foreign.number not in text


def test_answers_are_exported_without_formulas(scene, rf):
    factories.answer(scene.survey, rf, q0="2", q1=["0", "1"], q5="=1+1")
    response = browser(scene.officer).get(reverse(f"{SURVEYS}_export", args=[scene.survey.pk]))
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff") and "不满意" in text and "水质; 水价" in text
    assert "'=1+1" in text and "别处的建议" not in text and len(text.strip().splitlines()) == 3


@pytest.mark.parametrize("state", ["\x00", "nothing", ""])
def test_a_state_that_does_not_exist_lists_what_waits(scene, state):
    found = browser(scene.officer).get(reverse(f"{SURVEYS}_texts", args=[scene.survey.pk]), {"state": state})
    assert found.status_code == 200 and "本处的建议" in found.content.decode()


def test_results_count_the_answers_that_one_may_see(scene, rf):
    """Answers belong to a department, not to whoever has a page of the survey in some language."""
    factories.answer(scene.survey, rf, q0="2", address="192.0.2.9")
    hidden = SurveyAnswer.objects.filter(key=scene.survey.key, texts=None).get()
    SurveyAnswer.objects.filter(pk=hidden.pk).update(department=scene.projects)
    address = reverse(f"{SURVEYS}_results", args=[scene.survey.pk])
    assert browser(scene.officer).get(address).context["number"] == 1
    assert browser(scene.head).get(address).context["number"] == 2
    rows = browser(scene.officer).get(reverse(SURVEYS)).context["rows"]
    assert [row["number"] for row in rows if row["page"].pk == scene.survey.pk] == [1]


def test_texts_of_a_survey_are_let_through_one_by_one(scene):
    client, address = browser(scene.officer), reverse(f"{SURVEYS}_texts", args=[scene.survey.pk])
    text = SurveyText.objects.get(key=scene.survey.key)
    given = {"text_of": text.pk, f"t{text.pk}-text": "", "action": "show"}
    assert soup(client.post(address, given)).select(".error-message")
    client.post(address, {**given, f"t{text.pk}-text": "建议。"})
    foreign = SurveyText.objects.get(key=scene.foreign_survey.key)
    client.post(address, {"text_of": foreign.pk, f"t{foreign.pk}-text": "x", "action": "show"})
    text.refresh_from_db()
    foreign.refresh_from_db()
    assert (text.state, text.public_text, foreign.state) == ("shown", "建议。", "pending")


def test_a_comment_that_came_by_post_counts_like_every_other(scene):
    client = browser(scene.officer)
    form = soup(client.get(url("add")))
    choices = {each["value"] for each in form.select("[name=page] option")}
    assert str(scene.page.pk) in choices and str(scene.foreign_page.pk) not in choices
    given = {
        "page": scene.page.pk,
        "channel": "post",
        "on": factories.days(-1).isoformat(),
        "number_of_paragraph": "2",
        "body": "来信意见。",
        "consent": "on",
        "token": form.select_one("[name=token]")["value"],
    }
    bad = client.post(url("add"), {**given, "number_of_paragraph": "9", "on": factories.days(3).isoformat()})
    assert bad.status_code == 200 and Comment.objects.count() == 2
    for _twice in range(2):
        client.post(url("add"), given)
    found = Comment.objects.get(channel="post")
    assert (found.paragraph, found.body, found.consent_to_publish) == (factories.SECOND, "来信意见。", True)


def test_the_start_page_says_what_waits(scene):
    home = browser(scene.officer).get(reverse("wagtailadmin_home")).content.decode()
    assert f"{url('index')}?state=pending" in home


def test_the_editor_refuses_other_questions_once_somebody_has_answered(scene):
    from tests import factories as people

    client = browser(people.user("editor", superuser=True))
    address = reverse("wagtailadmin_pages:edit", args=[scene.survey.pk])
    given = filled_in(soup(client.get(address)).select_one("#page-edit-form"))
    refused = client.post(address, {**given, "questions-0-label": "别的问题"})
    assert "label" not in str(refused.context["form"].errors) and refused.context["form"].errors
    kept = client.post(address, {**given, "questions-0-help_text": "提示可以改"})
    assert kept.status_code == 302, kept.context["form"].errors
    draft = type(scene.survey).objects.get(pk=scene.survey.pk).get_latest_revision_as_object()
    assert draft.questions.all()[0].help_text == "提示可以改"
