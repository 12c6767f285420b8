"""Places for tests, and the scan of a receipt."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from wagtail_disclosure.interchange.models import IntakePoint, ReadingPoint


def reading_point(world, name="市档案馆", **fields):
    fields = {"kind": "archives", "address": "文渊路8号", "agency": world.agency, **fields}
    return ReadingPoint.objects.create(name=name, **fields)


def intake_point(world, name="委办公室窗口", **fields):
    return IntakePoint.objects.create(
        name=name, **{"agency": world.agency, "address": "江畔大道66号", "accepts": ["counter"], **fields}
    )


def receipt_file(name="receipt.png"):
    output = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(output, "PNG")
    return SimpleUploadedFile(name, output.getvalue())
