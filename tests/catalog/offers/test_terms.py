"""A term of an offer must stand in the table, in the statements and in the schemas of the API."""

import re

from api.http.schemas.offers import OfferAnswer, OfferBody, VersionBody
from catalog.offers.publish import _PUBLISH, _REVISE
from catalog.offers.read import _OWN_PAGE, _WANTED
from catalog.offers.rows import Offer
from catalog.offers.terms import PARTY_TERMS, PERIOD_TERMS, TERMS, VERSION_TERMS, OfferTerms
from catalog.tables import offer_period, offer_version

# What the columns of a version hold beside its terms.
VERSION_KEYS = {
    *("offer_id", "version", "recorded_at", "recorded_by"),
    # A trigger fills these, and the party of PARTY_TERMS is stored by its id.
    *("search_text", "search_grams", "presented_party_id", "class_id"),
}


def words(statement: object) -> set[str]:
    return set(re.findall(r"\w+", str(statement)))


def test_every_term_is_stored() -> None:
    assert {*VERSION_TERMS, *PERIOD_TERMS, *PARTY_TERMS} == set(TERMS)
    assert set(offer_version.columns.keys()) == {*VERSION_TERMS, *VERSION_KEYS}
    assert "valid_period" in offer_period.columns


def test_every_term_is_written_and_read() -> None:
    for statement in (_PUBLISH, _REVISE):
        assert set(TERMS) <= set(statement.compile().params)
    for statement in (_OWN_PAGE, _WANTED):
        assert set(TERMS) <= words(statement)


def test_every_term_is_in_the_schemas() -> None:
    assert set(VersionBody.model_fields) == set(TERMS)
    assert set(OfferBody.model_fields) == {"code", "state", *TERMS}
    assert set(OfferAnswer.__annotations__) == {
        *("offer_id", "supplier", "code", "version", "state", "paused_by", "state_reason"),
        *TERMS,
    }


def test_an_optional_term_may_be_left_out_of_a_request() -> None:
    defaults = {name: field.default for name, field in OfferTerms.__dataclass_fields__.items()}
    for name in TERMS:
        required = OfferBody.model_fields[name].is_required()
        assert required or OfferBody.model_fields[name].default == defaults[name]


def test_an_offer_is_its_terms_and_its_name() -> None:
    assert set(Offer.__dataclass_fields__) - set(TERMS) == {
        *("offer_id", "supplier_id", "supplier_code", "code", "version", "presented_party_id"),
        *("state", "paused_by", "state_reason"),
    }
