"""disclosure_setup on a fresh site: what it creates, where, in which language, and what it refuses."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from wagtail.models import (
    Locale,
    Page,
    Site,
)

from tests import factories
from tests.installed import CODE, NAME, again, default_site, run, state
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue.models import (
    CatalogueIndexPage,
    Category,
    CategoryScheme,
    DepartmentFolderPage,
)
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.installation.people import COPY, LEADER, SECRECY
from wagtail_disclosure.installation.report import Outcome, Report, SetupError
from wagtail_disclosure.installation.setup import body_types, setup
from wagtail_disclosure.publishing.models import (
    ReviewPolicy,
    ReviewPolicyStep,
)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["department", "district_government", "township_street"])
def test_each_body_type_has_its_catalogue(code):
    assert code in [each for each, _label in body_types()]
    setup(default_site(), body_type=code)
    assert Category.objects.filter(scheme__kind="agency", parent=None).count() == 25


@pytest.mark.django_db
def test_a_document_passes_the_installed_review_and_is_found(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = setup(default_site(), name=NAME, organisation_code=CODE)
        office = made.departments[0]
        people = {key: factories.user(key, groups=[made.groups[key]]) for key in (SECRECY, COPY, LEADER)}
        officer, head = factories.user("officer"), factories.user("head")
        DepartmentMember.objects.create(department=office, user=officer, role="officer")
        DepartmentMember.objects.create(department=office, user=head, role="reviewer")
    world = factories.SimpleNamespace(
        office=office,
        folder=DepartmentFolderPage.objects.get(department=office),
        category=Category.objects.get(scheme__kind="agency", code="0101"),
        people=factories.SimpleNamespace(officer=officer, head=head, **people),
    )
    page = factories.published(world, "关于价格公示的通知")
    assert page.live and page.index_number.startswith(CODE)
    assert client.get(page.url).status_code == 200


@pytest.mark.django_db
def test_an_agency_set_up_by_hand_is_taken_over_and_not_changed():
    world = factories.world()
    steps = ReviewPolicyStep.objects.count()
    setup(world.site, name="别的名称")
    assert Agency.objects.get().name == world.agency.name
    assert CatalogueIndexPage.objects.get().pk == world.catalogue.pk
    assert ReviewPolicyStep.objects.count() == steps
    assert [task.pk for task in ReviewPolicy.objects.get().workflow.tasks] == [
        task.pk for task in world.tasks
    ]
    assert CategoryScheme.objects.get(kind="agency").pk == world.scheme.pk
    assert world.scheme.categories.count() == 2
    assert set(Department.objects.all()) == {world.office, world.other}
    assert not again().changed


@pytest.mark.django_db
def test_an_empty_organisation_code_is_filled_and_a_given_one_kept():
    site = default_site()
    Agency.objects.create(site=site, name="机关")
    setup(site, organisation_code="62070003-6")
    assert Agency.objects.get().organisation_code == "620700036"
    report = setup(site, organisation_code="123456789").report
    assert Agency.objects.get().organisation_code == "620700036"
    assert any("620700036" in text for text in report.of(Outcome.RESPECTED))


@pytest.mark.django_db
def test_without_a_name_the_site_gives_one_and_is_told_to_change_it(settings):
    settings.WAGTAIL_SITE_NAME = "临江发改"
    report = setup(default_site()).report
    assert Agency.objects.get().name == "临江发改"
    assert any("临江发改" in text for text in report.of(Outcome.NOTE))


@pytest.mark.django_db
def test_things_are_named_in_the_language_asked_for():
    made = setup(default_site(), language="en")
    node = Category.objects.get(scheme__kind="agency", code="01")
    assert node.name == "About the body" and node.names == {"zh-hans": "机构概况"}
    assert made.groups[SECRECY].name == "Secrecy reviewers"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_project_with_one_language_and_a_fresh_tree(settings, language):
    settings.LANGUAGE_CODE = language
    settings.WAGTAIL_I18N_ENABLED = False
    del settings.WAGTAIL_CONTENT_LANGUAGES
    Locale.all_objects.exclude(language_code=language).exclude(pk__in=Page.objects.values("locale")).delete()
    made = setup(default_site())
    assert made.catalogue.locale.language_code == language and made.catalogue.live
    assert {each.names == {} for each in Category.objects.all()} == {True}


@pytest.mark.django_db
def test_two_sites_have_groups_and_reviews_of_their_own_and_share_the_schemes_of_the_law():
    first = setup(default_site(), name=NAME)
    home = Page.objects.get(depth=1).add_child(instance=PlainPage(title="第二", slug="second"))
    second_site = Site.objects.create(hostname="second.example", root_page=home)
    second = setup(second_site, name="临江市教育局", body_type="township_street")
    assert second.catalogue.get_parent().pk == home.pk
    assert not {each.pk for each in first.groups.values()} & {each.pk for each in second.groups.values()}
    assert "临江市教育局" in second.groups[SECRECY].name
    assert not {each.pk for each in first.tasks.values()} & {each.pk for each in second.tasks.values()}
    assert CategoryScheme.objects.filter(kind="agency").count() == 2
    assert CategoryScheme.objects.filter(kind="topic").count() == 1
    report = setup(second_site).report
    assert report.of(Outcome.CREATED) + report.of(Outcome.REPAIRED) == []
    assert not again().changed


def plain(title, slug, parent=None, live=True):
    parent = parent or default_site().root_page
    return parent.add_child(instance=PlainPage(title=title, slug=slug, live=live))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["pk", "/gov/info/", "gov/info"])
def test_the_catalogue_stands_where_the_operator_wants_it(name):
    page = plain("公开", "info", plain("政务", "gov"))
    made = setup(default_site(), parent=page.pk if name == "pk" else name)
    assert made.catalogue.get_parent().pk == page.pk


@pytest.mark.django_db
def test_an_address_that_is_taken_is_a_clear_error_and_nothing_is_written():
    plain("商品目录", "catalogue")
    before = state()
    with pytest.raises(SetupError, match="商品目录.*catalogue.*--parent"):
        setup(default_site())
    assert state() == before


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["9999", "/nowhere/", "elsewhere", "root"])
def test_a_place_that_cannot_hold_the_catalogue_is_a_clear_error(wanted):
    if wanted == "elsewhere":
        wanted = plain("外部", "elsewhere", Page.objects.get(depth=1))
    elif wanted == "root":
        wanted = Page.objects.get(depth=1)
    before = state()
    with pytest.raises(SetupError):
        setup(default_site(), parent=wanted)
    assert state() == before


@pytest.mark.django_db
def test_a_page_type_that_allows_no_catalogue_is_a_clear_error(monkeypatch):
    monkeypatch.setattr(PlainPage, "subpage_types", [], raising=False)
    monkeypatch.setattr(PlainPage, "_clean_subpage_models", None, raising=False)
    page = plain("政务", "gov")
    with pytest.raises(SetupError, match="CatalogueIndexPage"):
        setup(default_site(), parent=page)


@pytest.mark.django_db
def test_a_hidden_page_above_the_catalogue_is_pointed_out():
    page = plain("政务", "gov", live=False)
    report = setup(default_site(), parent=page).report
    assert any("Catalogue" in text or "目录" in text for text in report.of(Outcome.NOTE))


@pytest.mark.django_db
def test_groups_that_see_all_drafts_are_pointed_out():
    editors = Group.objects.get_or_create(name="Editors")[0]
    roles.grant_pages(editors, default_site().root_page)
    assert not any("Editors" in text for text in setup(default_site()).report.of(Outcome.NOTE))
    editors.user_set.add(factories.user())
    assert any("Editors" in text for text in again().of(Outcome.NOTE))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        {"body_type": "parliament"},
        {"body_type": ""},
        {"body_type": "t"},
        {"organisation_code": "12345"},
        {"organisation_code": "<script>"},
        {"language": "fr"},
        {"name": "长" * 300},
        {"name": "\udcff\udcfe"},
        {"name": "\u200b"},
    ],
)
def test_wrong_options_are_clear_errors_and_nothing_is_written(options):
    before = state()
    with pytest.raises(SetupError) as refused:
        setup(default_site(), **options)
    assert str(refused.value)
    assert state() == before


@pytest.mark.django_db
def test_an_error_halfway_leaves_nothing_behind(monkeypatch):
    def fail(*args):
        raise RuntimeError("halfway")

    monkeypatch.setattr("wagtail_disclosure.installation.setup._install_number_scheme", fail)
    before = state()
    with pytest.raises(RuntimeError):
        setup(default_site())
    assert state() == before


@pytest.mark.django_db
def test_the_command_says_what_it_created_and_what_is_left_to_do():
    said = run("--name", NAME, "--code", CODE, "--body-type", "township")
    assert Agency.objects.get().name == NAME
    assert f"{Outcome.CREATED.label}: " in said and f"{Outcome.NOTE.label}: " in said
    assert NAME in said


@pytest.mark.django_db
def test_a_dry_run_says_the_same_and_writes_nothing():
    before = state()
    dry = run("--name", NAME, "--dry-run")
    assert state() == before
    wet = run("--name", NAME)
    assert [line for line in wet.splitlines() if line not in dry.splitlines()] == []


@pytest.mark.django_db
def test_the_command_speaks_the_language_asked_for():
    assert "Created: group “Secrecy reviewers”" in run("--language", "en")


@pytest.mark.django_db
@pytest.mark.parametrize("site", ["localhost", "localhost:80", "pk"])
def test_the_command_takes_a_site_by_host_port_or_number(site):
    run("--site", str(default_site().pk) if site == "pk" else site)
    assert Agency.objects.get().site == default_site()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments", [["--site", "nowhere.example"], ["--site", "999"], ["--parent", "/no/"]]
)
def test_the_command_refuses_with_one_sentence(arguments):
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert len(str(refused.value).splitlines()) == 1
    assert not Agency.objects.exists()


@pytest.mark.django_db
def test_without_a_default_site_one_has_to_be_named():
    Site.objects.update(is_default_site=False)
    with pytest.raises(CommandError, match="--site"):
        run()


def test_the_report_can_be_followed_line_by_line():
    seen = []
    report = Report(write=seen.append)
    report.created("one")
    report.note("two")
    assert [line.text for line in seen] == ["one", "two"] and report.changed


def test_the_command_explains_itself(capsys):
    with pytest.raises(SystemExit):
        call_command("disclosure_setup", "--help")
    said = capsys.readouterr().out
    assert "township_street" in said and "--restore" in said
