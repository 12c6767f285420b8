"""Where the feed may be sent: over HTTPS, and to no address inside the agency's own network.

A network that :setting:`UPWARD_PRIVATE_NETWORKS` names is allowed, and plain HTTP within it: the networks between
agencies have addresses of their own.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ... import conf

# IPv6 networks whose addresses end in one of IPv4: of translators (RFC 6052), and those of old.
EMBEDDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))


class AddressRefused(ValueError):
    """Nothing is sent to this address."""


def allowed_networks():
    return [ipaddress.ip_network(each, strict=False) for each in conf.get("UPWARD_PRIVATE_NETWORKS")]


def is_inside(address):
    """Whether ``address`` lies in a network that the settings name."""
    found = ipaddress.ip_address(address.split("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in allowed_networks() if network.version == found.version)


def is_allowed(address):
    """Whether something may be sent to the IP address ``address``."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    public = all(each.is_global and not each.is_multicast for each in (found, *_translated(found)))
    return public or is_inside(str(found))


def _translated(address):
    """The IPv4 addresses to which a gateway may carry what is sent to this IPv6 address."""
    if address.version == 4:
        return
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in EMBEDDING):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def addresses_of(host, port):
    """The IP addresses of ``host``. Raises :class:`AddressRefused` where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(_("The host “%(host)s” is not known.") % {"host": host}) from error
    return sorted({each[4][0] for each in found})


def parts_of(url):
    """Scheme, host and port of ``url``. Raises :class:`AddressRefused` for what is no address of a service."""
    if any(ord(char) <= 32 or ord(char) == 127 or char == "\\" for char in url):
        raise AddressRefused(_("An address has neither spaces nor backslashes."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(_("This is no address.")) from error
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise AddressRefused(_("Enter a whole address that begins with https://."))
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(_("An address holds no name and no password."))
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)


def check(url):
    """Resolve ``url`` and raise :class:`AddressRefused` unless every address of its host is allowed."""
    scheme, host, port = parts_of(url)
    found = addresses_of(host, port)
    for each in found:
        if not is_allowed(each):
            raise AddressRefused(
                _("“%(host)s” leads to %(address)s, which is not open to the outside.")
                % {"host": host, "address": each}
            )
    if scheme != "https" and not all(is_inside(each) for each in found):
        raise AddressRefused(_("Only https:// is used outside the networks that the settings name."))


def validate_endpoint(url):
    """For the form: what can be said without asking for the host."""
    try:
        scheme, host, _port = parts_of(url)
    except AddressRefused as error:
        raise ValidationError(str(error)) from error
    name = host.rstrip(".")
    literal = name == "localhost" or name.endswith(".localhost")
    try:
        ipaddress.ip_address(host)
        literal = True
    except ValueError:
        pass
    if literal and not is_allowed("127.0.0.1" if "localhost" in host else host):
        raise ValidationError(_("This address lies inside a private network."))
    if scheme != "https" and not conf.get("UPWARD_PRIVATE_NETWORKS"):
        raise ValidationError(_("Enter an address that begins with https://."))
