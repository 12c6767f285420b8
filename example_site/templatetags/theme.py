"""What the example site's base template needs on every page: agency, menu, languages."""

from django import template
from django.utils.translation import get_language, get_language_info
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale, Site

from wagtail_disclosure.departments.models import Agency

register = template.Library()

# The columns that the header shows; all of them stand at the end of the home page.
MENU = (
    *("about", "disclosure", "catalogue", "requests", "news", "notices", "laws"),
    *("guide-government", "guide-business"),
)


@register.simple_tag(takes_context=True)
def site_frame(context):
    """Header and footer data; an empty dictionary where no site answers the request (mail, error pages)."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    return build_frame(site, context.get("page"), request) if site else {}


def build_frame(site, page, request):
    root = site.root_page.localized.specific
    menu = root.get_children().live().in_menu().filter(slug__in=MENU)
    menu = sorted(
        menu.only("title", "slug", "url_path", "path", "depth", "locale_id"),
        key=lambda page: MENU.index(page.slug),
    )
    path = getattr(page, "url_path", "") or ""
    catalogue = next((entry.get_url(request) for entry in menu if entry.slug == "catalogue"), "")
    return {
        "agency": Agency.for_site(site),
        "home_url": root.get_url(request),
        # The home page closes with the list of all columns.
        "sitemap_url": f"{root.get_url(request)}#home-columns",
        "file_check_url": f"{catalogue}check-file/" if catalogue else "",
        "menu": [
            {
                "title": entry.title,
                "url": entry.get_url(request),
                "current": path.startswith(entry.url_path),
            }
            for entry in menu
        ],
        "languages": _languages(root, page, request),
    }


def _languages(root, page, request):
    """The page in every language of the site, or that language's home page where it is not translated."""
    homes = {home.locale_id: home for home in root.get_translations(inclusive=True).live()}
    pages = {}
    if getattr(page, "pk", None):
        pages = {copy.locale_id: copy for copy in page.get_translations(inclusive=True).live()}
    links = []
    order = list(get_content_languages())
    for locale in sorted(
        Locale.objects.filter(pk__in=homes), key=lambda each: order.index(each.language_code)
    ):
        target = pages.get(locale.pk) or homes[locale.pk]
        links.append(
            {
                "code": locale.language_code,
                "label": get_language_info(locale.language_code)["name_local"],
                "url": target.get_url(request),
                "current": locale.language_code == get_language(),
            }
        )
    return links
