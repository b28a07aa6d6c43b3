"""What the description says of each operation on the market: offers, isolation, stock, prices."""

from api.http.described_row import described as _row

_NAMES = "programme-not-found"
_OFFER = (
    "offer-code-invalid name-invalid currency-invalid face-value-out-of-range price-out-of-range"
    " use-within-out-of-range period-backwards offer-exists offer-undeliverable"
    " offer-terms-invalid category-path-invalid category-unknown party-not-found"
)
_OFFER_STEP = "offer-not-found offer-state offer-terms-invalid"
_PRICE = "price-invalid name-invalid period-backwards tag-unknown tier-unknown"
_STATED = (
    "isolation-rule-exists too-many-isolation-rules party-not-found group-not-found"
    " category-unknown category-path-invalid period-backwards"
)
_GRANT = (
    "offer-not-found offer-not-listed offer-undeliverable allotment-too-large quantity-out-of-range"
    " price-out-of-range period-backwards stock-total-exceeded unit-cost-invalid currency-invalid"
)
_PROCURE = f"{_GRANT} price-not-agreed too-many-procurements"
_DECISION = (
    "case-not-open decision-not-allowed decision-invalid points-gone stock-gone ledger-busy"
    " member-not-found member-merged already-reversed not-reversible operation-not-found"
    " balance-too-large too-many-lots cap-exceeded"
)
_SHOP = "party-not-found shop-invalid name-invalid"
_IMPORT = "party-not-found import-not-found"

