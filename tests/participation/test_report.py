"""P6: every number of a report on comments is counted, and leads to its comments; what was approved stays as it was."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import rich_text

from tests import factories as people
from tests import factories_participation as factories
from tests.case_admin import browser, filled_in, soup
from wagtail_disclosure.casework.errors import CaseRefused
from wagtail_disclosure.participation import assigning, draft_checks, moderation, tallies
from wagtail_disclosure.participation.models import Comment, CommentAssignment, ConsultationPage, FeedbackItem

pytestmark = pytest.mark.django_db
PRICE, TIERS, BEYOND = "降低价格", "取消阶梯", "修建水库"
REPORT = (
    (PRICE, "adopted", "", (0, 1)),
    (TIERS, "not_adopted", "法律要求实行阶梯价格。", (1, 2)),
    (BEYOND, "outside", "不属于本办法。", ()),
)


def url(name, *args):
    return reverse(f"disclosure_comments:{name}", args=args)


@pytest.fixture
def page(place):
    """A consultation that is over, with four comments, one of them by post, and a report on three of them."""
    at = timezone.now() - datetime.timedelta(days=5)
    return factories.consultation(
        place,
        report=REPORT,
        sent=[{"body": f"意见{number}", "at": at} for number in range(4)],
        feedback_on=factories.days(-1),
        feedback="<p>采纳情况如下。</p>",
        closes_on=factories.days(-2),
    )


def came(page, number):
    return Comment.objects.filter(key=page.key).order_by("pk")[number]


def later(page, **given):
    """A comment that is entered after the report is public: it came by post in time."""
    from wagtail_disclosure.casework.receipts import codes
    from wagtail_disclosure.participation import commenting

    fields = {"body": "来信意见", **given}
    receipt = commenting.send(page, codes.new_token(), fields, channel="post", on=factories.days(-3))
    return receipt.case


def keys(page):
    return list(tallies.issues_of(page))


def texts(client, address):
    return {
        row.select_one("th").get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in soup(client.get(address)).select("tbody tr")
    }


def test_the_public_report_has_numbers_by_issue_outcome_and_channel_with_nil_as_zero(page, client):
    found = soup(client.get(page.url))
    tables = [
        {
            row.th.get_text(strip=True): row.select("td")[0].get_text(strip=True)
            for row in each.select("tbody tr")
        }
        for each in found.select("section[aria-labelledby=report] table")
    ]
    assert tables[0] == {PRICE: "2", TIERS: "2", BEYOND: "0"}
    assert [tables[1][label] for label in ("采纳", "部分采纳", "未采纳")] == ["2", "0", "2"]
    # One belongs to no issue.
    assert list(tables[1].values())[-1] == "1"
    assert (tables[2]["网上"], tables[2]["信函"]) == ("4", "0")


def test_every_number_in_the_admin_leads_to_its_comments(page, place):
    client = browser(place.officer)
    found = soup(client.get(url("report", page.pk)))
    links = found.select("tbody td a")
    assert len(links) > 20
    for link in links:
        address = link["href"]
        rows = soup(client.get(address)).select("tbody tr")
        assert len(rows) == int(link.get_text(strip=True)), address


def test_what_is_entered_later_stands_beside_the_public_numbers(page, place, client):
    late = later(page)
    assigning.add(late, keys(page)[0], by=place.officer)
    shown = soup(client.get(page.url))
    assert shown.select_one(".disclosure-keyfacts dd").get_text(strip=True) == "4"
    assert "1" in shown.select("section[aria-labelledby=report] .disclosure-meta")[-1].get_text()
    rows = texts(browser(place.officer), url("report", page.pk))
    # Now, in the public report, and that both differ.
    assert rows[PRICE][1:3] == ["3", "2"] and rows[PRICE][3] != "–"
    assert rows[TIERS][1:3] == ["2", "2"] and rows[TIERS][3] == "–"


def test_the_numbers_of_a_draft_are_counted_when_it_is_saved_and_reviewers_are_told_of_changes(page, place):
    draft = page.get_latest_revision_as_object()
    assert not [each for each in draft_checks.look(draft, None) if each.serious]
    late = later(page)
    assigning.assign(late, keys(page)[:2], by=place.officer)
    assert [each for each in draft_checks.look(draft, None) if each.serious]
    draft.save_revision()
    saved = ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert not [each for each in draft_checks.look(saved, None) if each.serious]
    assert [each.comments for each in saved.feedback_items.all()] == [3, 3, 0]
    assert saved.feedback_figures["received"] == 5
    # What the public reads is what was approved.
    assert [each.comments for each in FeedbackItem.objects.filter(page=page).order_by("sort_order")] == [
        2,
        2,
        0,
    ]


def test_saving_again_without_a_change_makes_no_other_content(page):
    before = page.get_latest_revision_as_object().feedback_figures
    page.get_latest_revision_as_object().save_revision()
    assert ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object().feedback_figures == before


def test_a_new_issue_keeps_its_key_when_an_editor_sends_it_twice(page):
    def saved():
        draft = page.get_latest_revision_as_object()
        known = [each for each in draft.feedback_items.all() if each.issue != "降低损耗"]
        draft.feedback_items = [*known, FeedbackItem(issue="降低损耗", adoption="adopted", sort_order=9)]
        draft.save_revision()
        return keys(ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object())

    first = saved()
    assert saved() == first and len(set(first)) == 4


def test_two_issues_of_the_same_words_are_two(page):
    draft = page.get_latest_revision_as_object()
    twice = [FeedbackItem(issue=PRICE, adoption="adopted", sort_order=each) for each in (8, 9)]
    draft.feedback_items = [*draft.feedback_items.all(), *twice]
    draft.save_revision()
    assert len(set(keys(draft))) == 5


def test_an_issue_that_is_taken_out_leaves_its_comments_without_one(page, place):
    draft = page.get_latest_revision_as_object()
    draft.feedback_items = [each for each in draft.feedback_items.all() if each.issue != TIERS]
    draft.save_revision()
    assert draft.feedback_figures["remaining"] == 2
    assert texts(browser(place.officer), url("report", page.pk))[f"{PRICE}"][1:3] == ["2", "2"]


def test_an_officer_assigns_a_comment_to_several_issues_and_takes_it_out(page, place):
    client, found = browser(place.officer), came(page, 3)
    one, two, _three = keys(page)
    client.post(url("assign", found.pk), {"issues": [str(one), str(two)]})
    assert assigning.issues_of(found) == {one, two}
    client.post(url("assign", found.pk), {"issues": [str(two)]})
    assert assigning.issues_of(found) == {two}
    # Ended, not deleted: the report that is public is counted from it again.
    assert CommentAssignment.objects.filter(comment=found).count() == 2
    actions = [each.action for each in moderation.events_of(found)]
    assert sorted(actions) == ["assign", "assign", "unassign"]
    checked = soup(client.get(url("inspect", found.pk))).select("[name=issues][checked]")
    assert [each["value"] for each in checked] == [str(two)]


@pytest.mark.parametrize("issues", [["nonsense"], ["00000000-0000-0000-0000-000000000001"], ["x" * 5000]])
def test_an_issue_that_the_report_has_not_is_refused(page, place, issues):
    found = came(page, 3)
    client = browser(place.officer)
    assert client.post(url("assign", found.pk), {"issues": issues}).status_code == 302
    assert assigning.issues_of(found) == set()
    with pytest.raises(CaseRefused):
        assigning.assign(found, [factories.uuid.uuid4()])


def test_many_are_assigned_at_once_from_the_list(page, place):
    client, bulk = (
        browser(place.officer),
        reverse("wagtail_bulk_action", args=["wagtail_disclosure", "comment", "assign"]),
    )
    query = "&".join(f"id={each.pk}" for each in Comment.objects.filter(key=page.key))
    form = soup(client.get(f"{bulk}?{query}"))
    issue = str(keys(page)[2])
    assert issue in [each["value"] for each in form.select("[name=issue] option")]
    assert client.post(f"{bulk}?{query}", {"issue": "", "change": "add"}).status_code == 200
    for _twice in range(2):
        client.post(f"{bulk}?{query}", {"issue": issue, "change": "add"})
    assert tallies.count(page.key, tallies.issues_of(page)).issues[keys(page)[2]] == 4
    client.post(f"{bulk}?{query}", {"issue": issue, "change": "take_out"})
    assert tallies.count(page.key, tallies.issues_of(page)).issues[keys(page)[2]] == 0


def test_a_comment_gets_no_issue_of_another_consultation(page, place):
    other = factories.consultation(place, report=(("别的问题", "adopted", "", ()),))
    foreign = factories.comment(other)
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "comment", "assign"])
    given = {"issue": str(keys(page)[0]), "change": "add"}
    browser(place.officer).post(f"{bulk}?id={foreign.pk}&id={came(page, 3).pk}", given)
    assert assigning.issues_of(foreign) == set()
    assert assigning.issues_of(came(page, 3)) == {keys(page)[0]}


@pytest.mark.parametrize(("who", "status"), [("officer", 200), ("other_officer", 404), ("head", 200)])
def test_departments_see_the_reports_of_their_own_consultations(page, place, who, status):
    client = browser(getattr(place, who))
    assert client.get(url("report", page.pk)).status_code == status
    assert (page.title in client.get(url("reports")).content.decode()) == (status == 200)
    answer = client.post(url("assign", came(page, 3).pk), {"issues": [str(keys(page)[0])]})
    assert answer.status_code == (302 if status == 200 else 404)
    assert bool(assigning.issues_of(came(page, 3))) == (status == 200)


def test_a_report_on_nothing_says_nothing_came(place, client):
    page = factories.consultation(
        place, feedback_on=factories.days(-1), feedback="<p>未收到意见。</p>", closes_on=factories.days(-2)
    )
    assert page.feedback_figures["received"] == page.feedback_figures["remaining"] == 0
    cells = soup(client.get(page.url)).select("section[aria-labelledby=report] td")
    assert cells and {each.get_text(strip=True) for each in cells} == {"0"}
    assert browser(place.officer).get(url("report", page.pk)).status_code == 200


def test_whoever_wrote_reads_the_result_once_the_report_is_public(page, visitor, place):
    found = came(page, 2)
    late = later(page)
    assigning.add(late, keys(page)[0], by=place.officer)
    from wagtail_disclosure.casework.receipts import codes

    for comment, expected in ((found, "法律要求实行阶梯价格。"), (late, "")):
        type(comment).objects.filter(pk=comment.pk).update(code_hash=codes.hashed("AAAABBBBCCCCDDDD"))
        reader = visitor(page, "status/")
        reader.open()
        reader.fill({"number": comment.number, "code": "AAAABBBBCCCCDDDD"})
        assert comment.number in reader.text() and expected in reader.text()
        assert (TIERS in reader.text()) == bool(expected) and PRICE not in reader.text()


def blocks_sent(page):
    """The blocks of the draft as the editor's scripts send them."""
    blocks = page.draft.raw_data
    sent = {"draft-count": str(len(blocks))}
    for place, block in enumerate(blocks):
        value = rich_text(block["value"]) if block["type"] == "paragraph" else block["value"]
        facts = {"id": block["id"], "type": block["type"], "order": str(place), "deleted": "", "value": value}
        sent |= {f"draft-{place}-{name}": fact for name, fact in facts.items()}
    return sent


def test_the_editor_keeps_the_keys_of_issues_and_counts_no_number_that_is_sent(page, place):
    client = browser(people.user("editor", superuser=True))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    given = filled_in(soup(client.get(address)).select_one("#page-edit-form"))
    given |= blocks_sent(page)
    assert given["feedback_items-0-issue_key"] == str(keys(page)[0])
    assert "feedback_items-0-comments" not in given
    added = {
        "feedback_items-TOTAL_FORMS": "4",
        "feedback_items-3-issue": "公布成本",
        "feedback_items-3-adoption": "adopted",
        "feedback_items-3-ORDER": "4",
        "feedback_items-3-comments": "99",
        "feedback_items-0-comments": "99",
        "feedback_items-0-issue": "价格再低一些",
    }
    for _twice in range(2):
        saved = client.post(address, {**given, **added})
        assert saved.status_code == 302, saved.context["form"].errors
        draft = ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        assert keys(draft)[:3] == keys(page) and len(keys(draft)) == 4
        assert [each.comments for each in draft.feedback_items.all()] == [2, 2, 0, 0]
