"""Factories for tests: an agency with departments, people, review steps, a catalogue, and drafts in any state."""

import itertools
from types import SimpleNamespace

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import GroupPagePermission, Locale, Page, Site, Workflow, WorkflowTask

from wagtail_disclosure.catalogue.models import (
    AttributeDetermination,
    CatalogueIndexPage,
    Category,
    CategoryScheme,
    DepartmentFolderPage,
    EntryPage,
)
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.publishing import actions, gate, pinned
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.models import (
    CopyCheck,
    DepartmentHeadReview,
    LeaderApproval,
    ReviewPolicy,
    ReviewPolicyStep,
    SecrecyReview,
)
from wagtail_disclosure.rules.profiles import get_profile

counter = itertools.count(1)


def user(username=None, *, groups=(), superuser=False, name=""):
    """A person who may open the admin."""
    username = username or f"person{next(counter)}"
    found = get_user_model().objects.create_user(
        username, f"{username}@agency.example", "password", first_name=name, is_superuser=superuser
    )
    admin = Group.objects.get_or_create(name="admin access")[0]
    admin.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    found.groups.add(admin, *groups)
    return found


def group_with_pages(name, page, *codenames):
    group = Group.objects.get_or_create(name=name)[0]
    content_type = ContentType.objects.get_for_model(Page)
    for codename in codenames:
        permission = Permission.objects.get(content_type=content_type, codename=f"{codename}_page")
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    return group


def review_tasks():
    """The four steps with their groups, as (tasks, groups)."""
    groups = {name: Group.objects.create(name=name) for name in ("secrecy", "copy", "leader")}
    head = DepartmentHeadReview.objects.create(name="处室负责人初审")
    secrecy = SecrecyReview.objects.create(name="保密审查")
    secrecy.groups.add(groups["secrecy"])
    copy_check = CopyCheck.objects.create(name="办公室核稿")
    copy_check.groups.add(groups["copy"])
    leader = LeaderApproval.objects.create(name="委领导审批")
    leader.groups.add(groups["leader"])
    return [head, secrecy, copy_check, leader], groups


def people_of(office, groups, drafters):
    """One person for each role; the officer drafts and the head reviews for ``office``."""
    people = SimpleNamespace(
        officer=user("officer", groups=[drafters], name="陈信"),
        head=user("head", name="王处"),
        secrecy=user("secrecy", groups=[groups["secrecy"]], name="李密"),
        copy=user("copy", groups=[groups["copy"]], name="赵核"),
        leader=user("leader", groups=[groups["leader"]], name="周委"),
        root=user("root", superuser=True),
    )
    DepartmentMember.objects.create(department=office, user=people.officer, role="officer")
    DepartmentMember.objects.create(department=office, user=people.head, role="reviewer")
    return people


def world():
    """A complete agency on the default site: catalogue, one department, four review steps, one person each."""
    site = Site.objects.get(is_default_site=True)
    Locale.objects.get_or_create(language_code="zh-hans")
    agency = Agency.objects.create(
        site=site, name="临江市发展和改革委员会", short_name="市发展改革委", organisation_code="620700036"
    )
    office = Department.objects.create(agency=agency, code="01", name="办公室")
    other = Department.objects.create(agency=agency, code="02", name="价格管理科")
    tasks, groups = review_tasks()
    workflow = Workflow.objects.create(name="政府信息公开审查")
    for order, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    catalogue = CatalogueIndexPage(title="政府信息公开目录", slug="catalogue", live=False)
    site.root_page.add_child(instance=catalogue)
    policy = ReviewPolicy.objects.create(page=catalogue, workflow=workflow)
    for order, task in enumerate(tasks):
        ReviewPolicyStep.objects.create(policy=policy, task=task.task_ptr, sort_order=order)
    gate.seal_installed(catalogue)
    catalogue.save_revision().publish()
    catalogue = CatalogueIndexPage.objects.get(pk=catalogue.pk)
    folders = {}
    for department in (office, other):
        folder = DepartmentFolderPage(
            title=department.name, slug=department.code, department=department, live=False
        )
        catalogue.add_child(instance=folder)
        folders[department.pk] = folder
    scheme = CategoryScheme.objects.create(
        code="agency", name="目录", kind=CategoryScheme.Kind.AGENCY, agency=agency
    )
    parent = Category.objects.create(scheme=scheme, code="01", name="工作信息")
    category = Category.objects.create(scheme=scheme, code="0101", name="年度报告", parent=parent)
    drafters = group_with_pages("drafters", catalogue, "add", "change")
    people = people_of(office, groups, drafters)
    return SimpleNamespace(
        site=site,
        agency=agency,
        office=office,
        other=other,
        tasks=tasks,
        groups=groups,
        workflow=workflow,
        policy=policy,
        catalogue=catalogue,
        folder=folders[office.pk],
        other_folder=folders[other.pk],
        scheme=scheme,
        parent_category=parent,
        category=category,
        people=people,
        drafters=drafters,
    )


