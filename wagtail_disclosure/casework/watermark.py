"""Number of the case and day on files that an applicant loads down (``WATERMARK_RELEASED_FILES``).

The stored file stays as it is. A file that cannot be marked (another kind, damaged, encrypted, very large) is handed out
unmarked, and the log says so: a mark is no condition of the right to the information.
"""

import io
import logging

from PIL import Image, ImageDraw, ImageFont

logger = logging.getLogger("wagtail_disclosure.watermark")
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
MOST_PAGES, MOST_PIXELS = 500, 40_000_000


class NotMarked(Exception):
    """The file cannot be marked; the message says why."""


def marked(data, text):
    """``data`` with ``text`` on every page; unchanged where it cannot be marked."""
    try:
        return _mark(data, _ascii(text))
    except Exception as error:
        # Whatever a reader of damaged files raises.
        logger.warning("A released file is handed out unmarked: %s", type(error).__name__)
        return data


def _ascii(text):
    """The fonts at hand have no other characters."""
    return text.encode("ascii", "ignore").decode().strip()


def _mark(data, text):
    if data.startswith(b"%PDF-"):
        return _mark_pdf(data, text)
    with Image.open(io.BytesIO(data)) as image:
        kind = (image.format or "").lower()
        if kind not in FORMATS or getattr(image, "is_animated", False):
            raise NotMarked(kind)
        if image.width * image.height > MOST_PIXELS:
            raise NotMarked("large")
        return _mark_image(image, FORMATS[kind], text)


def _mark_image(image, form, text):
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    size = max(12, min(image.size) // 25)
    font, draw = ImageFont.load_default(size), ImageDraw.Draw(layer)
    for top in range(size, image.height, max(1, image.height // 3)):
        draw.text((size, top), text, font=font, fill=(160, 0, 0, 110))
    whole = Image.alpha_composite(image.convert("RGBA"), layer)
    found = io.BytesIO()
    options = {"exif": image.info["exif"]} if image.info.get("exif") else {}
    (whole.convert("RGB") if form == "JPEG" else whole).save(found, form, **options)
    return found.getvalue()


def _mark_pdf(data, text):
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
        raise NotMarked("encrypted or long")
    writer = PdfWriter(clone_from=reader)
    for page in writer.pages:
        box = page.mediabox
        page.merge_page(_stamp(float(box.left), float(box.bottom), float(box.width), float(box.height), text))
    found = io.BytesIO()
    writer.write(found)
    return found.getvalue()


def _stamp(left, bottom, width, height, text):
    """A page with ``text`` near its lower edge and across its middle, in Helvetica, which every reader has."""
    from pypdf import PageObject
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page = PageObject.create_blank_page(width=width, height=height)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/DisclosureMark"): font})}
    )
    words = "".join("\\" + each if each in "()\\" else each for each in text)
    content = (
        f"q 0.65 0.2 0.2 rg BT /DisclosureMark 9 Tf {left + 24:.2f} {bottom + 14:.2f} Td ({words}) Tj ET "
        f"0.9 0.8 0.8 rg BT /DisclosureMark 28 Tf 0.82 0.57 -0.57 0.82 "
        f"{left + width * 0.2:.2f} {bottom + height * 0.35:.2f} Tm 0.3 w 0.8 0.6 0.6 RG 1 Tr ({words}) Tj ET Q"
    )
    stream = DecodedStreamObject()
    stream.set_data(content.encode("ascii"))
    page[NameObject("/Contents")] = stream
    return page
