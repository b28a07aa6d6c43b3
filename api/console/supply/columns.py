"""The columns of lists as CSV, by their headings. A heading is translated where it is written."""

from collections.abc import Mapping
from operator import itemgetter

from api.pages.export import Column


def _(text: str) -> str:
    return text


SHOPS: Mapping[str, Column] = {
    _("Code"): itemgetter("code"),
    _("Name"): itemgetter("name"),
    _("Region"): itemgetter("region"),
    _("Groups"): lambda row: ", ".join(row["groups"]),
    _("State"): itemgetter("state"),
}
USES: Mapping[str, Column] = {
    _("Offer"): itemgetter("offer_code"),
    _("Programme"): itemgetter("programme"),
    _("Coupon code"): itemgetter("code_tail"),
    _("Shop"): itemgetter("store"),
    _("Worth (minor units)"): itemgetter("face_value_minor"),
    _("Currency"): itemgetter("currency"),
    _("When"): itemgetter("used_at"),
    _("Receipt number"): itemgetter("reference"),
}
SHOP_USES: Mapping[str, Column] = {
    _("Use"): itemgetter("use"),
    _("Coupon"): itemgetter("coupon"),
    _("Offer"): itemgetter("offer_code"),
    _("Programme"): itemgetter("programme"),
    _("Cashier"): itemgetter("staff"),
    _("Receipt number"): itemgetter("reference"),
    _("Amount of the order (minor units)"): itemgetter("order_minor"),
    _("Worth (minor units)"): itemgetter("face_value_minor"),
    _("Currency"): itemgetter("currency"),
    _("When"): itemgetter("used_at"),
    _("Reversed at"): itemgetter("reversed_at"),
}
LEASES: Mapping[str, Column] = {
    _("Lease"): itemgetter("lease_id"),
    _("Shop"): itemgetter("shop"),
    _("Quota"): itemgetter("quota"),
    _("Told"): itemgetter("used"),
    _("A conflict is borne by"): itemgetter("bearer"),
    _("From"): itemgetter("valid_from"),
    _("Until"): itemgetter("valid_until"),
    _("Closed at"): itemgetter("closed_at"),
}
LEASE_USES: Mapping[str, Column] = {
    _("Number"): itemgetter("number"),
    _("State"): itemgetter("state"),
    _("Why"): lambda row: row["fault"] and row["fault"]["type"].rpartition("/")[2],
    _("Coupon"): itemgetter("coupon"),
    _("Use"): itemgetter("use"),
    _("A conflict is borne by"): itemgetter("borne_by"),
    _("Taken"): itemgetter("occurred_at"),
    _("Told"): itemgetter("recorded_at"),
}
OFFERS: Mapping[str, Column] = {
    _("Number"): itemgetter("offer_id"),
    _("Supplier"): itemgetter("supplier"),
    _("Code"): itemgetter("code"),
    _("Name"): itemgetter("name"),
    _("State"): itemgetter("state"),
    _("Kind"): itemgetter("kind"),
    _("Category"): itemgetter("category"),
    _("Worth (minor units)"): itemgetter("face_value_minor"),
    _("Currency"): itemgetter("currency"),
    _("Points"): itemgetter("points"),
    _("Version"): itemgetter("version"),
    _("From"): itemgetter("valid_from"),
    _("Until"): itemgetter("valid_until"),
}
SUPPLY_TERMS: Mapping[str, Column] = {
    _("Number"): itemgetter("terms_id"),
    _("Offer"): itemgetter("offer_id"),
    _("Brands"): lambda row: ", ".join(row["brands"] or ()),
    _("At most"): itemgetter("quantity_max"),
    _("At most for one brand"): itemgetter("quantity_per_brand_max"),
    _("Cost (minor units)"): itemgetter("unit_cost_minor"),
    _("Currency"): itemgetter("currency"),
    _("Granted"): itemgetter("granted"),
    _("From"): itemgetter("valid_from"),
    _("Until"): itemgetter("valid_until"),
    _("Taken back"): itemgetter("withdrawn_at"),
}
PROCUREMENTS: Mapping[str, Column] = {
    _("Number"): itemgetter("procurement_id"),
    _("Brand"): itemgetter("brand"),
    _("Offer"): itemgetter("offer_code"),
    _("Quantity"): itemgetter("quantity"),
    _("Returned"): itemgetter("returned"),
    _("Cost (minor units)"): itemgetter("unit_cost_minor"),
    _("Currency"): itemgetter("currency"),
    _("From"): itemgetter("window_from"),
    _("Until"): itemgetter("window_until"),
    _("State"): itemgetter("state"),
    _("Asked"): itemgetter("requested_at"),
    _("Decided at"): itemgetter("decided_at"),
}
ORDERS: Mapping[str, Column] = {
    _("Request number"): itemgetter("request_number"),
    _("State"): itemgetter("state"),
    _("Supplier"): itemgetter("supplier"),
    _("Offer"): itemgetter("offer_code"),
    _("Programme"): itemgetter("programme"),
    _("Points"): itemgetter("points"),
    _("Times sent"): itemgetter("submissions"),
    _("Times asked"): itemgetter("queries"),
    _("Made"): itemgetter("created_at"),
    _("Ended at"): itemgetter("finished_at"),
    _("Supplier's reference"): itemgetter("supplier_reference"),
    _("Reason"): itemgetter("reason"),
    _("Case"): itemgetter("case"),
}
CASES: Mapping[str, Column] = {
    _("Case"): itemgetter("case"),
    _("Kind"): itemgetter("kind"),
    _("State"): itemgetter("state"),
    _("Supplier"): itemgetter("supplier"),
    _("Programme"): itemgetter("programme"),
    _("Offer"): itemgetter("offer_code"),
    _("Request number"): itemgetter("request_number"),
    _("Opened"): itemgetter("opened_at"),
    _("Decision"): itemgetter("decision"),
    _("Decided at"): itemgetter("decided_at"),
}
