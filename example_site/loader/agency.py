"""The agency itself: site, home pages, departments, people, categories, and what setup makes of them."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from wagtail.models import Locale, Page, Site
from wagtail.users.models import UserProfile

from example_site import stand_in
from example_site.logins import PASSWORD
from example_site.models import HomePage
from wagtail_disclosure.catalogue.models import CategoryScheme
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.installation.report import Report
from wagtail_disclosure.installation.setup import setup
from wagtail_disclosure.interchange.models import UpwardPlatform

from .content import at, data, table
from .diary import Deed

WEBMASTER = "webmaster"
SCHEME = "linjiang"
CATEGORY_HEADINGS = ("code", "parent", "name", "name (en)", "main_content", "department", "sort_order")
WELCOME = {
    "zh-hans": "<p>政府信息以公开为常态、不公开为例外。这里可以按标题、正文、索引号和发布机构查找本委公开的政府信息。</p>",
    "en": "<p>Find what the Commission publishes by title, text, index number or issuing body. Most documents "
    "are in Chinese; selected ones are translated.</p>",
}
ROLE_GROUPS = {
    "secrecy": "secrecy",
    "copy": "copy",
    "leader": "leader",
    "office_admin": "office",
    "translator": "translation",
}
PLAIN = ("organisation_code", "region_code", "site_id_code", "sponsor", "address", "office_hours", "phone")
PLAIN += ("fax", "email", "icp_number", "police_number", "ipv6_notice")
PLAIN += (
    "reconsideration_body",
    "reconsideration_body_names",
    "reconsideration_link",
    "court",
    "court_names",
)


def install_site(host, port):
    """The site with its home page in both languages."""
    chinese = Locale.objects.get_or_create(language_code="zh-hans")[0]
    english = Locale.objects.get_or_create(language_code="en")[0]
    facts = data("agency")
    home = HomePage.objects.filter(locale=chinese, depth=2).first()
    if home is None:
        root = Page.get_first_root_node()
        taken = root.get_children().filter(slug="home").first()
        home = HomePage(
            title=facts["name"],
            slug="linjiang" if taken else "home",
            locale=chinese,
            introduction=WELCOME["zh-hans"],
        )
        root.add_child(instance=home)
        home.save_revision().publish()
    if home.get_translation_or_none(english) is None:
        copy = home.copy_for_translation(english)
        copy.title, copy.introduction = facts["name_en"], WELCOME["en"]
        copy.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk and site.root_page_id != home.pk else None
    site.hostname, site.port, site.site_name, site.root_page = host, port, facts["name"], home
    site.save()
    if welcome is not None and type(welcome.specific) is Page and not welcome.get_children().exists():
        welcome.delete()
    return site


def serve_at(host, port):
    """Let the demonstration's own site answer at this address: QR codes, canonical links and feeds name it.

    A site that somebody has given another host name is left alone.
    """
    site = Site.objects.filter(is_default_site=True).first()
    ours = site is not None and site.hostname in settings.ALLOWED_HOSTS and Agency.for_site(site) is not None
    if ours and (site.hostname, site.port) != (host, port):
        # Past the gate, which keeps the address of what is public: here only the machine's own name changes.
        Site.objects.filter(pk=site.pk).update(hostname=host, port=port)
        Site.clear_site_root_paths_cache()
        UpwardPlatform.objects.filter(code=stand_in.CODE, endpoint__endswith="/stand-in/platform/").update(
            endpoint=f"http://{host}:{port}/stand-in/platform/"
        )


def install_agency(site):
    facts = data("agency")
    agency = Agency.for_site(site)
    if agency is None:
        agency = Agency(site=site, name=facts["name"], names={"en": facts["name_en"]})
        agency.short_name = facts["short_name"]
        for name in PLAIN:
            setattr(agency, name, facts[name])
        agency.full_clean()
        agency.save()
    for order, row in enumerate(table("departments")):
        if agency.departments.filter(code=row["code"]).exists():
            continue
        department = Department(
            agency=agency,
            code=row["code"],
            name=row["name"],
            names={"en": row["name_en"]},
            functions=row["functions"],
            address=row["address"],
            office_hours=row["office_hours"],
            phone=row["phone"],
            email=row["email"],
            sort_order=order,
        )
        department.full_clean()
        department.save()
    return agency


def install_categories(agency):
    """The catalogue's categories, imported as an administrator would."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "categories.csv"
        _write_categories(path)
        call_command(
            "disclosure_scheme_import",
            SCHEME,
            str(path),
            create=CategoryScheme.Kind.AGENCY.value,
            name=f"{agency.name}政府信息公开目录",
            site=agency.site.hostname,
            verbosity=0,
            stdout=io.StringIO(),
        )
    scheme = CategoryScheme.objects.get(code=SCHEME)
    scheme.names = {"en": "Disclosure catalogue of the Commission"}
    scheme.full_clean()
    scheme.save()


def _write_categories(path):
    """``categories.csv`` under the headings of a scheme file."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(CATEGORY_HEADINGS)
        for order, row in enumerate(table("categories")):
            writer.writerow([*row.values(), order])


def install_people(agency, groups):
    """The people of ``people.csv`` with their roles, and the webmaster, who has every right but no review step."""
    hashed = make_password(PASSWORD)
    departments = {each.code: each for each in agency.departments.all()}
    model = get_user_model()
    for row in table("people"):
        user, made = model.objects.get_or_create(
            username=row["username"],
            defaults={"first_name": row["display_name"], "email": row["email"], "password": hashed},
        )
        if not made:
            continue
        UserProfile.objects.get_or_create(
            user=user, defaults={"preferred_language": row["languages"].partition(";")[0]}
        )
        if row["role"] in DepartmentMember.Role.values:
            department = departments[row["department_code"]]
            DepartmentMember.objects.create(department=department, user=user, role=row["role"])
            if row["role"] == DepartmentMember.Role.REVIEWER:
                user.user_permissions.add(roles.admin_access())
        else:
            user.groups.add(groups[ROLE_GROUPS[row["role"]]])
    model.objects.get_or_create(
        username=WEBMASTER,
        defaults={
            "first_name": "网站管理员",
            "email": "webmaster@fgw.linjiang.example",
            "password": hashed,
            "is_superuser": True,
            "is_staff": True,
        },
    )
    for department in departments.values():
        roles.sync(department)


def merger(world):
    """A department that was merged into another while the site was running."""
    row = next(row for row in table("departments") if row["status"] != "active")

    def run(world):
        department = Department.objects.get(agency=world.agency, code=row["code"])
        if department.status == row["status"]:
            return
        successors = [world.departments[code] for code in row["successor_codes"].split(";")]
        department.status, department.status_date = row["status"], row["status_date"]
        department.full_clean()
        department.check_successors(successors)
        department.save()
        department.successors.set(successors)

    return Deed(at(row["status_date"], 9), run)


def install(host, port):
    """All of it; safe to repeat. Returns the ``Installation``."""
    site = install_site(host, port)
    agency = install_agency(site)
    install_categories(agency)
    installation = setup(site, name=agency.name, report=Report())
    install_people(agency, installation.groups)
    return installation
