"""The one way in which data becomes a hash: equal data gives equal text, whatever the order of its keys."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder


def sha256_of(data):
    """sha-256 of JSON-ready ``data``, in hexadecimal digits."""
    text = json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
