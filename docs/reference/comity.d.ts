/**
 * The interface of Comity, for openapi-fetch. `make document` writes this file.
 */
interface Refused {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": components["schemas"]["Problem"] };
}
export interface paths {
  "/livez": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_liveness"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_readiness"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/adjustments": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_adjustments"];
    put?: never;
    post: operations["add_adjustment"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/adjustments/{adjustment_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_adjustment"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/adjustments/{adjustment_id}/approve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["approve_adjustment"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/adjustments/{adjustment_id}/discard": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["discard_adjustment"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit-log": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_audit_entries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/breaks/{break_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_break"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/breaks/{break_id}/assign": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["assign_break"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/breaks/{break_id}/comments": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_break_comment"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/breaks/{break_id}/resolve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["resolve_break"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/breaks/{break_id}/steps": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_break_steps"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/cases": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_cases"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/cases/{case}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_case"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/cases/{case}/resolve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["resolve_case"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/categories": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_categories"];
    put?: never;
    post: operations["add_category"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/categories/usual": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_usual_categories"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/contracts": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_contracts"];
    put?: never;
    post: operations["add_contract"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/contracts/{contract_id}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_contract"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_supplier_coupons"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/deactivate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["deactivate_coupon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/lock": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["lock_coupon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/look-up": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["look_up_coupon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/reverse-use": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["reverse_coupon_use"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/unlock": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["unlock_coupon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/use": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["use_coupon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/use/batch": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["use_coupons"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/coupons/uses": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_latest_uses"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/deliveries": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_deliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/deliveries/{delivery_id}/replay": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["replay_delivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/disputes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_disputes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/disputes/{dispute_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_dispute"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/disputes/{dispute_id}/accept": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["accept_dispute"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/disputes/{dispute_id}/reject": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["reject_dispute"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/disputes/{dispute_id}/withdraw": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["withdraw_dispute"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/event-types": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_event_types"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/events": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_events"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/events/stream": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["follow_events"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/events/{event_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_event"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/figures/funnel": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_funnel"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/figures/redemption-rate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_redemption_rate"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/frame-origins": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_frame_origins"];
    put: operations["set_frame_origins"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/fulfilment/callbacks/{supplier}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["report_delivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/fulfilment/checks/{check_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["report_check_delivery"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/groups": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_groups"];
    put?: never;
    post: operations["add_group"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/groups/{group}/accept": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["agree_to_group"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/groups/{group}/members/{party}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put: operations["set_group_member"];
    post?: never;
    delete: operations["end_group_member"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/import-mappings/{mapping}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_import_mapping"];
    put: operations["set_import_mapping"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/imports": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_imports"];
    put?: never;
    post: operations["submit_import"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/imports/{import_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_import"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/imports/{import_id}/apply": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["apply_import"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/imports/{import_id}/cancel": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["cancel_import"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/imports/{import_id}/rejected": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["download_rejected_rows"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/imports/{import_id}/rows": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_import_rows"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/isolation-rules": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_isolation_rules"];
    put?: never;
    post: operations["add_isolation_rule"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/isolation-rules/{rule_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: operations["remove_isolation_rule"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/isolation-rules/{rule_id}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_isolation_rule"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/isolation/matrix": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_isolation_matrix"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/isolation/matrix/download": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["download_isolation_matrix"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/journal/{currency}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_journal"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/journal/{currency}/export": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["export_journal"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_own_keys"];
    put?: never;
    post: operations["add_own_key"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys/exchange": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_exchange_keys"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys/{key_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: operations["revoke_own_key"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys/{key_id}/rotate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["rotate_own_key"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/leases": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_leases"];
    put?: never;
    post: operations["add_lease"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/leases/exposure": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_lease_exposure"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/leases/{lease_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_lease"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/leases/{lease_id}/close": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["close_lease"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/leases/{lease_id}/uses": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_lease_uses"];
    put?: never;
    post: operations["add_lease_uses"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/lines/{book_id}/{use_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_explained_use"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/mappings": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_file_mappings"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/mappings/{mapping}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_file_mapping"];
    put: operations["set_file_mapping"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_nettings"];
    put?: never;
    post: operations["add_netting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings/{netting_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_netting"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings/{netting_id}/advise": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["advise_netting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings/{netting_id}/cancel": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["cancel_netting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings/{netting_id}/confirm": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["confirm_netting"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings/{netting_id}/default": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["default_netting_party"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings/{netting_id}/remove": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["remove_netting_party"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/nettings/{netting_id}/statements": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_netted_statements"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_own_offers"];
    put?: never;
    post: operations["add_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/batch": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_offers"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_own_offer"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/approve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["approve_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/codes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_card_codes"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/codes/summary": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_card_codes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/codes/withdraw": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["withdraw_card_codes"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/deactivate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["deactivate_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/pause": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["pause_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/reject": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["reject_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/resume": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["resume_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/submit": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["submit_offer"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/offers/{offer_id}/versions": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_offer_versions"];
    put?: never;
    post: operations["add_offer_version"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_orders"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{request_number}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_order"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{request_number}/query-now": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["query_order_now"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{request_number}/replay": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["replay_order"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_parties"];
    put?: never;
    post: operations["add_party"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/self": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_own_party"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_party"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/billing-profile": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_billing_profile"];
    put: operations["set_billing_profile"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/categories": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["set_party_categories"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/check": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_supplier_check"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/checks": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_supplier_checks"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/checks/{check_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_supplier_check"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/daily-bills/{day}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["download_daily_bill"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/deliveries": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_deliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/endpoint": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_endpoint"];
    put: operations["set_endpoint"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/keys": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_keys"];
    put?: never;
    post: operations["add_key"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/keys/{key_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: operations["revoke_key"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/keys/{key_id}/rotate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["rotate_key"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/name": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put: operations["set_party_name"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/stage": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_supplier_stage"];
    put?: never;
    post: operations["set_supplier_stage"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/trust": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_trust"];
    put: operations["set_trust"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/parties/{party}/use-settings": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_use_settings"];
    put: operations["set_use_settings"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/partner-files": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_partner_files"];
    put?: never;
    post: operations["add_partner_file"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/partner-files/{file_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_partner_file"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/partner-files/{file_id}/content": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["download_partner_file"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/partner-files/{file_id}/preview": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["read_partner_file_preview"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/payments": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_payments"];
    put?: never;
    post: operations["add_payment"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/periods": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_periods"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/periods/{month}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_period"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/periods/{month}/close": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["close_period"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/periods/{month}/drafts": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_drafts"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/periods/{month}/dry-run": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_dry_run"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/periods/{month}/issue": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["issue_period"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/pictures": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_picture"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/pictures/{picture}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_picture"];
    put?: never;
    post?: never;
    delete: operations["remove_picture"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/placements": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_placements"];
    put?: never;
    post: operations["add_placement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/placements/{placement_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_placement"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/placements/{placement_id}/counts": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_impressions"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/placements/{placement_id}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_placement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/positions": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_positions"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/procurements": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_asked_procurements"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/procurements/{procurement_id}/approve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["approve_procurement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/procurements/{procurement_id}/refuse": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["refuse_procurement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_programmes"];
    put?: never;
    post: operations["add_programme"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_programme"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/adjust": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["adjust_points"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/allotments": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_allotments"];
    put?: never;
    post: operations["add_allotments"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/balances": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["read_balances"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/birthdays": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_birthdays"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/burn-down": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_burn_down"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/capture": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["capture_hold"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/consents": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_consents"];
    put?: never;
    post: operations["add_consent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/consents/{from_programme}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: operations["end_consent"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/convert": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["convert_points"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_coupons"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/summary": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_coupon_summary"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_coupon"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/complain": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_complaint"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/gift": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["gift_coupon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/gift/cancel": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["cancel_gift"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/lines": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_coupon_lines"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/qr": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_coupon_qr"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/return": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["return_coupon"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/reveal": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["reveal_card_code"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/coupons/{coupon_id}/token": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_coupon_token"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/earning-rules": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_earning_rules"];
    put?: never;
    post: operations["add_earning_rule"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/earning-rules/{rule}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_earning_rule"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/event-types": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_programme_event_types"];
    put: operations["set_programme_event_types"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/events": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["submit_event"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/events/batch": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["submit_events"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/expire": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["expire_points"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/gift": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["gift_points"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/gift-plan": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_gift_plan"];
    put: operations["set_gift_plan"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/gifts/claim": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["claim_gift"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/hold": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["hold_points"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/issue": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["issue_points"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/launches": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_launch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_liability_months"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/estimates": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_liability_estimates"];
    put?: never;
    post: operations["add_liability_estimate"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/estimates/{version}/approve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["approve_liability_estimate"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/journal": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["download_liability_journal"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/ladder": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_liability_ladder"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/settings": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_liability_settings"];
    put: operations["set_liability_settings"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/what-if": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_liability_what_if"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/{month}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_liability"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/liability/{month}/freeze": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["freeze_liability"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_members"];
    put?: never;
    post: operations["set_member_profiles"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members/{member}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_member"];
    put: operations["set_member_profile"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members/{member}/coupons": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_member_coupons"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members/{member}/forget": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["forget_member"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members/{member}/history": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_member_history"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members/{member}/holds": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_holds"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members/{member}/identifiers": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: operations["remove_member_identifiers"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/members/{member}/profile": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_member_profile"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/merge": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["merge_members"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/offers": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_offers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/offers/{offer_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_offer"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/offers/{offer_id}/access": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_offer_access"];
    put: operations["set_offer_access"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/offers/{offer_id}/isolation": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_offer_isolation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/operations": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["submit_operations"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/operations/{key}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_operation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/overview": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_overview"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/points-days": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_points_days"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/price-rate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_price_rate"];
    put: operations["set_price_rate"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/prices": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_price_rules"];
    put?: never;
    post: operations["add_price_rule"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/prices/simulate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["read_price_simulation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/prices/{price_id}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_price_rule"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/procurements": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_procurements"];
    put?: never;
    post: operations["add_procurement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/procurements/{procurement_id}/cancel": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["cancel_procurement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/procurements/{procurement_id}/close": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["close_procurement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/procurements/{procurement_id}/return": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["return_stock"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/product-batches": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_product_batches"];
    put?: never;
    post: operations["add_product_batch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/product-batches/{batch}/codes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_product_codes"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/product-batches/{batch}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_product_batch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/product-batches/{batch}/new-codes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["issue_product_codes"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/product-batches/{batch}/void": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["withdraw_product_batch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/quotes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["read_quotes"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/rates": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_rates"];
    put?: never;
    post: operations["add_rate"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/redeem": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["redeem_points"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/release": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["release_hold"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/resolve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["resolve_member"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/reverse": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["reverse_operation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/rights": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_right"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/rights/batch": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_rights"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/rules": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_programme_rules"];
    put: operations["set_programme_rules"];
    post: operations["add_programme_rules"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/shown": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["report_shown"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/tags": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_tags"];
    put: operations["set_tags"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/tiers": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_tiers"];
    put: operations["set_tiers"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/today": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_today"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/totals": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_programme_totals"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/programmes/{programme}/trial-balance": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_trial_balance"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/rate-cards": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_rate_cards"];
    put?: never;
    post: operations["add_rate_card"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/rate-cards/simulate": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["read_rate_card_simulation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/rate-cards/{card_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_rate_card"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/rate-cards/{card_id}/publish": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["publish_rate_card"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/rate-cards/{card_id}/withdraw": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["withdraw_rate_card"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/reconciliations": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_reconciliations"];
    put?: never;
    post: operations["add_reconciliation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/reconciliations/{reconciliation_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_reconciliation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/reconciliations/{reconciliation_id}/breaks": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_breaks"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/reconciliations/{reconciliation_id}/matches": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_matches"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/reconciliations/{reconciliation_id}/sign": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["sign_reconciliation"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/rejected-uses": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_rejected_uses"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/rejected-uses/retry": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["retry_rejected_uses"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/scorecards/{party}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_scorecard"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/settlement-calendar": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_settlement_calendar"];
    put: operations["set_settlement_calendar"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/shops": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_shops"];
    put?: never;
    post: operations["add_shop"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/shops/batch": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_shops"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/shops/{shop}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_shop"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/shops/{shop}/close": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["close_shop"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/shops/{shop}/keys": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["add_till_key"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/shops/{shop}/open": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["open_shop"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/shops/{shop}/uses": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_shop_uses"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_statements"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_statement"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/agree": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["agree_statement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/dispute": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["dispute_statement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/disputes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_statement_disputes"];
    put?: never;
    post: operations["add_dispute"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/download": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["download_statement"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/due": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_statement_due"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/finalise": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["finalise_statement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/invoices": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_statement_invoices"];
    put?: never;
    post: operations["add_invoice"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/issue": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["issue_statement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/lines": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_statement_lines"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/review": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["review_statement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/settle": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["settle_statement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/steps": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_statement_steps"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/statements/{statement_id}/void": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["void_statement"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/status": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_status"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/supply-terms": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_supply_terms"];
    put?: never;
    post: operations["add_supply_terms"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/supply-terms/{terms_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: operations["withdraw_supply_terms"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/swaps": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_swaps"];
    put?: never;
    post: operations["add_swap"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/swaps/{swap_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_swap"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/swaps/{swap_id}/agree": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["agree_to_swap"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/swaps/{swap_id}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_swap"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_users"];
    put?: never;
    post: operations["invite_user"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/{user_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_user"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/{user_id}/disable": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["disable_user"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/{user_id}/invitation": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["make_user_link"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/{user_id}/remove": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["remove_user"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/{user_id}/roles": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put: operations["set_user_roles"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/vetoes": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_vetoes"];
    put?: never;
    post: operations["add_veto"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/vetoes/{veto_id}/end": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["end_veto"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhook-endpoints": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["list_webhook_endpoints"];
    put?: never;
    post: operations["add_webhook_endpoint"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhook-endpoints/{endpoint_id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: operations["get_webhook_endpoint"];
    put: operations["set_webhook_endpoint"];
    post?: never;
    delete: operations["remove_webhook_endpoint"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhook-endpoints/{endpoint_id}/replay-failed": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["replay_failed_deliveries"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhook-endpoints/{endpoint_id}/rotate-secret": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["rotate_webhook_secret"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhook-endpoints/{endpoint_id}/test": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: operations["test_webhook_endpoint"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    /** What the other side says. `claimed_minor` is needed where the dispute says none. */
    AcceptDisputeBody: {
      /** What the other side says. */
      answer?: string | null;
      /** What they should come to, where the dispute does not say. */
      claimed_minor?: number | null;
    };
    /** What is stored of a member of a batch. */
    AcceptedProfileAnswer: {
      /** The brand's own reference for the member. */
      member: string;
      /** The member who has everything now; null if the member was not merged. */
      merged_into: string | null;
      /** How the member is known elsewhere. */
      identifiers: components["schemas"]["IdentifierAnswer"][];
      /** The tags. */
      tags: components["schemas"]["TagOfMemberAnswer"][];
      /** The member's tier; null for none. */
      tier: components["schemas"]["TierOfMemberAnswer"] | null;
      /** The month and the day of the birthday; null if it is not known. */
      birthday: string | null;
      consents: components["schemas"]["ConsentsOfMemberAnswer"];
      /** When the member was first described. */
      first_seen: string;
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "accepted";
    };
    /** Who of the programme's members may have an offer. Version 0 was never stated. */
    AccessAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** The number of this version. A later one is higher. */
      version: number;
      open_to: components["schemas"]["WhoAnswer"];
    };
    /** Who of the programme's members may have an offer. Without conditions, everybody may. */
    AccessBody: {
      open_to: components["schemas"]["WhoBody"];
    };
    /** The test server's own accounts that play ours. One that is left out is named as ours. */
    AccountsBody: {
      /** The one whose orders are delivered; null for `ok`. */
      ok?: string | null;
      /** The one whose orders are delivered later, and called back; null for `ok-async`. */
      ok_async?: string | null;
      /** The one whose orders are refused; null for `refuse`. */
      refuse?: string | null;
      /** The one whose orders are answered too late; null for `slow`. */
      slow?: string | null;
      /** The one whose connections are cut before the answer; null for `lost`. */
      lost?: string | null;
      /** The one for which nothing is left; null for `out-of-stock`. */
      out_of_stock?: string | null;
      /** The one whose orders fail after a while; null for `late`. */
      late?: string | null;
    };
    /** One answer per shop, in the order of the request. */
    AddShopsAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["ShopItemAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 shops, each with its own key. */
    AddShopsBody: {
      /** In which shops it can be used. */
      shops: components["schemas"]["ShopItem"][];
    };
    /** Correct a balance by hand. */
    AdjustBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points: above zero to add, below zero to take; not 0. */
      points: number;
      /** Why. */
      reason: string;
      /** Who did it by hand. */
      actor: string;
      /** Who pays for the points. */
      funder?: string | null;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string | null;
    };
    /** One adjustment of a batch. */
    AdjustItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points: above zero to add, below zero to take; not 0. */
      points: number;
      /** Why. */
      reason: string;
      /** Who did it by hand. */
      actor: string;
      /** Who pays for the points. */
      funder?: string | null;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string | null;
      /** What kind it is. */
      kind: "adjust";
    };
    /** A line to correct: the `use` and its `leg`, or a `period_line`. And by how much. */
    AdjustedLineItem: {
      /** The number of the use. */
      use?: string | null;
      /** The leg of the rate card; null for none. */
      leg?: string | null;
      /** Which line of the use; by default its charge. */
      kind?: "charge" | "reversal" | null;
      /** The id of a line of the month; null for none. */
      period_line?: string | null;
      /** By how much, with tax; for a credit, all by default. */
      amount_minor?: number | null;
    };
    /** A correction. Its amounts are below zero for a credit. */
    AdjustmentAnswer: {
      /** The number of the correction. */
      adjustment_id: number;
      /** The number of the statement. */
      statement_id: number;
      /** The number of the dispute; null for none. */
      dispute_id: number | null;
      /** Which way: a credit lowers what is owed. */
      kind: "credit" | "debit";
      /** Why it is corrected. */
      reason: string;
      /** By how much, with tax, in minor units. */
      amount_minor: number;
      /** The tax in that, in minor units; null before it is approved. */
      tax_minor: number | null;
      /** How it stands. Only what is approved has an effect. */
      state: "draft" | "approved" | "discarded";
      /** The month on whose statement it is; null before it is approved. */
      month: string | null;
      /** When it was drafted. */
      made_at: string;
      /** When it was approved or discarded; null if it was not. */
      decided_at: string | null;
      /** The lines that are corrected. */
      lines: components["schemas"]["NamedLineAnswer"][];
    };
    /** A correction of an issued statement. Without lines it is of the statement as a whole. One `amount_minor` for all lines is spread over them. Without any amount, a credit is of all that is left. */
    AdjustmentBody: {
      /** The number of the statement to correct. */
      statement: number;
      /** Which way: a credit lowers what is owed. By default credit. */
      kind?: "credit" | "debit";
      /** The lines to correct; none for the statement as a whole. */
      lines?: components["schemas"]["AdjustedLineItem"][] | null;
      /** By how much in all, with tax; for a credit, all by default. */
      amount_minor?: number | null;
      /** Why it is corrected. */
      reason: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    AdjustmentPage: {
      /** What is on the page. */
      items: components["schemas"]["AdjustmentAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Whom a veto is against: a party, a group, or a category with everything beneath it. */
    AgainstBody: {
      /** The code of the party. */
      party?: string | null;
      /** A category and everything beneath it. */
      category?: string | null;
      /** The code of a group: all of its members. */
      group?: string | null;
    };
    /** For the members of which programme the other party takes its part. */
    AgreeSwapBody: {
      /** Lower-case letters and digits, with hyphens between. */
      programme: string;
    };
    /** An allotment. `granted` is the total quantity and `remaining` is what is left of it. `points` and the window are those of the batch that comes next. `points` is null if the offer's own price applies. `batches` are those with stock left, and the last ten that are used up, in the order in which they are taken. */
    AllotmentAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** The name of the offer. */
      name: string;
      /** How many were granted. */
      granted: number;
      /** How many are left. */
      remaining: number;
      /** What it costs a member here; null for the offer's own price. */
      points: number | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string | null;
      /** What each grant gave, in the order in which it is taken. */
      batches: components["schemas"]["BatchAnswer"][];
    };
    /** One allotment of a batch: stock of an offer, procured for a programme. It is granted at once if the supplier's terms allow it, and otherwise waits. What is granted is a batch with this price and this window. Without `points`, the offer's own price applies. */
    AllotmentItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** The number of the offer. */
      offer_id: number;
      /** How many. */
      quantity: number;
      /** What it costs a member here; without it, the offer's own price. */
      points?: number | null;
      /** What a piece costs the brand, in minor units; null if it was not said. */
      unit_cost_minor?: number | null;
      /** The currency of the cost. */
      currency?: string | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until?: string | null;
    };
    /** A batch that was granted to an item of a request. */
    AllotmentItemAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** The number of the batch, counted for each offer from 1. */
      allotment_no: number;
      /** How many were granted. */
      granted: number;
      /** How many are left. */
      remaining: number;
      /** What it costs a member here; null for the offer's own price. */
      points: number | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string | null;
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "accepted";
      /** The number of the request. */
      procurement_id: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    AllotmentPage: {
      /** What is on the page. */
      items: components["schemas"]["AllotmentAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** One answer per allotment, in the order of the request. */
    AllotmentsAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["AllotmentItemAnswer"] | components["schemas"]["WaitingItemAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 allotments, each with its own key. */
    AllotmentsBody: {
      /** What to procure. */
      allotments: components["schemas"]["AllotmentItem"][];
    };
    /** How an import that was checked is to be applied. */
    ApplyImportBody: {
      /** By default false. */
      accept_partial?: boolean;
    };
    /** Which events are told of a programme's points, and since when any are. */
    AskedForAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The types that are told. */
      types: string[];
      /** Since when any are told; null if none are. */
      since: string | null;
    };
    /** Which events are told of a programme's points, of those that are asked for. None: none. */
    AskedForBody: {
      /** The types that are told; none for none. */
      types: string[];
    };
    /** Who works on the break; null for nobody. */
    AssignBreakBody: {
      /** Who works on it; null for nobody. */
      assignee: string | null;
    };
    /** One attempt. `problem` says why there was no answer. Of an answer, the beginning is kept. */
    AttemptAnswer: {
      /** The number of the attempt. */
      attempt: number;
      /** When it began. */
      started_at: string;
      /** How long it took. */
      milliseconds: number;
      /** The status of the answer; null if there was none. */
      status: number | null;
      /** Why there was no answer; null if there was one. */
      problem: string | null;
      /** The beginning of the answer; null if there was none. */
      answer: string | null;
    };
    /** One change: when, by whom and what. `party` is the party that the actor acted for. `action` is the operation of the interface, the command, the work, or the kind of the operation on points. */
    AuditEntryAnswer: {
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** Who did it, like key:12; null if nobody was noted. */
      actor: string | null;
      /** The code of the party that the actor acted for; null if none. */
      party: string | null;
      /** The operation's name, as the description has it. */
      action: string;
      /** What was changed, like offer:7. */
      object: string;
      /** The idempotency key; null if there was none. */
      key: string | null;
      /** The id of the request, as the log has it. */
      request_id: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    AuditEntryPage: {
      /** What is on the page. */
      items: components["schemas"]["AuditEntryAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What the ladder would have said of a cohort's last period, and what came. */
    BackTestAnswer: {
      /** The month of issue, like 2017-01; until and the month of the last day; or owed. */
      cohort: string;
      /** Points redeemed by then, as predicted. */
      predicted: number;
      /** Points redeemed by then. */
      actual: number;
      /** The predicted points less the actual ones. */
      error: number;
    };
    /** A member's points. `spendable` is below zero if the member owes more than there is. `pending` points are not available yet. `expired` points are past their last day and not yet swept. `debt` is what the member owes. `expiring_points` is how many of the spendable points expire at the end of `next_expiry`. A member that was merged into another has no points left. `merged_into` is who has them: ask about that one. */
    BalanceAnswer: {
      /** The brand's own reference for the member. */
      member: string;
      /** The member who has everything now; null if the member was not merged. */
      merged_into: string | null;
      /** What the member can spend; below zero if more is owed than there is. */
      spendable: number;
      /** Points set aside. */
      held: number;
      /** Points that cannot be spent yet. */
      pending: number;
      /** Points past their last day. */
      expired: number;
      /** What the member owes. */
      debt: number;
      /** The last day of those points that expire next. */
      next_expiry: string | null;
      /** How many of the spendable points expire at the end of that day. */
      expiring_points: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    BalancePage: {
      /** What is on the page. */
      items: components["schemas"]["BalanceAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Balances in the order of the request. */
    BalancesAnswer: {
      /** The balances, in the order of the request. */
      balances: components["schemas"]["BalanceAnswer"][];
    };
    /** Read the balances of many members at once. The answer is about the points they have now. `at` decides which of these are pending, spendable or expired. */
    BalancesBody: {
      /** The members to read, in this order. */
      members: string[];
      /** The instant that decides which points are pending, spendable or expired. */
      at?: string | null;
    };
    /** What one grant gave. It keeps its price, its cost and its window. `granted` is as many as remain, went back to the supplier (`returned`), or are out in coupons. `points` is null if the offer's own price applies, `unit_cost_minor` if no cost was said. Nothing is taken from a batch that was closed. */
    BatchAnswer: {
      /** The number of the batch, counted for each offer from 1. */
      allotment_no: number;
      /** How many were granted. */
      granted: number;
      /** How many are left. */
      remaining: number;
      /** How many went back to the supplier. */
      returned: number;
      /** What it costs a member here; null for the offer's own price. */
      points: number | null;
      /** What a piece costs the brand, in minor units; null if it was not said. */
      unit_cost_minor: number | null;
      /** The currency of the cost; null without one. */
      currency: string | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string | null;
      /** The number of the request it came from; null for an old one. */
      procurement_id: number | null;
      /** When the batch was closed; null if it was not. */
      closed_at: string | null;
    };
    /** What invoices say of a party, in its newest version. */
    BillingProfileAnswer: {
      /** The code of the party. */
      party: string;
      /** How many times it was stated anew, from 1. */
      version: number;
      /** The name of the company, as invoices need it. */
      legal_name: string;
      /** The company's number in China (统一社会信用代码); null for one abroad. */
      credit_code: string | null;
      /** The address of the company; null if it is not stated. */
      address: string | null;
      /** Its telephone; null if it is not stated. */
      phone: string | null;
      /** Its bank; null if it is not stated. */
      bank: string | null;
      /** Its account there; null if it is not stated. */
      bank_account: string | null;
      /** When this version was stated. */
      stated_at: string;
    };
    /** What invoices say of a party. It takes the place of what was stated before. */
    BillingProfileBody: {
      /** The name of the company, as invoices need it. */
      legal_name: string;
      /** The company's number in China (统一社会信用代码); null for one abroad. */
      credit_code?: string | null;
      /** The address of the company; null if it is not stated. */
      address?: string | null;
      /** Its telephone; null if it is not stated. */
      phone?: string | null;
      /** Its bank; null if it is not stated. */
      bank?: string | null;
      /** Its account there; null if it is not stated. */
      bank_account?: string | null;
    };
    /** What came of a member's birthday: a coupon, or why there is none. */
    BirthdayGiftAnswer: {
      /** The day of the birthday. */
      day: string;
      /** The brand's own reference for the member. */
      member: string;
      /** The number of the offer. */
      offer_id: number;
      /** The coupon that was given; null if it was refused. */
      coupon: number | null;
      /** The code of the refusal; null if it was given. */
      refusal: string | null;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    BirthdayGiftPage: {
      /** What is on the page. */
      items: components["schemas"]["BirthdayGiftAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A book, and how far it is sealed. */
    BookStateAnswer: {
      /** The code of the programme. */
      programme: string;
      /** How many records it has. */
      records: number;
      /** How many of them are sealed. */
      sealed: number;
      /** When it was sealed last; null if it never was. */
      sealed_at: string | null;
    };
    /** How a brand does. */
    BrandCardAnswer: {
      redemption: components["schemas"]["MeasureAnswer"];
      claim: components["schemas"]["MeasureAnswer"];
      /** How many days after its issue a statement is due. */
      payment_days: number | null;
      /** How many vetoes of its own are in force. */
      vetoes: number;
      /** How many rows are remarks. */
      notes: components["schemas"]["CardNoteAnswer"][];
    };
    /** A record on which the two sides do not agree. `category` is the first that holds, and `also` has the others. `line_number` is the partner's, `use_id` ours. The differences of all breaks are the difference of the totals. */
    BreakAnswer: {
      /** The number of the break. */
      break_id: number;
      /** The number of the reconciliation. */
      reconciliation_id: number;
      /** In which way the two sides do not agree. */
      category: "duplicate" | "wrong_party" | "currency" | "cut_off" | "status" | "other_code" | "amount_rate" | "amount_rounding" | "amount_tax" | "amount" | "offer" | "unmapped_offer" | "date" | "missing_ours" | "missing_theirs" | "rejected";
      /** The other categories that hold. */
      also: ("duplicate" | "wrong_party" | "currency" | "cut_off" | "status" | "other_code" | "amount_rate" | "amount_rounding" | "amount_tax" | "amount" | "offer" | "unmapped_offer" | "date" | "missing_ours" | "missing_theirs" | "rejected")[];
      /** What became of the break. */
      state: "open" | "matched" | "explained" | "adjusted" | "written_off" | "carried";
      /** The line of the partner's file; null if it is not there. */
      line_number: number | null;
      /** The code of the brand whose member used it; null if it is not known. */
      brand: string | null;
      /** The book of the use. */
      book_id: number | null;
      /** The number of the use here. */
      use_id: string | null;
      /** Whether it is the reversal of the use; null if it is not here. */
      is_reversal: boolean | null;
      /** The month in which it is billed here; null if it is not here. */
      month: string | null;
      /** The partner's reference; null if there is none. */
      reference: string | null;
      /** The supplier's code for the offer. */
      offer_code: string | null;
      /** The shop, as the file or else the use names it; null for none. */
      store: string | null;
      /** The day of the use. */
      used_on: string | null;
      /** The amount here, in minor units; null if it is not here. */
      ours_minor: number | null;
      /** The amount in the file, in minor units; null if it is not there. */
      theirs_minor: number | null;
      /** What ours nets to, less theirs, in minor units. */
      difference_minor: number;
      /** The currency here; null if it is not here. */
      currency: string | null;
      /** The currency of the file; null if it is not there. */
      theirs_currency: string | null;
      /** The reconciliation in which it was claimed before; null for none. */
      claimed_by: number | null;
      /** Why the row could not be read; null if it could. */
      note: string | null;
      /** The uses that the row may be; null for none. */
      suggestion: components["schemas"]["BreakSuggestionAnswer"] | null;
      /** The line of the file that may be this use; null for none. */
      suggested_line_number: number | null;
      /** The day on which the break was first found. */
      opened_on: string;
      /** The days since then. */
      open_days: number;
      /** The days from the use to the reconciliation. */
      age_days: number;
      /** Who works on it; null for nobody. */
      assignee: string | null;
      /** The number of the correction. */
      adjustment_id: number | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    BreakPage: {
      /** What is on the page. */
      items: components["schemas"]["BreakAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What a party did with a break, and when. */
    BreakStepAnswer: {
      /** The number of the step. */
      step_id: number;
      /** The number of the break. */
      break_id: number;
      /** What was done. */
      step: "assigned" | "commented" | "reopened" | "matched" | "explained" | "adjusted" | "written_off" | "carried";
      /** The code of the party that did it. */
      party: string;
      /** What was said; null for nothing. */
      note: string | null;
      /** Who works on it; null for nobody. */
      assignee: string | null;
      /** The number of the correction. */
      adjustment_id: number | null;
      /** When it was done. */
      done_at: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    BreakStepPage: {
      /** What is on the page. */
      items: components["schemas"]["BreakStepAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The uses that a row may be, and why. They match nothing until somebody says so. */
    BreakSuggestionAnswer: {
      /** Why they may belong together. */
      reason: "leading_zeros" | "power_of_ten" | "sum" | "same_terms";
      /** The days between the two records. */
      days_apart: number;
      /** The uses that the row may be. */
      uses: components["schemas"]["SuggestedUseAnswer"][];
    };
    /** What the breaks of a category come to in a currency, and what is unexplained after them. */
    BridgeStep: {
      /** ISO 4217 code. */
      currency: string;
      /** The category of these breaks. */
      category: "duplicate" | "wrong_party" | "currency" | "cut_off" | "status" | "other_code" | "amount_rate" | "amount_rounding" | "amount_tax" | "amount" | "offer" | "unmapped_offer" | "date" | "missing_ours" | "missing_theirs" | "rejected";
      /** How many there are. */
      breaks: number;
      /** What they come to, ours less theirs, in minor units. */
      difference_minor: number;
      /** What of the difference is left after them, in minor units: 0 after the last. */
      left_minor: number;
    };
    /** How the stock of an offer goes, at the pace of the last 14 days. */
    BurnDownAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The code of the supplier. */
      supplier: string;
      /** How many were granted and not given back. */
      granted: number;
      /** How many are left of what can be taken now. */
      remaining: number;
      /** How many members took in the last 14 days, less those given back. */
      taken: number;
      /** The last 14 days, the oldest first. */
      days: components["schemas"]["DayTakenAnswer"][];
      /** For how many days what is left will last at this pace; null if nothing is taken. */
      days_left: number | null;
      /** The day on which it will be used up at this pace; null if nothing is taken. */
      runs_out_on: string | null;
      /** Whether it will not last a week. */
      is_low: boolean;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    BurnDownPage: {
      /** What is on the page. */
      items: components["schemas"]["BurnDownAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The state of the order after the callback, and whether the callback changed it. */
    CallbackAnswer: {
      /** The number under which the order was sent. */
      request_number: string;
      state: components["schemas"]["OrderState"];
      /** Whether this callback ended the order. */
      changed: boolean;
    };
    /** How a delivery ended, or that a part of it was delivered. Other members are not read. This describes the body. It is read by `exchange.fulfil`, after its signature. */
    CallbackBody: {
      /** The number under which the order was sent. */
      request_number: string;
      /** How the delivery ended. */
      status: "SUCCESS" | "FAILED" | "PARTIAL";
      /** Why. */
      reason?: string | null;
      /** The supplier's own number for the delivery. */
      supplier_reference?: string | null;
    };
    /** A cap of a programme. */
    CapAnswer: {
      /** What kind it is. */
      kind: "issue" | "redeem";
      /** The part of the calendar in which points count towards the cap. */
      window: "day" | "month" | "year";
      /** The most points in one window. */
      points: number;
    };
    /** The most points for one member in one window of the programme's calendar. Points set aside count as redeemed. */
    CapBody: {
      /** What kind it is. */
      kind: "issue" | "redeem";
      /** The part of the calendar in which points count towards the cap. */
      window: "day" | "month" | "year";
      /** Whole points, at least 1. */
      points: number;
    };
    /** Spend the points of a hold. */
    CaptureBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The key of the earlier operation. */
      hold_key: string;
      /** How many to spend; the rest is given back. By default, all of them. */
      points?: number | null;
    };
    /** One capture of a batch. */
    CaptureItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The key of the earlier operation. */
      hold_key: string;
      /** How many to spend; the rest is given back. By default, all of them. */
      points?: number | null;
      /** What kind it is. */
      kind: "capture";
    };
    /** Why a part of a scorecard is null. */
    CardNoteAnswer: {
      /** Which member is null. */
      about: string;
      /** Why. */
      note: string;
    };
    /** What the card would have changed. Nothing was stored. */
    CardSimulationAnswer: {
      /** What would change, by month, payer and payee. */
      months: components["schemas"]["MonthChangeAnswer"][];
      /** Of what each sum by the card is made, leg by leg. */
      legs: components["schemas"]["TriedLegAnswer"][];
      /** The uses that would change most. */
      largest: components["schemas"]["UseChangeAnswer"][];
      /** How many uses were rated. */
      uses: number;
      /** How many of them lack what the card asks for. */
      waiting: number;
    };
    /** A case. `allowed` is what may be decided now; `member` is null to the supplier. */
    CaseAnswer: {
      /** The number of the case. */
      case: string;
      /** Why somebody must look. */
      kind: "late_success" | "late_failure" | "contradiction" | "stuck" | "complaint" | "partial" | "codes_short" | "offline_conflict";
      /** OPEN until it is decided. */
      state: "OPEN" | "RESOLVED";
      /** The code of the programme. */
      programme: string;
      /** The code of the supplier. */
      supplier: string;
      /** The coupon it is about; null if it is about an offer. */
      coupon: number | null;
      /** The offer it is about; null if it is about none. */
      offer: number | null;
      /** The offer's code; null if it is about no coupon. */
      offer_code: string | null;
      /** The member's reference; null to the supplier. */
      member: string | null;
      /** The order it is about; null if it is about none. */
      request_number: string | null;
      /** Where the order stands now; null if there is none. */
      order_state: components["schemas"]["OrderState"] | null;
      /** Where the coupon stands now; null if there is none. */
      coupon_state: components["schemas"]["CouponState"] | null;
      /** What was found, and when. */
      evidence: { [key: string]: { [key: string]: unknown } };
      /** What may be decided now. */
      allowed: ("deliver" | "return_points" | "keep_waiting" | "return_points_goodwill" | "keep" | "accept_supplier" | "reject_supplier" | "reinstate")[];
      /** When it was opened. */
      opened_at: string;
      /** What was decided; null while it is open. */
      decision: "deliver" | "return_points" | "keep_waiting" | "return_points_goodwill" | "keep" | "accept_supplier" | "reject_supplier" | "reinstate" | null;
      /** Why it was decided so; null while it is open. */
      reason: string | null;
      /** What the decision rests on; null if nothing was said. */
      decided_evidence: string | null;
      /** Until when the supplier is waited for; null if it is not. */
      waits_until: string | null;
      /** The points that moved because of it; null if none could. */
      points: number | null;
      /** When it was decided; null while it is open. */
      decided_at: string | null;
    };
    /** How many cases have shown what. */
    CaseCountsAnswer: {
      /** How many cases passed. */
      passed: number;
      /** How many cases failed. */
      failed: number;
      /** How many cases have shown nothing: the server does not play them. */
      not_supported: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    CasePage: {
      /** What is on the page. */
      items: components["schemas"]["CaseAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What partners are expected to bill in a month. */
    CashMonthAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** What partners will bill at the other rate, in minor units. */
      bill_minor: number;
    };
    /** The categories of a party, and the offers that close by the change. */
    CategoriesAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The categories in which the party does business, its primary one first. */
      categories: string[];
      /** Whether nothing is changed. */
      dry_run: boolean;
      /** The offers of which a brand has stock, and which close to it. */
      closes: components["schemas"]["ClosedOfferAnswer"][];
    };
    /** The categories in which a party trades, its primary one first. `dry_run`: nothing is changed. The answer says what would be. */
    CategoriesBody: {
      /** The categories in which the party does business, its primary one first. */
      categories: string[];
      /** Whether nothing is changed. By default false. */
      dry_run?: boolean;
    };
    /** A node of the category tree. */
    CategoryAnswer: {
      /** The path of the category, from its root. */
      path: string;
    };
    /** A node of the category tree. Its parent must exist. */
    CategoryBody: {
      /** Dotted path, e.g. grocery.packaged. */
      path: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    CategoryPage: {
      /** What is on the page. */
      items: components["schemas"]["CategoryAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A check of a supplier. */
    CheckAnswer: {
      /** The number of the check. */
      check_id: number;
      /** The code of the party. */
      party: string;
      /** Where the check stands. `failed`: it could not be played. */
      state: "waiting" | "running" | "done" | "failed";
      /** Whether no case failed that must not; null until it is over. */
      passed: boolean | null;
      /** Names address, secret and version of the kit; null until it is over. */
      digest: string | null;
      /** Why it was refused. */
      problem: string | null;
      /** When the check was asked for. */
      asked_at: string;
      /** When the check ended; null if it has not. */
      ended_at: string | null;
    };
    /** What to check the supplier's endpoint with. It should be a test server. */
    CheckBody: {
      /** Letters and digits, with dots, hyphens and underscores between. */
      offer_code: string;
      accounts?: components["schemas"]["AccountsBody"];
      /** How many orders are sent together. By default 200. */
      orders?: number;
      /** How many of them at once, which the server must bear. By default 20. */
      concurrency?: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    CheckPage: {
      /** What is on the page. */
      items: components["schemas"]["CheckAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A check of a supplier, with its report. */
    CheckReportAnswer: {
      /** The number of the check. */
      check_id: number;
      /** The code of the party. */
      party: string;
      /** Where the check stands. `failed`: it could not be played. */
      state: "waiting" | "running" | "done" | "failed";
      /** Whether no case failed that must not; null until it is over. */
      passed: boolean | null;
      /** Names address, secret and version of the kit; null until it is over. */
      digest: string | null;
      /** Why it was refused. */
      problem: string | null;
      /** When the check was asked for. */
      asked_at: string;
      /** When the check ended; null if it has not. */
      ended_at: string | null;
      /** What was found; null until it is over, and if it could not be played. */
      report: components["schemas"]["ReportAnswer"] | null;
    };
    /** What a case has shown. `must`: without it no member meets the supplier. */
    CheckedCaseAnswer: {
      /** The number of the case, from 1 to 16. */
      case: number;
      /** The name that people read. */
      name: string;
      /** Whether the supplier may not fail it. */
      must: boolean;
      /** What the case has shown. */
      verdict: "pass" | "fail" | "not-supported";
      /** What to do about it. */
      sentence: string;
      /** What was sent and answered. */
      evidence: string[];
    };
    /** A gift that was taken: the coupon with its new code. `hop` is how many hands it went through after the first, and `hops_left` how many it still may. `counted_new` tells whether the member was counted as new by this gift. */
    ClaimAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** Who has the coupon now. */
      member: string;
      /** The new code to show in the shop. The old one is dead. */
      code: string;
      /** The number of the offer. */
      offer: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
      /** How many hands it went through after the first. */
      hop: number;
      /** How many more hands it may go through. */
      hops_left: number;
      /** The giver's greeting; null without one. */
      note: string | null;
      /** Whether the member was counted as new by this gift, which happens once. */
      counted_new: boolean;
    };
    /** A member takes a gift. `new_member` says that the brand did not have this member before. */
    ClaimBody: {
      /** The token of the gift. */
      gift: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whether the member is new to the brand; null if it does not say. */
      new_member?: boolean | null;
    };
    /** How a month is closed. Without a body it is closed, and issued unless four eyes are wanted. What waits for a reason in `accept_waiting` holds up nothing. It is billed late, once it can be rated. Who accepts that gives a `reason`. */
    CloseBody: {
      /** Reasons for which uses may wait: they are billed late. */
      accept_waiting?: ("no-contract" | "currency-differs" | "basis-missing" | "not-rated-yet" | "unreadable" | "other")[];
      /** Why uses that wait are accepted. */
      reason?: string | null;
      /** Whether to issue the statements; null: unless four eyes are wanted. */
      issue?: boolean | null;
    };
    /** An offer of which a brand has stock, and which closes to it. */
    ClosedOfferAnswer: {
      /** The code of the brand. */
      buyer: string;
      /** The number of the offer. */
      offer_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      words: components["schemas"]["WordsAnswer"];
    };
    /** A closed month, with the totals over its statements. Drafts are among them. */
    ClosingAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** Where it stands. */
      state: "open" | "closing" | "closed";
      /** When the month was closed; null if it is not. */
      closed_at: string | null;
      /** How many statements there are. */
      statements: number;
      /** How many statements are not issued yet. */
      drafts: number;
      /** How many of the statements bill the cost of coupons. */
      coupon_statements: number;
      /** How many uses are billed. */
      uses: number;
      /** How many reversals of uses are on it. */
      reversals: number;
      /** How many conversions are billed. */
      conversions: number;
      /** How many lines are of earlier months. */
      late_lines: number;
      /** What the coupons cost, in minor units. */
      coupon_cost_minor: number;
      /** What the operator gets, in minor units. */
      platform_fee_minor: number;
      /** What the conversions cost, in minor units. */
      conversion_minor: number;
      /** What other legs come to, such as referrals, in minor units. */
      other_minor: number;
      /** What earlier statements are corrected by here, in minor units. */
      adjustment_minor: number;
      /** All the tax in what is billed, in minor units. */
      tax_minor: number;
      /** Coupon cost and platform fee together, in minor units. */
      billed_minor: number;
      /** The currencies of the statements. */
      currencies: string[];
    };
    /** A step of a closing, and how far it has come. One without `began_at` is still to come. */
    ClosingStep: {
      /** The name of the step. */
      name: string;
      /** How much of it is done. */
      done: number;
      /** Of how much. */
      total: number;
      /** When the first case began. */
      began_at: string | null;
      /** When it was finished; null if it is not. */
      finished_at: string | null;
    };
    /** One card code. `key` only names it in the answer. */
    CodeItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** The number of the statement, without gaps within a year. */
      number: string;
      /** What belongs to the number, such as a PIN; null for none. */
      secret?: string | null;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string | null;
      /** The supplier's name for the codes that came together; null for none. */
      batch?: string | null;
    };
    /** How many codes are new in the pool, how many were there, and which were not taken. */
    CodesAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** How many are new in the pool. */
      accepted: number;
      /** How many were in the pool already. */
      existing: number;
      /** The codes that were not taken. */
      rejected: components["schemas"]["RejectedCodeAnswer"][];
    };
    /** Up to 10,000 card codes of an offer. */
    CodesBody: {
      /** The codes of shops. */
      codes: components["schemas"]["CodeItem"][];
    };
    /** What became of the codes of an offer. `available` can still be given out. */
    CodesSummaryAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** How many can still be given out. */
      available: number;
      /** The state of each part. */
      parts: components["schemas"]["PoolPartAnswer"][];
    };
    /** How many codes were withdrawn at once, and how many are asked back from programmes. */
    CodesWithdrawnAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** How many were withdrawn. */
      withdrawn: number;
      /** How many are with programmes, and are withdrawn there unless a coupon has them. */
      recalled: number;
    };
    /** What is said about the break. */
    CommentBreakBody: {
      /** What is said. */
      note: string;
    };
    /** What the member says. */
    ComplainBody: {
      /** What the member says. */
      reason: string;
    };
    /** A version of a consent. `points` is what was credited under it. `ended_at` is null while the version stands. Of the versions between two programmes, only the highest can. */
    ConsentAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The code of the programme whose points come in. */
      from_programme: string;
      /** The number of this version. A later one is higher. */
      version: number;
      /** How many points of this programme `denominator` points become. */
      numerator: number;
      /** How many points of the other become `numerator` of this one. */
      denominator: number;
      /** The most points for one member in a month. */
      member_month_points_max: number;
      /** The most points in all. */
      points_max: number;
      /** What the other brand owes for 1,000 points, in minor units. */
      price_minor: string;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** How many points were credited under this version. */
      points: number;
      /** When it ended; null while it stands. */
      ended_at: string | null;
    };
    /** Consent to conversions from another programme. It replaces the consent before at once. `denominator` points of the other programme become at most `numerator` points of this one. The limits are in points of this programme. Its time zone has the days and the months. */
    ConsentBody: {
      /** Lower-case letters and digits, with hyphens between. */
      from_programme: string;
      /** How many points of this programme `denominator` points become. */
      numerator: number;
      /** How many points of the other become `numerator` of this one. */
      denominator: number;
      /** The most points for one member in a month. */
      member_month_points_max: number;
      /** The most points in all. */
      points_max: number;
      /** What the other brand owes for 1,000 points, in the currency of its contract. */
      price_minor: string | number;
      /** From when it applies. */
      valid_from: string;
      /** The first day on which the consent no longer holds. */
      valid_until?: string | null;
    };
    /** The consents of a programme that the caller may see, by source and version. */
    ConsentsAnswer: {
      /** The versions of the consents. */
      consents: components["schemas"]["ConsentAnswer"][];
    };
    /** What a member has agreed to; null where nobody has said. */
    ConsentsOfMemberAnswer: {
      /** Whether others may provide rights; null if nobody has said. */
      rights_by_third_party: boolean | null;
      /** Whether the member may be written to; null if nobody has said. */
      contact: boolean | null;
    };
    /** What the member has agreed to. What is left out stays as it is. */
    ConsentsOfMemberBody: {
      /** Whether others may provide rights; null if nobody has said. */
      rights_by_third_party?: boolean | null;
      /** Whether the member may be written to; null if nobody has said. */
      contact?: boolean | null;
    };
    /** A rule that is about both parties. `applies` says whether it held at the instant. */
    ConsideredAnswer: {
      /** The number of the rule or veto; null for a group's own rule. */
      rule_id: number | null;
      /** The rule in words. */
      rule: string;
      /** About whom: the owner of the offer, or the party that carries it. */
      facet: "owner" | "carrier";
      /** Whether the rule held at the instant. */
      applies: boolean;
      /** Parties named, groups named, and the depth of the categories. More is nearer. */
      nearness: number[];
    };
    /** A version of the terms between two parties. Null stands for any party. */
    ContractAnswer: {
      /** The number of the contract's version. */
      contract_id: number;
      /** The code of the brand whose member used the coupon; null stands for any. */
      home_party: string | null;
      /** The code of the party at which it was used; null stands for any. */
      supplier_party: string | null;
      /** The number of this version. A later one is higher. */
      version: number;
      /** What the coupons cost, in minor units. */
      coupon_cost_minor: string;
      /** What the operator gets, in minor units. */
      platform_fee_minor: string;
      /** ISO 4217 code. */
      currency: string;
      /** How the sum of a statement is rounded to whole minor units. */
      rounding: "half_up" | "half_even" | "down" | "up";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** How many uses of these days another price has rated, and keeps. */
      rated_uses: number;
      /** How many uses of closed months wait, and are billed late. */
      late_uses: number;
    };
    /** What each use costs. Without `home_party` or `supplier_party`, the contract holds for any. Rates are minor units per use, as exact decimals. */
    ContractBody: {
      /** The code of the brand whose member used the coupon; null stands for any. */
      home_party?: string | null;
      /** The code of the party at which it was used; null stands for any. */
      supplier_party?: string | null;
      /** Minor units per use, as text or as a whole number. */
      coupon_cost_minor: string | number;
      /** Minor units per use, as text or as a whole number. */
      platform_fee_minor: string | number;
      /** ISO 4217 code. */
      currency: string;
      /** How the sum of a statement is rounded to whole minor units. By default half_up. */
      rounding?: "half_up" | "half_even" | "down" | "up";
      /** From when it applies. */
      valid_from: string;
      /** The first day on which the terms no longer apply. */
      valid_until?: string | null;
    };
    /** A version that has an end now. */
    ContractEndAnswer: {
      /** The number of the contract's version. */
      contract_id: number;
      /** The number of this version. A later one is higher. */
      version: number;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** How many uses of these days another price has rated, and keeps. */
      rated_uses: number;
    };
    /** On which day a version no longer holds. */
    ContractEndBody: {
      /** The first day on which the version no longer holds. */
      on: string;
      /** Whether a day in a closed month is meant. Uses of it are billed late. By default false. */
      accept_late?: boolean;
    };
    /** A version of the terms between two parties, as one of them sees it. The rates are null where a rate card says what a use costs, and where they concern others. */
    ContractVersionAnswer: {
      /** The number of the contract's version. */
      contract_id: number;
      /** The code of the brand whose member used the coupon; null stands for any. */
      home_party: string | null;
      /** The code of the party at which it was used; null stands for any. */
      supplier_party: string | null;
      /** The code of the operator. */
      operator_party: string;
      /** The number of this version. A later one is higher. */
      version: number;
      /** What a coupon costs; null if a card says it. */
      coupon_cost_minor: string | null;
      /** What the operator gets; null if a card says it, or if it is not yours to pay. */
      platform_fee_minor: string | null;
      /** ISO 4217 code. */
      currency: string;
      /** How the sum of a statement is rounded to whole minor units. */
      rounding: "half_up" | "half_even" | "down" | "up";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** The number of the rate card; null where two rates say it all. */
      card_id: number | null;
      /** What a use costs: currency, rounding, and the legs that concern you. */
      card: { [key: string]: { [key: string]: unknown } };
      /** The SHA-256 of the whole card; null if you do not see all its legs. */
      sha256: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ContractVersionPage: {
      /** What is on the page. */
      items: components["schemas"]["ContractVersionAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What a file itself says that its rows come to. */
    ControlTotalAnswer: {
      /** The number of the row in the file. */
      row: number;
      /** Of which rows. */
      of: "all" | "charges" | "refunds";
      /** How many rows it says there are; null if it does not. */
      rows: number | null;
      /** What it says they come to; null if it does not. */
      amount_minor: number | null;
    };
    /** Turn points into points of another programme, at the rate between the two. */
    ConvertBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
      /** Lower-case letters and digits, with hyphens between. */
      to_programme: string;
      /** Who gets them there. Without, the request is refused: whoever has the same reference there may be somebody else. */
      to_member?: string | null;
      /** The version of the rate that the member was shown. By default, the current one. */
      rate_version?: number | null;
    };
    /** One conversion of a batch. */
    ConvertItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
      /** Lower-case letters and digits, with hyphens between. */
      to_programme: string;
      /** Who gets them there. Without, the request is refused: whoever has the same reference there may be somebody else. */
      to_member?: string | null;
      /** The version of the rate that the member was shown. By default, the current one. */
      rate_version?: number | null;
      /** What kind it is. */
      kind: "convert";
    };
    /** What became of the rows, or would become of them. */
    CountsAnswer: {
      /** How many are new. */
      created: number;
      /** How many were changed. */
      updated: number;
      /** How many say what is known already. */
      unchanged: number;
      /** How many were rejected. */
      rejected: number;
    };
    /** A coupon with its steps: the member's receipt. `sentence` says it first, to the member. `promised_at`: by then the right is delivered or the points are back, or a person decides; null once nothing is under way. */
    CouponAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The brand's own reference for the member. */
      member: string;
      /** The member who has everything now; null if the member was not merged. */
      merged_into: string | null;
      /** The number of the offer. */
      offer: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The code of the supplier. */
      supplier: string;
      /** Whole points. */
      points: number;
      /** Whether the brand gives it without points. */
      free: boolean;
      /** The code to show in the shop; null until the right is delivered. */
      code: string | null;
      /** The account of a direct recharge, with dots; null if there is none. */
      masked_account: string | null;
      /** Where the delivery stands; null if there is nothing to deliver. */
      delivery: components["schemas"]["OrderState"] | null;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
      /** Who has the coupon now: who redeemed it, or took it as a gift, or their heir. */
      holder: string;
      /** The number under which the order was sent. */
      request_number: string | null;
      sentence: components["schemas"]["SentenceAnswer"];
      /** By then it has ended, or a person decides; null if nothing is promised. */
      promised_at: string | null;
      /** Where the points are: set aside, spent, or back; none for a free right. */
      points_are: "held" | "spent" | "returned" | "none";
      /** What has happened to the coupon, in order. */
      steps: components["schemas"]["StepAnswer"][];
    };
    /** Where a coupon stands. */
    CouponState: "HELD" | "ACTIVE" | "LOCKED" | "GIFTING" | "USED" | "EXPIRED" | "RETURNED" | "DEACTIVATED";
    /** How many of a programme's newest coupons are in each state now. */
    CouponSummaryAnswer: {
      /** Every state, with how many are in it. */
      states: components["schemas"]["StateCountAnswer"][];
      /** How many were counted. */
      counted: number;
      /** When the oldest of those was redeemed; null if there are none. */
      oldest_at: string | null;
      /** Whether these are all; otherwise, older ones were not counted. */
      is_complete: boolean;
    };
    /** All that would be billed in one currency, between so many pairs of parties. */
    CurrencySumItem: {
      /** ISO 4217 code. */
      currency: string;
      /** How many pairs of parties would have a statement in it. */
      pairs: number;
      /** Coupon cost and platform fee together, in minor units. */
      billed_minor: number;
    };
    /** What both sides come to in one currency. */
    CurrencyTotalAnswer: {
      /** ISO 4217 code. */
      currency: string;
      /** What our lines come to, in minor units. */
      ours_minor: number;
      /** What the file comes to, in minor units. */
      theirs_minor: number;
      /** What more it would have been, in minor units. */
      difference_minor: number;
    };
    /** The rules that hold from a day on, until the next of them. They follow in their order. */
    DatedRulesAnswer: {
      /** The first day; null for what the programme was opened with. */
      since: string | null;
      /** What a point is worth, in major units of the currency. */
      point_value: string | null;
      expiry: components["schemas"]["ExpiryAnswer"];
      /** How many days after their issue points can be spent. */
      available_after_days: number;
      /** What happens if an issue is reversed and its points are spent. */
      debt: "refuse" | "take" | "owe";
    };
    /** How many were taken on a day. */
    DayTakenAnswer: {
      /** The day, in the programme's time zone. */
      day: string;
      /** How many members took on the day, less those given back. */
      taken: number;
    };
    /** How many coupons were used on a day; null if there were too many to count. */
    DayUsesAnswer: {
      /** The day, in the programme's time zone. */
      day: string;
      /** How many coupons are used that day; null if not all were counted. */
      uses: number | null;
    };
    /** Why an offer is taken out for good, and what becomes of its coupons. */
    DeactivateBody: {
      /** Why the offer is taken out. */
      reason: string;
      /** What becomes of its coupons: they stay as good as they were. By default honour. */
      coupons?: "honour" | "withdraw";
    };
    /** A coupon that was withdrawn, and the points that went back. */
    DeactivateCouponAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The points that went back; 0 for a right that was free. */
      points_back: number;
    };
    /** Which coupon is withdrawn, why, and whether its points go back or are kept. */
    DeactivateCouponBody: {
      /** Lower-case letters and digits, with hyphens between. */
      programme: string;
      /** The number of the coupon. */
      coupon: number;
      /** Why it is withdrawn. The receipt says it. */
      reason: string;
      /** Whether its points go back or are kept. By default back. */
      points?: "back" | "keep";
    };
    /** What the operator decides, and why. `deliver` needs `evidence` or a `supplier_reference`, `keep_waiting` needs `until`, and `reinstate` needs `member_consents`. */
    DecideBody: {
      /** What is decided, one of `allowed`. */
      decision: "deliver" | "return_points" | "keep_waiting" | "return_points_goodwill" | "keep" | "accept_supplier" | "reject_supplier" | "reinstate";
      /** Why. It stands on the receipt. */
      reason: string;
      /** What it rests on; null for nothing. */
      evidence?: string | null;
      /** The supplier's number of the delivery; null for none. */
      supplier_reference?: string | null;
      /** Until when the supplier is waited for; null if it is not. */
      until?: string | null;
      /** Whether the member has agreed to pay again. By default false. */
      member_consents?: boolean;
    };
    /** A tag that members may have. */
    DeclaredTagAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** What the key is for, in the owner's words. */
      label: string;
    };
    /** A tag that members of the programme may have. */
    DeclaredTagBody: {
      /** A class and a slug: behaviour, brand, product or platform. */
      code: string;
      /** What the key is for, in the owner's words. */
      label: string;
    };
    /** All tags of a programme, in order of code. */
    DeclaredTagsAnswer: {
      /** The tags. */
      tags: components["schemas"]["DeclaredTagAnswer"][];
    };
    /** All tags of the programme. */
    DeclaredTagsBody: {
      /** The tags. */
      tags: components["schemas"]["DeclaredTagBody"][];
    };
    /** A tier that members may have. */
    DeclaredTierAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** What the key is for, in the owner's words. */
      label: string;
      /** A higher rank is a better tier. */
      rank: number;
    };
    /** A tier that members of the programme may have. A higher rank is a better tier. */
    DeclaredTierBody: {
      /** Lower-case letters, digits, single hyphens. */
      code: string;
      /** What the key is for, in the owner's words. */
      label: string;
      /** A higher rank is a better tier. */
      rank: number;
    };
    /** All tiers of a programme, the lowest first. */
    DeclaredTiersAnswer: {
      /** The tiers of which one is needed; none for any. */
      tiers: components["schemas"]["DeclaredTierAnswer"][];
    };
    /** All tiers of the programme. */
    DeclaredTiersBody: {
      /** The tiers of which one is needed; none for any. */
      tiers: components["schemas"]["DeclaredTierBody"][];
    };
    /** How a supplier's deliveries do, and how many of its coupons are used by day. */
    DeliveriesAnswer: {
      /** The code of the party. */
      party: string;
      /** The past instant that was asked about; null stands for now. */
      as_of: string;
      /** Since when the counted orders were made. */
      since: string;
      /** The orders that were made since then, by state. */
      orders: components["schemas"]["OrderCountAnswer"][];
      success: components["schemas"]["MeasureAnswer"];
      /** How soon half of them were delivered; null if none was. */
      p50_seconds: number | null;
      /** How soon 95 of 100 were delivered; null if none was. */
      p95_seconds: number | null;
      /** Orders of which nothing has been heard for more than five minutes. */
      unheard_of: number;
      /** When the oldest of these was sent; null if there are none. */
      unheard_of_since: string | null;
      /** Where these days begin and end. */
      time_zone: string;
      /** The uses of the last 30 days, the oldest day first. */
      days: components["schemas"]["DayUsesAnswer"][];
    };
    /** One event on its way to one endpoint, with what came of each attempt. */
    DeliveryAnswer: {
      /** The number of the delivery. */
      delivery_id: number;
      /** The number of the webhook endpoint. */
      endpoint_id: number;
      /** The id of the event. */
      event: string;
      /** The number of the event among those of its party, without gaps. */
      sequence: number;
      /** The type of the event. */
      type: string;
      /** Whether it waits, was delivered, or was given up. */
      state: "waiting" | "delivered" | "failed";
      /** When the next attempt is; null if none is to come. */
      due_at: string | null;
      /** When the event was to be sent first. */
      created_at: string;
      /** When it was delivered or given up; null if it waits. */
      ended_at: string | null;
      /** The attempts so far, the first one first. */
      attempts: components["schemas"]["AttemptAnswer"][];
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    DeliveryPage: {
      /** What is on the page. */
      items: components["schemas"]["DeliveryAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What a party says is wrong, and what became of it. */
    DisputeAnswer: {
      /** The number of the dispute. */
      dispute_id: number;
      /** The number of the statement. */
      statement_id: number;
      /** The code of the party that has opened it. */
      party: string;
      /** What is wrong, in a word. */
      reason: "not_used" | "not_ours" | "duplicate" | "price" | "amount" | "tax" | "other";
      /** What is wrong, in the party's words. */
      text: string;
      /** The lines that are in question; none for all of the statement. */
      lines: components["schemas"]["NamedLineAnswer"][];
      /** What these lines were billed at, with tax, in minor units. */
      disputed_minor: number;
      /** What they should come to; null if it is not said. */
      claimed_minor: number | null;
      /** How it stands. It has lapsed where its statement is void. */
      state: "open" | "accepted" | "rejected" | "withdrawn" | "lapsed";
      /** When it was opened. */
      opened_at: string;
      /** What was answered; null for nothing. */
      answer: string | null;
      /** When it was closed; null if it is open. */
      closed_at: string | null;
      /** The code of the party that has closed it; null if it is open. */
      closed_by_party: string | null;
      /** The correction that accepting it made; null for none. */
      adjustment_id: number | null;
    };
    /** Why a party does not agree with a statement. */
    DisputeBody: {
      /** Why. */
      reason: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    DisputePage: {
      /** What is on the page. */
      items: components["schemas"]["DisputeAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A line: the `use` and its `leg`, or a `period_line`. */
    DisputedLineItem: {
      /** The number of the use. */
      use?: string | null;
      /** The leg of the rate card; null for none. */
      leg?: string | null;
      /** Which line of the use; by default its charge. */
      kind?: "charge" | "reversal" | null;
      /** The id of a line of the month; null for none. */
      period_line?: string | null;
    };
    /** What one party will owe another for one month, before the statement is issued. A draft has no number yet, and only the operator sees it. */
    DraftAnswer: {
      /** The number of the statement. */
      statement_id: number;
      /** The calendar month, like 2017-01. */
      month: string;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** The code of the operator. */
      operator_party: string;
      /** ISO 4217 code. */
      currency: string;
      /** What kind it is. */
      kind: "coupons" | "fees" | "conversions" | "other";
      /** How many uses are billed. */
      uses: number;
      /** How many reversals of uses are on it. */
      reversals: number;
      /** How many conversions are billed. */
      conversions: number;
      /** How many lines are of earlier months. */
      late_lines: number;
      /** What the coupons cost, in minor units. */
      coupon_cost_minor: number;
      /** What the operator gets, in minor units. */
      platform_fee_minor: number;
      /** What the conversions cost, in minor units. */
      conversion_minor: number;
      /** What other legs come to, such as referrals, in minor units. */
      other_minor: number;
      /** What earlier statements are corrected by here, in minor units. */
      adjustment_minor: number;
      /** Tax that is added to the prices, in minor units. */
      added_tax_minor: number;
      /** All the tax in what is billed, in minor units. */
      tax_minor: number;
      /** Coupon cost and platform fee together, in minor units. */
      billed_minor: number;
      /** Where it stands. */
      state: "draft" | "under_review";
      /** The number of the void statement that it replaces; null for none. */
      replaces: number | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    DraftPage: {
      /** What is on the page. */
      items: components["schemas"]["DraftAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What a closing would come to now, without the lines that depend on sums. `obstacles` are the codes of what would refuse it now. */
    DryRunAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** Where it stands. */
      state: "open" | "closing" | "closed";
      /** The codes of what would refuse the closing now. */
      obstacles: string[];
      /** How many uses wait to be rated, by reason. */
      waiting: { [key: string]: number };
      /** The most frequent reasons, as they were written. */
      waiting_errors: string[];
      /** What would be billed in each currency. */
      currencies: components["schemas"]["CurrencySumItem"][];
      /** How many pairs of parties would have a statement. */
      pair_count: number;
      /** Those with most at stake first. */
      pairs: components["schemas"]["OwedItem"][];
      /** What is unusual, for somebody to look at. */
      suspicious: components["schemas"]["SuspiciousItem"][];
    };
    /** What is left to pay of a statement. Below zero, the payee owes it to the payer. */
    DueAnswer: {
      /** The number of the statement. */
      statement_id: number;
      /** Coupon cost and platform fee together, in minor units. */
      billed_minor: number;
      /** What is in dispute, and so not due yet, in minor units. */
      carried_minor: number;
      /** What the payer has paid, less what the payee has, in minor units. */
      paid_minor: number;
      /** What confirmed netting runs have set off, in minor units. */
      netted_minor: number;
      /** What was written off, in minor units. */
      written_off_minor: number;
      /** What the payer has to pay now, or the payee if it is below zero, in minor units. */
      due_minor: number;
      /** The run that nets the statement, until it is paid; null for none. */
      netting_id: number | null;
    };
    /** What an event has earned. No points are an answer, too: `why` says why. `base_points` and `earning_multiplier_percent` are null where nothing was given. */
    EarnAnswer: {
      /** The operation's identifier; null if nothing was stored. */
      operation: string | null;
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "accepted";
      /** The brand's own reference for the member. */
      member: string;
      /** What has happened. */
      event: string;
      /** What the event is about; null if it does not say. */
      subject: string | null;
      /** What was given. */
      points: number;
      /** Why points were given or not. */
      why: "given" | "cap" | "budget" | "once" | "closed" | "not-eligible" | "not-new" | "waiting" | "voided";
      /** The earning rule that spoke; null for none. */
      rule: string | null;
      /** What the rule gives; null where nothing was given. */
      base_points: number | null;
      /** What that was multiplied by, in percent; null where nothing was given. */
      earning_multiplier_percent: number | null;
      /** What the member can spend then; null for a member without a wallet. */
      balance: number | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string;
    };
    /** Something that a member has done. What it earns is up to the programme's rules. */
    EarnBody: {
      /** What has happened. The brand's own events begin with `custom:`. */
      event: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The operation that this one ended or reversed. */
      subject?: string | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** How the friend who was invited is known. */
      friend?: components["schemas"]["IdentifierBody"] | null;
      /** The product code, as it was scanned or typed. */
      code?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
    };
    /** One event of a batch. */
    EarnItem: {
      /** What has happened. The brand's own events begin with `custom:`. */
      event: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The operation that this one ended or reversed. */
      subject?: string | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** How the friend who was invited is known. */
      friend?: components["schemas"]["IdentifierBody"] | null;
      /** The product code, as it was scanned or typed. */
      code?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** Idempotency key: visible ASCII. */
      key: string;
    };
    /** An earning rule. */
    EarningRuleAnswer: {
      /** The rule in words. */
      rule: string;
      /** The event that it is for. */
      event: string;
      /** What the rule is for, in the brand's words. */
      label: string;
      /** What one event gives. */
      points: number;
      /** A member earns by the event once a day, once for each subject, or once ever; null for each time. */
      once_per: "day" | "subject" | "ever" | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day: number | null;
      /** So many times a member earns by it in all; null for any. */
      per_member_total: number | null;
      /** So many points it gives all members on a day; null for any. */
      budget_points_per_day: number | null;
      /** So many points it gives all members in all; null for any. */
      budget_points_total: number | null;
      who: components["schemas"]["WhoAnswer"];
      /** Who pays for the points; null if it does not say. */
      funder: string | null;
      /** Whether an invite earns only when the friend has used a coupon. */
      after_use: boolean;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** When it ended; null while it stands. */
      ended_at: string | null;
    };
    /** A new earning rule. It never changes, and may be ended. */
    EarningRuleBody: {
      /** Lower-case letters, digits, single hyphens. */
      rule: string;
      /** What has happened. The brand's own events begin with `custom:`. */
      event: string;
      /** What the rule is for, in the brand's words. */
      label: string;
      /** Whole points, at least 1. */
      points: number;
      /** A member earns by the event once a day, once for each subject, or once ever; null for each time. */
      once_per?: "day" | "subject" | "ever" | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day?: number | null;
      /** So many times a member earns by it in all; null for any. */
      per_member_total?: number | null;
      /** So many points it gives all members on a day; null for any. */
      budget_points_per_day?: number | null;
      /** So many points it gives all members in all; null for any. */
      budget_points_total?: number | null;
      /** For whom it is; null for everybody. */
      who?: components["schemas"]["WhoBody"] | null;
      /** Who pays for the points. */
      funder?: string | null;
      /** Whether an invite earns only when the friend has used a coupon. By default false. */
      after_use?: boolean;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until?: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    EarningRulePage: {
      /** What is on the page. */
      items: components["schemas"]["EarningRuleAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The answers to a batch of events, in the order of its items. */
    EarnsAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["EarnAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 events, each with its own key. */
    EarnsBody: {
      /** The events. */
      events: components["schemas"]["EarnItem"][];
    };
    /** What a rule makes of the price. */
    EffectAnswer: {
      /** The price in whole points; null for another effect. */
      points: number | null;
      /** The share of the ordinary price, rounded up; null for another effect. */
      percent: number | null;
      /** The points below which a percent does not fall; null for none. */
      floor: number | null;
      /** Whether the price is nothing. */
      free: boolean;
    };
    /** What a rule makes of the price: `points`, a `percent` of the ordinary price, or `free`. */
    EffectBody: {
      /** The price in whole points. */
      points?: number | null;
      /** The share of the ordinary price, rounded up; null for another effect. */
      percent?: number | null;
      /** The points below which a percent does not fall; null for none. */
      floor?: number | null;
      /** True for a price of nothing. */
      free?: true | null;
    };
    /** Where a supplier takes orders. */
    EndpointAnswer: {
      /** The code of the party. */
      party: string;
      /** The address that takes orders. */
      url: string;
      /** Until when the secret before is accepted; null if it is not. */
      old_secret_until: string | null;
      /** How long a request may take, in milliseconds; null for the default. */
      timeout_ms: number | null;
      /** How many requests it takes at a time; null for the default. */
      concurrency_max: number | null;
      /** How many requests it takes in a second; null for any number. */
      rate_per_second: number | null;
      /** After how long an order is not sent any more; null for a day. */
      deadline_seconds: number | null;
      /** After how long 'no such order' proves that none will come; null for six minutes. */
      absent_proves_after_seconds: number | null;
      /** How long nothing is asked about an order; null for at once. */
      first_query_after_seconds: number | null;
      /** How many orders may wait while it is away; null for a thousand. */
      waiting_max: number | null;
    };
    /** Where a supplier takes orders, and the shared secret that signs in both directions. What is left out of the others is as the service has it for all suppliers. */
    EndpointBody: {
      /** The address that takes orders. */
      url: string;
      /** Standard Webhooks secret: whsec_ and 24 to 64 bytes in base64. */
      secret: string;
      /** How long callbacks with the secret before are accepted. By default 86400. */
      overlap_seconds?: number;
      /** How long a request may take, in milliseconds; null for the default. */
      timeout_ms?: number | null;
      /** How many requests it takes at a time; null for the default. */
      concurrency_max?: number | null;
      /** How many requests it takes in a second; null for any number. */
      rate_per_second?: number | null;
      /** After how long an order is not sent any more; null for a day. */
      deadline_seconds?: number | null;
      /** After how long 'no such order' proves that none will come; null for six minutes. */
      absent_proves_after_seconds?: number | null;
      /** How long nothing is asked about an order; null for at once. */
      first_query_after_seconds?: number | null;
      /** How many orders may wait while it is away; null for a thousand. */
      waiting_max?: number | null;
    };
    /** Points that moved from one account to another. The dates and the funder are those of their lot. `balance`, `held` and `debt` are the wallet's figures afterwards. */
    EntryAnswer: {
      /** The kind of account that the points left. */
      source: "issuance" | "redemption" | "breakage" | "held" | "transit" | "clearing" | "adjustment" | "debt" | "converted_out" | "converted_in" | "wallet";
      /** The kind of account that the points went to. */
      target: "issuance" | "redemption" | "breakage" | "held" | "transit" | "clearing" | "adjustment" | "debt" | "converted_out" | "converted_in" | "wallet";
      /** Whole points. */
      points: number;
      /** The first day on which the points can be spent; null for at once. */
      available_on: string | null;
      /** The last day on which the points can be spent; null for never. */
      expires_on: string | null;
      /** Who pays for the points. */
      funder: string | null;
      /** The member's points after it. */
      balance: number;
      /** Points set aside. */
      held: number;
      /** What the member owes. */
      debt: number;
    };
    /** An estimate. It holds once it is approved. */
    EstimateAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The number of this version. A later one is higher. */
      version: number;
      /** The first month that it holds for. It must not be frozen. */
      from_month: string;
      /** The only cohort that it is about; null for all. */
      cohort: string | null;
      /** How the redeem rate is found. */
      method: "entered" | "history" | "chain_ladder";
      /** The share of issued points that will be redeemed. */
      redeem_rate: string;
      /** The share of redeemed rights that will be used. */
      use_rate: string;
      /** What is allocated to 1,000 new points, in minor units. */
      value_minor_per_1000_points: string;
      /** What 1,000 points cost at partners, in minor units. */
      cost_minor_per_1000_points: string;
      /** ISO 4217 code. */
      currency: string;
      /** Why, in words. */
      reason: string;
      /** What its method found; null if it was entered. */
      evidence: components["schemas"]["EstimateEvidenceAnswer"] | null;
      /** When it was proposed. */
      proposed_at: string;
      /** Who has proposed it; null if nobody is known. */
      proposed_by: string | null;
      /** When it was approved; null if it was not. */
      approved_at: string | null;
      /** Who has approved it; null if nobody has. */
      approved_by: string | null;
    };
    /** What is expected of a programme's points, from a month on. With the methods `history` and `chain_ladder`, the redeem rate is computed from the frozen months. With `entered`, it has to be given. */
    EstimateBody: {
      /** Calendar month, like 2017-01. */
      from_month: string;
      /** The only cohort that it is about; null for all. */
      cohort?: string | null;
      /** How the redeem rate is found. By default entered. */
      method?: "entered" | "history" | "chain_ladder";
      /** The share of issued points that will be redeemed; null where the method finds it. */
      redeem_rate?: string | number | null;
      /** The share of redeemed rights that will be used; null for all. */
      use_rate?: string | number | null;
      /** Minor units for 1,000 points, as text or as a whole number. */
      value_minor_per_1000_points: string | number;
      /** What 1,000 points cost at partners, in minor units; null for nothing. */
      cost_minor_per_1000_points?: string | number | null;
      /** ISO 4217 code. */
      currency: string;
      /** The periods of the triangle that a method reads. By default quarter. */
      by?: "month" | "quarter" | "year";
      /** Why, in words. */
      reason: string;
    };
    /** What an estimate rests on. */
    EstimateEvidenceAnswer: {
      /** The periods of the triangle. */
      by: "month" | "quarter" | "year";
      /** The last frozen month; null if none is. */
      frozen_until: string | null;
      /** The share that the method found. */
      rate: string;
      /** What to be careful about. */
      warnings: string[];
      /** The last period of each cohort as the ladder would have predicted it. */
      back_test: components["schemas"]["BackTestAnswer"][];
      /** The errors of all cohorts in money, in minor units. */
      error_minor: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    EstimatePage: {
      /** What is on the page. */
      items: components["schemas"]["EstimateAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** An event, as webhooks and the stream have it, too. */
    EventAnswer: {
      /** The id of the event; it is also the header webhook-id. */
      id: string;
      /** What has happened: the name of a type. */
      type: string;
      /** When it happened. */
      timestamp: string;
      /** The number of the event among those of its party, without gaps. */
      sequence: number;
      /** The facts, by the names that other answers have for them. */
      data: { [key: string]: { [key: string]: unknown } };
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    EventPage: {
      /** What is on the page. */
      items: components["schemas"]["EventAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A type of events: what it means, which roles are told, and an example of its data. `asked_for`: it is told only of a programme that asks for it. */
    EventTypeAnswer: {
      /** The name of the type, like coupon.used. */
      type: string;
      /** What has happened, in a sentence. */
      sentence: string;
      /** The roles whose parties are told. */
      told: string[];
      /** Whether it is told only of programmes that ask for it. */
      asked_for: boolean;
      /** Data as such an event may have. */
      example: { [key: string]: { [key: string]: unknown } };
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    EventTypePage: {
      /** What is on the page. */
      items: components["schemas"]["EventTypeAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A public key in the form of a JSON Web Key. */
    ExchangeKeyAnswer: {
      /** The type of the key, as RFC 8037 has it. */
      kty: "OKP";
      /** The curve. */
      crv: "Ed25519";
      /** The algorithm of the signatures. */
      alg: "EdDSA";
      /** What the key is for. */
      use: "sig";
      /** The number of the key, as signed texts name it. */
      kid: string;
      /** The public key, in base64url. */
      x: string;
      /** Until when the key still holds; null for the one that signs. */
      holds_until: string | null;
    };
    /** The public keys of the exchange, the one that signs first. */
    ExchangeKeysAnswer: {
      /** The keys, the one that signs first. */
      keys: components["schemas"]["ExchangeKeyAnswer"][];
    };
    /** Write off points past their last day. Without `member`, these are of the whole book. */
    ExpireBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member. */
      member?: string | null;
    };
    /** One member's expiry of a batch. */
    ExpireItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** What kind it is. */
      kind: "expire";
    };
    /** Points that expire at the end of a day. */
    ExpiringPointsAnswer: {
      /** The last day on which the points can be spent; null for never. */
      expires_on: string;
      /** Whole points. */
      points: number;
    };
    /** When the points of a programme expire. */
    ExpiryAnswer: {
      /** What kind it is. */
      kind: "none" | "days" | "months" | "dates" | "sliding";
      /** A number of days, months or years, depending on the kind. */
      count: number;
      /** Dates of every year, like 12-31. */
      dates: string[];
    };
    /** When points expire; `count` is a number of days, months or years. `none`: never. `days`: `count` days after the day of issue. `months`: at the end of the month that comes `count` months after the month of issue. `dates`: on the next of the dates, `count` years later. `sliding`: `count` days after the member's last activity. */
    ExpiryBody: {
      /** What kind it is. */
      kind: "none" | "days" | "months" | "dates" | "sliding";
      /** Days, months or years, depending on the kind. By default 0. */
      count?: number;
      /** For `dates`, in calendar order. */
      dates?: string[];
    };
    /** The version of the contract that a line was rated by, and the digest of its rate card. The digest is null for a party that does not see all legs of the card. */
    ExplainedCardAnswer: {
      /** The contract. */
      contract_id: number;
      /** The version of the contract. */
      version: number;
      /** The rate card; null for a contract of two rates. */
      card_id: number | null;
      /** The SHA-256 of the card's document; null where the caller does not see all of it. */
      sha256: string | null;
    };
    /** What a line was rated from. Null is not known. */
    ExplainedInputsAnswer: {
      /** When the use was; null for a line of the month. */
      used_at: string;
      /** The day of the use, by the settlement calendar. */
      used_on: string;
      /** The supplier's code for the offer. */
      offer_code: string | null;
      /** The face value of the right, in minor units. */
      face_minor: number | null;
      /** What the order comes to, in minor units; null if it was not told. */
      order_minor: number | null;
      /** What was paid for the order after the coupon; null if it is not told. */
      paid_minor: number | null;
      /** The points of a conversion; null for a use. */
      points: number | null;
    };
    /** A line, how it comes about, and whether it comes about in the same way today. What it comes to in the end is null until its month is closed. */
    ExplainedLineAnswer: {
      /** The line: book, use, leg and kind. */
      line: string;
      /** The calendar month, like 2017-01. */
      month: string;
      /** The one whose orders fail after a while; null for `late`. */
      late: boolean;
      /** The number of its statement; null before that is issued. */
      statement: string | null;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** ISO 4217 code. */
      currency: string;
      card: components["schemas"]["ExplainedCardAnswer"];
      inputs: components["schemas"]["ExplainedInputsAnswer"];
      /** What has happened to the coupon, in order. */
      steps: { [key: string]: { [key: string]: unknown } }[];
      /** The lines of the period of which it has a share. */
      period_lines: components["schemas"]["SharedLineAnswer"][];
      /** How the amount comes about. */
      calculation: string;
      /** What the line says, in minor units. */
      amount_minor: number;
      /** What it comes to with its share of the period, in minor units. */
      effective_minor: number | null;
      /** All the tax in what is billed, in minor units. */
      tax_minor: number | null;
      /** What it comes to without tax, in minor units. */
      net_minor: number | null;
      /** Whether rating it again gives the same amount. */
      replay: "same" | "differs";
    };
    /** The lines of a use that concern the calling party. */
    ExplainedLinesAnswer: {
      /** The lines, by leg. */
      lines: components["schemas"]["ExplainedLineAnswer"][];
    };
    /** One of several figures, with its name. */
    FigureAnswer: {
      /** How many points of the other programme `denominator` points become. */
      numerator: number | null;
      /** How many points of this programme become `numerator` of the other. */
      denominator: number | null;
      /** The one by the other; null where nothing was counted. */
      rate: number | null;
      /** The lower bound of the share of failures. */
      low: number | null;
      /** The upper bound of the share of failures. */
      high: number | null;
      /** How the redeem rate is found. */
      method: "wilson-95" | null;
      /** What the trials are. */
      unit: "members" | "coupons" | "orders" | "uses" | "redemptions" | "points" | "pieces";
      /** Of how many independent trials the interval is; null without one. */
      trials: number | null;
      /** How many are too young to be counted, in neither number. */
      immature: number;
      /** What there is to know about it; null for nothing. */
      note: string | null;
      /** Which figure it is. */
      figure: "claim" | "conversion" | "delivery_success" | "delivered_in_60_seconds" | "use_7_days" | "use_30_days" | "use_life" | "reversal" | "new_members_reported" | "new_members_measured" | "complaint" | "case" | "contradiction" | "stock_refusal" | "sell_through";
    };
    /** A column of the file. `column` names ours, or is null if it is not read. */
    FileColumnAnswer: {
      /** The heading in the file. */
      heading: string;
      /** The column of ours; null for none. */
      column: string | null;
      /** How many of a hundred cells are not empty. */
      filled_percent: number;
    };
    /** How files are to be read. A preset is everybody's, and stays as it is. */
    FileMappingAnswer: {
      /** The name that people read. */
      name: string;
      /** Whether it is everybody's and stays as it is. */
      preset: boolean;
      /** The heading of each column of ours that is not found by itself. */
      columns: { [key: string]: string };
      /** The offer, store or currency of all rows. */
      constants: { [key: string]: string };
      /** What a point is called. */
      unit: "yuan" | "fen" | null;
      /** Whether the partner writes as negative what it is owed. */
      sign: "plain" | "negated";
      /** How days are written. */
      date_format: "year-first" | "day-first" | "month-first";
      /** The zone of times without an offset; null for the exchange's. */
      time_zone: string | null;
      /** What the text is encoded in; null to find it out. */
      encoding: "utf-8" | "utf-16" | "gb18030" | "big5" | null;
      /** What separates the cells; null to find it out. */
      delimiter: "comma" | "semicolon" | "tab" | "bar" | null;
      /** The sheet of a workbook; null for the first that has a heading. */
      sheet: string | null;
    };
    /** What a partner's files call our columns, and how they write money, days and text. */
    FileMappingBody: {
      /** The heading of each column of ours that is not found by itself. */
      columns?: { [key: string]: string };
      /** The offer, store or currency of all rows. */
      constants?: { [key: string]: string };
      /** What a point is called. */
      unit?: "yuan" | "fen" | null;
      /** Whether the partner writes as negative what it is owed. By default plain. */
      sign?: "plain" | "negated";
      /** How days are written. By default year-first. */
      date_format?: "year-first" | "day-first" | "month-first";
      /** The zone of times without an offset; null for the exchange's. */
      time_zone?: string | null;
      /** What the text is encoded in; null to find it out. */
      encoding?: "utf-8" | "utf-16" | "gb18030" | "big5" | null;
      /** What separates the cells; null to find it out. */
      delimiter?: "comma" | "semicolon" | "tab" | "bar" | null;
      /** The sheet of a workbook; null for the first that has a heading. */
      sheet?: string | null;
    };
    /** The presets and the party's own mappings. */
    FileMappingsAnswer: {
      /** The mappings, by name. */
      mappings: components["schemas"]["FileMappingAnswer"][];
    };
    /** Something about a file that people should know. */
    FindingAnswer: {
      /** What kind of thing it is. */
      code: "columns-ignored" | "digits-lost" | "total-differs";
      /** The same in a sentence. */
      detail: string;
    };
    /** How many accounts of a forgotten member were wiped from its coupons. */
    ForgottenAnswer: {
      /** The brand's own reference for the member. */
      member: string;
      /** How many accounts at suppliers were wiped. */
      accounts_wiped: number;
    };
    /** Whose pages may have the member pages of a brand in a frame. */
    FrameOriginsAnswer: {
      /** The code of the party. */
      party: string;
      /** Origins such as `https://app.example.com`; empty for none. */
      origins: string[];
    };
    /** Whose pages may have the member pages in a frame. An empty list: nobody's. */
    FrameOriginsBody: {
      /** Origins such as `https://app.example.com`; empty for none. */
      origins: string[];
    };
    /** What became of the rights of some days, in groups: those redeemed most come first. */
    FunnelAnswer: {
      /** What the groups are. */
      by: "offer" | "supplier" | "brand" | "shop" | "channel";
      /** The first day. */
      from_day: string;
      /** The day after the last. */
      until_day: string;
      /** The past instant that was asked about; null stands for now. */
      as_of: string;
      /** The names of groups of shops. */
      groups: components["schemas"]["FunnelGroupAnswer"][];
      /** Whether all groups are there. */
      is_complete: boolean;
    };
    /** The rights of one offer, supplier, brand, shop or channel. */
    FunnelGroupAnswer: {
      /** The offer, the party, the shop or the channel; null for no channel. */
      key: string | null;
      /** What it is called; null for nothing. */
      label: string | null;
      steps: components["schemas"]["FunnelStepsAnswer"];
      /** The figures, in a fixed order. */
      figures: components["schemas"]["FigureAnswer"][];
      /** Why redemptions were refused, by code. */
      refusals: components["schemas"]["FunnelRefusalAnswer"][];
    };
    /** How often redemptions were refused with a code. */
    FunnelRefusalAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** How often. */
      times: number;
    };
    /** How many rights took each step. */
    FunnelStepsAnswer: {
      /** How often the offer was shown. */
      impressions: number;
      /** To how many members it was shown, each once a day; as reported. */
      shown: number;
      /** How many rights were redeemed. */
      redeemed: number;
      /** How many members redeemed them; null to a supplier. */
      redeemers: number | null;
      /** What they cost in points. */
      points: number;
      /** How many of these are not delivered yet. */
      open: number;
      /** How long the oldest of them has been open; null for none. */
      oldest_open_seconds: number | null;
      /** How many of these were returned. */
      returned: number;
      /** How many were delivered in these days. */
      delivered: number;
      /** How often these were used, reversed uses included. */
      uses: number;
      /** How many of these are used. */
      used: number;
      /** How many of their uses were reversed. */
      reversed: number;
    };
    /** A coupon whose gift was taken back. */
    GiftBackAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
    };
    /** Give a member's points to another member, who may be new. The points keep their dates. */
    GiftBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      to_member: string;
      /** Whole points, at least 1. */
      points: number;
    };
    /** A gift that waits. Its token is shown once: in a replay, `gift` is null. */
    GiftCouponAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The token that takes the gift. It is shown once. */
      gift: string | null;
      /** Until when it can be taken. Then the coupon is the giver's again. */
      until: string;
      /** Whether this is a replay, which has no token. */
      already_shown: boolean;
    };
    /** A member offers a coupon. Without `to_member`, whoever brings the token may have it. */
    GiftCouponBody: {
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      from_member: string;
      /** Who alone may take it; null for whoever brings the token. */
      to_member?: string | null;
      /** After how many hours it lapses. By default 24. */
      hours?: number;
      /** A greeting for the one who takes it. */
      note?: string | null;
    };
    /** One gift of a batch. */
    GiftItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      to_member: string;
      /** Whole points, at least 1. */
      points: number;
      /** What kind it is. */
      kind: "gift";
    };
    /** The plan of a programme. Without one, nothing is given by itself. */
    GiftPlanAnswer: {
      /** The offer that members are given on their birthdays; null for none. */
      birthday_offer_id: number | null;
      /** The hour of the day, in the programme's time zone, from which on. */
      birthday_hour: number;
      /** So many free rights a member gets in a week; null for any. */
      free_rights_per_week: number | null;
      /** The last day whose birthdays were all kept; null for none. */
      birthdays_done_on: string | null;
    };
    /** The plan of a programme. It takes the place of the one before. */
    GiftPlanBody: {
      /** The offer that members are given on their birthdays; null for none. */
      birthday_offer_id: number | null;
      /** The hour of the day, in the programme's time zone, from which on. By default 9. */
      birthday_hour?: number;
      /** So many free rights a member gets in a week; null for any. */
      free_rights_per_week?: number | null;
    };
    /** A right that was given back: its points, the lots that they went to, and what there is now. A right that was free moves no points. */
    GiveBackAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The points that went back; 0 for a right that was free. */
      points_back: number;
      /** The lots that the points went back to. */
      lots: components["schemas"]["LotBackAnswer"][];
      /** What the member can spend now; null without a wallet. */
      balance: number | null;
    };
    /** Why a member gives a right back. */
    GiveBackBody: {
      /** Why the right is given back. The receipt says it. */
      reason: string;
    };
    /** A group, with the members that are in it or will be. */
    GroupAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** What the group is to its members. */
      kind: "alliance" | "competitors" | "plain";
      /** The name that people read. */
      label: string;
      /** The parties that are in the group or will be. */
      members: components["schemas"]["GroupMemberAnswer"][];
    };
    /** A group of parties. The members of an `alliance` are open to each other, those of `competitors` are isolated from each other. A `plain` group is for rules alone. */
    GroupBody: {
      /** Lower-case letters, digits, single hyphens. */
      code: string;
      /** What the group is to its members. */
      kind: "alliance" | "competitors" | "plain";
      /** The name that people read. */
      label: string;
    };
    /** A party in a group. In an alliance, it is invited only until `accepted_at`. */
    GroupMemberAnswer: {
      /** The code of the party. */
      party: string;
      /** When the party is in the group from. */
      valid_from: string;
      /** Until before when; null if it has no end. */
      valid_until: string | null;
      /** When the party accepted; null if it has not. Only an alliance needs it. */
      accepted_at: string | null;
    };
    /** When a party is in a group. One that is in it keeps its `valid_from`. */
    GroupMemberBody: {
      /** When the party is in the group from; by default, now. */
      valid_from?: string | null;
      /** Until before when; null if it has no end. */
      valid_until?: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    GroupPage: {
      /** What is on the page. */
      items: components["schemas"]["GroupAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The status of the whole, and of each part. */
    HealthAnswer: {
      /** The state of the whole. */
      status: "ok" | "degraded" | "unready";
      /** The state of each part. */
      parts: { [key: string]: string };
    };
    /** A page of a member's history, newest first. It ends with the merge where the member was merged into another. `merged_into` is who has the points now, and whose history goes on. */
    HistoryAnswer: {
      /** The member who has everything now; null if the member was not merged. */
      merged_into: string | null;
      /** The points that moved, or the operations of the page. */
      entries: components["schemas"]["HistoryEntryAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** One operation of a member. `balance` (spendable or not), `held` and `debt` are the member's figures after it. What came from another member's operation has no key: a received gift, or the points of a merged member. */
    HistoryEntryAnswer: {
      /** The operation's place in the book. */
      operation: string;
      /** What kind it is. */
      kind: "issue" | "redeem" | "hold" | "capture" | "release" | "expire" | "expire_book" | "sweep" | "reverse" | "gift" | "receive" | "adjust" | "convert" | "credit" | "end_conversion" | "merge" | "absorb";
      /** The key of the operation, or null if another member's caused it. */
      key: string | null;
      /** Whole points. */
      points: number;
      /** The member's points after it. */
      balance: number;
      /** Points set aside. */
      held: number;
      /** What the member owes. */
      debt: number;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** In which shop it happened. */
      store: string | null;
      /** By which channel it was done. */
      channel: string | null;
      /** Which employee did it. */
      staff: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference: string | null;
      /** The actor who asked for it, like key:12; null if nobody was noted. */
      recorded_by: string | null;
    };
    /** Set a member's points aside until they are captured or released. */
    HoldBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
      /** Until when they can be captured. Soon after, the service releases them. */
      expires_at?: string | null;
    };
    /** One hold of a batch. */
    HoldItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
      /** Until when they can be captured. Soon after, the service releases them. */
      expires_at?: string | null;
      /** What kind it is. */
      kind: "hold";
    };
    /** Hours of a day in the programme's time zone. */
    HoursAnswer: {
      /** The minute from which it applies, like 09:30. */
      opens: string;
      /** The offers of which a brand has stock, and which close to it. */
      closes: string;
    };
    /** Hours of a day in the programme's time zone, from `opens` until before `closes`. */
    HoursBody: {
      /** The minute from which it applies, like 09:30. */
      opens: string;
      /** The offers of which a brand has stock, and which close to it. */
      closes: string;
    };
    /** An identifier as it may be shown: its kind and its last characters. */
    IdentifierAnswer: {
      /** What kind it is. */
      kind: "card" | "email" | "openid" | "phone" | "unionid";
      /** The last characters of the value. */
      tail: string;
      /** Since when; null if it was never staged. */
      since: string;
    };
    /** How the member is known elsewhere. Of the value only a digest and the end are kept. */
    IdentifierBody: {
      /** What kind it is. */
      kind: "card" | "email" | "openid" | "phone" | "unionid";
      /** The value. Only a digest and its end are stored. */
      value: string;
    };
    /** An import as it stands. */
    ImportAnswer: {
      /** The number of the import. */
      import_id: number;
      /** What kind it is. */
      kind: "offers" | "shops" | "members" | "codes";
      /** Where it stands. */
      state: "received" | "checked" | "applying" | "done" | "refused";
      /** The SHA-256 of the file. */
      sha256: string;
      /** Whether nothing is changed. */
      dry_run: boolean;
      /** The number of the offer. */
      offer_id: number | null;
      /** The code of the programme. */
      programme: string | null;
      /** What was found in the file; null until it is read. */
      file: components["schemas"]["ImportFileAnswer"] | null;
      /** Up to which line the rows are applied. */
      line_done: number;
      counts: components["schemas"]["CountsAnswer"];
      /** The first of the rows that are rejected. */
      rejected: components["schemas"]["ImportRowAnswer"][];
      /** Why the file as a whole was refused; null if it was not. */
      refused: components["schemas"]["RefusedImportAnswer"] | null;
      /** When the file came. */
      received_at: string;
      /** When it ended; null while it stands. */
      ended_at: string | null;
    };
    /** What was found in the file. What may be a secret is hidden in `first_rows`. */
    ImportFileAnswer: {
      /** How many bytes the file has. */
      bytes: number;
      /** What its text is encoded in; null for a workbook. */
      encoding: string | null;
      /** What separates its cells; null for a workbook. */
      delimiter: string | null;
      /** The sheet of the workbook; null for CSV. */
      sheet: string | null;
      /** How many rows there are. */
      rows: number;
      /** The columns, in order. */
      columns: components["schemas"]["FileColumnAnswer"][];
      /** The first rows as they were read. */
      first_rows: string[][];
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ImportPage: {
      /** What is on the page. */
      items: components["schemas"]["ImportAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What became of one row. `code` says why it was rejected. */
    ImportRowAnswer: {
      /** The line of the file. */
      line: number;
      /** The idempotency key. */
      key: string | null;
      /** Whether it was accepted. */
      status: "created" | "updated" | "unchanged" | "rejected";
      /** The code by which it is named, in addresses and bodies. */
      code: string | null;
      /** The column of ours; null for none. */
      column: string | null;
      /** Why it was rejected; null if it was not. */
      message: components["schemas"]["WordsAnswer"] | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ImportRowPage: {
      /** What is on the page. */
      items: components["schemas"]["ImportRowAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What became of each hour, in the order of the request. */
    ImpressionsAnswer: {
      /** The number of the placement. */
      placement_id: number;
      /** What became of each hour. */
      hours: components["schemas"]["ToldHourAnswer"][];
    };
    /** What the host tells of a placement, each hour once. */
    ImpressionsBody: {
      /** The hours that are told of. */
      hours: components["schemas"]["ImpressionsItem"][];
    };
    /** How often the offer was shown in one hour, which is over. */
    ImpressionsItem: {
      /** The beginning of the hour. */
      hour: string;
      /** How often the offer was shown. */
      impressions: number;
    };
    /** A user who was invited. The link is shown once: in a replay it is null. */
    InvitedUserAnswer: {
      /** The number of the user. */
      user_id: number;
      /** The e-mail address, with which the user signs in. */
      email: string;
      /** How the user is called; empty where somebody was asked to join. */
      name: string;
      /** The language in which pages are shown at first. */
      locale: string;
      /** What the user may do for the party. */
      roles: string[];
      /** The role in which somebody who is a user already was asked to join; else null. */
      asked_role: string | null;
      /** Whether the user can sign in for the party. */
      state: "invited" | "active" | "disabled";
      /** Whether a code is asked for besides the password. */
      has_second_factor: boolean;
      /** Since when the user is known. */
      created_at: string;
      /** Since when the user is let in no more; null otherwise. */
      disabled_at: string | null;
      /** The one-time link to hand over; null in a replay. */
      link: string | null;
      /** Until when the link works. */
      expires_at: string;
      /** Whether the key was shown before, so that this answer leaves it out. */
      already_shown: boolean;
    };
    /** An invoice that was recorded for a statement. */
    InvoiceAnswer: {
      /** The number of the record. */
      invoice_id: number;
      /** The number of the statement. */
      statement_id: number;
      /** Blue bills, red takes a blue one back. */
      kind: "blue" | "red";
      /** The number of the invoice. */
      number: string;
      /** The day of the invoice. */
      issued_on: string;
      /** What it comes to without tax, in minor units. */
      net_minor: number;
      /** The tax, in minor units. */
      tax_minor: number;
      /** With tax, in minor units. */
      gross_minor: number;
      /** The number of the blue invoice that a red one takes back; null for a blue one. */
      cancels: string | null;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
    };
    /** An invoice that the payee has issued for a statement. A red one names the blue one. */
    InvoiceBody: {
      /** The number of an invoice. */
      number: string;
      /** The day of the invoice. */
      issued_on: string;
      /** What it comes to without tax, in minor units. */
      net_minor: number;
      /** The tax, in minor units. */
      tax_minor: number;
      /** With tax, in minor units. */
      gross_minor: number;
      /** The number of the blue invoice that a red one takes back; null for a blue one. */
      cancels?: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    InvoicePage: {
      /** What is on the page. */
      items: components["schemas"]["InvoiceAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Whether an offer is isolated from the programme's brand, and the rule that decides it. */
    IsolationAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** Whether the brand must not see the offer. */
      isolated: boolean;
      /** The rule in words. */
      rule: string;
      /** Why, in a sentence. */
      explanation: string;
      /** The past instant that was asked about; null stands for now. */
      as_of: string | null;
      /** What decided: the party itself, a veto, a rule, the default, or nothing. */
      layer: "itself" | "veto" | "rule" | "default" | "none";
      /** About whom: the owner of the offer, or the party that carries it. */
      facet: "owner" | "carrier";
      /** The number of the rule or veto; null if none of these decided. */
      rule_id: number | null;
      words: components["schemas"]["WordsAnswer"];
      /** The rules about both parties, those that decide first; at most 20. */
      considered: components["schemas"]["ConsideredAnswer"][];
      /** The version of the rules. Each change of them makes a higher one. */
      rules_version: number;
    };
    /** A rule, in fields and in words. */
    IsolationRuleAnswer: {
      /** The number of the rule. */
      rule_id: number;
      /** Whether the rule lets the buyer see the offers. */
      effect: "allow" | "deny";
      buyer: components["schemas"]["SideAnswer"];
      supplier: components["schemas"]["SideAnswer"];
      /** Whether the rule applies in both directions. */
      mutual: boolean;
      /** The rule in words. */
      rule: string;
      /** The code of the party that stated it; null if nobody was noted. */
      author: string | null;
      /** When the rule begins to hold; null if it always held. */
      valid_from: string | null;
      /** Until before when it holds; null if it has no end. */
      valid_until: string | null;
    };
    /** A rule about who may see whose offers. A `node` rule isolates all parties beneath `category` from each other. An `allow` or `deny` rule is about the offers of `supplier` to `buyer`. If it is `mutual`, it applies in both directions. It holds from `valid_from`, or from now, until before `valid_until`, or for ever. */
    IsolationRuleBody: {
      /** When the rule begins to hold; by default, now. */
      valid_from?: string | null;
      /** Until before when it holds; null if it has no end. */
      valid_until?: string | null;
      /** What kind it is. */
      kind: "node" | "allow" | "deny";
      /** A category and everything beneath it. */
      category?: string | null;
      /** The side that would buy. */
      buyer?: components["schemas"]["SideBody"] | null;
      /** The side that offers. */
      supplier?: components["schemas"]["SideBody"] | null;
      /** Whether the rule applies in both directions. By default true. */
      mutual?: boolean;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    IsolationRulePage: {
      /** What is on the page. */
      items: components["schemas"]["IsolationRuleAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Give points to a member. */
    IssueBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
      /** Who pays for the points. */
      funder?: string | null;
      /** First day on which the points can be spent. By default, the programme's return window decides. */
      available_on?: string | null;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string | null;
      /** Whether the points are multiplied if it is a points day for the member. By default false. */
      points_day?: boolean;
    };
    /** One issue of a batch. */
    IssueItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
      /** Who pays for the points. */
      funder?: string | null;
      /** First day on which the points can be spent. By default, the programme's return window decides. */
      available_on?: string | null;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string | null;
      /** Whether the points are multiplied if it is a points day for the member. By default false. */
      points_day?: boolean;
      /** What kind it is. */
      kind: "issue";
    };
    /** What one event of business moved. */
    JournalEntryAnswer: {
      /** The name of the table in an archive; null without one. */
      entry: number;
      /** Which event of business posted it. */
      kind: "statement_issued" | "statement_void" | "payment" | "write_off" | "netting" | "netting_taken_back";
      /** The day on which it was posted, in the settlement calendar. */
      posted_on: string;
      /** What it follows from: the number of a statement, or a netting run. */
      document: string;
      /** What it is posted once for. */
      key: string;
      /** What moves from account to account. */
      transfers: components["schemas"]["TransferAnswer"][];
      /** The link of the book's chain up to it. */
      sha256: string;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    JournalEntryPage: {
      /** What is on the page. */
      items: components["schemas"]["JournalEntryAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A new API key. It is shown once: in a replay it is null, and `already_shown` is true. */
    KeyAnswer: {
      /** The code of the party. */
      party: string;
      /** The number of the API key. */
      key_id: number;
      /** What the key is for, in the owner's words. */
      label: string;
      /** The API key. It is shown once. */
      key: string | null;
      /** What the key may do, within what its party's roles allow. */
      scopes: ("read" | "points" | "rights" | "coupons" | "offers" | "statements" | "reconcile" | "admin" | "import" | "till")[];
      /** The shop to which the key is bound; null for none. */
      shop: string | null;
      /** When the key stops working; null if it does not end. */
      expires_at: string | null;
      /** Whether the key was shown before, so that this answer leaves it out. */
      already_shown: boolean;
    };
    /** A new API key. What it does not name is as wide as the key that asks for it allows. `import`, which lets requests give the time when an operation happened, must be named. */
    KeyBody: {
      /** What the key is for, in the owner's words. */
      label: string;
      /** What the key may do, within what its party's roles allow. */
      scopes?: ("read" | "points" | "rights" | "coupons" | "offers" | "statements" | "reconcile" | "admin" | "import" | "till")[] | null;
      /** The shop to which the key is bound; null for none. */
      shop?: string | null;
      /** When the key stops working; null if it does not end. */
      expires_at?: string | null;
    };
    /** What a programme's frozen months say of how its points are redeemed. */
    LadderAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The last frozen month; null if none is. */
      frozen_until: string | null;
      /** The periods of the triangle. */
      by: "month" | "quarter" | "year";
      /** The cohorts, the oldest first. */
      cohorts: components["schemas"]["LadderCohortAnswer"][];
      /** From each age to the next; the last one is the tail. */
      factors: string[];
      /** The share of all issued points that is expected to be redeemed. */
      rate: string;
      /** What to be careful about. */
      warnings: string[];
      /** The last period of each cohort as the ladder would have predicted it. */
      back_test: components["schemas"]["BackTestAnswer"][];
      history: components["schemas"]["LiabilityHistoryAnswer"];
    };
    /** One cohort of the triangle. */
    LadderCohortAnswer: {
      /** The month of issue, like 2017-01; until and the month of the last day; or owed. */
      cohort: string;
      /** Points issued and not taken back. */
      issued: number;
      /** Points redeemed by the end of each period of its age. */
      redeemed: number[];
      /** Points that are expected to be redeemed ever. */
      ultimate: number;
      /** Those of them that were not redeemed yet. */
      to_come: number;
    };
    /** What the last `comity verify` on this machine has found. */
    LastVerifyAnswer: {
      /** When it was verified. */
      verified_at: string;
      /** How many defects were found. */
      defects: number;
    };
    /** A coupon that is used. `uses` counts its reversed uses, too. */
    LatestUseAnswer: {
      /** The number of the coupon. */
      coupon: number;
      /** The code of the programme. */
      programme: string;
      /** The number of the offer. */
      offer: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The last characters of the code; null while nobody may see it. */
      code_tail: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** When the coupon was used. */
      used_at: string;
      /** Where it was used; null if nobody said. */
      store: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference: string | null;
      /** How many uses are billed. */
      uses: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    LatestUsePage: {
      /** What is on the page. */
      items: components["schemas"]["LatestUseAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A link that lets the member in once. It is shown once: in a replay, `url` is null. */
    LaunchAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The brand's own reference for the member. */
      member: string;
      /** The link, once; null in a replay. */
      url: string | null;
      /** Until when the link works. */
      expires_at: string;
      /** Whether this is a replay. */
      already_shown: boolean;
    };
    /** Let a member in. `return_url` is where the pages lead back to. `account` is where recharges of this member go. It is kept encrypted, as long as the visit. */
    LaunchBody: {
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Where recharges go, so that it need not be typed; null to ask for it. */
      account?: string | null;
      /** The language of the pages; by default, that of the browser. */
      locale?: "en" | "zh-Hans" | null;
      /** Where the pages lead back to; null for nowhere. */
      return_url?: string | null;
      /** How long the link works. By default 60. */
      seconds?: number;
    };
    /** A lease. `signed` is the text that the till keeps. The exposure is what may still be told of: in uses, and in money at the highest face value. */
    LeaseAnswer: {
      /** The number of the lease. */
      lease_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The shop of the till. */
      shop: string;
      /** The offers to publish. */
      offers: number[];
      /** How many coupons the till may take. */
      quota: number;
      /** How many uses were told so far. */
      used: number;
      /** Who bears the loss where a coupon was taken twice. */
      bearer: "shop" | "supplier";
      /** When the till may begin. */
      valid_from: string;
      /** Until when the till may take coupons. */
      valid_until: string;
      /** Until when uses can be told. */
      upload_until: string;
      /** When it was closed; null if it was not. */
      closed_at: string | null;
      /** How many uses may still be told. */
      exposure: number;
      /** The most that these may be worth, in minor units. */
      exposure_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** The lease as a signed text: cl1, what it says, and the signature. */
      signed: string;
    };
    /** What a till of a shop may do without a connection. It may take so many coupons of these offers, for so many hours from now. `bearer` bears the loss where a coupon was taken twice. */
    LeaseBody: {
      /** Letters and digits, with dots, hyphens and underscores between. */
      shop: string;
      /** The offers to publish. */
      offers: number[];
      /** How many coupons the till may take. */
      quota: number;
      /** For how many hours from now. */
      hours: number;
      /** Who bears the loss where a coupon was taken twice. By default shop. */
      bearer?: "shop" | "supplier";
    };
    /** What is at stake in the open leases of one currency. */
    LeaseExposureAnswer: {
      /** ISO 4217 code. */
      currency: string;
      /** How many leases are open. */
      leases: number;
      /** How many uses may still be told. */
      exposure: number;
      /** The most that these may be worth, in minor units. */
      exposure_minor: number;
    };
    /** What is at stake in all open leases. */
    LeaseExposuresAnswer: {
      /** The instant of the count. */
      as_of: string;
      /** The currencies of the statements. */
      currencies: components["schemas"]["LeaseExposureAnswer"][];
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    LeasePage: {
      /** What is on the page. */
      items: components["schemas"]["LeaseAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A use that was told of a lease. A use is TAKEN until its upload is sent again to the end. */
    LeaseUseAnswer: {
      /** The number of the use within its lease. */
      number: number;
      /** The key under which it was told. */
      key: string;
      /** What became of it. */
      state: "TAKEN" | "USED" | "CONFLICT" | "REFUSED";
      /** When the till took it, by the till's clock. */
      occurred_at: string;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** The number of the coupon; null until it is judged. */
      coupon: number | null;
      /** Which use of the coupon it is; null if it is none. */
      use: number | null;
      /** Who bears it; null if there is nothing to bear. */
      borne_by: "shop" | "supplier" | null;
      /** Why it is no use; null if it is one. */
      fault: { [key: string]: { [key: string]: unknown } } | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    LeaseUsePage: {
      /** What is on the page. */
      items: components["schemas"]["LeaseUseAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What the accounts are called, each by its own name or the programme's. */
    LiabilityAccountsAnswer: {
      /** The liability for points. */
      liability: string;
      /** Revenue that is deferred for points. */
      deferred: string;
      /** Revenue of redeemed points. */
      redeemed: string;
      /** Revenue of expired points. */
      broken: string;
      /** What new estimates change. */
      estimate_change: string;
      /** What used rights cost. */
      cost: string;
      /** What is owed to partners. */
      payable: string;
      /** The other side of an opening balance. */
      opening: string;
    };
    /** What the accounts are called in the books of the programme's party. Null: as they are. */
    LiabilityAccountsBody: {
      /** The liability for points. */
      liability?: string | null;
      /** Revenue that is deferred for points. */
      deferred?: string | null;
      /** Revenue of redeemed points. */
      redeemed?: string | null;
      /** Revenue of expired points. */
      broken?: string | null;
      /** What new estimates change. */
      estimate_change?: string | null;
      /** What used rights cost. */
      cost?: string | null;
      /** What is owed to partners. */
      payable?: string | null;
      /** The other side of an opening balance. */
      opening?: string | null;
    };
    /** The roll-forward of a month. */
    LiabilityAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The calendar month, like 2017-01. */
      month: string;
      /** Frozen for good, being frozen, or open and told as of now. */
      state: "frozen" | "freezing" | "open";
      /** When it was frozen, or the instant of the report. */
      as_of: string;
      /** How many records of the journal are left to read for the freeze. */
      records_left: number;
      points: components["schemas"]["LiabilityPointsAnswer"];
      /** The same in money; null as long as nobody has said what a point is worth. */
      money: components["schemas"]["LiabilityMoneyAnswer"] | null;
      /** The currency of the amounts; null without a value of points. */
      currency: string | null;
      /** The cohorts that had points, or moved some. */
      cohorts: components["schemas"]["LiabilityCohortAnswer"][];
      /** At which partners points were redeemed, the most first. */
      partners: components["schemas"]["LiabilityPartnerAnswer"][];
      /** The share of partners in all redeemed points; null if none was redeemed. */
      partner_share: number | null;
      /** Points of records that occurred in frozen months, up and down. */
      late_points: number;
      /** How many entries these are. */
      late_entries: number;
      /** Points of records that were read with it and occurred after it. */
      later: number;
      balances: components["schemas"]["LiabilityBalancesAnswer"];
      coupons: components["schemas"]["LiabilityCouponsAnswer"];
      /** Whether all tie-outs hold. */
      ties: boolean;
      /** Figures that must be the same. */
      tie_outs: components["schemas"]["TieOutAnswer"][];
    };
    /** What members had when the month was frozen, or have now: where their points were. */
    LiabilityBalancesAnswer: {
      /** How many wallets were touched. */
      wallets: number;
      /** Points set aside for redemptions. */
      held: number;
      /** Points on their way to other programmes. */
      converting: number;
      /** Points that members owe. */
      owed: number;
    };
    /** One cohort in a month: points of one month of issue, or with one month of their last day. */
    LiabilityCohortAnswer: {
      /** The month of issue, like 2017-01; until and the month of the last day; or owed. */
      cohort: string;
      points: components["schemas"]["LiabilityPointsAnswer"];
      /** The same in money; null if its points have no value. */
      money: components["schemas"]["LiabilityMoneyAnswer"] | null;
    };
    /** What became of the coupons that points were spent on in the month. */
    LiabilityCouponsAnswer: {
      /** How many were redeemed in the month. */
      redeemed: number;
      /** How many of them are used. */
      used: number;
      /** How many of them are past their last day. */
      expired: number;
      /** How many of them may still be used. */
      living: number;
      /** Used ones out of those whose end is known; null if none. */
      use_rate: number | null;
    };
    /** The cohorts of which no point is left. */
    LiabilityHistoryAnswer: {
      /** How many there are. */
      cohorts: number;
      /** Points issued in them and not taken back. */
      issued: number;
      /** Points of them that were redeemed. */
      redeemed: number;
      /** The share of redeemed points; null without such cohorts. */
      rate: string | null;
      /** Whether these are too few to rely on. */
      is_short: boolean;
    };
    /** The contract liability of a month in minor units. Opening and the rows come to closing. */
    LiabilityMoneyAnswer: {
      /** The liability when the month began, in minor units. */
      opening_minor: number;
      /** What was allocated to points that came in, in minor units. */
      deferred_minor: number;
      /** What was earned by redeemed points, below zero, in minor units. */
      redeemed_minor: number;
      /** What was earned by expired points, below zero, in minor units. */
      broken_minor: number;
      /** What a new estimate changes on the same points, in minor units. */
      estimate_change_minor: number;
      /** The liability when the month ends, in minor units. */
      closing_minor: number;
      /** What partners will bill for points still to come, in minor units. */
      expected_cost_minor: number;
    };
    /** A month that is frozen, or is being frozen. */
    LiabilityMonthAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The calendar month, like 2017-01. */
      month: string;
      /** Whether it is frozen, or being read for that. */
      state: "frozen" | "freezing" | "open";
      /** How many records of the journal are left to read for the freeze. */
      records_left: number;
      /** What members had when it began; null until it is frozen. */
      opening: number | null;
      /** What members had when it ended; null until it is frozen. */
      closing: number | null;
      /** Points of records that were read with it and occurred after it; null until it is frozen. */
      later: number | null;
      /** The currency of its amounts; null without a value of points. */
      currency: string | null;
      /** When it was frozen; null if it is not. */
      frozen_at: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    LiabilityMonthPage: {
      /** What is on the page. */
      items: components["schemas"]["LiabilityMonthAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What was redeemed at one partner, less what came back. */
    LiabilityPartnerAnswer: {
      /** The code of the supplier. */
      supplier: string;
      /** Points redeemed there, less those that came back. */
      points: number;
      /** Its share of all redeemed points. */
      share: number;
    };
    /** The points of a month. Opening and the rows come to closing; what went out is below zero. */
    LiabilityPointsAnswer: {
      /** What members had when the month began. */
      opening: number;
      /** Points that were issued. */
      issued: number;
      /** Points that came from other programmes. */
      converted_in: number;
      /** Issued points that were taken back, below zero. */
      issue_reversed: number;
      /** Points spent on the brand's own rights, or on none, below zero. */
      redeemed_own: number;
      /** Points spent on rights of partners, below zero. */
      redeemed_partner: number;
      /** Redeemed points that came back. */
      redemption_reversed: number;
      /** Points that went to other programmes, below zero. */
      converted_out: number;
      /** Points past their last day, below zero. */
      expired: number;
      /** Points that were added or taken by hand. */
      adjusted: number;
      /** Points that changed their cohort, such as by a gift; zero in all cohorts together. */
      moved: number;
      /** What members have when it ends: opening and the rows. */
      closing: number;
    };
    /** What a programme asks of its liability. */
    LiabilitySettingsAnswer: {
      /** The code of the programme. */
      programme: string;
      /** Whether another key has to approve what one has proposed. */
      four_eyes: boolean;
      accounts: components["schemas"]["LiabilityAccountsAnswer"];
    };
    /** What a programme asks of its liability. */
    LiabilitySettingsBody: {
      /** Whether another key has to approve what one has proposed. */
      four_eyes: boolean;
      /** What the accounts are called; null for our names. */
      accounts?: components["schemas"]["LiabilityAccountsBody"] | null;
    };
    /** What is good enough of a supplier. */
    LimitsBody: {
      /** The share of orders that may fail, in ten thousandths. By default 200. */
      failure_permyriad?: number;
      /** Within which 95 of 100 orders must be delivered. By default 60. */
      p95_seconds?: number;
    };
    /** A one-time link for a user. It is shown once: in a replay it is null. */
    LinkAnswer: {
      /** The number of the user. */
      user_id: number;
      /** The one-time link to hand over; null in a replay. */
      link: string | null;
      /** Until when the link works. */
      expires_at: string;
      /** Whether the key was shown before, so that this answer leaves it out. */
      already_shown: boolean;
    };
    /** A coupon of a programme. To the operator, `member` and `holder` have dots in the middle. `code_tail` is null until the right is delivered, and once it was returned or withdrawn. `state` is judged by time. The receipt of the coupon tells the rest. */
    ListedCouponAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The brand's own reference for the member. */
      member: string;
      /** Who has the coupon now: who redeemed it, or took it as a gift, or their heir. */
      holder: string;
      /** The number of the offer. */
      offer: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The code of the supplier. */
      supplier: string;
      /** Whole points. */
      points: number;
      /** Whether the brand gives it without points. */
      free: boolean;
      /** The last characters of the code; null while nobody may see it. */
      code_tail: string | null;
      /** Where the delivery stands; null if there is nothing to deliver. */
      delivery: components["schemas"]["OrderState"] | null;
      /** The number under which the order was sent. */
      request_number: string | null;
      /** When the coupon was redeemed. */
      redeemed_at: string;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
      /** When the use was; null for a line of the month. */
      used_at: string | null;
      /** The shop or store that used it; null if it is not used, or none was named. */
      used_store: string | null;
      /** How many uses are billed. */
      uses: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ListedCouponPage: {
      /** What is on the page. */
      items: components["schemas"]["ListedCouponAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** An API key without its secret. `created_by` is the actor who made it. */
    ListedKeyAnswer: {
      /** The number of the API key. */
      key_id: number;
      /** How the key begins, to tell it from others. */
      prefix: string;
      /** What the key is for, in the owner's words. */
      label: string;
      /** What the key may do, within what its party's roles allow. */
      scopes: ("read" | "points" | "rights" | "coupons" | "offers" | "statements" | "reconcile" | "admin" | "import" | "till")[];
      /** The shop to which the key is bound; null for none. */
      shop: string | null;
      /** When the key stops working; null if it does not end. */
      expires_at: string | null;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** The actor who made it; null if nobody noted it. */
      created_by: string | null;
      /** The hour in which the key was last used; null if it never was. */
      last_used_at: string | null;
      /** When the key was revoked; null if it is in force. */
      revoked_at: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ListedKeyPage: {
      /** What is on the page. */
      items: components["schemas"]["ListedKeyAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A coupon that is held, or let go. `lock` names the lock for the use or the unlocking. */
    LockAnswer: {
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "accepted";
      state: components["schemas"]["CouponState"];
      /** The name of the lock that holds the coupon; null if none does. */
      lock: string | null;
      /** When the lock ends by itself; null if none holds the coupon. */
      lock_until: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop: string | null;
      /** The number of the coupon. */
      coupon: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The name of the offer. */
      name: string;
      names: components["schemas"]["OfferNamesAnswer"];
      /** What the right is worth. */
      kind: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code";
      /** The code of the programme. */
      programme: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor: number | null;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
      /** The member, with dots in the middle. */
      member: string;
    };
    /** A till holds a coupon for a while, so that no other uses it. */
    LockBody: {
      /** The code by which it is named, in addresses and bodies. */
      code?: string | null;
      /** A token of the coupon; null if the code is given. */
      token?: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop?: string | null;
      /** How long the lock holds. By default 900. */
      seconds?: number;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
    };
    /** How a coupon stands, and everything that speaks against its use there and now. */
    LookUpAnswer: {
      /** The number of the coupon. */
      coupon: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The name of the offer. */
      name: string;
      names: components["schemas"]["OfferNamesAnswer"];
      /** What the right is worth. */
      kind: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code";
      /** The code of the programme. */
      programme: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor: number | null;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
      /** The member, with dots in the middle. */
      member: string;
      state: components["schemas"]["CouponState"];
      /** Whether it can be used there and now. */
      usable: boolean;
      /** The codes of the refusals that a use would meet; empty if none. */
      why_not: string[];
      /** When the lock ends by itself; null if none holds the coupon. */
      lock_until: string | null;
      /** When it was used; null if it is not used. */
      used_at: string | null;
      /** The shop or store that used it; null if it is not used, or none was named. */
      used_store: string | null;
      /** The end of the shop's word for the use; null if there is none. */
      reference_tail: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop: string | null;
      words: components["schemas"]["TillWordsAnswer"];
    };
    /** A coupon that a member shows. */
    LookUpBody: {
      /** The code by which it is named, in addresses and bodies. */
      code?: string | null;
      /** A token of the coupon; null if the code is given. */
      token?: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop?: string | null;
    };
    /** Points that went back to a lot, with its last day; null if they do not expire. */
    LotBackAnswer: {
      /** The last day of the lot; null if its points do not expire. */
      expires_on: string | null;
      /** How many points went back to it. */
      points: number;
    };
    /** A saved mapping. */
    MappingAnswer: {
      /** The name that people read. */
      name: string;
      /** What kind it is. */
      kind: "offers" | "shops" | "members" | "codes";
      /** The heading of each column of ours that has another name. */
      columns: { [key: string]: string };
      /** The value that a column of ours has in every row. */
      constants: { [key: string]: string };
      /** What a point is called. */
      unit: "yuan" | "fen";
      /** How days are written. */
      date_format: string;
      /** The time zone in which the programme's days begin. */
      time_zone: string;
    };
    /** What a partner's files call our columns, and how they write money and days. */
    MappingBody: {
      /** What kind it is. */
      kind: "offers" | "shops" | "members" | "codes";
      /** The heading of each column of ours that has another name. */
      columns?: { [key: string]: string };
      /** The value that a column of ours has in every row. */
      constants?: { [key: string]: string };
      /** What a point is called. By default yuan. */
      unit?: "yuan" | "fen";
      /** How days are written. By default year-first. */
      date_format?: "year-first" | "day-first" | "month-first";
      /** IANA time zone, e.g. Asia/Shanghai. By default Asia/Shanghai. */
      time_zone?: string;
    };
    /** An offer as a brand's app shows it, perhaps to one member. */
    MarketOfferAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The name that people read. */
      name: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** What the offer suggests that it costs. */
      points: number;
      /** Whether the exchange makes the code or the supplier delivers the right. */
      fulfilment: "own_code" | "direct" | "card_code";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** Within how many days a coupon is to be used; null if it has no last day. */
      use_within_days: number | null;
      /** The number of this version. A later one is higher. */
      version: number;
      /** Where the offer stands. */
      state: "DRAFT" | "IN_REVIEW" | "LISTED" | "PAUSED" | "ENDED" | "DEACTIVATED";
      /** Who paused it; null if it is not paused, and to brands. */
      paused_by: "supplier" | "operator" | null;
      /** Why its state was changed last; null if nobody said it, and to brands. */
      state_reason: string | null;
      /** What the right is worth. */
      kind: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code";
      /** The category of the offer; null if it has none. */
      category: string | null;
      /** The code of the party whose right it is; null if it is the supplier's. */
      presented_brand: string | null;
      /** A line beneath the name; null for none. */
      subtitle: string | null;
      /** The conditions that a member reads; null for none. */
      terms_text: string | null;
      /** The addresses of its images; those that begin with a slash are of this service. */
      images: string[];
      /** What it says in other languages; null for none. */
      texts: components["schemas"]["TextsAnswer"] | null;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor: number | null;
      /** Whether it can be used there and now. */
      usable: components["schemas"]["UsableAnswer"] | null;
      /** In which hours it can be used; null for all. */
      use_times: components["schemas"]["UseTimeAnswer"][] | null;
      /** On which days it cannot be used. */
      closed_on: string[];
      /** The first day on which it can be used; null for any. */
      use_from: string | null;
      /** The last day on which it can be used; null for any. */
      use_until: string | null;
      /** How many days after it was redeemed it can be used; null for at once. */
      use_after_days: number | null;
      /** How many a member may redeem in all; null for any number. */
      per_member: number | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day: number | null;
      /** How many the members of a programme may redeem in a day; null for any number. */
      per_day: number | null;
      /** How many all brands may procure together; null for any number. */
      quantity_max: number | null;
      /** How often a coupon may be given to another member; 0 for never. */
      gift_hops: number;
      /** Within how many days a member may give it back; 0 for never. */
      return_within_days: number;
      /** Within how many minutes a till may reverse a use. Its supplier always may. */
      reverse_minutes: number;
      /** What counts as its use. */
      counts_as_used: "use" | "delivery";
      /** The pattern of the account that it is delivered to; null for any. */
      account_pattern: string | null;
      /** From when on it is shown, before it is sold; null for no sooner. */
      visible_from: string | null;
      /** What the rule makes of the price. */
      price: number;
      /** The price rule that set the price of the right; null if none did. */
      price_rule: number | null;
      /** Whether the member may have it, if it can pay. */
      eligible: boolean | null;
      /** The code of the problem that a redemption would meet; null for none. */
      why_not: "closed" | "undeliverable" | "suspended" | "canary" | "limit-per-member" | "limit-per-day" | "no-allotment" | "not-eligible:tier" | "not-eligible:tag" | "not-eligible:points" | "not-eligible:new" | "points" | "no-codes" | null;
      /** How much of it members use; null unless offers are sorted by it. */
      use_rate: components["schemas"]["MeasureAnswer"] | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    MarketOfferPage: {
      /** What is on the page. */
      items: components["schemas"]["MarketOfferAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A row of the file and the billed line that it agrees with. */
    MatchAnswer: {
      /** The line of the partner's file. */
      line_number: number;
      /** The code of the brand whose member used it. */
      brand: string;
      /** The book of the use. */
      book_id: number;
      /** The number of the use here. */
      use_id: string;
      /** Whether it is the reversal of the use. */
      is_reversal: boolean;
      /** What both were recognised by. */
      rule: "line" | "code" | "request" | "reference" | "group" | "terms" | "day";
      /** What the line comes to, in minor units. */
      amount_minor: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    MatchPage: {
      /** What is on the page. */
      items: components["schemas"]["MatchAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The decision about one class of offers for a brand. */
    MatrixRowAnswer: {
      /** The code of the party whose right it is. */
      owner: string;
      /** The code of the party that supplies it. */
      supplier: string;
      /** The category of the offers; null for none. */
      category: string | null;
      /** How many offers are of this class. */
      offers: number;
      /** Whether the brand must not see the offer. */
      isolated: boolean;
      /** What decided: the party itself, a veto, a rule, the default, or nothing. */
      layer: "itself" | "veto" | "rule" | "default" | "none";
      /** About whom: the owner of the offer, or the party that carries it. */
      facet: "owner" | "carrier";
      /** The number of the rule or veto; null if none of these decided. */
      rule_id: number | null;
      words: components["schemas"]["WordsAnswer"];
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    MatrixRowPage: {
      /** What is on the page. */
      items: components["schemas"]["MatrixRowAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A figure, with what it takes to judge it. */
    MeasureAnswer: {
      /** How many points of the other programme `denominator` points become. */
      numerator: number | null;
      /** How many points of this programme become `numerator` of the other. */
      denominator: number | null;
      /** The one by the other; null where nothing was counted. */
      rate: number | null;
      /** The lower bound of the share of failures. */
      low: number | null;
      /** The upper bound of the share of failures. */
      high: number | null;
      /** How the redeem rate is found. */
      method: "wilson-95" | null;
      /** What the trials are. */
      unit: "members" | "coupons" | "orders" | "uses" | "redemptions" | "points" | "pieces";
      /** Of how many independent trials the interval is; null without one. */
      trials: number | null;
      /** How many are too young to be counted, in neither number. */
      immature: number;
      /** What there is to know about it; null for nothing. */
      note: string | null;
    };
    /** What the exchange has counted: only this is worth money. */
    MeasuredAnswer: {
      /** Rights that were redeemed by way of the placement and not returned. */
      claims: number;
      /** How many of these are used. */
      uses: number;
      /** Members with a used one who had never had a right of the guest before. */
      new_members: number;
      /** What the claims are worth, in minor units. */
      value_minor: number;
    };
    /** A member's points, and how many expire on which day. For a balance in the past, `expiring` is empty. */
    MemberAnswer: {
      /** The brand's own reference for the member. */
      member: string;
      /** The member who has everything now; null if the member was not merged. */
      merged_into: string | null;
      /** What the member can spend; below zero if more is owed than there is. */
      spendable: number;
      /** Points set aside. */
      held: number;
      /** Points that cannot be spent yet. */
      pending: number;
      /** Points past their last day. */
      expired: number;
      /** What the member owes. */
      debt: number;
      /** The last day of those points that expire next. */
      next_expiry: string | null;
      /** How many of the spendable points expire at the end of that day. */
      expiring_points: number;
      /** How many points expire on which day. */
      expiring: components["schemas"]["ExpiringPointsAnswer"][];
    };
    /** A coupon of a member. `code` is null until the right is delivered, and once it was returned or withdrawn. `member` is who redeemed it. If that member was merged into another, `merged_into` names the other. `holder` is who has the coupon now, by a gift, too. `state` is judged by time. `masked_account` is where a direct recharge goes, with dots in the middle; null if there is none, or once it is wiped. */
    MemberCouponAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The brand's own reference for the member. */
      member: string;
      /** The member who has everything now; null if the member was not merged. */
      merged_into: string | null;
      /** The number of the offer. */
      offer: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The code of the supplier. */
      supplier: string;
      /** Whole points. */
      points: number;
      /** Whether the brand gives it without points. */
      free: boolean;
      /** The code by which it is named, in addresses and bodies. */
      code: string | null;
      /** The account of a direct recharge, with dots; null if there is none. */
      masked_account: string | null;
      /** Where the delivery stands; null if there is nothing to deliver. */
      delivery: components["schemas"]["OrderState"] | null;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
      /** Who has the coupon now: who redeemed it, or took it as a gift, or their heir. */
      holder: string;
      /** The number under which the order was sent. */
      request_number: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    MemberCouponPage: {
      /** What is on the page. */
      items: components["schemas"]["MemberCouponAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Move everything a member has to another member, permanently. */
    MergeBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      into_member: string;
    };
    /** One merge of a batch. */
    MergeItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      into_member: string;
      /** What kind it is. */
      kind: "merge";
    };
    /** What a payer owed a payee for these uses in a month, and what it would have owed. */
    MonthChangeAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** ISO 4217 code. */
      currency: string;
      /** What was billed, in minor units, without added tax. */
      now_minor: number;
      /** What would have been billed, in minor units, without added tax. */
      then_minor: number;
      /** What more it would have been, in minor units. */
      difference_minor: number;
    };
    /** The points of a month. What went out is below zero. `closing` is what members have at its end, and `opening` what they had before it. */
    MonthPointsAnswer: {
      /** The month. */
      month: string;
      /** What members had before the month. */
      opening: number;
      /** Points that were issued, without those taken back. */
      issued: number;
      /** Points that came from other programmes. */
      converted_in: number;
      /** Issued points that were taken back, below zero. */
      issue_reversed: number;
      /** Points that were spent, below zero. */
      redeemed: number;
      /** Those of them that were spent at partners, below zero. */
      redeemed_partner: number;
      /** Points of redemptions that were given back. */
      redemption_reversed: number;
      /** Points that went to other programmes. */
      converted_out: number;
      /** Points that expired, below zero. */
      expired: number;
      /** Points that were added by hand, less those taken. */
      adjusted: number;
      /** What members have at its end, or now. */
      closing: number;
    };
    /** A line, and an amount of it with tax. All names are null for a statement as a whole. */
    NamedLineAnswer: {
      /** The number of the use. */
      use: string | null;
      /** The leg of the rate card; null for none. */
      leg: string | null;
      /** Which line of the use; null for none. */
      kind: "charge" | "reversal" | null;
      /** The id of a line of the month; null for none. */
      period_line: string | null;
      /** An amount of it, with tax, in minor units. */
      amount_minor: number;
    };
    /** A statement of a run, and what was due for it. */
    NettedStatementAnswer: {
      /** The number of the statement. */
      statement_id: number;
      /** The number of the statement, without gaps within a year. */
      number: string;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** What was due for it, in minor units. */
      amount_minor: number;
      /** Whether it is to be netted, or is, or was taken out. */
      state: "planned" | "netted" | "taken_out";
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    NettedStatementPage: {
      /** What is on the page. */
      items: components["schemas"]["NettedStatementAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A netting run. A party sees its own position alone, the operator all of them. */
    NettingAnswer: {
      /** The number of the netting run. */
      netting_id: number;
      /** ISO 4217 code. */
      currency: string;
      /** The last day on which a statement of the run was issued. */
      closure_on: string;
      /** The day on which the parties are told their positions. */
      advice_on: string;
      /** The day up to which positions are paid. */
      call_on: string;
      /** How far the run is. */
      state: "draft" | "advised" | "confirmed" | "paid" | "cancelled";
      /** How often the run was posted: once more for each party that did not pay. */
      revision: number;
      /** When the run was drafted. */
      drafted_at: string;
      /** One for each party that the caller may see. */
      positions: components["schemas"]["NettingPositionAnswer"][];
    };
    /** A run of all final statements of a currency that were issued up to `closure_on`. */
    NettingBody: {
      /** ISO 4217 code. */
      currency: string;
      /** The last day on which a statement of the run was issued. */
      closure_on: string;
      /** The day on which the parties are told their positions. */
      advice_on: string;
      /** The day up to which positions are paid. */
      call_on: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    NettingPage: {
      /** What is on the page. */
      items: components["schemas"]["NettingAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The party that is taken out of a run. */
    NettingPartyBody: {
      /** Lower-case letters, digits, single hyphens. */
      party: string;
    };
    /** What a party is owed and owes in a run, and what is still to be paid of the difference. */
    NettingPositionAnswer: {
      /** The code of the party. */
      party: string;
      /** What the others owe it by the statements of the run, in minor units. */
      claims_minor: number;
      /** What it owes the others by them, in minor units. */
      debts_minor: number;
      /** What it gets, or pays if it is below zero, in minor units. */
      position_minor: number;
      /** What the party got, or has paid if it is below zero, in minor units. */
      paid_minor: number;
      /** What the party still gets, or pays if it is below zero, in minor units. */
      due_minor: number;
      /** Why it is not in the run any more; null if it is. */
      taken_out: "removed" | "defaulted" | null;
    };
    /** Codes that were made. They are shown this once: only their digests are stored. */
    NewProductCodesAnswer: {
      /** The code of the batch. */
      batch: string;
      /** The codes that were made. */
      codes: string[];
    };
    /** How many codes to make. */
    NewProductCodesBody: {
      /** How many codes to make. */
      count: number;
    };
    /** A webhook endpoint with a new secret. It is shown once: in a replay it is null, and `already_shown` is true. */
    NewWebhookEndpointAnswer: {
      /** The number of the webhook endpoint. */
      endpoint_id: number;
      /** The address to which events are sent. */
      url: string;
      /** What it is for, in its owner's words; null for none. */
      description: string | null;
      /** The types that are sent; none for all but those of points. */
      types: string[];
      /** Whether events are sent to it. */
      state: "enabled" | "disabled";
      /** Why it is disabled; null if it is not. */
      reason: string | null;
      /** Since when everything has failed; null if it works. */
      failing_since: string | null;
      /** Since when the user is let in no more; null otherwise. */
      disabled_at: string | null;
      /** When it was added. */
      created_at: string;
      /** Until when the secret before signs; null if not. */
      old_secret_until: string | null;
      /** The secret that signs events. It is shown once. */
      secret: string | null;
      /** Whether the secret was shown before, so that this answer leaves it out. */
      already_shown: boolean;
    };
    /** An offer. */
    OfferAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The name that people read. */
      name: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** What the offer costs a member. */
      points: number;
      /** Whether the exchange makes the code or the supplier delivers the right. */
      fulfilment: "own_code" | "direct" | "card_code";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** Within how many days a coupon is to be used; null if it has no last day. */
      use_within_days: number | null;
      /** The number of this version. A later one is higher. */
      version: number;
      /** Where the offer stands. */
      state: "DRAFT" | "IN_REVIEW" | "LISTED" | "PAUSED" | "ENDED" | "DEACTIVATED";
      /** Who paused it; null if it is not paused, and to brands. */
      paused_by: "supplier" | "operator" | null;
      /** Why its state was changed last; null if nobody said it, and to brands. */
      state_reason: string | null;
      /** What the right is worth. */
      kind: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code";
      /** The category of the offer; null if it has none. */
      category: string | null;
      /** The code of the party whose right it is; null if it is the supplier's. */
      presented_brand: string | null;
      /** A line beneath the name; null for none. */
      subtitle: string | null;
      /** The conditions that a member reads; null for none. */
      terms_text: string | null;
      /** The addresses of its images; those that begin with a slash are of this service. */
      images: string[];
      /** What it says in other languages; null for none. */
      texts: components["schemas"]["TextsAnswer"] | null;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor: number | null;
      /** Whether it can be used there and now. */
      usable: components["schemas"]["UsableAnswer"] | null;
      /** In which hours it can be used; null for all. */
      use_times: components["schemas"]["UseTimeAnswer"][] | null;
      /** On which days it cannot be used. */
      closed_on: string[];
      /** The first day on which it can be used; null for any. */
      use_from: string | null;
      /** The last day on which it can be used; null for any. */
      use_until: string | null;
      /** How many days after it was redeemed it can be used; null for at once. */
      use_after_days: number | null;
      /** How many a member may redeem in all; null for any number. */
      per_member: number | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day: number | null;
      /** How many the members of a programme may redeem in a day; null for any number. */
      per_day: number | null;
      /** How many all brands may procure together; null for any number. */
      quantity_max: number | null;
      /** How often a coupon may be given to another member; 0 for never. */
      gift_hops: number;
      /** Within how many days a member may give it back; 0 for never. */
      return_within_days: number;
      /** Within how many minutes a till may reverse a use. Its supplier always may. */
      reverse_minutes: number;
      /** What counts as its use: what a shop says, or that it was delivered. */
      counts_as_used: "use" | "delivery";
      /** The pattern of the account that it is delivered to; null for any. */
      account_pattern: string | null;
      /** From when on it is shown, before it is sold; null for no sooner. */
      visible_from: string | null;
    };
    /** A new offer of the calling supplier. */
    OfferBody: {
      /** The name that people read. */
      name: string;
      /** Money in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** Whole points; 0 for a free right. */
      points: number;
      /** Whether the exchange makes the code or the supplier delivers the right. */
      fulfilment: "own_code" | "direct" | "card_code";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until?: string | null;
      /** Within how many days a coupon is to be used; null if it has no last day. */
      use_within_days?: number | null;
      /** What the right is worth; null for a voucher, a top-up if delivered. */
      kind?: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code" | null;
      /** The category of the offer; null for the supplier's. */
      category?: string | null;
      /** The code of the party whose right it is; null if it is the supplier's. */
      presented_brand?: string | null;
      /** A line beneath the name; null for none. */
      subtitle?: string | null;
      /** The conditions that a member reads; null for none. */
      terms_text?: string | null;
      /** The addresses of its images; those that begin with a slash are of this service. By default []. */
      images?: string[];
      /** What it says in other languages; null for none. */
      texts?: components["schemas"]["TextsBody"] | null;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor?: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille?: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor?: number | null;
      /** Whether it can be used there and now. */
      usable?: components["schemas"]["UsableBody"] | null;
      /** In which hours it can be used; null for all. */
      use_times?: components["schemas"]["UseTimeBody"][] | null;
      /** On which days it cannot be used. By default []. */
      closed_on?: string[];
      /** The first day on which it can be used; null for any. */
      use_from?: string | null;
      /** The last day on which it can be used; null for any. */
      use_until?: string | null;
      /** How many days after it was redeemed it can be used; null for at once. */
      use_after_days?: number | null;
      /** How many a member may redeem in all; null for any number. */
      per_member?: number | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day?: number | null;
      /** How many the members of a programme may redeem in a day; null for any number. */
      per_day?: number | null;
      /** How many all brands may procure together; null for any number. */
      quantity_max?: number | null;
      /** How often a coupon may be given to another member; 0 for never. By default 0. */
      gift_hops?: number;
      /** Within how many days a member may give it back; 0 for never. By default 0. */
      return_within_days?: number;
      /** Within how many minutes a till may reverse a use. Its supplier always may. By default 60. */
      reverse_minutes?: number;
      /** What counts as its use; null for what follows from the fulfilment. */
      counts_as_used?: "use" | "delivery" | null;
      /** The pattern of the account that it is delivered to; null for any. */
      account_pattern?: string | null;
      /** From when on it is shown, before it is sold; null for no sooner. */
      visible_from?: string | null;
      /** Letters and digits, with dots, hyphens and underscores between. */
      code: string;
      /** DRAFT for one that is not to be listed yet; null for one that is. */
      state?: "DRAFT" | null;
    };
    /** One offer of a batch. */
    OfferItem: {
      /** The name that people read. */
      name: string;
      /** Money in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** Whole points; 0 for a free right. */
      points: number;
      /** Whether the exchange makes the code or the supplier delivers the right. */
      fulfilment: "own_code" | "direct" | "card_code";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until?: string | null;
      /** Within how many days a coupon is to be used; null if it has no last day. */
      use_within_days?: number | null;
      /** What the right is worth; null for a voucher, a top-up if delivered. */
      kind?: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code" | null;
      /** The category of the offer; null for the supplier's. */
      category?: string | null;
      /** The code of the party whose right it is; null if it is the supplier's. */
      presented_brand?: string | null;
      /** A line beneath the name; null for none. */
      subtitle?: string | null;
      /** The conditions that a member reads; null for none. */
      terms_text?: string | null;
      /** The addresses of its images; those that begin with a slash are of this service. By default []. */
      images?: string[];
      /** What it says in other languages; null for none. */
      texts?: components["schemas"]["TextsBody"] | null;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor?: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille?: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor?: number | null;
      /** Whether it can be used there and now. */
      usable?: components["schemas"]["UsableBody"] | null;
      /** In which hours it can be used; null for all. */
      use_times?: components["schemas"]["UseTimeBody"][] | null;
      /** On which days it cannot be used. By default []. */
      closed_on?: string[];
      /** The first day on which it can be used; null for any. */
      use_from?: string | null;
      /** The last day on which it can be used; null for any. */
      use_until?: string | null;
      /** How many days after it was redeemed it can be used; null for at once. */
      use_after_days?: number | null;
      /** How many a member may redeem in all; null for any number. */
      per_member?: number | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day?: number | null;
      /** How many the members of a programme may redeem in a day; null for any number. */
      per_day?: number | null;
      /** How many all brands may procure together; null for any number. */
      quantity_max?: number | null;
      /** How often a coupon may be given to another member; 0 for never. By default 0. */
      gift_hops?: number;
      /** Within how many days a member may give it back; 0 for never. By default 0. */
      return_within_days?: number;
      /** Within how many minutes a till may reverse a use. Its supplier always may. By default 60. */
      reverse_minutes?: number;
      /** What counts as its use; null for what follows from the fulfilment. */
      counts_as_used?: "use" | "delivery" | null;
      /** The pattern of the account that it is delivered to; null for any. */
      account_pattern?: string | null;
      /** From when on it is shown, before it is sold; null for no sooner. */
      visible_from?: string | null;
      /** Letters and digits, with dots, hyphens and underscores between. */
      code: string;
      /** DRAFT for one that is not to be listed yet; null for one that is. */
      state?: "DRAFT" | null;
      /** Idempotency key: visible ASCII. */
      key: string;
    };
    /** An offer that was published in a batch. */
    OfferItemAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The name that people read. */
      name: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** What the offer costs a member. */
      points: number;
      /** Whether the exchange makes the code or the supplier delivers the right. */
      fulfilment: "own_code" | "direct" | "card_code";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** Within how many days a coupon is to be used; null if it has no last day. */
      use_within_days: number | null;
      /** The number of this version. A later one is higher. */
      version: number;
      /** Where the offer stands. */
      state: "DRAFT" | "IN_REVIEW" | "LISTED" | "PAUSED" | "ENDED" | "DEACTIVATED";
      /** Who paused it; null if it is not paused, and to brands. */
      paused_by: "supplier" | "operator" | null;
      /** Why its state was changed last; null if nobody said it, and to brands. */
      state_reason: string | null;
      /** What the right is worth. */
      kind: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code";
      /** The category of the offer; null if it has none. */
      category: string | null;
      /** The code of the party whose right it is; null if it is the supplier's. */
      presented_brand: string | null;
      /** A line beneath the name; null for none. */
      subtitle: string | null;
      /** The conditions that a member reads; null for none. */
      terms_text: string | null;
      /** The addresses of its images; those that begin with a slash are of this service. */
      images: string[];
      /** What it says in other languages; null for none. */
      texts: components["schemas"]["TextsAnswer"] | null;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor: number | null;
      /** Whether it can be used there and now. */
      usable: components["schemas"]["UsableAnswer"] | null;
      /** In which hours it can be used; null for all. */
      use_times: components["schemas"]["UseTimeAnswer"][] | null;
      /** On which days it cannot be used. */
      closed_on: string[];
      /** The first day on which it can be used; null for any. */
      use_from: string | null;
      /** The last day on which it can be used; null for any. */
      use_until: string | null;
      /** How many days after it was redeemed it can be used; null for at once. */
      use_after_days: number | null;
      /** How many a member may redeem in all; null for any number. */
      per_member: number | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day: number | null;
      /** How many the members of a programme may redeem in a day; null for any number. */
      per_day: number | null;
      /** How many all brands may procure together; null for any number. */
      quantity_max: number | null;
      /** How often a coupon may be given to another member; 0 for never. */
      gift_hops: number;
      /** Within how many days a member may give it back; 0 for never. */
      return_within_days: number;
      /** Within how many minutes a till may reverse a use. Its supplier always may. */
      reverse_minutes: number;
      /** What counts as its use: what a shop says, or that it was delivered. */
      counts_as_used: "use" | "delivery";
      /** The pattern of the account that it is delivered to; null for any. */
      account_pattern: string | null;
      /** From when on it is shown, before it is sold; null for no sooner. */
      visible_from: string | null;
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "accepted";
    };
    /** The name of an offer in two languages; its only one, where its supplier has said no other. */
    OfferNamesAnswer: {
      /** In Chinese. */
      zh: string;
      /** In English. */
      en: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    OfferPage: {
      /** What is on the page. */
      items: components["schemas"]["OfferAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What is said about a change of an offer's state. */
    OfferStepBody: {
      /** Why; null for no reason. */
      reason?: string | null;
    };
    /** One answer per offer, in the order of the request. */
    OffersAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["OfferItemAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 offers, each with its own key. */
    OffersBody: {
      /** The offers to publish. */
      offers: components["schemas"]["OfferItem"][];
    };
    /** What became of a use that was told. A `conflict` is a coupon that was true when it was taken, but that somebody else had used, or that its member had given away. One that is `refused` could not be used at that time. Both are borne by `borne_by`, and billed to nobody. */
    OfflineUseAnswer: {
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "recorded";
      /** The number of the use within its lease. */
      number: number;
      /** What became of it. */
      outcome: "used" | "conflict" | "refused";
      /** The number of the coupon. */
      coupon: number;
      /** Which use of the coupon it is; null if it is none. */
      use: number | null;
      /** When the till took it, by the till's clock. */
      occurred_at: string;
      /** Who bears it; null if there is nothing to bear. */
      borne_by: "shop" | "supplier" | null;
      /** Why it is no use; null if it is one. */
      fault: { [key: string]: { [key: string]: unknown } } | null;
    };
    /** A use that a till has made without a connection, by the token that the member showed. */
    OfflineUseItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** A token of the coupon: what its QR code says. */
      token: string;
      /** When the till took it, by the till's clock. */
      occurred_at: string;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** What the order comes to, in minor units; null if it was not told. */
      order_minor?: number | null;
    };
    /** One answer per use, in the order of the request. */
    OfflineUsesAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["OfflineUseAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 500 uses of a lease, each with its own key. */
    OfflineUsesBody: {
      /** What the till has taken. */
      uses: components["schemas"]["OfflineUseItem"][];
    };
    /** What a party says is wrong. Without lines it is the statement as a whole. */
    OpenDisputeBody: {
      /** The lines that are wrong; none for all of it. */
      lines?: components["schemas"]["DisputedLineItem"][] | null;
      /** What is wrong, in a word. */
      reason: "not_used" | "not_ours" | "duplicate" | "price" | "amount" | "tax" | "other";
      /** What is wrong, in the party's words. */
      text: string;
      /** What the lines should come to together, with tax. */
      claimed_minor?: number | null;
    };
    /** Points of a member that are set aside. */
    OpenHoldAnswer: {
      /** The place of the hold in the book. */
      operation: string;
      /** The key of the hold, by which it is captured or released. */
      key: string;
      /** How many points are set aside. */
      points: number;
      /** Whether a right is paid with it, so that only the exchange ends it. */
      is_owned: boolean;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** When the hold ends by itself; null if it does not. */
      expires_at: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    OpenHoldPage: {
      /** What is on the page. */
      items: components["schemas"]["OpenHoldAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** An accepted operation. A replay is answered with the same bytes. `expires_on` is the last day of issued points. A partial capture says how many points it `released`. The reversal of an issue says what is `owed`. A gift and a conversion say where the points went (`to`). A conversion also says how many points are `credited` there, and at which version of the rate. The expiry of a whole book has no member; `wallets` is the number of wallets it touched. An issue that asks for `points_day` says what it asked for (`base_points`) and what that was multiplied by; `points` is what was given. */
    OperationAnswer: {
      /** The operation's place in the book. */
      operation: string;
      /** The idempotency key. */
      key: string;
      /** What kind it is. */
      kind: "issue" | "redeem" | "hold" | "capture" | "release" | "expire" | "expire_book" | "sweep" | "reverse" | "gift" | "receive" | "adjust" | "convert" | "credit" | "end_conversion" | "merge" | "absorb";
      /** Whether it was accepted. */
      status: "accepted";
      /** The brand's own reference for the member. */
      member?: string;
      /** Whole points. */
      points: number;
      /** What the member can spend after it; null if there is no wallet. */
      balance: number | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string;
      /** How many points of the hold were given back. */
      released?: number;
      /** Points that the member owes from now on. */
      owed?: number;
      /** Where the points went: a member or a programme. */
      to?: string;
      /** The member who gets the points. */
      to_member?: string;
      /** The version of the rate. */
      rate_version?: number;
      /** How many points the other programme gives. */
      credited?: number;
      /** The member who got everything. */
      into?: string;
      /** Why. */
      reason?: string;
      /** Who did it by hand. */
      actor?: string;
      /** How many wallets were touched. */
      wallets?: number;
      /** What was asked for. */
      base_points?: number;
      /** What that was multiplied by, in percent. */
      earning_multiplier_percent?: number;
    };
    /** What the book keeps of an operation, accepted or rejected. `member` is null if the operation had no wallet. `subject` is the operation that this one ended or reversed. `recorded_by` is the actor who asked for it. */
    OperationRecordAnswer: {
      /** The operation's place in the book. */
      operation: string;
      /** The idempotency key. */
      key: string;
      /** What kind it is. */
      kind: "issue" | "redeem" | "hold" | "capture" | "release" | "expire" | "expire_book" | "sweep" | "reverse" | "gift" | "receive" | "adjust" | "convert" | "credit" | "end_conversion" | "merge" | "absorb";
      /** Whether it was accepted. */
      status: "accepted" | "rejected";
      /** The brand's own reference for the member. */
      member: string | null;
      /** Whole points. */
      points: number;
      /** The member's points after it. */
      balance: number | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** The last day on which the points can be spent; null for never. */
      expires_on: string | null;
      /** The operation that this one ended or reversed. */
      subject: string | null;
      /** In which shop it happened. */
      store: string | null;
      /** By which channel it was done. */
      channel: string | null;
      /** Which employee did it. */
      staff: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata: { [key: string]: string } | null;
      /** Further facts, which depend on the kind. */
      detail: { [key: string]: { [key: string]: unknown } } | null;
      /** Why it was refused. */
      problem: { [key: string]: { [key: string]: unknown } } | null;
      /** The points that moved, or the operations of the page. */
      entries: components["schemas"]["EntryAnswer"][];
      /** The actor who asked for it, like key:12; null if nobody was noted. */
      recorded_by: string | null;
    };
    /** One answer per operation, in the order of the request. */
    OperationsAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["OperationAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 operations, each with its own key. `mode` decides what happens to the others if one is refused. `independent`: nothing. `atomic`: they are refused with it. `stop_on_error`: those after it are not tried. */
    OperationsBody: {
      /** What happens to the others if one is refused. By default independent. */
      mode?: "independent" | "atomic" | "stop_on_error";
      /** The operations, in the order in which they are done. */
      operations: (components["schemas"]["IssueItem"] | components["schemas"]["RedeemItem"] | components["schemas"]["HoldItem"] | components["schemas"]["CaptureItem"] | components["schemas"]["ReleaseItem"] | components["schemas"]["ExpireItem"] | components["schemas"]["ReverseItem"] | components["schemas"]["GiftItem"] | components["schemas"]["AdjustItem"] | components["schemas"]["ConvertItem"] | components["schemas"]["MergeItem"])[];
    };
    /** A fulfilment order. `member` is null to its supplier. */
    OrderAnswer: {
      /** The number under which the order was sent. */
      request_number: string;
      /** The number of the coupon that is to be delivered. */
      coupon: number;
      /** The code of the programme. */
      programme: string;
      /** The code of the supplier. */
      supplier: string;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The member's reference; null to the supplier. */
      member: string | null;
      /** The points that the right costs. */
      points: number;
      state: components["schemas"]["OrderState"];
      /** How often it was sent. */
      submissions: number;
      /** How often it was asked about. */
      queries: number;
      /** When the right was redeemed. */
      created_at: string;
      /** When it was sent last; null if it never was. */
      submitted_at: string | null;
      /** When it is asked about next; null if it is not. */
      query_at: string | null;
      /** After this it is not sent any more. */
      deadline_at: string;
      /** By then it has ended, or a person decides; null if nothing is promised. */
      promised_at: string | null;
      /** When it was finished; null if it is not. */
      finished_at: string | null;
      /** The supplier's number; null if it has said none. */
      supplier_reference: string | null;
      /** Why it stands so; null if nobody said it. */
      reason: string | null;
      /** The case about it that is open; null if there is none. */
      case: string | null;
      /** Since when its message waits for a person; null if it does not. */
      parked_at: string | null;
      /** Why the message failed; null if it is not parked. */
      parked_reason: string | null;
    };
    /** How many orders are in a state. */
    OrderCountAnswer: {
      state: components["schemas"]["OrderState"];
      /** How many orders are in it. */
      orders: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    OrderPage: {
      /** What is on the page. */
      items: components["schemas"]["OrderAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Where the delivery of a right stands. */
    OrderState: "CREATED" | "SUBMITTING" | "PROCESSING" | "UNKNOWN" | "SUCCESS" | "FAILED";
    /** What a payer would owe a payee by the lines of a month. */
    OwedItem: {
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** ISO 4217 code. */
      currency: string;
      /** How many uses are billed. */
      uses: number;
      /** How many reversals of uses are on it. */
      reversals: number;
      /** How many lines are of earlier months. */
      late_lines: number;
      /** Coupon cost and platform fee together, in minor units. */
      billed_minor: number;
    };
    /** A partner's file that is kept. The same bytes are the same file. */
    PartnerFileAnswer: {
      /** The number of the file. */
      file: number;
      /** The code of the supplier. */
      supplier: string;
      /** The SHA-256 of its bytes. */
      sha256: string;
      /** How many bytes the file has. */
      bytes: number;
      /** When the file came. */
      received_at: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    PartnerFilePage: {
      /** What is on the page. */
      items: components["schemas"]["PartnerFileAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What a file would be read as. Nothing was compared or stored. */
    PartnerFilePreviewAnswer: {
      /** What was found in the file; null until it is read. */
      file: number;
      /** The code of the supplier. */
      supplier: string;
      reading: components["schemas"]["ReadingAnswer"];
      /** Why the file would be refused whole; null if not. */
      refused: string | null;
      /** The zone of the days. */
      time_zone: string;
      /** The zone of times without an offset. */
      source_time_zone: string;
      /** What the rows come to, by currency. */
      currencies: components["schemas"]["PreviewedCurrencyAnswer"][];
      /** The first rows that can be used. */
      lines: components["schemas"]["PreviewedLineAnswer"][];
    };
    /** By which saved mapping a file is to be read, or what is stated of it for once. */
    PartnerFilePreviewBody: {
      /** The name of a saved mapping or a preset; null for none. */
      mapping?: string | null;
      /** A mapping for this once; null for none. */
      stated?: components["schemas"]["FileMappingBody"] | null;
    };
    /** A party. */
    PartyAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The name that people read. */
      name: string;
      /** What the party may do. */
      roles: ("operator" | "brand" | "supplier")[];
      /** The category in which the party does business. */
      category: string | null;
      /** The categories in which the party does business, its primary one first. */
      categories: string[];
    };
    /** A new party of the exchange. */
    PartyBody: {
      /** Lower-case letters, digits, single hyphens. */
      code: string;
      /** The name that people read. */
      name: string;
      /** What the party may do. */
      roles: ("operator" | "brand" | "supplier")[];
      /** The category in which the party does business. */
      category?: string | null;
      /** The categories in which the party does business, its primary one first. */
      categories?: string[] | null;
    };
    /** Another name for people to read. */
    PartyNameBody: {
      /** The name that people read. */
      name: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    PartyPage: {
      /** What is on the page. */
      items: components["schemas"]["PartyAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Who paid whom how much, or what was written off of a statement. */
    PaymentAnswer: {
      /** The number of the payment. */
      payment_id: number;
      /** A payment, or a write_off: what need not be paid. */
      kind: "payment" | "write_off";
      /** The statement that was paid; null for a netting run. */
      statement_id: number | null;
      /** The netting run of which a position was paid; null for none. */
      netting_id: number | null;
      /** The party whose position was paid; null for a statement. */
      party: string | null;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** ISO 4217 code. */
      currency: string;
      /** How much, in minor units. A write-off below zero adds to what is due. */
      amount_minor: number;
      /** The day of the payment, in the settlement calendar. */
      paid_on: string;
      /** What the bank or the payer calls it; null for nothing. */
      reference: string | null;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
    };
    /** That one party has paid another: for a statement, or for its position in a netting run. It names either a `statement_id`, or a `netting_id` and the `party` whose position it is. */
    PaymentBody: {
      /** The final statement that was paid; null for a netting run. */
      statement_id?: number | null;
      /** The netting run of which a position was paid; null for none. */
      netting_id?: number | null;
      /** For a netting run: the party whose position was paid. */
      party?: string | null;
      /** The day of the payment, in the settlement calendar. */
      paid_on: string;
      /** Money in minor units, above zero. */
      amount_minor: number;
      /** What the bank or the payer calls it; null for nothing. */
      reference?: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    PaymentPage: {
      /** What is on the page. */
      items: components["schemas"]["PaymentAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A month and its state: open, closing or closed. */
    PeriodAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** Where it stands. */
      state: "open" | "closing" | "closed";
      /** When the month was closed; null if it is not. */
      closed_at: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    PeriodPage: {
      /** What is on the page. */
      items: components["schemas"]["PeriodAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A month, the steps of its closing, and how many of its statements are issued. */
    PeriodProgressAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** Where it stands. */
      state: "open" | "closing" | "closed";
      /** When the month was closed; null if it is not. */
      closed_at: string | null;
      /** When it was opened. */
      opened_at: string;
      /** When its lines were fixed; null if they are not. */
      closing_at: string | null;
      /** How many uses waited when its lines were fixed, by reason. */
      accepted_waiting: { [key: string]: number };
      /** Why uses that waited were accepted; null if none were. */
      reason: string | null;
      /** What is computed from its lines, in this order. */
      steps: components["schemas"]["ClosingStep"][];
      /** How many statements are not issued yet. */
      drafts: number;
      /** How many statements there are. */
      statements: number;
    };
    /** A picture that is kept. */
    PictureAnswer: {
      /** The name of the picture: the SHA-256 of its bytes. */
      picture: string;
      /** What its bytes are. */
      media_type: "image/svg+xml" | "image/png" | "image/jpeg" | "image/webp";
      /** How many bytes it has. */
      bytes: number;
      /** Where it is shown. Put this into the images of an offer. */
      address: string;
    };
    /** A test event is on its way to the endpoint. */
    PingAnswer: {
      /** The number of the webhook endpoint. */
      endpoint_id: number;
      /** The type of the event. */
      type: string;
    };
    /** A placement. `guest` has its offer shown in the app of `programme`, which is the host's. */
    PlacementAnswer: {
      /** The number of the placement. */
      placement_id: number;
      /** The code of the party whose offer is shown. */
      guest: string;
      /** The code of the party in whose app it is shown. */
      host: string;
      /** The code of the programme. */
      programme: string;
      /** The number of the offer. */
      offer_id: number;
      /** Where in the app, in words. */
      slot: string;
      /** ISO 4217 code. */
      currency: string;
      /** What each claim is worth, in minor units. */
      value_per_claim_minor: number;
      /** How many impressions were promised; null for none. */
      promised_impressions: number | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string;
      /** The number of the swap; null for none. */
      swap_id: number | null;
      /** When it was stated. */
      made_at: string;
      /** When it was ended early; null if it was not. */
      ended_at: string | null;
    };
    /** What the calling supplier wants shown in the app of a programme, and what a claim is worth. With `swap_id`, what claims are worth enters the balance of that swap of the two parties. */
    PlacementBody: {
      /** Lower-case letters and digits, with hyphens between. */
      programme: string;
      /** The number of the offer. */
      offer_id: number;
      /** Where in the app, in words. */
      slot: string;
      /** ISO 4217 code. */
      currency: string;
      /** What each claim is worth, in minor units. */
      value_per_claim_minor: number;
      /** How many impressions were promised; null for none. */
      promised_impressions?: number | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string;
      /** The number of the swap; null for none. */
      swap_id?: number | null;
    };
    /** A placement, what is reported and what is measured of it, side by side. */
    PlacementFiguresAnswer: {
      /** The number of the placement. */
      placement_id: number;
      /** The code of the party whose offer is shown. */
      guest: string;
      /** The code of the party in whose app it is shown. */
      host: string;
      /** The code of the programme. */
      programme: string;
      /** The number of the offer. */
      offer_id: number;
      /** Where in the app, in words. */
      slot: string;
      /** ISO 4217 code. */
      currency: string;
      /** What each claim is worth, in minor units. */
      value_per_claim_minor: number;
      /** How many impressions were promised; null for none. */
      promised_impressions: number | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string;
      /** The number of the swap; null for none. */
      swap_id: number | null;
      /** When it was stated. */
      made_at: string;
      /** When it was ended early; null if it was not. */
      ended_at: string | null;
      reported: components["schemas"]["ReportedAnswer"];
      measured: components["schemas"]["MeasuredAnswer"];
      ratio: components["schemas"]["RatioAnswer"];
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    PlacementPage: {
      /** What is on the page. */
      items: components["schemas"]["PlacementAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Points that expire by the end of a month, unless they are spent before. */
    PointsAheadAnswer: {
      /** The month at whose end the last of them has expired. */
      month: string;
      /** How many points. */
      points: number;
    };
    /** A day with price rules of its own. */
    PointsDayAnswer: {
      /** The day, in the programme's time zone. */
      day: string;
      /** What is earned on this day, in percent. */
      earning_multiplier_percent: number;
      /** The price rules of the day. */
      prices: components["schemas"]["PointsDayPriceAnswer"][];
    };
    /** A price rule that applies on a points day. */
    PointsDayPriceAnswer: {
      /** The number of the price rule, counted for each programme from 1. */
      price_id: number;
      /** What the rule is for, in the brand's words. */
      label: string;
      words: components["schemas"]["WordsAnswer"];
      /** For how many hours from now. */
      hours: components["schemas"]["HoursAnswer"] | null;
    };
    /** The points days of a programme, in order. */
    PointsDaysAnswer: {
      /** The points days, in order. */
      days: components["schemas"]["PointsDayAnswer"][];
    };
    /** The codes of one batch with one last day. */
    PoolPartAnswer: {
      /** The supplier's name for the codes that came together; null for none. */
      batch: string | null;
      /** The last day on which the points can be spent; null for never. */
      expires_on: string | null;
      /** How many codes there are. */
      codes: number;
      /** How many can still be given out. */
      available: number;
      /** How many were withdrawn. */
      withdrawn: number;
      /** Points past their last day. */
      expired: number;
      /** How many a coupon has. */
      given: number;
      /** How many of them were shown to their members. */
      revealed: number;
    };
    /** What a party is owed in a currency, or owes if it is below zero. */
    PositionAnswer: {
      /** The code of the party. */
      party: string;
      /** ISO 4217 code. */
      currency: string;
      /** What its statements come to that are neither paid nor netted, in minor units. */
      open_minor: number;
      /** What it still gets from netting runs, or pays if it is below zero, in minor units. */
      netted_minor: number;
    };
    /** The positions of the calling party, or those of all for the operator. */
    PositionsAnswer: {
      /** One for each party, and in each currency. */
      positions: components["schemas"]["PositionAnswer"][];
    };
    /** What the rows of a currency come to. */
    PreviewedCurrencyAnswer: {
      /** The currency; null if the file says none. */
      currency: string | null;
      /** How many rows it has. */
      rows: number;
      /** What they come to, in minor units. */
      amount_minor: number;
    };
    /** A row as it is written, by our columns, and as it is understood. */
    PreviewedLineAnswer: {
      /** The number of the row in the file. */
      row: number;
      /** How each column of ours is written; of a code, the end. */
      written: { [key: string]: string };
      /** The day as it is understood. */
      used_on: string;
      /** The amount as it is understood. */
      amount_minor: number;
      /** The currency; null if the row says none. */
      currency: string | null;
    };
    /** A price rule. `next_days` are the next three days of its schedule, today included. */
    PriceAnswer: {
      /** The number of the price rule, counted for each programme from 1. */
      price_id: number;
      scope: components["schemas"]["ScopeAnswer"];
      price: components["schemas"]["EffectAnswer"];
      schedule: components["schemas"]["ScheduleAnswer"];
      /** For how many hours from now. */
      hours: components["schemas"]["HoursAnswer"] | null;
      who: components["schemas"]["WhoAnswer"];
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** When it ended; null while it stands. */
      ended_at: string | null;
      /** What is earned on its days, in percent; null for no more. */
      earning_multiplier_percent: number | null;
      /** What the rule is for, in the brand's words. */
      label: string;
      words: components["schemas"]["WordsAnswer"];
      /** The next three days of its schedule, today included. */
      next_days: string[];
    };
    /** A new price rule. It never changes, and may be ended. */
    PriceBody: {
      scope: components["schemas"]["ScopeBody"];
      price: components["schemas"]["EffectBody"];
      /** On which days it applies; null for every day. */
      schedule?: components["schemas"]["ScheduleBody"] | null;
      /** For how many hours from now. */
      hours?: components["schemas"]["HoursBody"] | null;
      /** For whom it is; null for everybody. */
      who?: components["schemas"]["WhoBody"] | null;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until?: string | null;
      /** What is earned on its days, in percent; null for no more. */
      earning_multiplier_percent?: number | null;
      /** What the rule is for, in the brand's words. */
      label: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    PricePage: {
      /** What is on the page. */
      items: components["schemas"]["PriceAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The programme's rate for prices. Version 0 was never stated. */
    PriceRateAnswer: {
      /** The number of this version. A later one is higher. */
      version: number;
      /** The one divided by the other; null if there is nothing to divide by. */
      rate: components["schemas"]["PriceRateTermsAnswer"] | null;
    };
    /** The programme's rate for prices. Null turns it off. */
    PriceRateBody: {
      /** The one divided by the other; null if there is nothing to divide by. */
      rate: components["schemas"]["PriceRateTermsBody"] | null;
    };
    /** So many points for so much. */
    PriceRateTermsAnswer: {
      /** So many points are worth `minor`. */
      points: number;
      /** Money in minor units, e.g. cents. */
      minor: number;
      /** Prices are rounded up to a multiple of it. */
      step_points: number;
      /** ISO 4217 code. */
      currency: string;
    };
    /** So many `points` are worth so much (`minor`). Prices are rounded up to whole steps. */
    PriceRateTermsBody: {
      /** So many points are worth `minor`. */
      points: number;
      /** Money in minor units, e.g. cents. */
      minor: number;
      /** Prices are rounded up to a multiple of it. By default 1. */
      step_points?: number;
      /** ISO 4217 code. */
      currency: string;
    };
    /** An RFC 9457 problem document. Some types have further members. The page of the type names them. */
    Problem: {
      /** The address that explains the problem. Programs decide by it; it never changes. */
      type: string;
      /** The same sentence for all problems of the type. */
      title: string;
      /** The HTTP status. */
      status: number;
      /** What was wrong this time, for people. It may change. */
      detail: string;
      /** The address that was asked. */
      instance?: string;
      /** The fields that are not valid. */
      errors?: components["schemas"]["ProblemField"][];
    };
    /** A field that is not valid. `pointer` is a JSON pointer into the body, or names a parameter of the address. `detail` is one sentence. */
    ProblemField: {
      /** A JSON pointer into the body, or the name of a parameter. */
      pointer: string;
      /** What is wanted, in a sentence. */
      detail: string;
    };
    /** What a brand asked for, and what came of it. `terms_id` names the supply terms that granted it at once. `reason` is why it was refused. `allotment_no` is the batch that it became, and `returned` how many of it went back. */
    ProcurementAnswer: {
      /** The number of the request. */
      procurement_id: number;
      /** The code of the brand. */
      brand: string;
      /** The number of the offer. */
      offer_id: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** How many. */
      quantity: number;
      /** What it costs a member here; null for the offer's own price. */
      points: number | null;
      /** What a piece costs the brand, in minor units; null if it was not said. */
      unit_cost_minor: number | null;
      /** The currency of the cost; null without one. */
      currency: string | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string | null;
      /** Where it stands. */
      state: "waiting" | "granted" | "refused" | "cancelled" | "closed";
      /** The batch that it became; null as long as there is none. */
      allotment_no: number | null;
      /** How many went back to the supplier. */
      returned: number;
      /** The number of the supply terms. */
      terms_id: number | null;
      /** Why. */
      reason: string | null;
      /** When the brand asked. */
      requested_at: string;
      /** When it was decided; null while it waits. */
      decided_at: string | null;
    };
    /** What a brand asks of a supplier's offer. `points` is what it costs a member; without it, the offer's own price applies. `unit_cost_minor`, with its `currency`, is what it costs the brand; without it, what the supplier's terms say. */
    ProcurementBody: {
      /** The number of the offer. */
      offer_id: number;
      /** How many. */
      quantity: number;
      /** Whole points. */
      points?: number | null;
      /** What a piece costs the brand, in minor units; null if it was not said. */
      unit_cost_minor?: number | null;
      /** The currency of the cost. */
      currency?: string | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until?: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ProcurementPage: {
      /** What is on the page. */
      items: components["schemas"]["ProcurementAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A batch of product codes, and what came of it. */
    ProductBatchAnswer: {
      /** The code of the batch. */
      batch: string;
      /** What the batch is for, in the brand's words. */
      label: string;
      /** The earning rule by which its codes give points. */
      rule: string;
      /** Whether its codes still earn, or why not. */
      state: "OPEN" | "ENDED" | "VOIDED";
      /** How many codes it has. */
      codes: number;
      /** How many of them have earned. */
      earned: number;
      /** What these have given. */
      points: number;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** When it was ended or voided; null while it is open. */
      closed_at: string | null;
    };
    /** A new batch of product codes, which give points by an earning rule. */
    ProductBatchBody: {
      /** Lower-case letters, digits, single hyphens. */
      batch: string;
      /** What the batch is for, in the brand's words. */
      label: string;
      /** Lower-case letters, digits, single hyphens. */
      rule: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ProductBatchPage: {
      /** What is on the page. */
      items: components["schemas"]["ProductBatchAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** How many codes are new, how many the programme has already, and which cannot be codes. */
    ProductCodesAnswer: {
      /** The code of the batch. */
      batch: string;
      /** How many are new. */
      accepted: number;
      /** How many the programme has already. */
      existing: number;
      /** The places of those that cannot be codes, from 0. */
      rejected: number[];
    };
    /** Up to 10,000 codes that are on goods already. Case, blanks and dashes do not matter. */
    ProductCodesBody: {
      /** The codes. */
      codes: string[];
    };
    /** What is stored of a member. Of identifiers only the last characters are shown. If the member was merged into another, that one has it all now: `merged_into`. */
    ProfileAnswer: {
      /** The brand's own reference for the member. */
      member: string;
      /** The member who has everything now; null if the member was not merged. */
      merged_into: string | null;
      /** How the member is known elsewhere. */
      identifiers: components["schemas"]["IdentifierAnswer"][];
      /** The tags. */
      tags: components["schemas"]["TagOfMemberAnswer"][];
      /** The member's tier; null for none. */
      tier: components["schemas"]["TierOfMemberAnswer"] | null;
      /** The month and the day of the birthday; null if it is not known. */
      birthday: string | null;
      consents: components["schemas"]["ConsentsOfMemberAnswer"];
      /** When the member was first described. */
      first_seen: string;
    };
    /** What the brand says of a member. What is left out stays as it is. `tier` null ends the tier now, and `birthday` null removes the birthday. */
    ProfileBody: {
      /** How the member is known elsewhere. They are added. */
      identifiers?: components["schemas"]["IdentifierBody"][];
      /** What becomes of the member's tags. */
      tags?: components["schemas"]["TagsBody"] | null;
      /** The member's tier; null for none. */
      tier?: components["schemas"]["TierGrantBody"] | null;
      /** The month and the day of the birthday; null if it is not known. */
      birthday?: string | null;
      /** What the member has agreed to. */
      consents?: components["schemas"]["ConsentsOfMemberBody"] | null;
    };
    /** What the brand says of one member of a batch. */
    ProfileItem: {
      /** How the member is known elsewhere. They are added. */
      identifiers?: components["schemas"]["IdentifierBody"][];
      /** What becomes of the member's tags. */
      tags?: components["schemas"]["TagsBody"] | null;
      /** The member's tier; null for none. */
      tier?: components["schemas"]["TierGrantBody"] | null;
      /** The month and the day of the birthday; null if it is not known. */
      birthday?: string | null;
      /** What the member has agreed to. */
      consents?: components["schemas"]["ConsentsOfMemberBody"] | null;
      /** Idempotency key: visible ASCII. */
      key: string;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
    };
    /** One answer per member, in the order of the request. */
    ProfilesAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["AcceptedProfileAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 members, each with a key of its own. */
    ProfilesBody: {
      /** The members to read, in this order. */
      members: components["schemas"]["ProfileItem"][];
    };
    /** A programme with the rules that hold today. `point_value` is a decimal number as text. */
    ProgrammeAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The name that people read. */
      name: string;
      /** The code of the party. */
      party: string;
      /** The time zone in which the programme's days begin. */
      time_zone: string;
      /** What a point is called. */
      unit: string;
      /** How many decimal places of points to show. */
      display_scale: number;
      /** What a point is worth, in major units of the currency. */
      point_value: string | null;
      /** ISO 4217 code. */
      currency: string | null;
      expiry: components["schemas"]["ExpiryAnswer"];
      /** How many days after their issue points can be spent. */
      available_after_days: number;
      /** What happens if an issue is reversed and its points are spent. */
      debt: "refuse" | "take" | "owe";
      /** How long points can be spent that come back after their last day. */
      grace_days: number | null;
      /** The most that a member may be issued or may redeem in a window. */
      caps: components["schemas"]["CapAnswer"][];
      /** The most points in a wallet; null if only the general limit applies. */
      balance_max: number | null;
      /** What holds from which day on. The first is what the programme was opened with. */
      dated_rules: components["schemas"]["DatedRulesAnswer"][];
    };
    /** A new programme: the points of one brand, kept in their own book. */
    ProgrammeBody: {
      /** Lower-case letters and digits, with hyphens between. */
      code: string;
      /** The name that people read. */
      name: string;
      /** IANA time zone, e.g. Asia/Shanghai. By default UTC. */
      time_zone?: string;
      /** What a point is called. By default points. */
      unit?: string;
      /** Decimal places to show. With 2, 150 is shown as 1.50. By default 0. */
      display_scale?: number;
      /** What one point is worth, in major units of `currency`. */
      point_value?: string | null;
      /** ISO 4217 code. */
      currency?: string | null;
      /** By default, points never expire. */
      expiry?: components["schemas"]["ExpiryBody"];
      /** The return window: issued points can be spent this many days later. By default 0. */
      available_after_days?: number;
      /** What happens if an issue is reversed and its points are spent: refuse, take what is there, or owe the rest. By default refuse. */
      debt?: "refuse" | "take" | "owe";
      /** How long points can be spent that come back after their last day. Without it, they come back expired. */
      grace_days?: number | null;
      /** The most that a member may be issued or may redeem in a window. */
      caps?: components["schemas"]["CapBody"][];
      /** The most points in a wallet after an issue, including those on hold. */
      balance_max?: number | null;
      /** The owning brand. By default, the caller; only the operator may name another. */
      party?: string | null;
    };
    /** A programme's last months, the oldest first, and what expires in the next ones. `records_left` are not counted yet: the background work reads them. */
    ProgrammeOverviewAnswer: {
      /** The past instant that was asked about; null stands for now. */
      as_of: string;
      /** Records that are not counted yet. */
      records_left: number;
      /** The months, the oldest first. */
      months: components["schemas"]["MonthPointsAnswer"][];
      /** What expires in the current month and the next ones. */
      expiring: components["schemas"]["PointsAheadAnswer"][];
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ProgrammePage: {
      /** What is on the page. */
      items: components["schemas"]["ProgrammeAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A rate card that holds now, and what it touches. */
    PublicationAnswer: {
      /** The number of the rate card; null where two rates say it all. */
      card_id: number;
      /** Where it stands. */
      state: "draft" | "published" | "withdrawn";
      /** The number of the contract's version. */
      contract_id: number;
      /** The number of this version. A later one is higher. */
      version: number;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** How many uses of these days another price has rated, and keeps. */
      rated_uses: number;
      /** How many uses of closed months wait, and are billed late. */
      late_uses: number;
    };
    /** How a draft is published. */
    PublicationBody: {
      /** Whether a day in a closed month is meant. Uses of it are billed late. By default false. */
      accept_late?: boolean;
    };
    /** What an offer costs a member now. `points`, `quote` and what goes with them are null where the programme has no such offer to sell. `quote` and `expires_at` are null, too, where the request says `at`. `why_not` is the code of the problem that a redemption would meet. */
    QuoteAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** What it costs; null where there is nothing to sell. */
      points: number | null;
      /** The price rule that set the price of the right; null if none did. */
      price_rule: number | null;
      /** The decision in a sentence, in two languages. */
      words: components["schemas"]["WordsAnswer"] | null;
      /** Whether the member may have it, if it can pay. */
      eligible: boolean;
      /** The code of the problem that a redemption would meet; null for none. */
      why_not: string | null;
      /** What the light is about. */
      why: string | null;
      /** How much is left: plenty, few or none. */
      stock: "plenty" | "few" | "none";
      /** The token that freezes the price; null where there is nothing to sell. */
      quote: string | null;
      /** Until when the price can be had; null without a token. */
      expires_at: string | null;
    };
    /** The quotes of a member in the order of the request, and what the member can spend. */
    QuotesAnswer: {
      /** The brand's own reference for the member. */
      member: string;
      /** What the member can spend; below zero if more is owed than there is. */
      spendable: number;
      /** The quotes, in the order of the request. */
      quotes: components["schemas"]["QuoteAnswer"][];
    };
    /** Offers to quote to a member. `at` is the instant to quote for; by default, now. With `at`, prices are only told: no `quote` freezes them. An offer that is isolated now is not found for any instant. */
    QuotesBody: {
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The offers to quote. */
      offer_ids: number[];
      /** The instant to quote for; null for now. */
      at?: string | null;
    };
    /** A version of a rate. Of the versions between two programmes, the highest applies. */
    RateAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The code of the programme that the points become points of. */
      to_programme: string;
      /** The number of this version. A later one is higher. */
      version: number;
      /** How many points of the other programme `denominator` points become. */
      numerator: number;
      /** How many points of this programme become `numerator` of the other. */
      denominator: number;
    };
    /** A new version of the rate to another programme. It applies at once. One point of this programme becomes numerator/denominator points of the other, rounded down. */
    RateBody: {
      /** Lower-case letters and digits, with hyphens between. */
      to_programme: string;
      /** How many points of the other programme `denominator` points become. */
      numerator: number;
      /** How many points of this programme become `numerator` of the other. */
      denominator: number;
    };
    /** A rate card. Null stands for any party. */
    RateCardAnswer: {
      /** The number of the rate card; null where two rates say it all. */
      card_id: number;
      /** Whether it is a draft, holds, or was given up. */
      state: "draft" | "published" | "withdrawn";
      /** The code of the brand whose member used the coupon; null stands for any. */
      home_party: string | null;
      /** The code of the party at which it was used; null stands for any. */
      supplier_party: string | null;
      /** The code of the operator. */
      operator_party: string;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** What a use costs: currency, rounding, and the legs that concern you. */
      card: { [key: string]: { [key: string]: unknown } };
      /** The SHA-256 of the whole card; null if you do not see all its legs. */
      sha256: string | null;
      /** The numbers of the contract's versions that stand for the card. */
      versions: number[];
      /** When the draft was written. */
      written_at: string;
      /** The number of the key that wrote it; null if none did. */
      written_by: number | null;
      /** When it was published; null if it was not. */
      published_at: string | null;
      /** The number of the key that published it; null if none did. */
      published_by: number | null;
    };
    /** A draft between two parties. Without one of them, it is for any brand or any supplier. */
    RateCardBody: {
      /** The code of the brand whose member used the coupon; null stands for any. */
      home_party?: string | null;
      /** The code of the party at which it was used; null stands for any. */
      supplier_party?: string | null;
      /** From when it applies. */
      valid_from: string;
      /** The first day on which the card no longer holds. */
      valid_until?: string | null;
      /** The currency, the rounding and the legs: who pays whom, and how much. */
      card: { [key: string]: unknown };
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    RateCardPage: {
      /** What is on the page. */
      items: components["schemas"]["RateCardAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** The rates of a programme that the caller may see, by target and version. */
    RatesAnswer: {
      /** The versions of the rates. */
      rates: components["schemas"]["RateAnswer"][];
    };
    /** Claims for each impression that was reported. `rate` is null while there are none. */
    RatioAnswer: {
      /** How many points of the other programme `denominator` points become. */
      numerator: number;
      /** How many points of this programme become `numerator` of the other. */
      denominator: number;
      /** The one divided by the other; null if there is nothing to divide by. */
      rate: number | null;
    };
    /** What was found in a file beside its rows. `rejected` lists the first rows of those. */
    ReadingAnswer: {
      /** How many rows can be used. */
      rows: number;
      /** What these rows come to, in minor units. */
      total_minor: number;
      /** How many of them take money back. */
      refunds: number;
      /** What the file is. */
      format: "csv" | "xlsx";
      /** How it was packed; null if it was not. */
      packing: "gzip" | "zip" | null;
      /** The name of the table in an archive; null without one. */
      entry: string | null;
      /** The sheet of the workbook; null for CSV. */
      sheet: string | null;
      /** What its text is encoded in; null for a workbook. */
      encoding: string | null;
      /** What separates its cells; null for a workbook. */
      delimiter: string | null;
      /** What a point is called. */
      unit: "yuan" | "fen";
      /** The row with the headings. */
      heading_row: number;
      /** The heading of each column of ours that was found. */
      columns: { [key: string]: string };
      /** The headings that are not read. */
      ignored: string[];
      /** How many rows are remarks. */
      notes: number;
      /** How many rows cannot be used. */
      rejected_count: number;
      /** The first of the rows that cannot be used. */
      rejected: components["schemas"]["RejectedRowAnswer"][];
      /** What the file itself says that its rows come to. */
      totals: components["schemas"]["ControlTotalAnswer"][];
      /** What people should know of the file. */
      findings: components["schemas"]["FindingAnswer"][];
    };
    /** How many records of the partner's file match a billed line, and which records do not. `break_count` and `breaks_by_category` cover all breaks. `breaks` lists only the first ones, up to a limit; the others can be listed page by page. */
    ReconciliationAnswer: {
      /** The number of the reconciliation. */
      reconciliation_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The calendar month, like 2017-01. */
      month: string | null;
      /** `replaced` by a later file for the same month, or `signed` by both sides. */
      state: "open" | "replaced" | "signed";
      /** When the file was compared. */
      ran_at: string;
      /** How many lines of ours were compared; null to a brand. */
      ours: number | null;
      /** How many rows of the file could be read; null to a brand. */
      theirs: number | null;
      /** How many records match a billed line. */
      matched: number;
      /** What the matched lines come to, in minor units; null to a brand. */
      matched_minor: number | null;
      /** How many records do not. */
      break_count: number;
      /** How many do not, by category. */
      breaks_by_category: { [key: string]: number };
      /** What our lines come to, in minor units; null to a brand. */
      ours_minor: number | null;
      /** What the file comes to, in minor units; null to a brand. */
      theirs_minor: number | null;
      /** What more it would have been, in minor units. */
      difference_minor: number;
      /** What the file itself says that its rows come to. */
      totals: components["schemas"]["CurrencyTotalAnswer"][];
      /** Whether a spreadsheet seems to have changed references. */
      went_through_spreadsheet: boolean;
      /** How many breaks are open. */
      open_breaks: number;
      /** How many breaks are open, by the days since they were first found. */
      open_by_age: { [key: string]: number };
      /** The number of the void statement that it replaces; null for none. */
      replaces: number | null;
      /** The actor who replaced it; null if nobody was noted, or it holds now. */
      replaced_by: number | null;
      /** When the supplier signed it; null if it has not. */
      supplier_signed_at: string | null;
      /** When the operator signed it; null if it has not. */
      operator_signed_at: string | null;
      /** The first records that do not match. */
      breaks: components["schemas"]["BreakAnswer"][];
      /** Records that may be the same use. */
      suggestions: components["schemas"]["SuggestionAnswer"][];
      /** What was found in the file; null of old runs. */
      reading: components["schemas"]["ReadingAnswer"] | null;
    };
    /** A file that was sent before, and what it is to be compared with. */
    ReconciliationBody: {
      /** The number of a file that was sent before. */
      file: number;
      /** The month of the bill; null for all. */
      month?: string | null;
      /** The name of a saved mapping or a preset; null for none. */
      mapping?: string | null;
    };
    /** Take points from a member, those that expire soonest first. */
    RedeemBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
    };
    /** One redemption of a batch. */
    RedeemItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** Whole points, at least 1. */
      points: number;
      /** What kind it is. */
      kind: "redeem";
    };
    /** How a programme's members redeem, in some days. */
    RedemptionRateAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The first day. */
      from_day: string;
      /** The day after the last. */
      until_day: string;
      /** Of how many of the days members were measured. */
      days_measured: number;
      members: components["schemas"]["MeasureAnswer"];
      points_flow: components["schemas"]["MeasureAnswer"];
      points_cohort: components["schemas"]["MeasureAnswer"];
    };
    /** Why a supplier refuses a procurement. The brand can read it. */
    RefuseBody: {
      /** Why. */
      reason?: string | null;
    };
    /** A refused item of a batch. `key` is null if the item has none. If the ledger refused the item, the answer also names the operation and its member. */
    RefusedAnswer: {
      /** The key of the item, or null if it has none that can be read. */
      key: string | null;
      /** Whether it was accepted. */
      status: "rejected";
      problem: components["schemas"]["Problem"];
      /** The operation's place in the book. */
      operation?: string;
      /** What kind it is. */
      kind?: "issue" | "redeem" | "hold" | "capture" | "release" | "expire" | "expire_book" | "sweep" | "reverse" | "gift" | "receive" | "adjust" | "convert" | "credit" | "end_conversion" | "merge" | "absorb";
      /** The brand's own reference for the member. */
      member?: string;
      /** Whole points. */
      points?: number;
      /** The member's points after it. */
      balance?: number | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string;
    };
    /** Why the file as a whole was refused. */
    RefusedImportAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** Further facts, which depend on the kind. */
      detail: string;
      /** The line of the file. */
      line?: number;
      /** The columns that are missing. */
      columns?: string[];
    };
    /** Why an offer is not listed. */
    RejectBody: {
      /** Why the offer is not listed. */
      reason: string;
    };
    /** Why the lines are right. */
    RejectDisputeBody: {
      /** Why the lines are right. */
      answer: string;
    };
    /** A code that was not taken. `column` is the member of the item that is at fault. */
    RejectedCodeAnswer: {
      /** The idempotency key. */
      key: string | null;
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The column of ours; null for none. */
      column: string | null;
    };
    /** A row of a file that cannot be used, and why. */
    RejectedRowAnswer: {
      /** The number of the row in the file. */
      row: number;
      /** The heading of the cell at fault; empty for the whole row. */
      column: string;
      /** Why it was refused. */
      problem: string;
      /** What the row says; null if that cannot be read. */
      amount_minor: number | null;
    };
    /** A message about a use that cannot be read for the bill, and is set aside. */
    RejectedUseAnswer: {
      /** The code of the programme. */
      programme: string;
      /** What the messages are about. */
      topic: string;
      /** Why it cannot be read. */
      reason: string;
      /** When it was set aside. */
      rejected_at: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    RejectedUsePage: {
      /** What is on the page. */
      items: components["schemas"]["RejectedUseAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Give back the points of a hold. */
    ReleaseBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The key of the earlier operation. */
      hold_key: string;
    };
    /** One release of a batch. */
    ReleaseItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The key of the earlier operation. */
      hold_key: string;
      /** What kind it is. */
      kind: "release";
    };
    /** A user who was taken out, and the API keys in force that this user made. */
    RemovedUserAnswer: {
      /** The number of the user. */
      user_id: number;
      /** The API keys in force that the user made for the party. */
      keys: components["schemas"]["ListedKeyAnswer"][];
    };
    /** From when on what an endpoint did not get is sent again. */
    ReplayFailedBody: {
      /** From when on. */
      since: string;
    };
    /** How many deliveries are sent again. */
    ReplayedAnswer: {
      /** The number of the webhook endpoint. */
      endpoint_id: number;
      /** How many deliveries are sent again. */
      replayed: number;
    };
    /** What a check has found. It proves something of the address and the secret of its digest. */
    ReportAnswer: {
      /** The version of the kit. */
      kit_version: number;
      /** The version of the wire. */
      wire_version: number;
      /** The address that takes orders. */
      url: string;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The name of the secret, by which nobody finds it. */
      secret_id: string;
      /** Names address, secret and version of the kit. */
      digest: string;
      /** When the first case began. */
      began_at: string;
      /** When the last case had been played. */
      ended_at: string;
      /** Whether no case failed that must not. */
      passed: boolean;
      /** How soon 95 of 100 orders were answered; null if it was not measured. */
      p95_milliseconds: number | null;
      counts: components["schemas"]["CaseCountsAnswer"];
      /** The cases, in the order in which they were played. */
      cases: components["schemas"]["CheckedCaseAnswer"][];
    };
    /** What the host says. It is worth no money. */
    ReportedAnswer: {
      /** How often the offer was shown. */
      impressions: number;
      /** Of how many hours the host has told. */
      hours: number;
    };
    /** Identifiers of one person. */
    ResolveBody: {
      /** How the member is known elsewhere. */
      identifiers: components["schemas"]["IdentifierBody"][];
    };
    /** How the break is resolved, and why. `adjusted` names its adjustment. */
    ResolveBreakBody: {
      /** How it is resolved; `open` opens it again. */
      resolution: "open" | "matched" | "explained" | "adjusted" | "written_off" | "carried";
      /** Why; null for nothing. */
      note?: string | null;
      /** The number of the correction. */
      adjustment_id?: number | null;
    };
    /** The member to whom the identifiers belong, and the kinds that say so. */
    ResolvedAnswer: {
      /** The brand's own reference for the member. */
      member: string;
      /** The kinds of the identifiers that are this member's. */
      matched: ("card" | "email" | "openid" | "phone" | "unionid")[];
    };
    /** How many messages were handed back, to be rated again. */
    RetriedUsesAnswer: {
      /** How many. */
      messages: number;
    };
    /** How many unsold pieces go back to the supplier. */
    ReturnBody: {
      /** How many. */
      quantity: number;
    };
    /** A card code in clear. It is in no other answer, and nowhere in what is stored or logged. */
    RevealedCodeAnswer: {
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The number of the card, in clear. */
      number: string;
      /** What belongs to the number, such as a PIN; null for none. */
      secret: string | null;
      /** The last day of the card; null if it has none. */
      expires_on: string | null;
      /** When it was first shown. */
      revealed_at: string;
    };
    /** Undo an issue, a redemption or a capture. */
    ReverseBody: {
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The key of the earlier operation. */
      operation_key: string;
      /** Whole points. By default, all that is left of it. */
      points?: number | null;
    };
    /** One reversal of a batch. */
    ReverseItem: {
      /** Idempotency key: visible ASCII. */
      key: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** By which channel it was done. */
      channel?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** The caller's own facts about it: names and texts. */
      metadata?: { [key: string]: string } | null;
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The key of the earlier operation. */
      operation_key: string;
      /** Whole points. By default, all that is left of it. */
      points?: number | null;
      /** What kind it is. */
      kind: "reverse";
    };
    /** The use of a coupon is reversed. */
    ReverseUseBody: {
      /** The code of the coupon, as the member shows it. */
      code?: string | null;
      /** A token of the coupon; null if the code is given. */
      token?: string | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
    };
    /** Points turned into a right: the operation, and the coupon it made. */
    RightAnswer: {
      /** The operation's place in the book. */
      operation: string;
      /** The idempotency key. */
      key: string;
      /** What kind it is. */
      kind: "issue" | "redeem" | "hold" | "capture" | "release" | "expire" | "expire_book" | "sweep" | "reverse" | "gift" | "receive" | "adjust" | "convert" | "credit" | "end_conversion" | "merge" | "absorb";
      /** Whether it was accepted. */
      status: "accepted";
      /** The brand's own reference for the member. */
      member?: string;
      /** Whole points. */
      points: number;
      /** What the member can spend after it; null if there is no wallet. */
      balance: number | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** The last day on which the points can be spent; null for never. */
      expires_on?: string;
      /** How many points of the hold were given back. */
      released?: number;
      /** Points that the member owes from now on. */
      owed?: number;
      /** Where the points went: a member or a programme. */
      to?: string;
      /** The member who gets the points. */
      to_member?: string;
      /** The version of the rate. */
      rate_version?: number;
      /** How many points the other programme gives. */
      credited?: number;
      /** The member who got everything. */
      into?: string;
      /** Why. */
      reason?: string;
      /** Who did it by hand. */
      actor?: string;
      /** How many wallets were touched. */
      wallets?: number;
      /** What was asked for. */
      base_points?: number;
      /** What is earned on its days, in percent; null for no more. */
      earning_multiplier_percent?: number;
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The number of the offer. */
      offer: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The code of the supplier. */
      supplier: string;
      /** Whether the brand gives it without points. */
      free: boolean;
      /** The price rule that set the price of the right; null if none did. */
      price_rule: number | null;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
    };
    /** A member turns points into a right. With `free`, the brand gives it as a benefit. */
    RightBody: {
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The number of the offer. */
      offer_id: number;
      /** Whether the brand gives it without points. By default false. */
      free?: boolean;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** The member's account at the supplier. A direct recharge needs it. */
      account?: string | null;
      /** A quote, whose price is paid; null for the price of the moment. */
      quote?: string | null;
      /** The number of the placement that led the member here; null for none. */
      placement?: number | null;
      /** Where the member asked for it, in the brand's own words. Figures can be told by channel. */
      channel?: string | null;
    };
    /** One right of a batch. */
    RightItem: {
      /** The brand's own reference for the member: printable, without slashes, and neither . nor .. */
      member: string;
      /** The number of the offer. */
      offer_id: number;
      /** Whether the brand gives it without points. By default false. */
      free?: boolean;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** The member's account at the supplier. A direct recharge needs it. */
      account?: string | null;
      /** A quote, whose price is paid; null for the price of the moment. */
      quote?: string | null;
      /** The number of the placement that led the member here; null for none. */
      placement?: number | null;
      /** Where the member asked for it, in the brand's own words. Figures can be told by channel. */
      channel?: string | null;
      /** Idempotency key: visible ASCII. */
      key: string;
    };
    /** One answer per right, in the order of the request. */
    RightsAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["RightAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 rights, each with its own key. */
    RightsBody: {
      /** The rights to make. */
      rights: components["schemas"]["RightItem"][];
    };
    /** All roles that a user has for the party from now on. */
    RolesBody: {
      /** All roles from now on. */
      roles: ("operator" | "finance" | "auditor" | "marketer" | "brand_finance" | "service" | "manager" | "till")[];
    };
    /** How long the replaced key still holds. With 0 it is revoked at once. */
    RotateBody: {
      /** How long the replaced key still works. By default 86400. */
      overlap_seconds?: number;
    };
    /** How long the replaced secret still signs beside the new one. With 0 it ends at once. */
    RotateSecretBody: {
      /** How long the replaced secret still signs. By default 86400. */
      overlap_seconds?: number;
    };
    /** A rule that was ended. If it had not begun, it is as if it had never been stated. */
    RuleEndedAnswer: {
      /** The number of the rule. */
      rule_id: number;
      /** When it ended. */
      ended_at: string;
    };
    /** What is changed at once. All of it is said: what is left out is as in a new programme. When points expire, their value and debts change from a day on (`add_programme_rules`). */
    RulesBody: {
      /** The name that people read. */
      name: string;
      /** What a point is called. By default points. */
      unit?: string;
      /** The return window: issued points can be spent this many days later. By default 0. */
      available_after_days?: number;
      /** The most that a member may be issued or may redeem in a window. */
      caps?: components["schemas"]["CapBody"][];
      /** The most points in a wallet after an issue, including those on hold. */
      balance_max?: number | null;
    };
    /** What changes in a programme from a day on. What is left out stays as it is. Points that members have keep their last day. The currency is given with the first value. A plan that slides is neither begun nor changed. */
    RulesFromDayBody: {
      /** The first day, in the programme's time zone. By default, today. */
      since?: string | null;
      /** What one point is worth, in major units of `currency`. */
      point_value?: string | null;
      /** ISO 4217 code. */
      currency?: string | null;
      /** When points expire that are issued from that day on. */
      expiry?: components["schemas"]["ExpiryBody"] | null;
      /** The return window of points that are issued from that day on. */
      available_after_days?: number | null;
      /** What happens if an issue is reversed and its points are spent. */
      debt?: "refuse" | "take" | "owe" | null;
    };
    /** What holds in a programme, or did until it was replaced. */
    RulesVersionAnswer: {
      /** The number of this version. A later one is higher. */
      version: number;
      /** The name that people read. */
      name: string;
      /** What a point is called. */
      unit: string;
      /** How many days after their issue points can be spent. */
      available_after_days: number;
      /** The most that a member may be issued or may redeem in a window. */
      caps: components["schemas"]["CapAnswer"][];
      /** The most points in a wallet; null if only the general limit applies. */
      balance_max: number | null;
      /** ISO 4217 code. */
      currency: string | null;
      /** What holds from which day on. The first is what the programme was opened with. */
      dated_rules: components["schemas"]["DatedRulesAnswer"][];
      /** Until when it held; null if it holds now. */
      replaced_at: string | null;
      /** The actor who replaced it; null if nobody was noted, or it holds now. */
      replaced_by: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    RulesVersionPage: {
      /** What is on the page. */
      items: components["schemas"]["RulesVersionAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A reconciliation, as the caller sees it. A brand sees what is about its own uses: totals are null to it, and counts are of those. */
    RunAnswer: {
      /** The number of the reconciliation. */
      reconciliation_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The calendar month, like 2017-01. */
      month: string | null;
      /** `replaced` by a later file for the same month, or `signed` by both sides. */
      state: "open" | "replaced" | "signed";
      /** When the file was compared. */
      ran_at: string;
      /** How many lines of ours were compared; null to a brand. */
      ours: number | null;
      /** How many rows of the file could be read; null to a brand. */
      theirs: number | null;
      /** How many records match a billed line. */
      matched: number;
      /** What the matched lines come to, in minor units; null to a brand. */
      matched_minor: number | null;
      /** How many records do not. */
      break_count: number;
      /** How many do not, by category. */
      breaks_by_category: { [key: string]: number };
      /** What our lines come to, in minor units; null to a brand. */
      ours_minor: number | null;
      /** What the file comes to, in minor units; null to a brand. */
      theirs_minor: number | null;
      /** What more it would have been, in minor units. */
      difference_minor: number;
      /** What the file itself says that its rows come to. */
      totals: components["schemas"]["CurrencyTotalAnswer"][];
      /** Whether a spreadsheet seems to have changed references. */
      went_through_spreadsheet: boolean;
      /** How many breaks are open. */
      open_breaks: number;
      /** How many breaks are open, by the days since they were first found. */
      open_by_age: { [key: string]: number };
      /** The number of the void statement that it replaces; null for none. */
      replaces: number | null;
      /** The actor who replaced it; null if nobody was noted, or it holds now. */
      replaced_by: number | null;
      /** When the supplier signed it; null if it has not. */
      supplier_signed_at: string | null;
      /** When the operator signed it; null if it has not. */
      operator_signed_at: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    RunPage: {
      /** What is on the page. */
      items: components["schemas"]["RunAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A reconciliation with its bridge, and what was found in its file. The bridge leads from the difference of the totals to zero, in each currency. A brand is not told of the file. */
    RunReadAnswer: {
      /** The number of the reconciliation. */
      reconciliation_id: number;
      /** The code of the supplier. */
      supplier: string;
      /** The calendar month, like 2017-01. */
      month: string | null;
      /** `replaced` by a later file for the same month, or `signed` by both sides. */
      state: "open" | "replaced" | "signed";
      /** When the file was compared. */
      ran_at: string;
      /** How many lines of ours were compared; null to a brand. */
      ours: number | null;
      /** How many rows of the file could be read; null to a brand. */
      theirs: number | null;
      /** How many records match a billed line. */
      matched: number;
      /** What the matched lines come to, in minor units; null to a brand. */
      matched_minor: number | null;
      /** How many records do not. */
      break_count: number;
      /** How many do not, by category. */
      breaks_by_category: { [key: string]: number };
      /** What our lines come to, in minor units; null to a brand. */
      ours_minor: number | null;
      /** What the file comes to, in minor units; null to a brand. */
      theirs_minor: number | null;
      /** What more it would have been, in minor units. */
      difference_minor: number;
      /** What the file itself says that its rows come to. */
      totals: components["schemas"]["CurrencyTotalAnswer"][];
      /** Whether a spreadsheet seems to have changed references. */
      went_through_spreadsheet: boolean;
      /** How many breaks are open. */
      open_breaks: number;
      /** How many breaks are open, by the days since they were first found. */
      open_by_age: { [key: string]: number };
      /** The number of the void statement that it replaces; null for none. */
      replaces: number | null;
      /** The actor who replaced it; null if nobody was noted, or it holds now. */
      replaced_by: number | null;
      /** When the supplier signed it; null if it has not. */
      supplier_signed_at: string | null;
      /** When the operator signed it; null if it has not. */
      operator_signed_at: string | null;
      /** In each currency from the difference of the totals to zero, category by category. */
      bridge: components["schemas"]["BridgeStep"][];
      /** What was found in the file; null of old runs. */
      reading: components["schemas"]["ReadingAnswer"] | null;
    };
    /** What of a sale is deferred for its points. */
    SalePartsAnswer: {
      /** What was billed, in minor units, without added tax. */
      now_minor: number;
      /** What would have been billed, in minor units, without added tax. */
      then_minor: number;
    };
    /** On which days a rule applies. Nothing in it: on every day. */
    ScheduleAnswer: {
      /** Days of each month, or `last`. */
      monthly: (number | string)[];
      /** Days of each week; 1 is Monday. */
      weekly: number[];
      /** Dates of every year, like 12-31. */
      dates: string[];
    };
    /** On which days a rule applies, in one of three ways. Months without a day are skipped. `last` is the last day of every month. In `weekly`, 1 is Monday. */
    ScheduleBody: {
      /** Days of each month, or `last`. By default []. */
      monthly?: (number | "last")[];
      /** Days of each week; 1 is Monday. By default []. */
      weekly?: number[];
      /** Dates of every year, like 12-31. By default []. */
      dates?: string[];
    };
    /** Which offers a rule is for. */
    ScopeAnswer: {
      /** The only offer that it is for; null for others. */
      offer_id: number | null;
      /** The category that it is for; null for others. */
      category: string | null;
      /** Whether it is for all offers. */
      all: boolean;
    };
    /** Which offers a rule is for: one of the three. */
    ScopeBody: {
      /** The only offer that it is for. */
      offer_id?: number | null;
      /** The category, with all beneath it, that it is for. */
      category?: string | null;
      /** True for all offers. */
      all?: true | null;
    };
    /** How a party does, as a supplier and as a brand. */
    ScorecardAnswer: {
      /** The code of the party. */
      party: string;
      /** The first day. */
      from_day: string;
      /** The day after the last. */
      until_day: string;
      /** The past instant that was asked about; null stands for now. */
      as_of: string;
      /** How it does as a supplier; null where it is none. */
      supplier: components["schemas"]["SupplierCardAnswer"] | null;
      /** How it does as a brand; null where it is none. */
      brand: components["schemas"]["BrandCardAnswer"] | null;
    };
    /** A sentence in two languages. */
    SentenceAnswer: {
      /** In Chinese. */
      zh: string;
      /** In English. */
      en: string;
    };
    /** The calendar of all bills of this exchange. */
    SettlementCalendarAnswer: {
      /** The zone whose days and months are billed. */
      time_zone: string;
      /** Whether another key has to approve what one has proposed. */
      four_eyes: boolean;
      /** After how many days without a word a statement is agreed to. */
      dispute_days: number;
      /** How many days after its issue a statement is due. */
      payment_days: number;
      /** What the numbers of statements begin with, before the year. */
      number_prefix: string;
    };
    /** The calendar. It takes the place of the one before. */
    SettlementCalendarBody: {
      /** IANA time zone, e.g. Asia/Shanghai. */
      time_zone: string;
      /** Whether another key has to approve what one has proposed. By default false. */
      four_eyes?: boolean;
      /** After how many days without a word a statement is agreed to. By default 15. */
      dispute_days?: number;
      /** How many days after its issue a statement is due. By default 30. */
      payment_days?: number;
      /** What the numbers of statements begin with, before the year. By default . */
      number_prefix?: string;
    };
    /** A line of the period of which this line has a share. */
    SharedLineAnswer: {
      /** What names the line of the period. */
      id: string;
      /** What it is for, like tier or cap. */
      kind: "tier" | "free" | "package" | "barter" | "rounding" | "cap" | "minimum" | "tax";
      /** What it adds, in minor units. */
      amount_minor: number;
      /** How the amount comes about. */
      calculation: { [key: string]: { [key: string]: unknown } };
    };
    /** A shop. */
    ShopAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The name that people read. */
      name: string;
      /** Six digits of GB/T 2260; null if it is not known. */
      region: string | null;
      /** The names of groups of shops. */
      groups: string[];
      /** Where it stands. */
      state: "open" | "closed";
      /** Whether it can be used online. */
      online: boolean;
    };
    /** A new shop of the party. */
    ShopBody: {
      /** Letters and digits, with dots, hyphens and underscores between. */
      code: string;
      /** The name that people read. */
      name: string;
      /** Six digits of GB/T 2260; null if it is not known. */
      region?: string | null;
      /** The names of groups of shops. */
      groups?: string[];
      /** Where it stands. By default open. */
      state?: "open" | "closed";
      /** Whether it can be used online. By default false. */
      online?: boolean;
    };
    /** One shop of a batch. */
    ShopItem: {
      /** Letters and digits, with dots, hyphens and underscores between. */
      code: string;
      /** The name that people read. */
      name: string;
      /** Six digits of GB/T 2260; null if it is not known. */
      region?: string | null;
      /** The names of groups of shops. */
      groups?: string[];
      /** Where it stands. By default open. */
      state?: "open" | "closed";
      /** Whether it can be used online. By default false. */
      online?: boolean;
      /** Idempotency key: visible ASCII. */
      key: string;
    };
    /** A shop that was added in a batch. */
    ShopItemAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** The name that people read. */
      name: string;
      /** Six digits of GB/T 2260; null if it is not known. */
      region: string | null;
      /** The names of groups of shops. */
      groups: string[];
      /** Where it stands. */
      state: "open" | "closed";
      /** Whether it can be used online. */
      online: boolean;
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "accepted";
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ShopPage: {
      /** What is on the page. */
      items: components["schemas"]["ShopAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** One use in a shop. */
    ShopUseAnswer: {
      /** The number of the coupon. */
      coupon: number;
      /** The number of the use. */
      use: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The code of the programme. */
      programme: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** What the order comes to, in minor units; null if it was not told. */
      order_minor: number | null;
      /** When it was used. */
      used_at: string;
      /** When the use was reversed; null if it stands. */
      reversed_at: string | null;
      /** Which employee did it. */
      staff: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    ShopUsePage: {
      /** What is on the page. */
      items: components["schemas"]["ShopUseAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Shops by what they have in common, or by their codes. */
    ShopsAnswer: {
      /** The names of groups of shops. */
      groups: string[];
      /** Regions of shops, as six digits. */
      regions: string[];
      /** The codes of shops. */
      codes: string[];
    };
    /** Shops by what they have in common, or by their codes. */
    ShopsBody: {
      /** The names of groups of shops. By default []. */
      groups?: string[];
      /** Regions of shops, as six digits. By default []. */
      regions?: string[];
      /** The codes of shops. By default []. */
      codes?: string[];
    };
    /** How many counts were kept. */
    ShownAnswer: {
      /** How many counts were kept. */
      kept: number;
    };
    /** What the brand's app has shown: up to 1,000 counts, never a member. */
    ShownBody: {
      /** The counts. */
      shown: components["schemas"]["ShownItem"][];
    };
    /** How often an offer was shown on a day, in a channel or in all, and to how many members. */
    ShownItem: {
      /** The number of the offer. */
      offer_id: number;
      /** The day, in the programme's time zone. */
      day: string;
      /** By which channel it was done. */
      channel?: string | null;
      /** How often the offer was shown. */
      impressions: number;
      /** To how many different members. */
      members: number;
    };
    /** One side of a rule: a party, a group, a category with everything beneath it, or everyone. */
    SideAnswer: {
      /** The code of the party. */
      party?: string;
      /** A category and everything beneath it. */
      category?: string;
      /** The code of a group: all of its members. */
      group?: string;
      /** True: the side is everyone. */
      everyone?: boolean;
    };
    /** One side of a rule: a party, a group, a category with everything beneath it, or everyone. */
    SideBody: {
      /** The code of the party. */
      party?: string | null;
      /** A category and everything beneath it. */
      category?: string | null;
      /** The code of a group: all of its members. */
      group?: string | null;
      /** True: the side is everyone. */
      everyone?: true | null;
    };
    /** A rate card, and the months whose uses it is tried on. A party that is left out is any. */
    SimulateCardBody: {
      /** The rate card's document. */
      card: { [key: string]: unknown };
      /** The months, like 2017-01. */
      months: string[];
      /** The code of the brand whose member used the coupon; null stands for any. */
      home_party?: string | null;
      /** The code of the party at which it was used; null stands for any. */
      supplier_party?: string | null;
    };
    /** What the redemptions of a day came to, and would have come to under the rule. */
    SimulatedDayAnswer: {
      /** The day, in the programme's time zone. */
      day: string;
      /** How many were redeemed. */
      redemptions: number;
      /** How many would have cost something else. */
      changed: number;
      /** What they cost in points. */
      points_before: number;
      /** What they would have cost in points. */
      points_after: number;
    };
    /** How many pieces of an offer went at the rule's price, and how many are left now. */
    SimulatedStockAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** How many were redeemed. */
      redemptions: number;
      /** How many are left. */
      remaining: number;
    };
    /** What the redemptions of the last days would have come to under the rule. */
    SimulationAnswer: {
      /** How many were redeemed. */
      redemptions: number;
      /** How many would have cost something else. */
      changed: number;
      /** What they cost in points. */
      points_before: number;
      /** What they would have cost in points. */
      points_after: number;
      /** What these points are worth; null if a point has no value. */
      value_before: string | null;
      /** What these points are worth; null if a point has no value. */
      value_after: string | null;
      /** The currency of the values; null if a point has no value. */
      currency: string | null;
      /** Whether these are all; otherwise, older ones were not counted. */
      is_complete: boolean;
      /** Each day with redemptions. */
      days: components["schemas"]["SimulatedDayAnswer"][];
      /** What went at the rule's price, and what is left now. */
      stock: components["schemas"]["SimulatedStockAnswer"][];
    };
    /** A price rule to try on the redemptions of the last days. Nothing is stored. */
    SimulationBody: {
      rule: components["schemas"]["PriceBody"];
      /** On how many of the last days. */
      days: number;
    };
    /** The stage of a supplier, and what its figures say should follow. */
    StageAnswer: {
      /** The code of the party. */
      party: string;
      /** Where the supplier stands. One that was never staged is open. */
      stage: "DECLARED" | "CHECKED" | "CANARY" | "OPEN" | "SUSPENDED";
      /** Where it stood before it was suspended; null if it is not. */
      suspended_from: "DECLARED" | "CHECKED" | "CANARY" | "OPEN" | "SUSPENDED" | null;
      /** Since when; null if it was never staged. */
      since: string | null;
      /** Why it stands there; null if nobody said it. */
      reason: string | null;
      /** The share of members that is in the canary, in ten thousandths; null for none. */
      share_permyriad: number | null;
      /** Members who have one of these tags are in the canary. */
      tags: string[];
      /** How many of its rights are redeemed on a day of UTC; null for any number. */
      per_day_max: number | null;
      /** How many of its orders may be open; null for any number. */
      open_orders_max: number | null;
      /** The share of orders that may fail, in ten thousandths. */
      failure_permyriad: number;
      /** Within which 95 of 100 orders must be delivered. */
      p95_seconds: number;
      /** Whether it is opened by itself as soon as its figures prove it good enough. */
      is_automatic: boolean;
      /** What became of its orders in this stage; null if it was never staged. */
      stats: components["schemas"]["StageStatsAnswer"] | null;
      /** What its figures say should follow; null if it was never staged. */
      next: "promote" | "suspend" | "stay" | null;
      /** What its figures say, in words; null if it was never staged. */
      words: components["schemas"]["WordsAnswer"] | null;
    };
    /** The stage that a supplier goes to, and for a canary who is in it. */
    StageBody: {
      /** Where the supplier is to stand. */
      stage: "DECLARED" | "CHECKED" | "CANARY" | "OPEN" | "SUSPENDED";
      /** The share of members that is in the canary, in ten thousandths; null for none. */
      share_permyriad?: number | null;
      /** Members who have one of these tags are in the canary. */
      tags?: string[];
      /** How many of its rights are redeemed on a day of UTC; null for any number. */
      per_day_max?: number | null;
      /** How many of its orders may be open; null for any number. */
      open_orders_max?: number | null;
      limits?: components["schemas"]["LimitsBody"];
      /** Whether it is opened by itself as soon as its figures prove it good enough. By default false. */
      is_automatic?: boolean;
      /** Why; null for no reason. */
      reason?: string | null;
    };
    /** What became of the orders of a supplier. The share of failures is from `low` to `high`. */
    StageStatsAnswer: {
      /** How many orders have ended, without those of wrong accounts. */
      ended: number;
      /** How many of these have failed. */
      failed: number;
      /** How many failed because the member's account was wrong. */
      member_faults: number;
      /** How many have not ended. */
      open: number;
      /** The lower bound of the share of failures. */
      low: number;
      /** The upper bound of the share of failures. */
      high: number;
      /** Within which 95 of 100 were delivered; null if none was. */
      p95_seconds: number | null;
    };
    /** How many coupons are in a state. */
    StateCountAnswer: {
      state: components["schemas"]["CouponState"];
      /** How many are in it now. */
      coupons: number;
    };
    /** What one party owes another for one month, in one currency. `billed_minor` is all together: coupon cost, platform fees, conversions, what other legs of a rate card come to, corrections of earlier statements, and tax that is added to prices. */
    StatementAnswer: {
      /** The number of the statement. */
      statement_id: number;
      /** The number of the statement, without gaps within a year. */
      number: string;
      /** The calendar month, like 2017-01. */
      month: string;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** The code of the operator. */
      operator_party: string;
      /** ISO 4217 code. */
      currency: string;
      /** What the statement bills: coupons, platform fees, or other. */
      kind: "coupons" | "fees" | "conversions" | "other";
      /** How many uses are billed. */
      uses: number;
      /** How many reversals of uses are on it. */
      reversals: number;
      /** How many conversions are billed. */
      conversions: number;
      /** How many lines are of earlier months. */
      late_lines: number;
      /** What the coupons cost, in minor units. */
      coupon_cost_minor: number;
      /** What the operator gets, in minor units. */
      platform_fee_minor: number;
      /** What the conversions cost, in minor units. */
      conversion_minor: number;
      /** What other legs come to, such as referrals, in minor units. */
      other_minor: number;
      /** What earlier statements are corrected by here, in minor units. */
      adjustment_minor: number;
      /** Tax that is added to the prices, in minor units. */
      added_tax_minor: number;
      /** All the tax in what is billed, in minor units. */
      tax_minor: number;
      /** Coupon cost and platform fee together, in minor units. */
      billed_minor: number;
      /** Where it stands. */
      state: "issued" | "agreed" | "disputed" | "final" | "settled" | "void";
      /** The SHA-256 of the statement's detail file, as `sha256sum` gives it. */
      file_sha256: string;
      /** The SHA-256 of the chain up to this statement, in the order of numbers. */
      chain_sha256: string;
      /** When it was issued. */
      issued_at: string;
      /** The day by which a statement is to be paid. */
      due_on: string;
      /** When the payer agreed; null if it has not. */
      payer_agreed_at: string | null;
      /** When the payee agreed; null if it has not. */
      payee_agreed_at: string | null;
      /** Why it is disputed; null if it never was. */
      dispute_reason: string | null;
      /** What is in question, with tax, in minor units. */
      disputed_minor: number;
      /** When silence agrees; null for none. */
      term_ends_at: string | null;
      /** The number of the void statement that it replaces; null for none. */
      replaces: number | null;
      /** When it was taken back; null if it was not. */
      voided_at: string | null;
    };
    /** A line of a statement: of a `use`, or of its month as a whole, then it is a `period_line`. */
    StatementLineAnswer: {
      /** The number of the use. */
      use: string | null;
      /** The id of a line of the month; null for none. */
      period_line: string | null;
      /** The leg of the rate card. */
      leg: string;
      /** A charge or a reversal, or what the line of the month is for. */
      kind: "charge" | "reversal" | "tier" | "free" | "package" | "cap" | "minimum" | "barter" | "rounding" | "tax" | "adjustment" | "write_off";
      /** What it was rated at, in minor units. */
      amount_minor: number;
      /** With its share of what depends on sums, and with its tax, in minor units. */
      gross_minor: number;
      /** The tax in that, in minor units. */
      tax_minor: number;
      /** The rate of its tax, like 0.06; null for none. */
      tax_rate: string | null;
      /** How the amount comes about. */
      calculation: string;
      /** The one whose orders fail after a while; null for `late`. */
      late: boolean;
      /** When the use was; null for a line of the month. */
      used_at: string | null;
      /** When it was used, or reversed; null for neither. */
      occurred_at: string | null;
      /** The code of the offer; null for none. */
      offer_code: string | null;
      /** The last characters of the coupon's code; null for none. */
      coupon_code_tail: string | null;
      /** The SHA-256 of the coupon's code; null for none. */
      coupon_code_sha256: string | null;
      /** The till's own reference; null for none. */
      reference: string | null;
      /** The number of the order; null for none. */
      request_number: string | null;
      /** Where it was used; null if it was not told. */
      store: string | null;
      /** The code of the programme; null for a line of the month. */
      programme: string | null;
      /** The face value of the right, in minor units. */
      face_minor: number | null;
      /** What the order comes to, in minor units; null if it was not told. */
      order_minor: number | null;
      /** What was paid for the order after the coupon; null if it is not told. */
      paid_minor: number | null;
      /** The contract that it was rated by; null for none. */
      contract_id: number | null;
      /** The version of that contract; null for none. */
      contract_version: number | null;
      /** The number of the statement that it corrects; null for none. */
      of_statement_id: number | null;
      /** The use that it corrects; null for none. */
      of_use: string | null;
      /** The member, for the brand whose member it is; null for others. */
      member: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    StatementLinePage: {
      /** What is on the page. */
      items: components["schemas"]["StatementLineAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    StatementPage: {
      /** What is on the page. */
      items: components["schemas"]["StatementAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A step that was taken with a statement. */
    StatementStepAnswer: {
      /** What happened. */
      step: "draft" | "review" | "issue" | "agree" | "dispute" | "withdraw" | "accept" | "reject" | "term" | "finalise" | "pay" | "settle" | "adjust" | "approve" | "discard" | "void" | "invoice";
      /** The code of the party that did it; null for the end of a term. */
      party: string | null;
      /** Who did it, such as key:12; null if the reader is not told. */
      actor: string | null;
      /** What was said of it; null for nothing. */
      note: string | null;
      /** When it was done. */
      done_at: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    StatementStepPage: {
      /** What is on the page. */
      items: components["schemas"]["StatementStepAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** How the exchange does. */
    StatusAnswer: {
      /** The past instant that was asked about; null stands for now. */
      as_of: string;
      /** The books, in the order in which they were opened. */
      books: components["schemas"]["BookStateAnswer"][];
      /** Whether these are all. */
      are_all_books: boolean;
      /** What the last verification on this machine found; null if none is known. */
      verify: components["schemas"]["LastVerifyAnswer"] | null;
      /** What waits in the outbox, by topic. */
      outbox: components["schemas"]["TopicBacklogAnswer"][];
      /** The processes with background loops. */
      workers: components["schemas"]["WorkerStateAnswer"][];
      /** The months that are not closed. */
      open_months: string[];
      /** Messages that could not be read for the bill, up to 10,000. */
      rejected_uses: number;
      /** The suppliers, those in trouble first. */
      suppliers: components["schemas"]["SupplierLightAnswer"][];
      /** Whether these are all. */
      are_all_suppliers: boolean;
    };
    /** The steps of a receipt. */
    Step: "redeemed" | "sent" | "accepted" | "unconfirmed" | "waiting" | "delivered" | "returned" | "used" | "use-reversed" | "expired" | "revealed" | "locked" | "unlocked" | "given" | "gift-withdrawn" | "received" | "given-back" | "deactivated" | "disputed" | "decided";
    /** One step of a coupon: when it happened, and when it was recorded. */
    StepAnswer: {
      step: components["schemas"]["Step"];
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** When it was recorded, by the database's clock. */
      recorded_at: string;
      /** Further facts, which depend on the kind. */
      detail: { [key: string]: { [key: string]: unknown } } | null;
    };
    /** A use that a suggestion names. */
    SuggestedUseAnswer: {
      /** The book of the use. */
      book_id: number;
      /** The number of the use here. */
      use_id: string;
    };
    /** A row and the uses that it may be. `use_id` is the first of them. */
    SuggestionAnswer: {
      /** The line of the partner's file. */
      line_number: number;
      /** The book of the use. */
      book_id: number;
      /** The number of the use here. */
      use_id: string;
      /** The days between the two records. */
      days_apart: number;
      /** Why they may belong together. */
      reason: "leading_zeros" | "power_of_ten" | "sum" | "same_terms";
      /** The uses that the row may be. */
      uses: components["schemas"]["SuggestedUseAnswer"][];
    };
    /** How a supplier does. */
    SupplierCardAnswer: {
      /** The figures, in a fixed order. */
      figures: components["schemas"]["FigureAnswer"][];
      /** How many orders of these days are open. */
      open_orders: number;
      /** How long the oldest of them has been open; null for none. */
      oldest_open_seconds: number | null;
      /** Since how many days it has passed the conformance kit; null if not. */
      kit_age_days: number | null;
      /** What the others owe it in its swaps; null for none, or for several currencies. */
      swap_balance_minor: number | null;
      /** The currency of that; null without it. */
      swap_currency: string | null;
      /** How many rows are remarks. */
      notes: components["schemas"]["CardNoteAnswer"][];
    };
    /** A coupon of a supplier's offer. Its member is not told. `code_tail` is null until the right is delivered, and once it was returned or withdrawn. `state` is judged by time. */
    SupplierCouponAnswer: {
      /** The number of the coupon. */
      coupon: number;
      /** The code of the programme. */
      programme: string;
      state: components["schemas"]["CouponState"];
      /** The number of the offer. */
      offer: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The last characters of the code; null while nobody may see it. */
      code_tail: string | null;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** Where the delivery stands; null if there is nothing to deliver. */
      delivery: components["schemas"]["OrderState"] | null;
      /** When the coupon was redeemed. */
      redeemed_at: string;
      /** The first day on which the coupon can be used; null for at once. */
      first_day: string | null;
      /** The last day on which the coupon can be used; null for no last day. */
      last_day: string | null;
      /** When the use was; null for a line of the month. */
      used_at: string | null;
      /** The shop or store that used it; null if it is not used, or none was named. */
      used_store: string | null;
      /** How many uses are billed. */
      uses: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    SupplierCouponPage: {
      /** What is on the page. */
      items: components["schemas"]["SupplierCouponAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Whether a supplier is in trouble, by the newest of its orders of the last day. */
    SupplierLightAnswer: {
      /** The code of the supplier. */
      supplier: string;
      /** Whether somebody should look: red first, then amber. */
      light: "red" | "amber" | "green";
      /** What the light is about. */
      why: "suspended" | "failing" | "unheard_of" | "slow" | "fine" | "idle";
      /** How far the supplier has come on its way to be open. */
      stage: "DECLARED" | "CHECKED" | "CANARY" | "OPEN" | "SUSPENDED";
      /** The orders that are judged. */
      orders: number;
      /** Those of them that were delivered. */
      succeeded: number;
      /** Those of them that failed. */
      failed: number;
      /** When the oldest open one of them was made; null if there is none. */
      open_since: string | null;
      /** When the oldest of them was sent of which nothing is heard; null if there is none. */
      unheard_of_since: string | null;
    };
    /** Supply terms. `granted` is what was granted under them so far, less what went back. */
    SupplyTermsAnswer: {
      /** The number of the supply terms. */
      terms_id: number;
      /** The offer; null for any of the supplier's offers. */
      offer_id: number | null;
      /** The codes of the brands; null stands for any brand. */
      brands: string[] | null;
      /** How many are granted at most. */
      quantity_max: number;
      /** How many one brand is granted at most; null for all of them. */
      quantity_per_brand_max: number | null;
      /** What a piece costs the brand, in minor units; null if it was not said. */
      unit_cost_minor: number | null;
      /** The currency of the cost; null without one. */
      currency: string | null;
      /** How many were granted. */
      granted: number;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
      /** When the terms were withdrawn; null if they are in force. */
      withdrawn_at: string | null;
    };
    /** What the calling supplier grants without being asked each time. `offer_id` null: any of its offers; the quantities then count all of them together. `brands` null: any brand. Without `quantity_per_brand_max`, one brand may have all. With `unit_cost_minor` and its `currency`, only what is asked for at this cost is granted. */
    SupplyTermsBody: {
      /** The offer; null for any of the supplier's offers. */
      offer_id: number | null;
      /** The codes of the brands; null stands for any brand. */
      brands: string[] | null;
      /** How many are granted at most. */
      quantity_max: number;
      /** How many one brand is granted at most; null for all of them. */
      quantity_per_brand_max?: number | null;
      /** What a piece costs the brand, in minor units; null if it was not said. */
      unit_cost_minor?: number | null;
      /** The currency of the cost. */
      currency?: string | null;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until?: string | null;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    SupplyTermsPage: {
      /** What is on the page. */
      items: components["schemas"]["SupplyTermsAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Something unusual between two parties, for somebody to look at. It holds up nothing. */
    SuspiciousItem: {
      /** What is unusual. */
      rule: "rate-zero" | "day-jump" | "pair-missing" | "currencies";
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** How many uses, lines or currencies it is about. */
      count: number;
      /** The leg it is about; null for all. */
      leg: string | null;
      /** The day it is about; null for the month. */
      day: string | null;
    };
    /** A swap, from the side of the party that has proposed it. `other_programme` is null until the other party has agreed. */
    SwapAnswer: {
      /** The number of the swap. */
      swap_id: number;
      /** RUNNING from the opening of its window on, once it is agreed. */
      state: "PROPOSED" | "AGREED" | "RUNNING" | "ENDED";
      /** The code of the party that has proposed it. */
      proposer: string;
      /** The code of the other party. */
      other: string;
      /** The code of the programme. */
      programme: string;
      /** The programme of the other party; null until it has agreed. */
      other_programme: string | null;
      /** What the proposer gives. */
      gives: components["schemas"]["SwapLineAnswer"][];
      /** What the proposer takes. */
      takes: components["schemas"]["SwapLineAnswer"][];
      /** ISO 4217 code. */
      currency: string;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string;
      /** At this exposure of a side, nothing more is given out of its rights. */
      limit_minor: number;
      /** From this share of the limit on, the standing is an alert. */
      alert_percent: number;
      /** When it was proposed. */
      proposed_at: string;
      /** When the other party agreed; null if it has not. */
      agreed_at: string | null;
      /** When it ended; null if it has not. */
      ended_at: string | null;
    };
    /** What the calling party proposes to another one. It gives to the members of the other party, and takes for those of its own `programme`. Each offer is named once. No direction may come to owe more than `limit_minor`. */
    SwapBody: {
      /** Lower-case letters, digits, single hyphens. */
      other: string;
      /** Lower-case letters and digits, with hyphens between. */
      programme: string;
      /** What the proposer gives. */
      gives: components["schemas"]["SwapLineItem"][];
      /** What the proposer takes. */
      takes: components["schemas"]["SwapLineItem"][];
      /** ISO 4217 code. */
      currency: string;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string;
      /** At this exposure of a side, nothing more is given out of its rights. */
      limit_minor: number;
      /** From this share of the limit on, the standing is an alert. By default 80. */
      alert_percent?: number;
    };
    /** What a side gives of one offer, and what a used one is worth to both. */
    SwapLineAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** How many. */
      quantity: number;
      /** What a used one is worth to both, in minor units. */
      unit_value_minor: number;
    };
    /** What a side gives of one offer, and what a used one is worth to both. */
    SwapLineItem: {
      /** The number of the offer. */
      offer_id: number;
      /** How many. */
      quantity: number;
      /** What a used one is worth to both, in minor units. */
      unit_value_minor: number;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    SwapPage: {
      /** What is on the page. */
      items: components["schemas"]["SwapAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What a side has given of one offer, in pieces. */
    SwapPieceAnswer: {
      /** The number of the offer. */
      offer_id: number;
      /** What a used one is worth to both, in minor units. */
      unit_value_minor: number;
      /** How many were granted and not given back. */
      granted: number;
      /** How many are with members and not used yet. */
      outstanding: number;
      /** How many are used; a use that was reversed is none. */
      used: number;
    };
    /** How one side stands. A positive balance is what the other side owes it. The exposure is the balance, and what this side's rights are worth that are out and not used yet. `standing` says how near it is to the limit now. `stopped` is what redemptions of this side's rights meet: it is set and lifted by rounds, the last of them at `judged_at`. */
    SwapSideAnswer: {
      /** The code of the party. */
      party: string;
      /** What the side has given, offer by offer. */
      pieces: components["schemas"]["SwapPieceAnswer"][];
      /** How many were granted and not given back. */
      granted: number;
      /** How many are with members and not used yet. */
      outstanding: number;
      /** How many are used; a use that was reversed is none. */
      used: number;
      /** What those are worth that are with members, in minor units. */
      outstanding_minor: number;
      /** What those are worth that are used, in minor units. */
      used_minor: number;
      /** What claims are worth that the side's placements have brought. */
      traffic_minor: number;
      /** What the other side owes; less than zero is owed to it. Minor units. */
      balance_minor: number;
      /** The balance, and what is outstanding, in minor units. */
      exposure_minor: number;
      /** How near the exposure is to the limit. */
      standing: "ok" | "alert" | "stopped";
      /** Whether redemptions of this side's rights are refused. */
      stopped: boolean;
    };
    /** A swap, and how both sides stand: first the proposer, then the other party. Between two rounds, a side may go over the limit by what is redeemed in that time. */
    SwapStandingAnswer: {
      /** The number of the swap. */
      swap_id: number;
      /** RUNNING from the opening of its window on, once it is agreed. */
      state: "PROPOSED" | "AGREED" | "RUNNING" | "ENDED";
      /** The code of the party that has proposed it. */
      proposer: string;
      /** The code of the other party. */
      other: string;
      /** The code of the programme. */
      programme: string;
      /** The programme of the other party; null until it has agreed. */
      other_programme: string | null;
      /** What the proposer gives. */
      gives: components["schemas"]["SwapLineAnswer"][];
      /** What the proposer takes. */
      takes: components["schemas"]["SwapLineAnswer"][];
      /** ISO 4217 code. */
      currency: string;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string;
      /** At this exposure of a side, nothing more is given out of its rights. */
      limit_minor: number;
      /** From this share of the limit on, the standing is an alert. */
      alert_percent: number;
      /** When it was proposed. */
      proposed_at: string;
      /** When the other party agreed; null if it has not. */
      agreed_at: string | null;
      /** When it ended; null if it has not. */
      ended_at: string | null;
      /** The instant before the count. */
      as_of: string;
      /** When a round last set or lifted the stops; null before the first. */
      judged_at: string | null;
      /** How both sides stand: the proposer, then the other party. */
      sides: components["schemas"]["SwapSideAnswer"][];
    };
    /** A tag that a member gets from now on. */
    TagBody: {
      /** A class and a slug: behaviour, brand, product or platform. */
      tag: string;
      /** When it ends; null for never. */
      until?: string | null;
      /** Who says so, like the name of a system. By default brand. */
      origin?: string;
    };
    /** A tag of a member, and until when. */
    TagOfMemberAnswer: {
      /** The code of the tag. */
      tag: string;
      /** Who says so, like the name of a system. */
      origin: string;
      /** Since when; null if it was never staged. */
      since: string;
      /** When it ends; null for never. */
      until: string | null;
    };
    /** What becomes of a member's tags: `set` takes the place of all, and goes alone. */
    TagsBody: {
      /** The tags that take the place of all others; null to keep those. */
      set?: components["schemas"]["TagBody"][] | null;
      /** Tags that the member gets, or whose end changes. */
      add?: components["schemas"]["TagBody"][];
      /** Tags that the member loses. */
      remove?: string[];
    };
    /** What an offer says in one language. */
    TextAnswer: {
      /** The name that people read. */
      name?: string;
      /** A line beneath the name; null for none. */
      subtitle?: string;
      /** The conditions that a member reads; null for none. */
      terms_text?: string;
    };
    /** What an offer says in one language. */
    TextBody: {
      /** The name in this language; null for the offer's own. */
      name?: string | null;
      /** The subtitle in this language; null for the offer's own. */
      subtitle?: string | null;
      /** The conditions in this language; null for the offer's own. */
      terms_text?: string | null;
    };
    /** What an offer says in other languages. */
    TextsAnswer: {
      zh?: components["schemas"]["TextAnswer"];
      en?: components["schemas"]["TextAnswer"];
    };
    /** What an offer says in other languages. */
    TextsBody: {
      /** In Chinese. */
      zh?: components["schemas"]["TextBody"] | null;
      /** In English. */
      en?: components["schemas"]["TextBody"] | null;
    };
    /** Two figures of different origin that have to be the same. */
    TieOutAnswer: {
      /** What must be the same. */
      name: string;
      /** The one figure. */
      left: number;
      /** The other figure. */
      right: number;
      /** Whether they are the same. */
      holds: boolean;
    };
    /** The tier of a member, from now unless `valid_from` says otherwise. */
    TierGrantBody: {
      /** Lower-case letters, digits, single hyphens. */
      code: string;
      /** From when it applies. */
      valid_from?: string | null;
      /** When it ends; null for never. */
      valid_until?: string | null;
    };
    /** The tier that a member has now, and in which period. */
    TierOfMemberAnswer: {
      /** The code by which it is named, in addresses and bodies. */
      code: string;
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until: string | null;
    };
    /** A new API key for a till of the shop. */
    TillKeyBody: {
      /** What the key is for, in the owner's words. */
      label: string;
      /** Until when the points are set aside. */
      expires_at?: string | null;
    };
    /** A sentence for whoever stands at the till. */
    TillWordsAnswer: {
      /** In Chinese. */
      zh: string;
      /** In English. */
      en: string;
    };
    /** What a programme's day has brought so far. A count stops at 100,000. */
    TodayAnswer: {
      /** The day of the programme. */
      day: string;
      /** The past instant that was asked about; null stands for now. */
      as_of: string;
      /** Rights that were redeemed. */
      redeemed: number;
      /** Coupons that were used, and still are. */
      used: number;
      /** Deliveries that failed. */
      failed: number;
    };
    /** What a member shows at a till for two minutes, and the code for tills that scan nothing. */
    TokenAnswer: {
      /** The number of the coupon. */
      coupon: number;
      /** A token of the coupon: what its QR code says. */
      token: string;
      /** When the token ends. Get a new one before that. */
      expires_at: string;
      /** The code of the coupon, for tills that scan nothing. */
      code: string;
    };
    /** What became of one hour. It is `recorded` now, or `known` with the same number. It `differs` from what was recorded before, which stays. It is `not-yet` over, or `outside` the window. */
    ToldHourAnswer: {
      /** The beginning of the hour. */
      hour: string;
      /** What became of it. */
      outcome: "recorded" | "known" | "differs" | "not-yet" | "outside";
    };
    /** What waits in the outbox of a topic. Counts stop at 10,000. */
    TopicBacklogAnswer: {
      /** What the messages are about. */
      topic: string;
      /** Messages that are due, or will be. */
      waiting: number;
      /** When the oldest of them was written; null if there is none. */
      oldest_at: string | null;
      /** Messages that failed too often, and wait for a person. */
      parked: number;
    };
    /** The totals of a book since its beginning. issued + converted_in + adjusted + owed = redeemed + converted_out + expired + held + converting + outstanding. Reversed issues are subtracted from what was issued, and reversed redemptions from what was redeemed. */
    TotalsAnswer: {
      /** The code of the programme. */
      programme: string;
      /** Points that were issued, without those taken back. */
      issued: number;
      /** Points that came from other programmes. */
      converted_in: number;
      /** Points that were added by hand, less those taken. */
      adjusted: number;
      /** Points that members owe. */
      owed: number;
      /** Points that were spent, without those given back. */
      redeemed: number;
      /** Points that went to other programmes. */
      converted_out: number;
      /** Points past their last day. */
      expired: number;
      /** Points set aside. */
      held: number;
      /** Points on their way to another programme. */
      converting: number;
      /** How many are with members and not used yet. */
      outstanding: number;
    };
    /** An amount that one account gives and another one gains. */
    TransferAnswer: {
      /** The account that gives it: bank, open:PARTY or net:PARTY. */
      from_account: string;
      /** The account that gains it. */
      to_account: string;
      /** How much, in minor units. */
      amount_minor: number;
    };
    /** The balances of every kind of account. Their sum is zero. */
    TrialBalanceAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The past instant that was asked about; null stands for now. */
      as_of: string | null;
      /** The test server's own accounts, by the ones of ours that they play. */
      accounts: components["schemas"]["TrialBalanceLineAnswer"][];
    };
    /** The balance of one kind of account. */
    TrialBalanceLineAnswer: {
      /** What the account is for. */
      account: "issuance" | "redemption" | "breakage" | "held" | "transit" | "clearing" | "adjustment" | "debt" | "converted_out" | "converted_in" | "wallet";
      /** The sum of the accounts of this kind. */
      balance: number;
    };
    /** What a leg would have come to in a month between two parties. */
    TriedLegAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** The leg. */
      leg: string;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** ISO 4217 code. */
      currency: string;
      /** How many uses it is of. */
      uses: number;
      /** What the lines of these uses come to, in minor units. */
      lines_minor: number;
      /** What tiers, caps and the like add over the month. */
      period_lines: components["schemas"]["TriedPartAnswer"][];
      /** Both together, in minor units. */
      then_minor: number;
    };
    /** What a leg would have cost for one use by itself, step by step. */
    TriedLineAnswer: {
      /** The leg. */
      leg: string;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** What it costs by itself, in minor units. */
      amount_minor: number;
      /** What has happened to the coupon, in order. */
      steps: { [key: string]: { [key: string]: unknown } }[];
      /** How the amount comes about. */
      calculation: string;
    };
    /** A line of the period that the card would have made. An offer of null is all of them. */
    TriedPartAnswer: {
      /** What it is for, like tier or cap. */
      kind: "tier" | "free" | "package" | "barter" | "rounding" | "cap" | "minimum" | "tax";
      /** The offer it is of; null for all. */
      offer_id: number | null;
      /** What it adds, in minor units. */
      amount_minor: number;
      /** How the amount comes about. */
      calculation: { [key: string]: { [key: string]: unknown } };
    };
    /** Whether the offers of a supplier are listed without a review. */
    TrustAnswer: {
      /** The code of the party. */
      party: string;
      /** Whether its offers are listed without a review. */
      trusted: boolean;
    };
    /** Whether the offers of a supplier are listed without a review. */
    TrustBody: {
      /** Whether its offers are listed without a review. */
      trusted: boolean;
    };
    /** A till lets go of a coupon. */
    UnlockBody: {
      /** The code by which it is named, in addresses and bodies. */
      code?: string | null;
      /** A token of the coupon; null if the code is given. */
      token?: string | null;
      /** The name of the lock, from the answer that made it. */
      lock: string;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop?: string | null;
    };
    /** Where a right can be used. */
    UsableAnswer: {
      /** Whether it can be used online. */
      online: boolean;
      /** In which shops it can be used. */
      shops: "none" | "all" | components["schemas"]["ShopsAnswer"];
    };
    /** Where a right can be used. */
    UsableBody: {
      /** Whether it can be used online. */
      online: boolean;
      /** In which shops it can be used. */
      shops: "none" | "all" | components["schemas"]["ShopsBody"];
    };
    /** An accepted use or reversal, with the coupon's new state. */
    UseAnswer: {
      /** The idempotency key. */
      key: string;
      /** It was accepted. */
      status: "accepted";
      /** The number of the coupon. */
      coupon: number;
      state: components["schemas"]["CouponState"];
      /** The number of the use. */
      use: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** The code of the programme. */
      programme: string;
      /** What the right is worth, in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at: string;
      /** In which shop it happened. */
      store: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** What the order comes to, in minor units; null if it was not told. */
      order_minor?: number | null;
      /** The price rule that set the price of the right; null if none did. */
      price_rule?: number | null;
      /** Whether the member was counted as new to the supplier by this use. */
      counted_new?: boolean;
    };
    /** A coupon is used at the calling supplier. */
    UseBody: {
      /** The code of the coupon, as the member shows it. */
      code?: string | null;
      /** A token of the coupon; null if the code is given. */
      token?: string | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** What the order comes to, in minor units; null if it was not told. */
      order_minor?: number | null;
      /** What was paid for the order after the coupon; null if it is not told. */
      paid_minor?: number | null;
      /** Whether your user is new to you; null if you do not say. */
      new_member?: boolean | null;
      /** The name of the lock that holds the coupon; null if none does. */
      lock?: string | null;
    };
    /** Uses that are alike, and what their lines come to by the card: `lines` are those of one. */
    UseChangeAnswer: {
      /** The calendar month, like 2017-01. */
      month: string;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** How many uses are alike. */
      uses: number;
      /** Data as such an event may have. */
      example: string;
      /** What was billed, in minor units, without added tax. */
      now_minor: number;
      /** What would have been billed, in minor units, without added tax. */
      then_minor: number;
      /** The lines of one of them by the card. */
      lines: components["schemas"]["TriedLineAnswer"][];
    };
    /** One use of a batch. */
    UseItem: {
      /** The code of the coupon, as the member shows it. */
      code?: string | null;
      /** A token of the coupon; null if the code is given. */
      token?: string | null;
      /** When it happened. Only a key with the scope `import` may give it. */
      occurred_at?: string | null;
      /** The shop; null if none was named. A till's key names its own by itself. */
      shop?: string | null;
      /** In which shop it happened. */
      store?: string | null;
      /** The caller's own number for it, such as that of a receipt. */
      reference?: string | null;
      /** Which employee did it. */
      staff?: string | null;
      /** What the order comes to, in minor units; null if it was not told. */
      order_minor?: number | null;
      /** What was paid for the order after the coupon; null if it is not told. */
      paid_minor?: number | null;
      /** Whether your user is new to you; null if you do not say. */
      new_member?: boolean | null;
      /** The name of the lock that holds the coupon; null if none does. */
      lock?: string | null;
      /** Idempotency key: visible ASCII. */
      key: string;
    };
    /** What a supplier asks of every use of its coupons. */
    UseSettingsAnswer: {
      /** The code of the party. */
      party: string;
      /** Whether every use names one of the supplier's shops. */
      require_shop: boolean;
    };
    /** What a supplier asks of every use of its coupons. */
    UseSettingsBody: {
      /** Whether every use names one of the supplier's shops. */
      require_shop: boolean;
    };
    /** Hours of some weekdays in which a right can be used. */
    UseTimeAnswer: {
      /** Weekdays, from 1 for Monday to 7. */
      weekdays: number[];
      /** The minute from which it applies, like 09:30. */
      opens: string;
      /** The offers of which a brand has stock, and which close to it. */
      closes: string;
    };
    /** Hours of some weekdays in which a right can be used. */
    UseTimeBody: {
      /** Weekdays, from 1 for Monday to 7. */
      weekdays: number[];
      /** The minute from which it applies, like 09:30. */
      opens: string;
      /** The offers of which a brand has stock, and which close to it. */
      closes: string;
    };
    /** A user of a party. One who was asked to join has no roles yet. */
    UserAnswer: {
      /** The number of the user. */
      user_id: number;
      /** The e-mail address, with which the user signs in. */
      email: string;
      /** How the user is called; empty where somebody was asked to join. */
      name: string;
      /** The language in which pages are shown at first. */
      locale: string;
      /** What the user may do for the party. */
      roles: string[];
      /** The role in which somebody who is a user already was asked to join; else null. */
      asked_role: string | null;
      /** Whether the user can sign in for the party. */
      state: "invited" | "active" | "disabled";
      /** Whether a code is asked for besides the password. */
      has_second_factor: boolean;
      /** Since when the user is known. */
      created_at: string;
      /** Since when the user is let in no more; null otherwise. */
      disabled_at: string | null;
    };
    /** Somebody who is invited to act for a party. */
    UserBody: {
      /** The e-mail address, with which the user signs in. */
      email: string;
      /** How the user is called. */
      name: string;
      /** What the user may do. */
      role: "operator" | "finance" | "auditor" | "marketer" | "brand_finance" | "service" | "manager" | "till";
      /** The language in which pages are shown at first. By default en. */
      locale?: "en" | "zh-Hans";
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    UserPage: {
      /** What is on the page. */
      items: components["schemas"]["UserAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** A user of a party, and the API keys in force that this user made for it. */
    UserStateAnswer: {
      /** The number of the user. */
      user_id: number;
      /** The e-mail address, with which the user signs in. */
      email: string;
      /** How the user is called; empty where somebody was asked to join. */
      name: string;
      /** The language in which pages are shown at first. */
      locale: string;
      /** What the user may do for the party. */
      roles: string[];
      /** The role in which somebody who is a user already was asked to join; else null. */
      asked_role: string | null;
      /** Whether the user can sign in for the party. */
      state: "invited" | "active" | "disabled";
      /** Whether a code is asked for besides the password. */
      has_second_factor: boolean;
      /** Since when the user is known. */
      created_at: string;
      /** Since when the user is let in no more; null otherwise. */
      disabled_at: string | null;
      /** The API keys in force that the user made for the party. */
      keys: components["schemas"]["ListedKeyAnswer"][];
    };
    /** One answer per use, in the order of the request. */
    UsesAnswer: {
      /** The answers, in the order of the items. */
      answers: (components["schemas"]["UseAnswer"] | components["schemas"]["RefusedAnswer"])[];
    };
    /** Up to 1,000 uses, each with its own key. */
    UsesBody: {
      /** The coupons to use. */
      uses: components["schemas"]["UseItem"][];
    };
    /** What a version of an offer says. */
    VersionBody: {
      /** The name that people read. */
      name: string;
      /** Money in minor units, e.g. cents. */
      face_value_minor: number;
      /** ISO 4217 code. */
      currency: string;
      /** Whole points; 0 for a free right. */
      points: number;
      /** Whether the exchange makes the code or the supplier delivers the right. */
      fulfilment: "own_code" | "direct" | "card_code";
      /** From when it applies. */
      valid_from: string;
      /** When it ends; null for never. */
      valid_until?: string | null;
      /** Within how many days a coupon is to be used; null if it has no last day. */
      use_within_days?: number | null;
      /** What the right is worth; null for a voucher, a top-up if delivered. */
      kind?: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code" | null;
      /** The category of the offer; null for the supplier's. */
      category?: string | null;
      /** The code of the party whose right it is; null if it is the supplier's. */
      presented_brand?: string | null;
      /** A line beneath the name; null for none. */
      subtitle?: string | null;
      /** The conditions that a member reads; null for none. */
      terms_text?: string | null;
      /** The addresses of its images; those that begin with a slash are of this service. By default []. */
      images?: string[];
      /** What it says in other languages; null for none. */
      texts?: components["schemas"]["TextsBody"] | null;
      /** From which order on it can be used, in minor units; null for any. */
      threshold_minor?: number | null;
      /** What is taken off, in thousandths; null if it is no discount. */
      discount_permille?: number | null;
      /** The most that is taken off, in minor units; null for any amount. */
      discount_cap_minor?: number | null;
      /** Whether it can be used there and now. */
      usable?: components["schemas"]["UsableBody"] | null;
      /** In which hours it can be used; null for all. */
      use_times?: components["schemas"]["UseTimeBody"][] | null;
      /** On which days it cannot be used. By default []. */
      closed_on?: string[];
      /** The first day on which it can be used; null for any. */
      use_from?: string | null;
      /** The last day on which it can be used; null for any. */
      use_until?: string | null;
      /** How many days after it was redeemed it can be used; null for at once. */
      use_after_days?: number | null;
      /** How many a member may redeem in all; null for any number. */
      per_member?: number | null;
      /** How many a member may redeem in a day; null for any number. */
      per_member_per_day?: number | null;
      /** How many the members of a programme may redeem in a day; null for any number. */
      per_day?: number | null;
      /** How many all brands may procure together; null for any number. */
      quantity_max?: number | null;
      /** How often a coupon may be given to another member; 0 for never. By default 0. */
      gift_hops?: number;
      /** Within how many days a member may give it back; 0 for never. By default 0. */
      return_within_days?: number;
      /** Within how many minutes a till may reverse a use. Its supplier always may. By default 60. */
      reverse_minutes?: number;
      /** What counts as its use; null for what follows from the fulfilment. */
      counts_as_used?: "use" | "delivery" | null;
      /** The pattern of the account that it is delivered to; null for any. */
      account_pattern?: string | null;
      /** From when on it is shown, before it is sold; null for no sooner. */
      visible_from?: string | null;
    };
    /** A veto, in fields and in words. */
    VetoAnswer: {
      /** The number of the veto. */
      veto_id: number;
      /** The code of the party that stated it. */
      party: string;
      /** Whether the party speaks of what it is shown, or of who is shown its own offers. */
      role: "buyer" | "supplier";
      against: components["schemas"]["SideAnswer"];
      /** The rule in words. */
      rule: string;
      /** When the veto begins to hold. */
      valid_from: string | null;
      /** Until before when it holds; null if it has no end. */
      valid_until: string | null;
    };
    /** A party's wish about itself: whom it keeps apart from, in which of its two roles. As `buyer` it does not want to see their offers. As `supplier` it does not want them to see its own. No allow overrides it. It does not begin in the past. */
    VetoBody: {
      /** When the veto begins to hold; by default, now. */
      valid_from?: string | null;
      /** Until before when it holds; null if it has no end. */
      valid_until?: string | null;
      against: components["schemas"]["AgainstBody"];
      /** Whether the party speaks of what it is shown, or of who is shown its own offers. */
      role: "buyer" | "supplier";
    };
    /** A veto that was ended. If it had not begun, it is as if it had never been stated. */
    VetoEndedAnswer: {
      /** The number of the veto. */
      veto_id: number;
      /** When it ended. */
      ended_at: string;
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    VetoPage: {
      /** What is on the page. */
      items: components["schemas"]["VetoAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** Why a statement is taken back. */
    VoidStatementBody: {
      /** Why it is taken back. */
      reason: string;
    };
    /** A void statement, and the draft that replaces it. */
    VoidedStatementAnswer: {
      /** The number of the statement. */
      statement_id: number;
      /** The number of the statement, without gaps within a year. */
      number: string;
      /** The calendar month, like 2017-01. */
      month: string;
      /** The code of the party that owes. */
      payer_party: string;
      /** The code of the party that is owed. */
      payee_party: string;
      /** The code of the operator. */
      operator_party: string;
      /** ISO 4217 code. */
      currency: string;
      /** What kind it is. */
      kind: "coupons" | "fees" | "conversions" | "other";
      /** How many uses are billed. */
      uses: number;
      /** How many reversals of uses are on it. */
      reversals: number;
      /** How many conversions are billed. */
      conversions: number;
      /** How many lines are of earlier months. */
      late_lines: number;
      /** What the coupons cost, in minor units. */
      coupon_cost_minor: number;
      /** What the operator gets, in minor units. */
      platform_fee_minor: number;
      /** What the conversions cost, in minor units. */
      conversion_minor: number;
      /** What other legs come to, such as referrals, in minor units. */
      other_minor: number;
      /** What earlier statements are corrected by here, in minor units. */
      adjustment_minor: number;
      /** Tax that is added to the prices, in minor units. */
      added_tax_minor: number;
      /** All the tax in what is billed, in minor units. */
      tax_minor: number;
      /** Coupon cost and platform fee together, in minor units. */
      billed_minor: number;
      /** Where it stands. */
      state: "issued" | "agreed" | "disputed" | "final" | "settled" | "void";
      /** The SHA-256 of the statement's detail file, as `sha256sum` gives it. */
      file_sha256: string;
      /** The SHA-256 of the chain up to this statement, in the order of numbers. */
      chain_sha256: string;
      /** When it was issued. */
      issued_at: string;
      /** The day by which a statement is to be paid. */
      due_on: string;
      /** When the payer agreed; null if it has not. */
      payer_agreed_at: string | null;
      /** When the payee agreed; null if it has not. */
      payee_agreed_at: string | null;
      /** Why it is disputed; null if it never was. */
      dispute_reason: string | null;
      /** What is in question, with tax, in minor units. */
      disputed_minor: number;
      /** When silence agrees; null for none. */
      term_ends_at: string | null;
      /** The number of the void statement that it replaces; null for none. */
      replaces: number | null;
      /** When it was taken back; null if it was not. */
      voided_at: string | null;
      /** The actor who replaced it; null if nobody was noted, or it holds now. */
      replaced_by: number;
    };
    /** A request of a batch that waits for the supplier's yes. */
    WaitingItemAnswer: {
      /** The number of the request. */
      procurement_id: number;
      /** The code of the brand. */
      brand: string;
      /** The number of the offer. */
      offer_id: number;
      /** The supplier's code for the offer. */
      offer_code: string;
      /** How many. */
      quantity: number;
      /** What it costs a member here; null for the offer's own price. */
      points: number | null;
      /** What a piece costs the brand, in minor units; null if it was not said. */
      unit_cost_minor: number | null;
      /** The currency of the cost; null without one. */
      currency: string | null;
      /** From when members can redeem it. */
      window_from: string;
      /** Until when members can redeem it; null for no end. */
      window_until: string | null;
      /** Where it stands. */
      state: "waiting" | "granted" | "refused" | "cancelled" | "closed";
      /** The batch that it became; null as long as there is none. */
      allotment_no: number | null;
      /** How many went back to the supplier. */
      returned: number;
      /** The number of the supply terms. */
      terms_id: number | null;
      /** Why. */
      reason: string | null;
      /** When the brand asked. */
      requested_at: string;
      /** When it was decided; null while it waits. */
      decided_at: string | null;
      /** The idempotency key. */
      key: string;
      /** Whether it was accepted. */
      status: "waiting";
    };
    /** A webhook endpoint. `reason` says why it is disabled. `failing_since`: everything has failed since then. `old_secret_until`: so long the secret before signs, too. */
    WebhookEndpointAnswer: {
      /** The number of the webhook endpoint. */
      endpoint_id: number;
      /** The address to which events are sent. */
      url: string;
      /** What it is for, in its owner's words; null for none. */
      description: string | null;
      /** The types that are sent; none for all but those of points. */
      types: string[];
      /** Whether events are sent to it. */
      state: "enabled" | "disabled";
      /** Why it is disabled; null if it is not. */
      reason: string | null;
      /** Since when everything has failed; null if it works. */
      failing_since: string | null;
      /** Since when the user is let in no more; null otherwise. */
      disabled_at: string | null;
      /** When it was added. */
      created_at: string;
      /** Until when the secret before signs; null if not. */
      old_secret_until: string | null;
    };
    /** Where events are sent, and which. Without types, all that need not be asked for. */
    WebhookEndpointBody: {
      /** The address to which events are sent. */
      url: string;
      /** What it is for, in your own words; null for none. */
      description?: string | null;
      /** The types that are sent; none for all but those of points. By default []. */
      types?: string[];
      /** Whether events are sent to it. By default enabled. */
      state?: "enabled" | "disabled";
    };
    /** One page of a list. `next_cursor` is null on the last page. */
    WebhookEndpointPage: {
      /** What is on the page. */
      items: components["schemas"]["WebhookEndpointAnswer"][];
      /** The `cursor` of the next page; null on the last one. */
      next_cursor: string | null;
    };
    /** What would be owed and billed at another redeem rate. Nothing is stored. */
    WhatIfAnswer: {
      /** The code of the programme. */
      programme: string;
      /** The calendar month, like 2017-01. */
      month: string;
      /** ISO 4217 code. */
      currency: string;
      /** The other rate. */
      redeem_rate: string;
      /** What was billed, in minor units, without added tax. */
      now_minor: number;
      /** What would have been billed, in minor units, without added tax. */
      then_minor: number;
      /** What 1,000 points have cost at partners in the last three months, else as estimated, in minor units. */
      cost_minor_per_1000_points: string;
      /** What partners will bill as it is estimated, in minor units. */
      bill_now_minor: number;
      /** What partners will bill at the other rate, in minor units. */
      bill_minor: number;
      /** The same by cohort. */
      cohorts: components["schemas"]["WhatIfCohortAnswer"][];
      /** In which months the bill comes. */
      cash: components["schemas"]["CashMonthAnswer"][];
      /** What of the sale is deferred; null if no sale was named. */
      sale: components["schemas"]["SalePartsAnswer"] | null;
    };
    /** One cohort now, and at the other rate. */
    WhatIfCohortAnswer: {
      /** The month of issue, like 2017-01; until and the month of the last day; or owed. */
      cohort: string;
      /** What was billed, in minor units, without added tax. */
      now_minor: number;
      /** What would have been billed, in minor units, without added tax. */
      then_minor: number;
      /** Points that would still be redeemed. */
      points_to_come: number;
      /** What partners will bill at the other rate, in minor units. */
      bill_minor: number;
    };
    /** Conditions on a member. */
    WhoAnswer: {
      /** The tiers of which one is needed; none for any. */
      tiers: string[];
      /** Tags of which one is needed; none for any. */
      tags_any: string[];
      /** Tags that are all needed. */
      tags_all: string[];
      /** Tags that must be missing. */
      tags_none: string[];
      /** What the member can spend at least, right before; null for any. */
      points_at_least: number | null;
      /** What the member can spend at most, right before; null for any. */
      points_at_most: number | null;
      /** The most days since the first operation; null for any. */
      member_for_days_at_most: number | null;
      /** Whether the member must never have had a coupon. */
      first_redemption: boolean;
    };
    /** Conditions on a member, all of which must hold. The tier "" is that of no tier. */
    WhoBody: {
      /** The tiers of which one is needed; none for any. By default []. */
      tiers?: string[];
      /** Tags of which one is needed; none for any. By default []. */
      tags_any?: string[];
      /** Tags that are all needed. By default []. */
      tags_all?: string[];
      /** Tags that must be missing. By default []. */
      tags_none?: string[];
      /** What the member can spend at least, right before; null for any. */
      points_at_least?: number | null;
      /** What the member can spend at most, right before; null for any. */
      points_at_most?: number | null;
      /** The most days since the first operation; null for any. */
      member_for_days_at_most?: number | null;
      /** Whether the member must never have had a coupon. By default false. */
      first_redemption?: boolean;
    };
    /** Which codes to withdraw: those of a batch, or all of the offer. */
    WithdrawCodesBody: {
      /** The supplier's name for the codes that came together; null for none. */
      batch: string | null;
    };
    /** A sentence in two languages. */
    WordsAnswer: {
      /** In Chinese. */
      zh: string;
      /** In English. */
      en: string;
    };
    /** A process with background loops. */
    WorkerStateAnswer: {
      /** The name of the process. */
      process: string;
      /** When it last gave a sign of life. */
      seen_at: string;
      /** Whether that is too long ago. */
      is_silent: boolean;
    };
  };
}
export interface operations {
  /** Accept a dispute */
  accept_dispute: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a dispute. */
        dispute_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AcceptDisputeBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DisputeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Draft a correction */
  add_adjustment: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AdjustmentBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AdjustmentAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Procure quantities of offers */
  add_allotments: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AllotmentsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AllotmentsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Say something about a break */
  add_break_comment: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a break. */
        break_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CommentBreakBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BreakAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add card codes to an offer */
  add_card_codes: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CodesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CodesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add a category */
  add_category: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CategoryBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CategoryAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Pass on a member's complaint */
  add_complaint: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ComplainBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CaseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Consent to conversions from another programme */
  add_consent: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ConsentBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ConsentAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Set what a use costs */
  add_contract: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ContractBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ContractAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Dispute lines of a statement */
  add_dispute: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OpenDisputeBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DisputeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make an earning rule */
  add_earning_rule: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EarningRuleBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EarningRuleAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add a group */
  add_group: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["GroupBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GroupAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Report impressions of a placement */
  add_impressions: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a placement. */
        placement_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ImpressionsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ImpressionsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Record an invoice */
  add_invoice: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["InvoiceBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["InvoiceAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add an isolation rule */
  add_isolation_rule: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["IsolationRuleBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["IsolationRuleAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make an API key */
  add_key: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["KeyBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["KeyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Let a member in to the member pages */
  add_launch: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["LaunchBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LaunchAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Let a till work without a connection */
  add_lease: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["LeaseBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LeaseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Tell of uses without a connection */
  add_lease_uses: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a lease. */
        lease_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OfflineUsesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfflineUsesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Propose an estimate */
  add_liability_estimate: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EstimateBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EstimateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Draft a netting run */
  add_netting: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NettingBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Publish an offer */
  add_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OfferBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Publish the next version of an offer */
  add_offer_version: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["VersionBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Publish many offers */
  add_offers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OffersBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OffersAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make an API key for your own party */
  add_own_key: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["KeyBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["KeyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Send a supplier's file of uses */
  add_partner_file: {
    parameters: {
      query?: {
        /** For the operator. */
        supplier?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "text/csv": string;
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartnerFileAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add a party */
  add_party: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PartyBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Record a payment */
  add_payment: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PaymentBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PaymentAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Keep a picture of offers */
  add_picture: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "image/svg+xml": string;
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PictureAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have an offer shown in another app */
  add_placement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PlacementBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PlacementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make a price rule */
  add_price_rule: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PriceBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PriceAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Ask for stock of an offer */
  add_procurement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProcurementBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make a batch of product codes */
  add_product_batch: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProductBatchBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProductBatchAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Put product codes into a batch */
  add_product_codes: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The code of the batch. */
        batch: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProductCodesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProductCodesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Open a programme */
  add_programme: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProgrammeBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProgrammeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Let other rules hold from a day on */
  add_programme_rules: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RulesFromDayBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProgrammeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Publish a conversion rate */
  add_rate: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RateBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Write a rate card */
  add_rate_card: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RateCardBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RateCardAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Reconcile a supplier's file */
  add_reconciliation: {
    parameters: {
      query?: {
        /** The month of the bill. By default, all. */
        month?: string;
        /** For the operator. */
        supplier?: string;
        /** The name of a saved mapping or a preset. By default, all is found out. */
        mapping?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "text/csv": string;
        "application/json": components["schemas"]["ReconciliationBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ReconciliationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Turn points into a right */
  add_right: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RightBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RightAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make many rights */
  add_rights: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RightsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RightsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add a shop */
  add_shop: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ShopBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ShopAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add many shops */
  add_shops: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AddShopsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AddShopsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have a supplier checked */
  add_supplier_check: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CheckBody"];
      };
    };
    responses: {
      202: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CheckAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State supply terms */
  add_supply_terms: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SupplyTermsBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SupplyTermsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Propose a swap of rights */
  add_swap: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SwapBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SwapAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make an API key for a till */
  add_till_key: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a shop. */
        shop: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["TillKeyBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["KeyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Add the usual categories */
  add_usual_categories: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CategoryPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Keep apart from others */
  add_veto: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["VetoBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["VetoAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have events sent to an address */
  add_webhook_endpoint: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["WebhookEndpointBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NewWebhookEndpointAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Correct a balance by hand */
  adjust_points: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AdjustBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Tell the parties of a netting run */
  advise_netting: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a netting run. */
        netting_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Agree to a statement */
  agree_statement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Accept to be in an alliance */
  agree_to_group: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a group. */
        group: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GroupMemberAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Agree to a swap */
  agree_to_swap: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a swap. */
        swap_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AgreeSwapBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SwapAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Apply an import that was checked */
  apply_import: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an import. */
        import_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ApplyImportBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ImportAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Approve a correction */
  approve_adjustment: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a correction. */
        adjustment_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AdjustmentAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Approve an estimate */
  approve_liability_estimate: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The version of an estimate. */
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EstimateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List an offer that was reviewed */
  approve_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OfferStepBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Grant what a brand asked for */
  approve_procurement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a request. */
        procurement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Say who works on a break */
  assign_break: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a break. */
        break_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AssignBreakBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BreakAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take a gift back */
  cancel_gift: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GiftBackAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Cancel an import */
  cancel_import: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an import. */
        import_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ImportAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give up a netting run */
  cancel_netting: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a netting run. */
        netting_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take back a request that waits */
  cancel_procurement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a request. */
        procurement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Spend the points of a hold */
  capture_hold: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CaptureBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take a gift */
  claim_gift: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ClaimBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ClaimAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Close a lease */
  close_lease: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a lease. */
        lease_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LeaseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Close a month */
  close_period: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** A calendar month, like 2017-01. */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["CloseBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ClosingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give all unsold pieces back */
  close_procurement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a request. */
        procurement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Close a shop */
  close_shop: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a shop. */
        shop: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ShopAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Confirm a netting run */
  confirm_netting: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a netting run. */
        netting_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Convert points into another programme's */
  convert_points: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ConvertBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Withdraw a coupon */
  deactivate_coupon: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["DeactivateCouponBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeactivateCouponAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take an offer out for good */
  deactivate_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["DeactivateBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Repeat a netting run without a party that does not pay */
  default_netting_party: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a netting run. */
        netting_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NettingPartyBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Let a user in no more */
  disable_user: {
    parameters: {
      query?: {
        /** Whose users. By default, your own party's. Others are for the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a user. */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UserStateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Discard a correction */
  discard_adjustment: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a correction. */
        adjustment_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AdjustmentAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Dispute a statement */
  dispute_statement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["DisputeBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Download the bill of a supplier's day */
  download_daily_bill: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
        /** The day of the settlement calendar, like 2017-01-31. */
        day: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/gzip": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Download what is decided for a brand */
  download_isolation_matrix: {
    parameters: {
      query?: {
        /** The code of a brand. */
        buyer?: string;
        /** An instant with its offset, at which isolation is judged. By default, now. */
        as_of?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "text/csv": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Download the entries for the general ledger */
  download_liability_journal: {
    parameters: {
      query?: {
        /** The first month, like 2017-01. */
        from?: string;
        /** The last month, like 2017-03. It is included. */
        until?: string;
        /** The form of the file. */
        format?: "csv" | "beancount" | "hledger";
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "text/csv": string;
          "text/plain": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Download a supplier's file */
  download_partner_file: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the file. */
        file_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/octet-stream": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Download the rejected rows to mend them */
  download_rejected_rows: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The number of an import. */
        import_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "text/csv": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Download a statement */
  download_statement: {
    parameters: {
      query?: {
        /** The form of the file. */
        format?: "csv" | "csv.gz" | "parquet" | "pdf" | "xlsx";
        /** Of the front page. */
        lang?: "zh" | "en";
      };
      header?: never;
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "text/csv": string;
          "application/gzip": string;
          "application/vnd.apache.parquet": string;
          "application/pdf": string;
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a consent */
  end_consent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The code of the programme whose points come in. */
        from_programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ConsentAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a contract */
  end_contract: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a version of a contract. */
        contract_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ContractEndBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ContractEndAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End an earning rule */
  end_earning_rule: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The code of the earning rule. */
        rule: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EarningRuleAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a party's membership */
  end_group_member: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a group. */
        group: string;
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End an isolation rule */
  end_isolation_rule: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an isolation rule. */
        rule_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RuleEndedAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End an offer */
  end_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OfferStepBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a placement */
  end_placement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a placement. */
        placement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PlacementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a price rule */
  end_price_rule: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a price rule. */
        price_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PriceAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a batch of product codes */
  end_product_batch: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The code of the batch. */
        batch: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProductBatchAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a swap */
  end_swap: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a swap. */
        swap_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SwapAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End a veto */
  end_veto: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a veto. */
        veto_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["VetoEndedAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Write off expired points */
  expire_points: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ExpireBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Export what was posted in a currency */
  export_journal: {
    parameters: {
      query?: {
        /** The first day on which something was posted. By default the first of all. */
        since?: string;
        /** The day after the last one. By default, all that was posted. */
        before?: string;
        /** The form of the file. */
        format?: "csv" | "beancount" | "hledger";
      };
      header?: never;
      path: {
        /** The currency of the book. */
        currency: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "text/csv": string;
          "text/plain": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make a statement final */
  finalise_statement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Follow events as they come */
  follow_events: {
    parameters: {
      query?: {
        /** Begin after the event with this number. By default, with what is new. */
        after?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "text/event-stream": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Forget a member */
  forget_member: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ForgottenAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Freeze a month of points */
  freeze_liability: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** A calendar month, like 2017-01. */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LiabilityMonthAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a correction */
  get_adjustment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a correction. */
        adjustment_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AdjustmentAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get who a party is on invoices */
  get_billing_profile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BillingProfileAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a break */
  get_break: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a break. */
        break_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BreakAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how long stock will last */
  get_burn_down: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BurnDownPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Count the card codes of an offer */
  get_card_codes: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CodesSummaryAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a case */
  get_case: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the case. */
        case: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CaseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a coupon and its receipt */
  get_coupon: {
    parameters: {
      query?: {
        /** How long to wait for the delivery to end. */
        wait_seconds?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CouponAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Explain what a coupon is billed with */
  get_coupon_lines: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ExplainedLinesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a token of a coupon as a QR code */
  get_coupon_qr: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "image/svg+xml": string;
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Count the coupons of a programme */
  get_coupon_summary: {
    parameters: {
      query?: {
        /** Only this offer's. */
        offer_id?: number;
        /** Only this supplier's. */
        supplier?: string;
        /** From this instant on, with its offset. */
        from?: string;
        /** Before this instant, with its offset. */
        until?: string;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CouponSummaryAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a token of a coupon */
  get_coupon_token: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["TokenAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how a supplier's deliveries do */
  get_deliveries: {
    parameters: {
      query?: {
        /** The orders of so many last days. */
        days?: number;
      };
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeliveriesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a dispute */
  get_dispute: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a dispute. */
        dispute_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DisputeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** See what a closing would bill */
  get_dry_run: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** A calendar month, like 2017-01. */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DryRunAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the endpoint of a supplier */
  get_endpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EndpointAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get an event */
  get_event: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The id of the event. */
        event_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EventAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Explain what a use costs */
  get_explained_use: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the programme's book. */
        book_id: number;
        /** The number of the use. */
        use_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ExplainedLinesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how a supplier's files are read */
  get_file_mapping: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The name of a saved mapping. */
        mapping: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["FileMappingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** See who may frame the member pages */
  get_frame_origins: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["FrameOriginsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what became of rights */
  get_funnel: {
    parameters: {
      query?: {
        /** What to group by. */
        by?: "offer" | "supplier" | "brand" | "shop" | "channel";
        /** The only programme that is looked at. By default, all that the caller sees. */
        programme?: string;
        /** The number of an offer. */
        offer_id?: number;
        /** The first day, like 2017-01-31. By default, 30 days before the end. */
        from?: string;
        /** The day after the last, like 2017-02-28. By default, tomorrow. */
        until?: string;
        /** For the operator. */
        party?: string;
        /** As what the party sees it, where it is both. By default, as a brand. */
        side?: "brand" | "supplier" | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["FunnelAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what is given by itself */
  get_gift_plan: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GiftPlanAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get an import */
  get_import: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The number of an import. */
        import_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ImportAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a saved mapping */
  get_import_mapping: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The name of a saved mapping. */
        mapping: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MappingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what is decided for a brand */
  get_isolation_matrix: {
    parameters: {
      query?: {
        /** The code of a brand. */
        buyer?: string;
        /** An instant with its offset, at which isolation is judged. By default, now. */
        as_of?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MatrixRowPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a lease */
  get_lease: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a lease. */
        lease_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LeaseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what is at stake in open leases */
  get_lease_exposure: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LeaseExposuresAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the roll-forward of a month */
  get_liability: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** A calendar month, like 2017-01. */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LiabilityAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how points are redeemed by age */
  get_liability_ladder: {
    parameters: {
      query?: {
        /** What to group by. */
        by?: "month" | "quarter" | "year";
        /** The factor beyond the oldest age, in percent. 100 where points expire within the triangle. */
        tail_percent?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LadderAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what a programme asks of its liability */
  get_liability_settings: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LiabilitySettingsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Ask what another redeem rate would cost */
  get_liability_what_if: {
    parameters: {
      query?: {
        /** The share of points that would be redeemed, like 0.5. */
        redeem_rate?: string;
        /** The month. By default, the current one of the programme. */
        month?: string;
        /** The price of a sale, to compare. */
        sale_minor?: number;
        /** The points that it earns. */
        sale_points?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["WhatIfAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Ask whether the process answers */
  get_liveness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["HealthAnswer"];
        };
      };
      400: Refused;
      422: Refused;
      500: Refused;
    };
  };
  /** Get a member's points */
  get_member: {
    parameters: {
      query?: {
        /** A past instant with its offset. The answer is what the book said then, without what was recorded later. */
        as_of?: string;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MemberAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what is known of a member */
  get_member_profile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProfileAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a netting run */
  get_netting: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a netting run. */
        netting_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get an offer */
  get_offer: {
    parameters: {
      query?: {
        /** The brand's own reference for a member. */
        member?: string;
        /** The language of names and conditions, where their supplier has said them. */
        lang?: "zh" | "en" | null;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MarketOfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Ask who may have an offer */
  get_offer_access: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AccessAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Ask whether an offer is isolated */
  get_offer_isolation: {
    parameters: {
      query?: {
        /** An instant with its offset, at which isolation is judged. By default, now. */
        as_of?: string;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["IsolationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get an operation */
  get_operation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The key of an operation. */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationRecordAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get an order at a supplier */
  get_order: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The request number of the order. */
        request_number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OrderAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the months of a programme */
  get_overview: {
    parameters: {
      query?: {
        /** How many months back, and ahead. */
        months?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProgrammeOverviewAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get an offer of one's own */
  get_own_offer: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the party of the API key */
  get_own_party: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a supplier's file */
  get_partner_file: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the file. */
        file_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartnerFileAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a party */
  get_party: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a month */
  get_period: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** A calendar month, like 2017-01. */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PeriodProgressAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a picture */
  get_picture: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The name of a picture. */
        picture: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "image/svg+xml": string;
          "image/png": string;
          "image/jpeg": string;
          "image/webp": string;
        };
      };
      400: Refused;
      404: Refused;
      422: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what came of a placement */
  get_placement: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a placement. */
        placement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PlacementFiguresAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a programme's rate for prices */
  get_price_rate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PriceRateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a programme */
  get_programme: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProgrammeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get which events of a programme's points are told */
  get_programme_event_types: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AskedForAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the totals of a programme */
  get_programme_totals: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["TotalsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a rate card */
  get_rate_card: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a rate card. */
        card_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RateCardAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Ask whether requests can be sent here */
  get_readiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["HealthAnswer"];
        };
      };
      503: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["HealthAnswer"];
        };
      };
      400: Refused;
      422: Refused;
      500: Refused;
    };
  };
  /** Get a reconciliation */
  get_reconciliation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a reconciliation. */
        reconciliation_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RunReadAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how many members redeem */
  get_redemption_rate: {
    parameters: {
      query?: {
        /** The programme. By default, the only one that the caller has. */
        programme?: string;
        /** The first day, like 2017-01-31. By default, 30 days before the end. */
        from?: string;
        /** The day after the last, like 2017-02-28. By default, tomorrow. */
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RedemptionRateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how a party does */
  get_scorecard: {
    parameters: {
      query?: {
        /** The first day, like 2017-01-31. By default, 30 days before the end. */
        from?: string;
        /** The day after the last, like 2017-02-28. By default, tomorrow. */
        until?: string;
      };
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ScorecardAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the calendar of all bills */
  get_settlement_calendar: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SettlementCalendarAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a shop */
  get_shop: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The code of a shop. */
        shop: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ShopAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a statement */
  get_statement: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what is due for a statement */
  get_statement_due: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DueAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how the exchange does */
  get_status: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatusAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a check of a supplier */
  get_supplier_check: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
        /** The number of a check. */
        check_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CheckReportAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the stage of a supplier */
  get_supplier_stage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StageAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get how a swap stands */
  get_swap: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a swap. */
        swap_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SwapStandingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what happened today in a programme */
  get_today: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["TodayAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get the trial balance of a programme */
  get_trial_balance: {
    parameters: {
      query?: {
        /** A past instant with its offset. The answer is what the book said then, without what was recorded later. */
        as_of?: string;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["TrialBalanceAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get whether a supplier is trusted */
  get_trust: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["TrustAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get what a supplier asks of uses */
  get_use_settings: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UseSettingsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a user */
  get_user: {
    parameters: {
      query?: {
        /** Whose users. By default, your own party's. Others are for the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The number of a user. */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UserStateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Get a webhook endpoint */
  get_webhook_endpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the webhook endpoint. */
        endpoint_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["WebhookEndpointAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Offer a coupon to another member */
  gift_coupon: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["GiftCouponBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GiftCouponAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give points to another member */
  gift_points: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["GiftBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Set points aside */
  hold_points: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["HoldBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Invite a user */
  invite_user: {
    parameters: {
      query?: {
        /** Whose users. By default, your own party's. Others are for the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UserBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["InvitedUserAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Issue the statements of a month */
  issue_period: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** A calendar month, like 2017-01. */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ClosingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Issue points */
  issue_points: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["IssueBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make product codes */
  issue_product_codes: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The code of the batch. */
        batch: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NewProductCodesBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NewProductCodesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Issue a draft */
  issue_statement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the corrections */
  list_adjustments: {
    parameters: {
      query?: {
        /** Only corrections of this statement. */
        statement?: number;
        /** Only those that stand so; without it, all. */
        state?: "draft" | "approved" | "discarded" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AdjustmentPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what a programme has procured */
  list_allotments: {
    parameters: {
      query?: {
        /** The language of names and conditions, where their supplier has said them. */
        lang?: "zh" | "en" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AllotmentPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what brands ask of the supplier */
  list_asked_procurements: {
    parameters: {
      query?: {
        /** By default, those that wait. */
        state?: "waiting" | "granted" | "refused" | "cancelled" | "closed";
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List who did what */
  list_audit_entries: {
    parameters: {
      query?: {
        /** Only what this actor did: key:12. */
        actor?: string;
        /** Only what was done to this: offer:7. */
        object?: string;
        /** Only what was done for this party. */
        party?: string;
        /** Only this action: the id of an operation of this interface, or a command. */
        action?: string;
        /** Look into the journal of this programme. */
        programme?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AuditEntryPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the birthdays of a day */
  list_birthdays: {
    parameters: {
      query?: {
        /** The day of the birthdays, like 2017-01-31. By default, today. */
        day?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BirthdayGiftPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what was done with a break */
  list_break_steps: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a break. */
        break_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BreakStepPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the breaks of a reconciliation */
  list_breaks: {
    parameters: {
      query?: {
        /** Only those of this category. */
        category?: "duplicate" | "wrong_party" | "currency" | "cut_off" | "status" | "other_code" | "amount_rate" | "amount_rounding" | "amount_tax" | "amount" | "offer" | "unmapped_offer" | "date" | "missing_ours" | "missing_theirs" | "rejected" | null;
        /** Only those in this state. */
        state?: "open" | "matched" | "explained" | "adjusted" | "written_off" | "carried" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a reconciliation. */
        reconciliation_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BreakPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the cases */
  list_cases: {
    parameters: {
      query?: {
        /** By default, those to decide. */
        state?: "OPEN" | "RESOLVED";
        /** Only cases of this kind. */
        kind?: "late_success" | "late_failure" | "contradiction" | "stuck" | "complaint" | "partial" | "codes_short" | "offline_conflict" | null;
        /** For the operator: one's only. */
        supplier?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CasePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the categories */
  list_categories: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CategoryPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the consents of a programme */
  list_consents: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ConsentsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the contracts of the party */
  list_contracts: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ContractVersionPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the coupons of a programme */
  list_coupons: {
    parameters: {
      query?: {
        /** Only coupons in this state now. */
        state?: "HELD" | "ACTIVE" | "LOCKED" | "GIFTING" | "USED" | "EXPIRED" | "RETURNED" | "DEACTIVATED" | null;
        /** Only coupons whose order is in this state. */
        delivery?: "CREATED" | "SUBMITTING" | "PROCESSING" | "UNKNOWN" | "SUCCESS" | "FAILED" | null;
        /** Only this member's. */
        member?: string;
        /** Only this offer's. */
        offer_id?: number;
        /** Only this supplier's. */
        supplier?: string;
        /** The last characters of the code, 4 or more, as it is typed. */
        code_tail?: string;
        /** From this instant on, with its offset. */
        from?: string;
        /** Before this instant, with its offset. */
        until?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ListedCouponPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what was sent to your webhook endpoints */
  list_deliveries: {
    parameters: {
      query?: {
        /** Only to this endpoint. */
        endpoint_id?: number;
        /** Only those in this state. */
        state?: "waiting" | "delivered" | "failed" | null;
        /** Only events of this type. */
        type?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeliveryPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the disputes of the party */
  list_disputes: {
    parameters: {
      query?: {
        /** Only those that stand so; without it, all. */
        state?: "open" | "accepted" | "rejected" | "withdrawn" | "lapsed" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DisputePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the drafts of a month */
  list_drafts: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** A calendar month, like 2017-01. */
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DraftPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the earning rules */
  list_earning_rules: {
    parameters: {
      query?: {
        /** By default, those that have not ended. */
        state?: "in_force" | "all";
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EarningRulePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the types of events */
  list_event_types: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EventTypePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what your own party was told */
  list_events: {
    parameters: {
      query?: {
        /** Only events with higher numbers than this. */
        after?: number;
        /** Only events of this type. */
        type?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EventPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the public keys of the exchange */
  list_exchange_keys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ExchangeKeysAnswer"];
        };
      };
      400: Refused;
      422: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List how a supplier's files are read */
  list_file_mappings: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["FileMappingsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the groups */
  list_groups: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GroupPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what a member has set aside */
  list_holds: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OpenHoldPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what became of the rows */
  list_import_rows: {
    parameters: {
      query?: {
        /** By default, all. */
        status?: "created" | "updated" | "unchanged" | "rejected" | null;
        /** For the operator. */
        party?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of an import. */
        import_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ImportRowPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List a party's imports */
  list_imports: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ImportPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the isolation rules */
  list_isolation_rules: {
    parameters: {
      query?: {
        /** An instant with its offset, at which isolation is judged. By default, now. */
        as_of?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["IsolationRulePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what was posted in a currency */
  list_journal: {
    parameters: {
      query?: {
        /** The first day on which something was posted. By default the first of all. */
        since?: string;
        /** The day after the last one. By default, all that was posted. */
        before?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The currency of the book. */
        currency: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["JournalEntryPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the keys of a party */
  list_keys: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ListedKeyPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List a supplier's latest uses */
  list_latest_uses: {
    parameters: {
      query?: {
        /** Only uses in this shop. */
        store?: string;
        /** Only this offer's. */
        offer_id?: number;
        /** From this instant on, with its offset. */
        from?: string;
        /** Before this instant, with its offset. */
        until?: string;
        /** For the operator. */
        party?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LatestUsePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the uses of a lease */
  list_lease_uses: {
    parameters: {
      query?: {
        /** Only uses in this state. */
        state?: "TAKEN" | "USED" | "CONFLICT" | "REFUSED" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a lease. */
        lease_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LeaseUsePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the leases */
  list_leases: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LeasePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the estimates */
  list_liability_estimates: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EstimatePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the frozen months */
  list_liability_months: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LiabilityMonthPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the matches of a reconciliation */
  list_matches: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a reconciliation. */
        reconciliation_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MatchPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the coupons of a member */
  list_member_coupons: {
    parameters: {
      query?: {
        /** Only coupons in this state. */
        state?: "HELD" | "ACTIVE" | "LOCKED" | "GIFTING" | "USED" | "EXPIRED" | "RETURNED" | "DEACTIVATED" | null;
        /** Only coupons that can still be used, were used, or are over. */
        phase?: "open" | "used" | "over" | null;
        /** With `new`, the newest come first. */
        sort?: "new" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MemberCouponPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the operations of a member */
  list_member_history: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most lines on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["HistoryAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the members of a programme */
  list_members: {
    parameters: {
      query?: {
        /** What their references begin with. */
        prefix?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BalancePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the statements of a netting run */
  list_netted_statements: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a netting run. */
        netting_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettedStatementPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the netting runs of the party */
  list_nettings: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the versions of an offer */
  list_offer_versions: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the offers that members can have */
  list_offers: {
    parameters: {
      query?: {
        /** A category and everything beneath it; without it, any. */
        category?: string;
        /** What the name, the subtitle or the presented brand says, in Chinese or another script. */
        q?: string;
        /** What the rights are worth; without it, anything. */
        kind?: "cash_voucher" | "discount" | "exchange" | "trial" | "top_up" | "code" | null;
        /** The brand's own reference for a member. */
        member?: string;
        /** Only what the member can pay. */
        affordable?: boolean;
        /** Only what the member can pay with points that expire within 30 days. */
        covers_expiring?: boolean;
        /** Also what the brand has not procured. */
        all?: boolean;
        /** Only this supplier's. */
        supplier?: string;
        /** The newest first, or the cheapest; without it, in the order of numbers. */
        sort?: "new" | "price" | "use_rate" | null;
        /** The language of names and conditions, where their supplier has said them. */
        lang?: "zh" | "en" | null;
        /** The `next_cursor` of the page before, in the same order. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MarketOfferPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the orders at suppliers */
  list_orders: {
    parameters: {
      query?: {
        /** By default, those that have not ended. */
        state?: "CREATED" | "SUBMITTING" | "PROCESSING" | "UNKNOWN" | "SUCCESS" | "FAILED" | null;
        /** For the operator: one's only. */
        supplier?: string;
        /** Only those that are at least this old. */
        older_than_seconds?: number;
        /** For a party of both roles: as which it asks. */
        side?: "brand" | "supplier" | null;
        /** For the operator: those whose message waits for a person. */
        parked?: boolean;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OrderPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the keys of your own party */
  list_own_keys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ListedKeyPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the supplier's own offers */
  list_own_offers: {
    parameters: {
      query?: {
        /** Where they stand; without it, anywhere. */
        state?: "DRAFT" | "IN_REVIEW" | "LISTED" | "PAUSED" | "ENDED" | "DEACTIVATED" | null;
        /** A category and everything beneath it; without it, any. */
        category?: string;
        /** What the name, the subtitle or the presented brand says, in Chinese or another script. */
        q?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the parties */
  list_parties: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartyPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the files of a supplier */
  list_partner_files: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartnerFilePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the payments of the party */
  list_payments: {
    parameters: {
      query?: {
        /** Only those for this statement. */
        statement_id?: number;
        /** Only those for this netting run. */
        netting_id?: number;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PaymentPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the months */
  list_periods: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PeriodPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the placements */
  list_placements: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PlacementPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the points days of a programme */
  list_points_days: {
    parameters: {
      query?: {
        /** The first day, like 2017-01-31. By default, today. */
        from?: string;
        /** The day after the last, like 2017-02-28. By default, 31 days after the first. */
        until?: string;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PointsDaysAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what parties are owed and owe */
  list_positions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PositionsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the price rules of a programme */
  list_price_rules: {
    parameters: {
      query?: {
        /** By default, those that have not ended. */
        state?: "in_force" | "all";
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PricePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what a programme asked for */
  list_procurements: {
    parameters: {
      query?: {
        /** Only those that stand like this. */
        state?: "waiting" | "granted" | "refused" | "cancelled" | "closed" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the batches of product codes */
  list_product_batches: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProductBatchPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what held in a programme */
  list_programme_rules: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RulesVersionPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the caller's programmes */
  list_programmes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProgrammePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the rate cards of the party */
  list_rate_cards: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RateCardPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the conversion rates of a programme */
  list_rates: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RatesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the reconciliations */
  list_reconciliations: {
    parameters: {
      query?: {
        /** Only this month, like 2017-01. */
        month?: string;
        /** Only this supplier's. */
        supplier?: string;
        /** Only those in this state. */
        state?: "open" | "replaced" | "signed" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RunPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List uses that cannot be billed */
  list_rejected_uses: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RejectedUsePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what a shop has used on a day */
  list_shop_uses: {
    parameters: {
      query?: {
        /** The day of the uses, like 2017-01-31, in the time zone of each programme. */
        day?: string;
        /** For the operator. */
        party?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a shop. */
        shop: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ShopUsePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the shops of the party */
  list_shops: {
    parameters: {
      query?: {
        /** By default, all. */
        state?: "open" | "closed" | null;
        /** For the operator. */
        party?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ShopPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the disputes of a statement */
  list_statement_disputes: {
    parameters: {
      query?: {
        /** Only those that stand so; without it, all. */
        state?: "open" | "accepted" | "rejected" | "withdrawn" | "lapsed" | null;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DisputePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the invoices of a statement */
  list_statement_invoices: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["InvoicePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the lines of a statement */
  list_statement_lines: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementLinePage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List what was done with it */
  list_statement_steps: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementStepPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the statements of the party */
  list_statements: {
    parameters: {
      query?: {
        /** Only this month, like 2017-01. */
        month?: string;
        /** Only those that stand so; without it, all. */
        state?: "issued" | "agreed" | "disputed" | "final" | "settled" | "void" | null;
        /** Only those of this party. */
        payer?: string;
        /** Only those of this party. */
        payee?: string;
        /** Only those in this currency. */
        currency?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the checks of a supplier */
  list_supplier_checks: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CheckPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the coupons of a supplier */
  list_supplier_coupons: {
    parameters: {
      query?: {
        /** Only coupons in this state now. */
        state?: "HELD" | "ACTIVE" | "LOCKED" | "GIFTING" | "USED" | "EXPIRED" | "RETURNED" | "DEACTIVATED" | null;
        /** Only coupons whose order is in this state. */
        delivery?: "CREATED" | "SUBMITTING" | "PROCESSING" | "UNKNOWN" | "SUCCESS" | "FAILED" | null;
        /** Only this offer's. */
        offer_id?: number;
        /** From this instant on, with its offset. */
        from?: string;
        /** Before this instant, with its offset. */
        until?: string;
        /** For the operator. */
        party?: string;
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SupplierCouponPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the supplier's terms */
  list_supply_terms: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SupplyTermsPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the swaps */
  list_swaps: {
    parameters: {
      query?: {
        /** The `next_cursor` of the page before. */
        cursor?: string;
        /** The most items on the page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SwapPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the tags of a programme */
  list_tags: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeclaredTagsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the tiers of a programme */
  list_tiers: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeclaredTiersAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the users of a party */
  list_users: {
    parameters: {
      query?: {
        /** Whose users. By default, your own party's. Others are for the operator. */
        party?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UserPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List the vetoes */
  list_vetoes: {
    parameters: {
      query?: {
        /** An instant with its offset, at which isolation is judged. By default, now. */
        as_of?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["VetoPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List your own webhook endpoints */
  list_webhook_endpoints: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["WebhookEndpointPage"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Hold a coupon for a while */
  lock_coupon: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["LockBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LockAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Look a coupon up */
  look_up_coupon: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["LookUpBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LookUpAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Make another link for a user */
  make_user_link: {
    parameters: {
      query?: {
        /** Whose users. By default, your own party's. Others are for the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a user. */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LinkAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Merge two members */
  merge_members: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MergeBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Open a shop again */
  open_shop: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a shop. */
        shop: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ShopAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Stop an offer for a while */
  pause_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OfferStepBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Publish a rate card */
  publish_rate_card: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a rate card. */
        card_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PublicationBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PublicationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have an order asked about now */
  query_order_now: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The request number of the order. */
        request_number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OrderAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Read the points of many members */
  read_balances: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["BalancesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BalancesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** See what a supplier's file would be read as */
  read_partner_file_preview: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the file. */
        file_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PartnerFilePreviewBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartnerFilePreviewAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Try a price rule on the past */
  read_price_simulation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SimulationBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SimulationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Quote offers to a member */
  read_quotes: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["QuotesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["QuotesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Try a rate card on past uses */
  read_rate_card_simulation: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SimulateCardBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CardSimulationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Redeem points */
  redeem_points: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RedeemBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Refuse what a brand asked for */
  refuse_procurement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a request. */
        procurement_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RefuseBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Reject a dispute */
  reject_dispute: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a dispute. */
        dispute_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RejectDisputeBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DisputeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give an offer back to its supplier */
  reject_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RejectBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give back the points of a hold */
  release_hold: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReleaseBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** End an isolation rule now */
  remove_isolation_rule: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of an isolation rule. */
        rule_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Remove the identifiers of a member */
  remove_member_identifiers: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take a party out of a netting run */
  remove_netting_party: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a netting run. */
        netting_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NettingPartyBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NettingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Remove a picture */
  remove_picture: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The name of a picture. */
        picture: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take a user out of a party */
  remove_user: {
    parameters: {
      query?: {
        /** Whose users. By default, your own party's. Others are for the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a user. */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RemovedUserAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Remove a webhook endpoint */
  remove_webhook_endpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the webhook endpoint. */
        endpoint_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Send an event to its endpoint again */
  replay_delivery: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of the delivery. */
        delivery_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeliveryAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Send what a webhook endpoint did not get */
  replay_failed_deliveries: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of the webhook endpoint. */
        endpoint_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReplayFailedBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ReplayedAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have a parked order tried again */
  replay_order: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The request number of the order. */
        request_number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OrderAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Say how an order of a check ended */
  report_check_delivery: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of a check. */
        check_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CallbackBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CallbackAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Report how a delivery ended */
  report_delivery: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a supplier. */
        supplier: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CallbackBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CallbackAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Report what was shown */
  report_shown: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ShownBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ShownAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Resolve a break */
  resolve_break: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a break. */
        break_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ResolveBreakBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BreakAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Decide a case */
  resolve_case: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the case. */
        case: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["DecideBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CaseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Find a member by identifiers */
  resolve_member: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ResolveBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ResolvedAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** List a paused offer again */
  resume_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OfferStepBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have uses rated again */
  retry_rejected_uses: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RetriedUsesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give a right back */
  return_coupon: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["GiveBackBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GiveBackAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give unsold pieces back */
  return_stock: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a request. */
        procurement_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReturnBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProcurementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Show a member the card code of a right */
  reveal_card_code: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of a coupon. */
        coupon_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RevealedCodeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Reverse the use of a coupon */
  reverse_coupon_use: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReverseUseBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Reverse an operation */
  reverse_operation: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReverseBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Review a draft */
  review_statement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DraftAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Revoke a key */
  revoke_key: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
        /** The number of an API key. */
        key_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Revoke a key of your own party */
  revoke_own_key: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of an API key. */
        key_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      409: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Replace a key of a party */
  rotate_key: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a party. */
        party: string;
        /** The number of an API key. */
        key_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RotateBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["KeyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Replace a key of your own party */
  rotate_own_key: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an API key. */
        key_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RotateBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["KeyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Replace the secret of a webhook endpoint */
  rotate_webhook_secret: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of the webhook endpoint. */
        endpoint_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RotateSecretBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["NewWebhookEndpointAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State who a party is on invoices */
  set_billing_profile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["BillingProfileBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["BillingProfileAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Set where a supplier takes orders */
  set_endpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EndpointBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EndpointAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Save how a supplier's files are read */
  set_file_mapping: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The name of a saved mapping. */
        mapping: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["FileMappingBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["FileMappingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Say who may frame the member pages */
  set_frame_origins: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["FrameOriginsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["FrameOriginsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State what is given by itself */
  set_gift_plan: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["GiftPlanBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GiftPlanAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Let a party be in a group */
  set_group_member: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a group. */
        group: string;
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["GroupMemberBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["GroupMemberAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Save how files are to be read */
  set_import_mapping: {
    parameters: {
      query?: {
        /** For the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The name of a saved mapping. */
        mapping: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["MappingBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["MappingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Set what a programme asks of its liability */
  set_liability_settings: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["LiabilitySettingsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LiabilitySettingsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Say what is known of a member */
  set_member_profile: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The brand's own reference for a member. */
        member: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProfileBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProfileAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Say what is known of many members */
  set_member_profiles: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProfilesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProfilesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State who may have an offer */
  set_offer_access: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AccessBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AccessAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Set the categories of a party */
  set_party_categories: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CategoriesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CategoriesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give a party another name */
  set_party_name: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PartyNameBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PartyAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State a programme's rate for prices */
  set_price_rate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PriceRateBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PriceRateAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have events of a programme's points told */
  set_programme_event_types: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AskedForBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["AskedForAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Change the rules of a programme */
  set_programme_rules: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RulesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProgrammeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State the calendar of all bills */
  set_settlement_calendar: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SettlementCalendarBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["SettlementCalendarAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Stage a supplier */
  set_supplier_stage: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["StageBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StageAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State the tags of a programme */
  set_tags: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["DeclaredTagsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeclaredTagsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State the tiers of a programme */
  set_tiers: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["DeclaredTiersBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DeclaredTiersAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Trust a supplier, or review its offers */
  set_trust: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["TrustBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["TrustAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** State what a supplier asks of uses */
  set_use_settings: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a party. */
        party: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UseSettingsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UseSettingsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Set the roles of a user */
  set_user_roles: {
    parameters: {
      query?: {
        /** Whose users. By default, your own party's. Others are for the operator. */
        party?: string;
      };
      header?: never;
      path: {
        /** The number of a user. */
        user_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RolesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UserAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Change a webhook endpoint */
  set_webhook_endpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of the webhook endpoint. */
        endpoint_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["WebhookEndpointBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["WebhookEndpointAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Record that a statement is paid */
  settle_statement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["StatementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Sign a reconciliation */
  sign_reconciliation: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a reconciliation. */
        reconciliation_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RunAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Tell of an event that may earn */
  submit_event: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EarnBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EarnAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Tell of many events */
  submit_events: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EarnsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["EarnsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Send a file to be imported */
  submit_import: {
    parameters: {
      query?: {
        /** What the rows of the file are. Required. */
        kind?: "offers" | "shops" | "members" | "codes" | null;
        /** Only say what would become of each row. */
        dry_run?: boolean;
        /** Apply the good rows, though others are rejected. */
        accept_partial?: boolean;
        /** By default, it is found out. */
        encoding?: "utf-8" | "utf-16" | "gb18030" | "big5" | null;
        /** The name of a saved mapping. */
        mapping?: string;
        /** For codes: the offer's id. */
        offer?: number;
        /** For members: the code of the programme. */
        programme?: string;
        /** For the operator. */
        party?: string;
      };
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "text/csv": string;
      };
    };
    responses: {
      202: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ImportAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Have a draft listed */
  submit_offer: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OfferStepBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OfferAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Do many operations */
  submit_operations: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The code of a programme. */
        programme: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["OperationsBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["OperationsAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Send a test event to a webhook endpoint */
  test_webhook_endpoint: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of the webhook endpoint. */
        endpoint_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      202: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["PingAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Let go of a coupon */
  unlock_coupon: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UnlockBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["LockAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Use a coupon */
  use_coupon: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UseBody"];
      };
    };
    responses: {
      201: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UseAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Use many coupons */
  use_coupons: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UsesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["UsesAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take a statement back */
  void_statement: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a statement. */
        statement_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["VoidStatementBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["VoidedStatementAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Withdraw card codes of an offer */
  withdraw_card_codes: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of an offer. */
        offer_id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["WithdrawCodesBody"];
      };
    };
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["CodesWithdrawnAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Take a dispute back */
  withdraw_dispute: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a dispute. */
        dispute_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["DisputeAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Void a batch of product codes */
  withdraw_product_batch: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The code of a programme. */
        programme: string;
        /** The code of the batch. */
        batch: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["ProductBatchAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Give up a draft of a rate card */
  withdraw_rate_card: {
    parameters: {
      query?: never;
      header: {
        /** Names this change forever. Repeat a request with the same key and body, and it is done only once. */
        "Idempotency-Key": string;
      };
      path: {
        /** The number of a rate card. */
        card_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: {
          "application/json": components["schemas"]["RateCardAnswer"];
        };
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      408: Refused;
      409: Refused;
      413: Refused;
      415: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
  /** Withdraw supply terms */
  withdraw_supply_terms: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** The number of supply terms. */
        terms_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      204: {
        headers: { [name: string]: unknown };
        content?: never;
      };
      400: Refused;
      401: Refused;
      403: Refused;
      404: Refused;
      422: Refused;
      429: Refused;
      500: Refused;
      503: Refused;
    };
  };
}