def draft(
    world,
    title="关于价格公示的通知",
    *,
    page_class=EntryPage,
    folder=None,
    attribute="proactive",
    by=None,
    **fields,
):
    """A draft by the officer, with its attribute determined unless ``attribute`` is None."""
    by = by or world.people.officer
    folder = folder or world.folder
    fields.setdefault("department", world.office)
    fields.setdefault("category", world.category)
    if page_class is EntryPage:
        fields.setdefault("body", [("paragraph", "<p>现将有关事项通知如下。</p>")])
    page = page_class(
        title=title, slug=f"item-{next(counter)}", live=False, owner=by, locale=folder.locale, **fields
    )
    folder.add_child(instance=page)
    if attribute:
        determine(page, by, attribute)
    page.save_revision(user=by)
    return page_class.objects.get(pk=page.pk)


def determine(page, by, attribute="proactive", ground="art_19"):
    from django.utils import timezone

    return AttributeDetermination.objects.create(
        translation_key=page.translation_key,
        attribute=attribute,
        ground=ground,
        decided_by=by,
        decided_by_name=str(by),
        decided_at=timezone.now(),
    )


def checklist():
    return {"checklist": [point.code for point in get_profile().secrecy_checklist]}


def acknowledge(page, by, reason="已核对，可以公开。"):
    """Let ``by`` answer for everything that was found in the current draft and blocks. Returns its digest."""
    page = type(page).objects.get(pk=page.pk)
    draft = page.get_latest_revision().as_object()
    digest = digest_of(draft)
    left = pinned.open_findings(page, pinned.pin(page, draft, digest))
    reasons = {each.key: reason for each in left}
    if reasons:
        actions.acknowledge(page.current_workflow_task_state, by, digest=digest.value, reasons=reasons)
    return digest.value


def approve_step(page, by, *, acknowledging=False, digest=None):
    """Let ``by`` pass the step that waits, having seen the current draft, or what has ``digest``."""
    if acknowledging:
        acknowledge(page, by)
    page = type(page).objects.get(pk=page.pk)
    state = page.current_workflow_task_state
    is_secrecy = isinstance(state.task.specific, SecrecyReview)
    actions.approve(
        state,
        by,
        digest=digest or digest_of(page.get_latest_revision().as_object()).value,
        details=checklist() if is_secrecy else {},
    )


def publish(world, page, *, by=None):
    """Take a draft through submission and all four steps; the first reviewer answers for what was found."""
    people = world.people
    actions.submit(page, by or people.officer)
    digest = acknowledge(page, people.head)
    for reviewer in (people.head, people.secrecy, people.copy, people.leader):
        approve_step(page, reviewer, digest=digest)
    return type(page).objects.get(pk=page.pk)


def published(world, title="关于价格公示的通知", **fields):
    return publish(world, draft(world, title, **fields))
