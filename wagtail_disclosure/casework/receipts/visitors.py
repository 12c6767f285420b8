"""Where a request comes from, as a keyed hash. The address itself is stored nowhere.

``X-Forwarded-For`` is believed only as far as it was written by a proxy that ``TRUSTED_PROXIES`` names: anybody can
send that header.
"""

import ipaddress

from ... import conf
from ..keys import keyed_hash

# One household or company has a whole /64 of IPv6.
IPV6_PREFIX = 64
# A proxy on the same machine that speaks through a socket has no address.
SOCKET = "unix"


def sender_key(request):
    """32 characters by which requests from one address are recognised as such."""
    return keyed_hash(_folded(address_of(request)), "sender")[:32]


def address_of(request):
    """The address of the visitor: the last one in the chain that is no trusted proxy. Not to be stored."""
    direct = request.META.get("REMOTE_ADDR", "")
    named = conf.get("TRUSTED_PROXIES")
    trusted = [ipaddress.ip_network(each, strict=False) for each in named if each != SOCKET]
    if not (_within(direct, trusted) or (not direct and SOCKET in named)):
        return direct
    forwarded = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    found = direct
    for each in reversed([each for each in forwarded if each]):
        if _parsed(each) is None:
            # Whatever stands before it was not written by a proxy that is trusted.
            break
        found = each
        if not _within(each, trusted):
            break
    return found


def _parsed(text):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _within(text, networks):
    address = _parsed(text)
    return address is not None and any(address in network for network in networks)


def _folded(text):
    address = _parsed(text)
    if address is None:
        return text
    if address.version == 6:
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)
