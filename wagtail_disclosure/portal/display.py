"""What a reader chose about the look of public pages: text size and elder mode (长者模式).

The choice travels as an ordinary link and is kept in one cookie, so it works without JavaScript.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path
from wagtail import hooks

COOKIE = "disclosure_display"
COOKIE_MAX_AGE = 365 * 24 * 60 * 60  # seconds
TEXT_PARAMETER = "disclosure-text"
ELDER_PARAMETER = "disclosure-elder"
TEXT_SIZES = ("small", "medium", "large")
DEFAULT_TEXT_SIZE = "medium"


@dataclass(frozen=True)
class Display:
    """The reader's choice; ``classes`` is what the CSS hangs on."""

    text: str = DEFAULT_TEXT_SIZE
    elder: bool = False

    @property
    def classes(self):
        names = [f"disclosure--text-{self.text}"]
        if self.elder:
            names.append("disclosure--elder")
        return " ".join(names)

    @property
    def cookie(self):
        return f"{self.text}.elder" if self.elder else self.text


def from_cookie(value):
    """Read a cookie value; anything unknown counts as the default."""
    text, _, mode = (value or "").partition(".")
    return Display(text if text in TEXT_SIZES else DEFAULT_TEXT_SIZE, mode == "elder")


def from_request(request):
    """The choice that applies to ``request``: the link just followed, else the cookie."""
    kept = from_cookie(request.COOKIES.get(COOKIE))
    text = request.GET.get(TEXT_PARAMETER)
    elder = request.GET.get(ELDER_PARAMETER)
    return Display(
        text if text in TEXT_SIZES else kept.text,
        elder == "on" if elder in ("on", "off") else kept.elder,
    )


def keep_choice(page, request, serve_args, serve_kwargs):
    """Store a followed display link in the cookie and go back to the clean address."""
    if request.method != "GET" or not {TEXT_PARAMETER, ELDER_PARAMETER} & request.GET.keys():
        return None
    rest = [
        (key, value)
        for key, values in request.GET.lists()
        if key not in (TEXT_PARAMETER, ELDER_PARAMETER)
        for value in values
    ]
    # "//host/…" as a Location would leave the site.
    path = "/" + escape_uri_path(request.path).lstrip("/")
    response = HttpResponseRedirect(f"{path}?{urlencode(rest)}" if rest else path)
    response.set_cookie(
        COOKIE,
        from_request(request).cookie,
        max_age=COOKIE_MAX_AGE,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def vary_on_choice(serve):
    """A shared cache must not hand one reader's text size to the next."""

    def wrapped(page, request, serve_args, serve_kwargs):
        response = serve(page, request, serve_args, serve_kwargs)
        patch_vary_headers(response, ["Cookie"])
        return response

    return wrapped


hooks.register("before_serve_page", keep_choice)
hooks.register("on_serve_page", vary_on_choice)
