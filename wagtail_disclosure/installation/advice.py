"""What a project starts with and a site in use cannot keep. Setup tells it as things to do, the checks as warnings."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import global_settings, settings
from django.utils.translation import gettext as _

from .. import conf
from ..rules.profiles import get_profile

LANGUAGES_SNIPPET = """from django.conf.urls.i18n import i18n_patterns

urlpatterns += i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False)"""
# What `wagtail start` and Django write where nobody has chosen yet.
UNCHOSEN_ZONES = {"UTC", "Etc/UTC", global_settings.TIME_ZONE}
EXAMPLE_HOSTS = ("example.com", "example.org", "example.net", "localhost", "127.0.0.1")


@dataclass(frozen=True)
class Advice:
    """One thing to change: what is wrong, and how to do it."""

    text: str
    how: str

    def __str__(self):
        return f"{self.text} {self.how}"


def about_host(site):
    if not _is_example(site.hostname):
        return None
    return Advice(
        _("The host name of the site is still “%(host)s”; feeds, sitemaps and QR codes carry it.")
        % {"host": site.hostname},
        _("Enter the right one in the admin under Settings → Sites."),
    )


def about_time_zone():
    wanted = get_profile(conf.get("JURISDICTION")).time_zone
    if not wanted or settings.TIME_ZONE == wanted or settings.TIME_ZONE not in UNCHOSEN_ZONES:
        return None
    return Advice(
        _("TIME_ZONE is %(zone)s: dates of publication and periods are counted in days of that zone.")
        % {"zone": settings.TIME_ZONE},
        _("Set TIME_ZONE = “%(zone)s”.") % {"zone": wanted},
    )


def about_admin_address():
    url = getattr(settings, "WAGTAILADMIN_BASE_URL", None)
    # None at all is reported by Wagtail (wagtailadmin.W003).
    if not url or not _is_example(urlsplit(str(url)).hostname or ""):
        return None
    return Advice(
        _("WAGTAILADMIN_BASE_URL is still %(url)s; the links in the mails to reviewers lead there.")
        % {"url": url},
        _("Set it to the address of the site."),
    )


def about_sender():
    if settings.DEFAULT_FROM_EMAIL != global_settings.DEFAULT_FROM_EMAIL:
        return None
    return Advice(
        _("Mails to reviewers come from %(address)s, which many mail servers refuse.")
        % {"address": settings.DEFAULT_FROM_EMAIL},
        _("Set DEFAULT_FROM_EMAIL, and EMAIL_HOST where mails are not sent by this machine."),
    )


def about_addresses_of_languages():
    """With several languages each needs addresses of its own."""
    from django.urls import LocalePrefixPattern, get_resolver

    enabled = getattr(settings, "WAGTAIL_I18N_ENABLED", False)
    languages = getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES)
    if not enabled or len(languages) < 2 or not getattr(settings, "ROOT_URLCONF", None):
        return None
    patterns = get_resolver().url_patterns
    if any(isinstance(each.pattern, LocalePrefixPattern) for each in patterns):
        return None
    return Advice(
        _(
            "The site has several languages, but %(urlconf)s has no i18n_patterns: pages of different languages share "
            "one address, and a visitor whose browser prefers another language gets “not found”."
        )
        % {"urlconf": settings.ROOT_URLCONF},
        _("Put this in the place of Wagtail's own pattern at the end of the file:")
        + f"\n{LANGUAGES_SNIPPET}",
    )


def _is_example(host):
    return any(host == each or host.endswith(f".{each}") for each in EXAMPLE_HOSTS)


def advice_about(site):
    """All advice for ``site`` that applies."""
    found = (
        about_addresses_of_languages(),
        about_host(site),
        about_time_zone(),
        about_admin_address(),
        about_sender(),
    )
    return [each for each in found if each is not None]
