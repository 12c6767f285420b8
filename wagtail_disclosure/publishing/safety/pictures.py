"""Pictures: where they were taken and by whom, and sizes that are made to exhaust memory."""

import io
import warnings

from PIL import ExifTags, Image

from .found import Found, metadata

MAX_PIXELS = 200_000_000
NAMED = ("Artist", "XPAuthor", "HostComputer", "CameraOwnerName", "BodySerialNumber")


def check(data):
    # Only the head is read; the pixels are not unpacked.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                yield Found("large_picture", params={"width": width, "height": height})
            exif = picture.getexif()
            text = getattr(picture, "text", None) or {}
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        yield Found("location")
    tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    values = {ExifTags.TAGS.get(tag, ""): value for tag, value in tags.items()}
    found = {name: _text(values[name]) for name in NAMED if values.get(name)}
    found.update({key: value for key, value in text.items() if key.lower() == "author"})
    yield from metadata(found)


def _text(value):
    return value.decode("utf-16-le", "ignore").rstrip("\0") if isinstance(value, bytes) else value
