"""Who requests information: made-up people and bodies, with numbers of the right form that nobody has."""

from example_site.content_tools import chosen
from wagtail_disclosure.rules.organisation_codes import gb32100_check_character
from wagtail_disclosure.rules.personal_numbers import id_check_character

from .content import table

# There is no such county, and nobody of that age.
COUNTY = "629906"
DISTRICTS = ("望江区", "澄湖区", "临空新区", "云岫县", "白鹭县", "石渡县", "桐溪县")
ROADS = ("江畔路", "云程街", "澄江巷", "白石街", "青禾路", "听涛里")
NATURAL_SHARE = 68


def applicant(seed, kind=""):
    """The fields of an applicant, always the same for the same seed; ``kind`` narrows the choice."""
    rows = list(enumerate(table("applicants")))
    natural = kind == "natural" or (not kind and chosen(f"{seed}natural", 1, 100) <= NATURAL_SHARE)
    rows = [(number, row) for number, row in rows if (row["kind"] == "natural") == natural]
    number, row = rows[chosen(f"{seed}who", 0, len(rows) - 1)]
    common = {
        "kind": row["kind"],
        "name": row["name"],
        "phone": f"139000{number:05d}",
        "email": f"applicant{number:02d}@mail.example",
        "address": f"岭西省临江市{DISTRICTS[number % 7]}{ROADS[number % 6]}{number + 1}号",
    }
    if natural:
        return {
            **common,
            "identity_kind": "resident_identity_card",
            "identity_number": resident_number(number),
        }
    contact = table("applicants")[number % 60]["name"]
    return {
        **common,
        "identity_kind": "social_credit",
        "identity_number": credit_code(number),
        "representative": table("applicants")[(number * 7) % 60]["name"],
        "contact_person": contact,
    }


def resident_number(number):
    body = f"{COUNTY}1900{number % 12 + 1:02d}{number % 28 + 1:02d}{number:03d}"
    return body + id_check_character(body)


def credit_code(number):
    body = f"91{COUNTY}MA00000{number:02d}"
    return body + gb32100_check_character(body)
