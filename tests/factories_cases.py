"""Factories for casework: an agency with two departments and an office, cases in any of them, files."""

import datetime
import itertools
from types import SimpleNamespace

from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.models import Site

from tests import factories
from wagtail_disclosure.casework import attachments
from wagtail_disclosure.casework.receipts import codes, numbers
from wagtail_disclosure.casework.record import By, record
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.requests.models import Applicant, DisclosureRequest, RequestAttachment

counter = itertools.count(1)
# A resident identity number with a right check character; nobody's.
IDENTITY = "320102199003072311"
PHONE = "13812345678"


def agency(name="临江市发展和改革委员会"):
    """An agency of the default site with a department for prices and one for projects, an officer in each."""
    found = Agency.objects.create(
        site=Site.objects.get(is_default_site=True),
        name=name,
        short_name="市发展改革委",
        organisation_code="620700036",
        reconsideration_body="临江市人民政府",
        reconsideration_link="https://reconsideration.example/",
        court="临江市人民法院",
    )
    prices = Department.objects.create(agency=found, code="01", name="价格管理科")
    projects = Department.objects.create(agency=found, code="02", name="项目科")
    officers = {}
    for department in (prices, projects):
        officers[department.pk] = factories.user(f"officer-{department.code}", name="陈信")
        DepartmentMember.objects.create(department=department, user=officers[department.pk], role="officer")
    return SimpleNamespace(
        agency=found,
        prices=prices,
        projects=projects,
        officer=officers[prices.pk],
        other_officer=officers[projects.pk],
    )


def overseer(username="office"):
    """A person of the disclosure office, with no role in any department."""
    found = factories.user(username)
    found.user_permissions.add(Permission.objects.get(codename="oversee_cases"))
    return type(found).objects.get(pk=found.pk)


def reviewer(department, username="reviewer"):
    found = factories.user(username, name="李审核")
    DepartmentMember.objects.create(department=department, user=found, role="reviewer")
    return found


def head(username="head"):
    """The head of the disclosure office."""
    found = overseer(username)
    found.user_permissions.add(Permission.objects.get(codename="head_cases"))
    return type(found).objects.get(pk=found.pk)


def draft(place, *, department=None, code="", at=None, applicant=None, **fields):
    """A request with its applicant, to which nothing has happened yet. ``code`` is the secret code, hashed."""
    at = at or timezone.now()
    case = DisclosureRequest.objects.create(
        agency=place.agency,
        department=department,
        number=numbers.allot(DisclosureRequest, agency=place.agency, department=department, at=at),
        code_hash=codes.hashed(code) if code else "",
        submitted_at=at,
        **{
            "state": "draft",
            "channel": "online",
            "subject": "2025年度项目审批清单",
            "description": "请公开我家门前道路的审批文件。",
            **fields,
        },
    )
    Applicant.objects.create(
        case=case,
        **{
            "kind": "natural",
            "name": "王小明",
            "identity_kind": "resident_identity_card",
            "identity_number": IDENTITY,
            "phone": PHONE,
            "email": "wang@example.com",
            "address": "江苏省南京市玄武区某路1号",
            **(applicant or {}),
        },
    )
    return case


def request(place, *, at=None, state="submitted", **fields):
    """A disclosure request that was submitted over the internet, with its first event."""
    at = at or timezone.now()
    case, day = draft(place, at=at, state=state, **fields), timezone.localdate(at).isoformat()
    data = {"from": "draft", "role": "applicant", "on": day, "receipt_facts": {"submitted_on": day}}
    record(case, "submit", by=By.APPLICANT, state=state, data=data, at=at)
    return DisclosureRequest.objects.get(pk=case.pk)


def close(case, day=None, **facts):
    """Close ``case`` as its last action would."""
    record(case, "archived", state="archived", closed_on=day or datetime.date(2015, 3, 2), **facts)
    return case


def upload(data=b"text of a letter", name="letter.txt"):
    return SimpleUploadedFile(name, data)


def attachment(case, data=b"text of a letter", name="letter.txt", origin="applicant", **fields):
    found = attachments.store(RequestAttachment, upload(data, name), origin=origin, case=case)
    for field, value in fields.items():
        setattr(found, field, value)
    found.save()
    return found