MARKET = {
    # Categories and isolation
    "add_usual": _row("add_usual_categories", "Add the usual categories"),
    "add_category": _row(
        "add_category",
        "Add a category",
        "category-exists category-unknown category-path-invalid",
    ),
    "categories": _row("list_categories", "List the categories", "category-path-invalid"),
    "add_isolation_rule": _row(
        "add_isolation_rule",
        "Add an isolation rule",
        _STATED,
    ),
    "isolation_rules": _row("list_isolation_rules", "List the isolation rules"),
    "end_isolation_rule": _row(
        "end_isolation_rule", "End an isolation rule", "isolation-rule-not-found"
    ),
    "remove_isolation_rule": _row(
        "remove_isolation_rule", "End an isolation rule now", "isolation-rule-not-found"
    ),
    "add_veto_of_party": _row("add_veto", "Keep apart from others", f"{_STATED} role-missing"),
    "vetoes": _row("list_vetoes", "List the vetoes"),
    "end_veto_of_party": _row("end_veto", "End a veto", "veto-not-found"),
    "isolation_matrix": _row(
        "get_isolation_matrix",
        "Get what is decided for a brand",
        "party-not-found role-missing",
    ),
    "isolation_matrix_download": _row(
        "download_isolation_matrix",
        "Download what is decided for a brand",
        "party-not-found role-missing",
    ),
    "add_group": _row("add_group", "Add a group", "group-exists name-invalid too-many-groups"),
    "groups": _row("list_groups", "List the groups"),
    "put_group_member": _row(
        "set_group_member",
        "Let a party be in a group",
        "group-not-found party-not-found group-period-taken period-backwards too-many-groups",
    ),
    "remove_group_member": _row(
        "end_group_member",
        "End a party's membership",
        "group-not-found party-not-found group-member-not-found",
    ),
    "accept_group": _row("agree_to_group", "Accept to be in an alliance", "group-not-found"),
    # Offers and stock
    "add_offer": _row("add_offer", "Publish an offer", _OFFER),
    "add_offers": _row("add_offers", "Publish many offers", "", f"{_OFFER} idempotency-key-reused"),
    "add_version": _row(
        "add_offer_version",
        "Publish the next version of an offer",
        f"{_OFFER} offer-not-found offer-period-taken offer-state",
    ),
    "add_picture": _row(
        "add_picture", "Keep a picture of offers", "picture-invalid too-many-pictures"
    ),
    "picture_content": _row("get_picture", "Get a picture", "picture-not-found"),
    "remove_one_picture": _row("remove_picture", "Remove a picture", "picture-not-found"),
    "submit_offer": _row("submit_offer", "Have a draft listed", _OFFER_STEP),
    "pause_offer": _row("pause_offer", "Stop an offer for a while", _OFFER_STEP),
    "resume_offer": _row("resume_offer", "List a paused offer again", _OFFER_STEP),
    "end_offer": _row("end_offer", "End an offer", _OFFER_STEP),
    "approve_offer": _row("approve_offer", "List an offer that was reviewed", _OFFER_STEP),
    "reject_offer": _row("reject_offer", "Give an offer back to its supplier", _OFFER_STEP),
    "deactivate_offer": _row("deactivate_offer", "Take an offer out for good", _OFFER_STEP),
    "put_trust": _row(
        "set_trust", "Trust a supplier, or review its offers", "party-not-found role-missing"
    ),
    "own_offers": _row(
        "list_own_offers", "List the supplier's own offers", "search-invalid category-path-invalid"
    ),
    "visible_offers": _row(
        "list_offers",
        "List the offers that members can have",
        f"{_NAMES} member-not-found search-invalid category-path-invalid",
    ),
    "offer_by_id": _row("get_offer", "Get an offer", f"{_NAMES} offer-not-found member-not-found"),
    "own_offer": _row("get_own_offer", "Get an offer of one's own", "offer-not-found"),
    "offer_versions": _row(
        "list_offer_versions", "List the versions of an offer", "offer-not-found"
    ),
    "offer_isolation": _row(
        "get_offer_isolation", "Ask whether an offer is isolated", f"{_NAMES} offer-not-found"
    ),
    "add_allotments": _row(
        "add_allotments",
        "Procure quantities of offers",
        _NAMES,
        f"{_PROCURE} role-missing idempotency-key-reused",
    ),
    "allotments": _row("list_allotments", "List what a programme has procured", _NAMES),
    "add_supply_terms": _row(
        "add_supply_terms",
        "State supply terms",
        "supply-terms-invalid offer-not-found party-not-found role-missing period-backwards"
        " quantity-out-of-range unit-cost-invalid currency-invalid too-many-supply-terms",
    ),
    "supply_terms": _row("list_supply_terms", "List the supplier's terms"),
    "remove_supply_terms": _row(
        "withdraw_supply_terms", "Withdraw supply terms", "supply-terms-not-found"
    ),
    "asked_procurements": _row("list_asked_procurements", "List what brands ask of the supplier"),
    "procurements": _row("list_procurements", "List what a programme asked for", _NAMES),
    "add_procurement": _row(
        "add_procurement", "Ask for stock of an offer", f"{_NAMES} {_PROCURE} role-missing"
    ),
    "cancel_request": _row(
        "cancel_procurement",
        "Take back a request that waits",
        f"{_NAMES} procurement-not-found procurement-decided",
    ),
    "return_unsold": _row(
        "return_stock",
        "Give unsold pieces back",
        f"{_NAMES} procurement-not-found procurement-not-granted return-too-large"
        " quantity-out-of-range",
    ),
    "close_batch": _row(
        "close_procurement",
        "Give all unsold pieces back",
        f"{_NAMES} procurement-not-found procurement-not-granted return-too-large",
    ),
    "approve": _row(
        "approve_procurement",
        "Grant what a brand asked for",
        f"procurement-not-found procurement-decided {_GRANT}",
    ),
    "refuse": _row(
        "refuse_procurement",
        "Refuse what a brand asked for",
        "procurement-not-found procurement-decided refusal-reason-invalid",
    ),
    # Shops, card codes and files
    "add_one_shop": _row("add_shop", "Add a shop", f"{_SHOP} shop-exists"),
    "add_shops": _row(
        "add_shops", "Add many shops", "", f"{_SHOP} shop-exists idempotency-key-reused"
    ),
    "shops": _row("list_shops", "List the shops of the party", "party-not-found"),
    "shop_by_code": _row("get_shop", "Get a shop", "party-not-found shop-not-found"),
    "close_shop": _row("close_shop", "Close a shop", "party-not-found shop-not-found"),
    "open_shop": _row("open_shop", "Open a shop again", "party-not-found shop-not-found"),
    "add_card_codes": _row(
        "add_card_codes",
        "Add card codes to an offer",
        "offer-not-found offer-takes-no-codes vault-broken",
    ),
    "card_codes": _row("get_card_codes", "Count the card codes of an offer", "offer-not-found"),
    "withdraw_card_codes": _row(
        "withdraw_card_codes", "Withdraw card codes of an offer", "offer-not-found"
    ),
    "send_import": _row(
        "submit_import",
        "Send a file to be imported",
        "party-not-found offer-not-found programme-not-found offer-takes-no-codes role-missing"
        " vault-broken"
        " import-mapping-not-found too-many-imports",
    ),
    "import_by_id": _row("get_import", "Get an import", _IMPORT),
    "import_rows": _row("list_import_rows", "List what became of the rows", _IMPORT),
    "rejected_rows": _row(
        "download_rejected_rows",
        "Download the rejected rows to mend them",
        f"{_IMPORT} vault-broken seal-broken",
    ),
    "apply_checked_import": _row(
        "apply_import",
        "Apply an import that was checked",
        f"{_IMPORT} import-step-refused import-not-permitted",
    ),
    "cancel_open_import": _row("cancel_import", "Cancel an import", _IMPORT),
    "put_mapping": _row(
        "set_import_mapping",
        "Save how files are to be read",
        "party-not-found import-mapping-invalid",
    ),
    "mapping_by_name": _row(
        "get_import_mapping",
        "Get a saved mapping",
        "party-not-found import-mapping-not-found",
    ),
    # Suppliers
    "add_supplier_check": _row(
        "add_supplier_check",
        "Have a supplier checked",
        "party-not-found role-missing check-running",
    ),
    "supplier_checks": _row(
        "list_supplier_checks", "List the checks of a supplier", "party-not-found role-missing"
    ),
    "supplier_check": _row(
        "get_supplier_check",
        "Get a check of a supplier",
        "party-not-found role-missing check-not-found",
    ),
    "check_callback": _row(
        "report_check_delivery",
        "Say how an order of a check ended",
        "callback-malformed callback-forged callback-not-concluded check-not-found order-not-found",
    ),
    "endpoint_of_party": _row(
        "get_endpoint",
        "Get the endpoint of a supplier",
        "party-not-found role-missing endpoint-not-found",
    ),
    "supplier_stage": _row(
        "get_supplier_stage", "Get the stage of a supplier", "party-not-found role-missing"
    ),
    "set_supplier_stage": _row(
        "set_supplier_stage",
        "Stage a supplier",
        "party-not-found role-missing stage-order stage-invalid kit-not-passed vault-broken",
    ),
    # Prices
    "add_price": _row(
        "add_price_rule",
        "Make a price rule",
        f"{_NAMES} {_PRICE} too-many-prices offer-not-found category-unknown category-path-invalid",
    ),
    "prices": _row("list_price_rules", "List the price rules of a programme", _NAMES),
    "end_price": _row("end_price_rule", "End a price rule", f"{_NAMES} price-not-found"),
    "simulate": _row("read_price_simulation", "Try a price rule on the past", f"{_NAMES} {_PRICE}"),
    "points_days": _row("list_points_days", "List the points days of a programme", _NAMES),
    "price_rate": _row("get_price_rate", "Get a programme's rate for prices", _NAMES),
    "set_price_rate": _row(
        "set_price_rate",
        "State a programme's rate for prices",
        f"{_NAMES} price-invalid currency-invalid",
    ),
    "access": _row("get_offer_access", "Ask who may have an offer", f"{_NAMES} offer-not-found"),
    "set_access": _row(
        "set_offer_access",
        "State who may have an offer",
        f"{_NAMES} price-invalid tag-unknown tier-unknown offer-not-found",
    ),
    # Figures
    "funnel": _row("get_funnel", "Get what became of rights", f"{_NAMES} party-not-found"),
    "redemption_rate": _row("get_redemption_rate", "Get how many members redeem", _NAMES),
    "scorecard": _row("get_scorecard", "Get how a party does", "party-not-found"),
    "add_shown": _row(
        "report_shown", "Report what was shown", f"{_NAMES} shown-invalid offer-not-found"
    ),
    # Orders and cases
    "orders": _row("list_orders", "List the orders at suppliers", "party-not-found"),
    "order": _row("get_order", "Get an order at a supplier", "order-not-found"),
    "query_now": _row("query_order_now", "Have an order asked about now", "order-not-found"),
    "replay": _row("replay_order", "Have a parked order tried again", "order-not-found"),
    "cases": _row("list_cases", "List the cases", "party-not-found"),
    "case_by_number": _row("get_case", "Get a case", "case-not-found"),
    "decide": _row("resolve_case", "Decide a case", f"case-not-found {_DECISION}"),
    "add_complaint": _row(
        "add_complaint", "Pass on a member's complaint", f"{_NAMES} coupon-not-found"
    ),
    "add_quotes": _row("read_quotes", "Quote offers to a member", f"{_NAMES} import-not-permitted"),
}
"""The rows, by the name of the handler."""
