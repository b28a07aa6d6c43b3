"""The methods of the client. `make document` writes this file."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from api.client import schemas

class Methods:
    def accept_dispute(
        self,
        dispute_id: str | int,
        *,
        answer: str | None = ...,
        claimed_minor: int | None = ...,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Accept a dispute"""
    def add_adjustment(
        self,
        *,
        statement: int,
        reason: str,
        kind: Literal["credit", "debit"] = ...,
        lines: Sequence[schemas.AdjustedLineItem] | None = ...,
        amount_minor: int | None = ...,
        key: str | None = ...,
    ) -> schemas.AdjustmentAnswer:
        """Draft a correction"""
    def add_allotments(
        self,
        programme: str | int,
        *,
        allotments: Sequence[schemas.AllotmentItem],
    ) -> schemas.AllotmentsAnswer:
        """Procure quantities of offers"""
    def add_break_comment(
        self,
        break_id: str | int,
        *,
        note: str,
        key: str | None = ...,
    ) -> schemas.BreakAnswer:
        """Say something about a break"""
    def add_card_codes(
        self,
        offer_id: str | int,
        *,
        codes: Sequence[schemas.CodeItem],
    ) -> schemas.CodesAnswer:
        """Add card codes to an offer"""
    def add_category(
        self,
        *,
        path: str,
        key: str | None = ...,
    ) -> schemas.CategoryAnswer:
        """Add a category"""
    def add_complaint(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.CaseAnswer:
        """Pass on a member's complaint"""
    def add_consent(
        self,
        programme: str | int,
        *,
        from_programme: str,
        numerator: int,
        denominator: int,
        member_month_points_max: int,
        points_max: int,
        price_minor: str | int,
        valid_from: str | date,
        valid_until: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.ConsentAnswer:
        """Consent to conversions from another programme"""
    def add_contract(
        self,
        *,
        coupon_cost_minor: str | int,
        platform_fee_minor: str | int,
        currency: str,
        valid_from: str | date,
        home_party: str | None = ...,
        supplier_party: str | None = ...,
        rounding: Literal["half_up", "half_even", "down", "up"] = ...,
        valid_until: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.ContractAnswer:
        """Set what a use costs"""
    def add_dispute(
        self,
        statement_id: str | int,
        *,
        reason: Literal["not_used", "not_ours", "duplicate", "price", "amount", "tax", "other"],
        text: str,
        lines: Sequence[schemas.DisputedLineItem] | None = ...,
        claimed_minor: int | None = ...,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Dispute lines of a statement"""
    def add_earning_rule(
        self,
        programme: str | int,
        *,
        rule: str,
        event: str,
        label: str,
        points: int,
        valid_from: str | datetime,
        once_per: Literal["day", "subject", "ever"] | None = ...,
        per_member_per_day: int | None = ...,
        per_member_total: int | None = ...,
        budget_points_per_day: int | None = ...,
        budget_points_total: int | None = ...,
        who: schemas.WhoBody | None = ...,
        funder: str | None = ...,
        after_use: bool = ...,
        valid_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.EarningRuleAnswer:
        """Make an earning rule"""
    def add_group(
        self,
        *,
        code: str,
        kind: Literal["alliance", "competitors", "plain"],
        label: str,
        key: str | None = ...,
    ) -> schemas.GroupAnswer:
        """Add a group"""
    def add_impressions(
        self,
        placement_id: str | int,
        *,
        hours: Sequence[schemas.ImpressionsItem],
        key: str | None = ...,
    ) -> schemas.ImpressionsAnswer:
        """Report impressions of a placement"""
    def add_invoice(
        self,
        statement_id: str | int,
        *,
        number: str,
        issued_on: str | date,
        net_minor: int,
        tax_minor: int,
        gross_minor: int,
        cancels: str | None = ...,
        key: str | None = ...,
    ) -> schemas.InvoiceAnswer:
        """Record an invoice"""
    def add_isolation_rule(
        self,
        *,
        kind: Literal["node", "allow", "deny"],
        valid_from: str | datetime | None = ...,
        valid_until: str | datetime | None = ...,
        category: str | None = ...,
        buyer: schemas.SideBody | None = ...,
        supplier: schemas.SideBody | None = ...,
        mutual: bool = ...,
        key: str | None = ...,
    ) -> schemas.IsolationRuleAnswer:
        """Add an isolation rule"""
    def add_key(
        self,
        party: str | int,
        *,
        label: str,
        scopes: Sequence[Literal["read", "points", "rights", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"]] | None = ...,
        shop: str | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Make an API key"""
    def add_launch(
        self,
        programme: str | int,
        *,
        member: str,
        account: str | None = ...,
        locale: Literal["en", "zh-Hans"] | None = ...,
        return_url: str | None = ...,
        seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.LaunchAnswer:
        """Let a member in to the member pages"""
    def add_lease(
        self,
        *,
        shop: str,
        offers: Sequence[int],
        quota: int,
        hours: int,
        bearer: Literal["shop", "supplier"] = ...,
        key: str | None = ...,
    ) -> schemas.LeaseAnswer:
        """Let a till work without a connection"""
    def add_lease_uses(
        self,
        lease_id: str | int,
        *,
        uses: Sequence[schemas.OfflineUseItem],
    ) -> schemas.OfflineUsesAnswer:
        """Tell of uses without a connection"""
    def add_liability_estimate(
        self,
        programme: str | int,
        *,
        from_month: str,
        value_minor_per_1000_points: str | int,
        currency: str,
        reason: str,
        cohort: str | None = ...,
        method: Literal["entered", "history", "chain_ladder"] = ...,
        redeem_rate: str | int | None = ...,
        use_rate: str | int | None = ...,
        cost_minor_per_1000_points: str | int | None = ...,
        by: Literal["month", "quarter", "year"] = ...,
        key: str | None = ...,
    ) -> schemas.EstimateAnswer:
        """Propose an estimate"""
    def add_netting(
        self,
        *,
        currency: str,
        closure_on: str | date,
        advice_on: str | date,
        call_on: str | date,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Draft a netting run"""
    def add_offer(
        self,
        *,
        name: str,
        face_value_minor: int,
        currency: str,
        points: int,
        fulfilment: Literal["own_code", "direct", "card_code"],
        valid_from: str | datetime,
        code: str,
        valid_until: str | datetime | None = ...,
        use_within_days: int | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"] | None = ...,
        category: str | None = ...,
        presented_brand: str | None = ...,
        subtitle: str | None = ...,
        terms_text: str | None = ...,
        images: Sequence[str] = ...,
        texts: schemas.TextsBody | None = ...,
        threshold_minor: int | None = ...,
        discount_permille: int | None = ...,
        discount_cap_minor: int | None = ...,
        usable: schemas.UsableBody | None = ...,
        use_times: Sequence[schemas.UseTimeBody] | None = ...,
        closed_on: Sequence[str | date] = ...,
        use_from: str | date | None = ...,
        use_until: str | date | None = ...,
        use_after_days: int | None = ...,
        per_member: int | None = ...,
        per_member_per_day: int | None = ...,
        per_day: int | None = ...,
        quantity_max: int | None = ...,
        gift_hops: int = ...,
        return_within_days: int = ...,
        reverse_minutes: int = ...,
        counts_as_used: Literal["use", "delivery"] | None = ...,
        account_pattern: str | None = ...,
        visible_from: str | datetime | None = ...,
        state: Literal["DRAFT"] | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Publish an offer"""
    def add_offer_version(
        self,
        offer_id: str | int,
        *,
        name: str,
        face_value_minor: int,
        currency: str,
        points: int,
        fulfilment: Literal["own_code", "direct", "card_code"],
        valid_from: str | datetime,
        valid_until: str | datetime | None = ...,
        use_within_days: int | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"] | None = ...,
        category: str | None = ...,
        presented_brand: str | None = ...,
        subtitle: str | None = ...,
        terms_text: str | None = ...,
        images: Sequence[str] = ...,
        texts: schemas.TextsBody | None = ...,
        threshold_minor: int | None = ...,
        discount_permille: int | None = ...,
        discount_cap_minor: int | None = ...,
        usable: schemas.UsableBody | None = ...,
        use_times: Sequence[schemas.UseTimeBody] | None = ...,
        closed_on: Sequence[str | date] = ...,
        use_from: str | date | None = ...,
        use_until: str | date | None = ...,
        use_after_days: int | None = ...,
        per_member: int | None = ...,
        per_member_per_day: int | None = ...,
        per_day: int | None = ...,
        quantity_max: int | None = ...,
        gift_hops: int = ...,
        return_within_days: int = ...,
        reverse_minutes: int = ...,
        counts_as_used: Literal["use", "delivery"] | None = ...,
        account_pattern: str | None = ...,
        visible_from: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Publish the next version of an offer"""
    def add_offers(
        self,
        *,
        offers: Sequence[schemas.OfferItem],
    ) -> schemas.OffersAnswer:
        """Publish many offers"""
    def add_own_key(
        self,
        *,
        label: str,
        scopes: Sequence[Literal["read", "points", "rights", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"]] | None = ...,
        shop: str | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Make an API key for your own party"""
    def add_partner_file(
        self,
        *,
        content: bytes | Path,
        supplier: str | None = ...,
        content_type: str = ...,
        key: str | None = ...,
    ) -> schemas.PartnerFileAnswer:
        """Send a supplier's file of uses"""
    def add_party(
        self,
        *,
        code: str,
        name: str,
        roles: Sequence[Literal["operator", "brand", "supplier"]],
        category: str | None = ...,
        categories: Sequence[str] | None = ...,
        key: str | None = ...,
    ) -> schemas.PartyAnswer:
        """Add a party"""
    def add_payment(
        self,
        *,
        paid_on: str | date,
        amount_minor: int,
        statement_id: int | None = ...,
        netting_id: int | None = ...,
        party: str | None = ...,
        reference: str | None = ...,
        key: str | None = ...,
    ) -> schemas.PaymentAnswer:
        """Record a payment"""
    def add_picture(
        self,
        *,
        content: bytes | Path,
        content_type: str = ...,
        key: str | None = ...,
    ) -> schemas.PictureAnswer:
        """Keep a picture of offers"""
    def add_placement(
        self,
        *,
        programme: str,
        offer_id: int,
        slot: str,
        currency: str,
        value_per_claim_minor: int,
        window_from: str | datetime,
        window_until: str | datetime,
        promised_impressions: int | None = ...,
        swap_id: int | None = ...,
        key: str | None = ...,
    ) -> schemas.PlacementAnswer:
        """Have an offer shown in another app"""
    def add_price_rule(
        self,
        programme: str | int,
        *,
        scope: schemas.ScopeBody,
        price: schemas.EffectBody,
        valid_from: str | datetime,
        label: str,
        schedule: schemas.ScheduleBody | None = ...,
        hours: schemas.HoursBody | None = ...,
        who: schemas.WhoBody | None = ...,
        valid_until: str | datetime | None = ...,
        earning_multiplier_percent: int | None = ...,
        key: str | None = ...,
    ) -> schemas.PriceAnswer:
        """Make a price rule"""
    def add_procurement(
        self,
        programme: str | int,
        *,
        offer_id: int,
        quantity: int,
        window_from: str | datetime,
        points: int | None = ...,
        unit_cost_minor: int | None = ...,
        currency: str | None = ...,
        window_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Ask for stock of an offer"""
    def add_product_batch(
        self,
        programme: str | int,
        *,
        batch: str,
        label: str,
        rule: str,
        key: str | None = ...,
    ) -> schemas.ProductBatchAnswer:
        """Make a batch of product codes"""
    def add_product_codes(
        self,
        programme: str | int,
        batch: str | int,
        *,
        codes: Sequence[str],
    ) -> schemas.ProductCodesAnswer:
        """Put product codes into a batch"""
    def add_programme(
        self,
        *,
        code: str,
        name: str,
        time_zone: str = ...,
        unit: str = ...,
        display_scale: int = ...,
        point_value: str | None = ...,
        currency: str | None = ...,
        expiry: schemas.ExpiryBody = ...,
        available_after_days: int = ...,
        debt: Literal["refuse", "take", "owe"] = ...,
        grace_days: int | None = ...,
        caps: Sequence[schemas.CapBody] = ...,
        balance_max: int | None = ...,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ProgrammeAnswer:
        """Open a programme"""
    def add_programme_rules(
        self,
        programme: str | int,
        *,
        since: str | date | None = ...,
        point_value: str | None = ...,
        currency: str | None = ...,
        expiry: schemas.ExpiryBody | None = ...,
        available_after_days: int | None = ...,
        debt: Literal["refuse", "take", "owe"] | None = ...,
        key: str | None = ...,
    ) -> schemas.ProgrammeAnswer:
        """Let other rules hold from a day on"""
    def add_rate(
        self,
        programme: str | int,
        *,
        to_programme: str,
        numerator: int,
        denominator: int,
        key: str | None = ...,
    ) -> schemas.RateAnswer:
        """Publish a conversion rate"""
    def add_rate_card(
        self,
        *,
        valid_from: str | date,
        card: dict[str, Any],
        home_party: str | None = ...,
        supplier_party: str | None = ...,
        valid_until: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.RateCardAnswer:
        """Write a rate card"""
    def add_reconciliation(
        self,
        *,
        month: str | None = ...,
        supplier: str | None = ...,
        mapping: str | None = ...,
        content: bytes | Path = ...,
        content_type: str = ...,
        body: Mapping[str, Any] = ...,
        key: str | None = ...,
    ) -> schemas.ReconciliationAnswer:
        """Reconcile a supplier's file"""
    def add_right(
        self,
        programme: str | int,
        *,
        member: str,
        offer_id: int,
        free: bool = ...,
        occurred_at: str | datetime | None = ...,
        account: str | None = ...,
        quote: str | None = ...,
        placement: int | None = ...,
        channel: str | None = ...,
        key: str | None = ...,
    ) -> schemas.RightAnswer:
        """Turn points into a right"""
    def add_rights(
        self,
        programme: str | int,
        *,
        rights: Sequence[schemas.RightItem],
    ) -> schemas.RightsAnswer:
        """Make many rights"""
    def add_shop(
        self,
        *,
        code: str,
        name: str,
        party: str | None = ...,
        region: str | None = ...,
        groups: Sequence[str] = ...,
        state: Literal["open", "closed"] = ...,
        online: bool = ...,
        key: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Add a shop"""
    def add_shops(
        self,
        *,
        shops: Sequence[schemas.ShopItem],
        party: str | None = ...,
    ) -> schemas.AddShopsAnswer:
        """Add many shops"""
    def add_supplier_check(
        self,
        party: str | int,
        *,
        offer_code: str,
        accounts: schemas.AccountsBody = ...,
        orders: int = ...,
        concurrency: int = ...,
        key: str | None = ...,
    ) -> schemas.CheckAnswer:
        """Have a supplier checked"""
    def add_supply_terms(
        self,
        *,
        offer_id: int | None,
        brands: Sequence[str] | None,
        quantity_max: int,
        valid_from: str | datetime,
        quantity_per_brand_max: int | None = ...,
        unit_cost_minor: int | None = ...,
        currency: str | None = ...,
        valid_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.SupplyTermsAnswer:
        """State supply terms"""
    def add_swap(
        self,
        *,
        other: str,
        programme: str,
        gives: Sequence[schemas.SwapLineItem],
        takes: Sequence[schemas.SwapLineItem],
        currency: str,
        window_from: str | datetime,
        window_until: str | datetime,
        limit_minor: int,
        alert_percent: int = ...,
        key: str | None = ...,
    ) -> schemas.SwapAnswer:
        """Propose a swap of rights"""
    def add_till_key(
        self,
        shop: str | int,
        *,
        label: str,
        party: str | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Make an API key for a till"""
    def add_usual_categories(
        self,
        *,
        key: str | None = ...,
    ) -> schemas.CategoryPage:
        """Add the usual categories"""
    def add_veto(
        self,
        *,
        against: schemas.AgainstBody,
        role: Literal["buyer", "supplier"],
        valid_from: str | datetime | None = ...,
        valid_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.VetoAnswer:
        """Keep apart from others"""
    def add_webhook_endpoint(
        self,
        *,
        url: str,
        description: str | None = ...,
        types: Sequence[str] = ...,
        state: Literal["enabled", "disabled"] = ...,
        key: str | None = ...,
    ) -> schemas.NewWebhookEndpointAnswer:
        """Have events sent to an address"""
    def adjust_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        reason: str,
        actor: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        funder: str | None = ...,
        expires_on: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Correct a balance by hand"""
    def advise_netting(
        self,
        netting_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Tell the parties of a netting run"""
    def agree_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Agree to a statement"""
    def agree_to_group(
        self,
        group: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.GroupMemberAnswer:
        """Accept to be in an alliance"""
    def agree_to_swap(
        self,
        swap_id: str | int,
        *,
        programme: str,
        key: str | None = ...,
    ) -> schemas.SwapAnswer:
        """Agree to a swap"""
    def apply_import(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
        accept_partial: bool = ...,
        key: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Apply an import that was checked"""
    def approve_adjustment(
        self,
        adjustment_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.AdjustmentAnswer:
        """Approve a correction"""
    def approve_liability_estimate(
        self,
        programme: str | int,
        version: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.EstimateAnswer:
        """Approve an estimate"""
    def approve_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """List an offer that was reviewed"""
    def approve_procurement(
        self,
        procurement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Grant what a brand asked for"""
    def assign_break(
        self,
        break_id: str | int,
        *,
        assignee: str | None,
        key: str | None = ...,
    ) -> schemas.BreakAnswer:
        """Say who works on a break"""
    def cancel_gift(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.GiftBackAnswer:
        """Take a gift back"""
    def cancel_import(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Cancel an import"""
    def cancel_netting(
        self,
        netting_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Give up a netting run"""
    def cancel_procurement(
        self,
        programme: str | int,
        procurement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Take back a request that waits"""
    def capture_hold(
        self,
        programme: str | int,
        *,
        member: str,
        hold_key: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        points: int | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Spend the points of a hold"""
    def claim_gift(
        self,
        programme: str | int,
        *,
        gift: str,
        member: str,
        new_member: bool | None = ...,
        key: str | None = ...,
    ) -> schemas.ClaimAnswer:
        """Take a gift"""
    def close_lease(
        self,
        lease_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.LeaseAnswer:
        """Close a lease"""
    def close_period(
        self,
        month: str | int,
        *,
        accept_waiting: Sequence[Literal["no-contract", "currency-differs", "basis-missing", "not-rated-yet", "unreadable", "other"]] = ...,
        reason: str | None = ...,
        issue: bool | None = ...,
        key: str | None = ...,
    ) -> schemas.ClosingAnswer:
        """Close a month"""
    def close_procurement(
        self,
        programme: str | int,
        procurement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Give all unsold pieces back"""
    def close_shop(
        self,
        shop: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Close a shop"""
    def confirm_netting(
        self,
        netting_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Confirm a netting run"""
    def convert_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        to_programme: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        to_member: str | None = ...,
        rate_version: int | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Convert points into another programme's"""
    def deactivate_coupon(
        self,
        *,
        programme: str,
        coupon: int,
        reason: str,
        points: Literal["back", "keep"] = ...,
        key: str | None = ...,
    ) -> schemas.DeactivateCouponAnswer:
        """Withdraw a coupon"""
    def deactivate_offer(
        self,
        offer_id: str | int,
        *,
        reason: str,
        coupons: Literal["honour", "withdraw"] = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Take an offer out for good"""
    def default_netting_party(
        self,
        netting_id: str | int,
        *,
        party: str,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Repeat a netting run without a party that does not pay"""
    def disable_user(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.UserStateAnswer:
        """Let a user in no more"""
    def discard_adjustment(
        self,
        adjustment_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.AdjustmentAnswer:
        """Discard a correction"""
    def dispute_statement(
        self,
        statement_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Dispute a statement"""
    def download_daily_bill(
        self,
        party: str | int,
        day: str | int,
    ) -> bytes:
        """Download the bill of a supplier's day"""
    def save_daily_bill(
        self,
        save_to: str | Path, /,
        party: str | int,
        day: str | int,
    ) -> Path:
        """Write what `download_daily_bill` answers into a file."""
    def download_isolation_matrix(
        self,
        *,
        buyer: str | None = ...,
        as_of: str | None = ...,
    ) -> bytes:
        """Download what is decided for a brand"""
    def save_isolation_matrix(
        self,
        save_to: str | Path, /,
        *,
        buyer: str | None = ...,
        as_of: str | None = ...,
    ) -> Path:
        """Write what `download_isolation_matrix` answers into a file."""
    def download_liability_journal(
        self,
        programme: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> bytes:
        """Download the entries for the general ledger"""
    def save_liability_journal(
        self,
        save_to: str | Path, /,
        programme: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> Path:
        """Write what `download_liability_journal` answers into a file."""
    def download_partner_file(
        self,
        file_id: str | int,
    ) -> bytes:
        """Download a supplier's file"""
    def save_partner_file(
        self,
        save_to: str | Path, /,
        file_id: str | int,
    ) -> Path:
        """Write what `download_partner_file` answers into a file."""
    def download_rejected_rows(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
    ) -> bytes:
        """Download the rejected rows to mend them"""
    def save_rejected_rows(
        self,
        save_to: str | Path, /,
        import_id: str | int,
        *,
        party: str | None = ...,
    ) -> Path:
        """Write what `download_rejected_rows` answers into a file."""
    def download_statement(
        self,
        statement_id: str | int,
        *,
        format: Literal["csv", "csv.gz", "parquet", "pdf", "xlsx"] | None = ...,
        lang: Literal["zh", "en"] | None = ...,
    ) -> bytes:
        """Download a statement"""
    def save_statement(
        self,
        save_to: str | Path, /,
        statement_id: str | int,
        *,
        format: Literal["csv", "csv.gz", "parquet", "pdf", "xlsx"] | None = ...,
        lang: Literal["zh", "en"] | None = ...,
    ) -> Path:
        """Write what `download_statement` answers into a file."""
    def end_consent(
        self,
        programme: str | int,
        from_programme: str | int,
    ) -> schemas.ConsentAnswer:
        """End a consent"""
    def end_contract(
        self,
        contract_id: str | int,
        *,
        on: str | date,
        accept_late: bool = ...,
        key: str | None = ...,
    ) -> schemas.ContractEndAnswer:
        """End a contract"""
    def end_earning_rule(
        self,
        programme: str | int,
        rule: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.EarningRuleAnswer:
        """End an earning rule"""
    def end_group_member(
        self,
        group: str | int,
        party: str | int,
    ) -> None:
        """End a party's membership"""
    def end_isolation_rule(
        self,
        rule_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RuleEndedAnswer:
        """End an isolation rule"""
    def end_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """End an offer"""
    def end_placement(
        self,
        placement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.PlacementAnswer:
        """End a placement"""
    def end_price_rule(
        self,
        programme: str | int,
        price_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.PriceAnswer:
        """End a price rule"""
    def end_product_batch(
        self,
        programme: str | int,
        batch: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProductBatchAnswer:
        """End a batch of product codes"""
    def end_swap(
        self,
        swap_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.SwapAnswer:
        """End a swap"""
    def end_veto(
        self,
        veto_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.VetoEndedAnswer:
        """End a veto"""
    def expire_points(
        self,
        programme: str | int,
        *,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        member: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Write off expired points"""
    def export_journal(
        self,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> bytes:
        """Export what was posted in a currency"""
    def save_journal(
        self,
        save_to: str | Path, /,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> Path:
        """Write what `export_journal` answers into a file."""
    def finalise_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Make a statement final"""
    def follow_events(
        self,
        *,
        after: int | None = ...,
    ) -> bytes:
        """Follow events as they come"""
    def save_events(
        self,
        save_to: str | Path, /,
        *,
        after: int | None = ...,
    ) -> Path:
        """Write what `follow_events` answers into a file."""
    def forget_member(
        self,
        programme: str | int,
        member: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ForgottenAnswer:
        """Forget a member"""
    def freeze_liability(
        self,
        programme: str | int,
        month: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.LiabilityMonthAnswer:
        """Freeze a month of points"""
    def get_adjustment(
        self,
        adjustment_id: str | int,
    ) -> schemas.AdjustmentAnswer:
        """Get a correction"""
    def get_billing_profile(
        self,
        party: str | int,
    ) -> schemas.BillingProfileAnswer:
        """Get who a party is on invoices"""
    def get_break(
        self,
        break_id: str | int,
    ) -> schemas.BreakAnswer:
        """Get a break"""
    def get_burn_down(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BurnDownPage:
        """Get how long stock will last"""
    def each_burn_down(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.BurnDownAnswer]:
        """Go through all pages of `get_burn_down`."""
    def get_card_codes(
        self,
        offer_id: str | int,
    ) -> schemas.CodesSummaryAnswer:
        """Count the card codes of an offer"""
    def get_case(
        self,
        case: str | int,
    ) -> schemas.CaseAnswer:
        """Get a case"""
    def get_coupon(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        wait_seconds: int | None = ...,
    ) -> schemas.CouponAnswer:
        """Get a coupon and its receipt"""
    def get_coupon_lines(
        self,
        programme: str | int,
        coupon_id: str | int,
    ) -> schemas.ExplainedLinesAnswer:
        """Explain what a coupon is billed with"""
    def get_coupon_qr(
        self,
        programme: str | int,
        coupon_id: str | int,
    ) -> bytes:
        """Get a token of a coupon as a QR code"""
    def save_coupon_qr(
        self,
        save_to: str | Path, /,
        programme: str | int,
        coupon_id: str | int,
    ) -> Path:
        """Write what `get_coupon_qr` answers into a file."""
    def get_coupon_summary(
        self,
        programme: str | int,
        *,
        offer_id: int | None = ...,
        supplier: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.CouponSummaryAnswer:
        """Count the coupons of a programme"""
    def get_coupon_token(
        self,
        programme: str | int,
        coupon_id: str | int,
    ) -> schemas.TokenAnswer:
        """Get a token of a coupon"""
    def get_deliveries(
        self,
        party: str | int,
        *,
        days: int | None = ...,
    ) -> schemas.DeliveriesAnswer:
        """Get how a supplier's deliveries do"""
    def get_dispute(
        self,
        dispute_id: str | int,
    ) -> schemas.DisputeAnswer:
        """Get a dispute"""
    def get_dry_run(
        self,
        month: str | int,
    ) -> schemas.DryRunAnswer:
        """See what a closing would bill"""
    def get_endpoint(
        self,
        party: str | int,
    ) -> schemas.EndpointAnswer:
        """Get the endpoint of a supplier"""
    def get_event(
        self,
        event_id: str | int,
    ) -> schemas.EventAnswer:
        """Get an event"""
    def get_explained_use(
        self,
        book_id: str | int,
        use_id: str | int,
    ) -> schemas.ExplainedLinesAnswer:
        """Explain what a use costs"""
    def get_file_mapping(
        self,
        mapping: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.FileMappingAnswer:
        """Get how a supplier's files are read"""
    def get_frame_origins(self) -> schemas.FrameOriginsAnswer:
        """See who may frame the member pages"""
    def get_funnel(
        self,
        *,
        by: Literal["offer", "supplier", "brand", "shop", "channel"] | None = ...,
        programme: str | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        side: Literal["brand", "supplier", None] | None = ...,
    ) -> schemas.FunnelAnswer:
        """Get what became of rights"""
    def get_gift_plan(
        self,
        programme: str | int,
    ) -> schemas.GiftPlanAnswer:
        """Get what is given by itself"""
    def get_import(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Get an import"""
    def get_import_mapping(
        self,
        mapping: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.MappingAnswer:
        """Get a saved mapping"""
    def get_isolation_matrix(
        self,
        *,
        buyer: str | None = ...,
        as_of: str | None = ...,
    ) -> schemas.MatrixRowPage:
        """Get what is decided for a brand"""
    def get_lease(
        self,
        lease_id: str | int,
    ) -> schemas.LeaseAnswer:
        """Get a lease"""
    def get_lease_exposure(self) -> schemas.LeaseExposuresAnswer:
        """Get what is at stake in open leases"""
    def get_liability(
        self,
        programme: str | int,
        month: str | int,
    ) -> schemas.LiabilityAnswer:
        """Get the roll-forward of a month"""
    def get_liability_ladder(
        self,
        programme: str | int,
        *,
        by: Literal["month", "quarter", "year"] | None = ...,
        tail_percent: int | None = ...,
    ) -> schemas.LadderAnswer:
        """Get how points are redeemed by age"""
    def get_liability_settings(
        self,
        programme: str | int,
    ) -> schemas.LiabilitySettingsAnswer:
        """Get what a programme asks of its liability"""
    def get_liability_what_if(
        self,
        programme: str | int,
        *,
        redeem_rate: str | None = ...,
        month: str | None = ...,
        sale_minor: int | None = ...,
        sale_points: int | None = ...,
    ) -> schemas.WhatIfAnswer:
        """Ask what another redeem rate would cost"""
    def get_liveness(self) -> schemas.HealthAnswer:
        """Ask whether the process answers"""
    def get_member(
        self,
        programme: str | int,
        member: str | int,
        *,
        as_of: str | None = ...,
    ) -> schemas.MemberAnswer:
        """Get a member's points"""
    def get_member_profile(
        self,
        programme: str | int,
        member: str | int,
    ) -> schemas.ProfileAnswer:
        """Get what is known of a member"""
    def get_netting(
        self,
        netting_id: str | int,
    ) -> schemas.NettingAnswer:
        """Get a netting run"""
    def get_offer(
        self,
        programme: str | int,
        offer_id: str | int,
        *,
        member: str | None = ...,
        lang: Literal["zh", "en", None] | None = ...,
    ) -> schemas.MarketOfferAnswer:
        """Get an offer"""
    def get_offer_access(
        self,
        programme: str | int,
        offer_id: str | int,
    ) -> schemas.AccessAnswer:
        """Ask who may have an offer"""
    def get_offer_isolation(
        self,
        programme: str | int,
        offer_id: str | int,
        *,
        as_of: str | None = ...,
    ) -> schemas.IsolationAnswer:
        """Ask whether an offer is isolated"""
    def get_operation(
        self,
        programme: str | int,
        key: str | int,
    ) -> schemas.OperationRecordAnswer:
        """Get an operation"""
    def get_order(
        self,
        request_number: str | int,
    ) -> schemas.OrderAnswer:
        """Get an order at a supplier"""
    def get_overview(
        self,
        programme: str | int,
        *,
        months: int | None = ...,
    ) -> schemas.ProgrammeOverviewAnswer:
        """Get the months of a programme"""
    def get_own_offer(
        self,
        offer_id: str | int,
    ) -> schemas.OfferAnswer:
        """Get an offer of one's own"""
    def get_own_party(self) -> schemas.PartyAnswer:
        """Get the party of the API key"""
    def get_partner_file(
        self,
        file_id: str | int,
    ) -> schemas.PartnerFileAnswer:
        """Get a supplier's file"""
    def get_party(
        self,
        party: str | int,
    ) -> schemas.PartyAnswer:
        """Get a party"""
    def get_period(
        self,
        month: str | int,
    ) -> schemas.PeriodProgressAnswer:
        """Get a month"""
    def get_picture(
        self,
        picture: str | int,
    ) -> bytes:
        """Get a picture"""
    def save_picture(
        self,
        save_to: str | Path, /,
        picture: str | int,
    ) -> Path:
        """Write what `get_picture` answers into a file."""
    def get_placement(
        self,
        placement_id: str | int,
    ) -> schemas.PlacementFiguresAnswer:
        """Get what came of a placement"""
    def get_price_rate(
        self,
        programme: str | int,
    ) -> schemas.PriceRateAnswer:
        """Get a programme's rate for prices"""
    def get_programme(
        self,
        programme: str | int,
    ) -> schemas.ProgrammeAnswer:
        """Get a programme"""
    def get_programme_event_types(
        self,
        programme: str | int,
    ) -> schemas.AskedForAnswer:
        """Get which events of a programme's points are told"""
    def get_programme_totals(
        self,
        programme: str | int,
    ) -> schemas.TotalsAnswer:
        """Get the totals of a programme"""
    def get_rate_card(
        self,
        card_id: str | int,
    ) -> schemas.RateCardAnswer:
        """Get a rate card"""
    def get_readiness(self) -> schemas.HealthAnswer:
        """Ask whether requests can be sent here"""
    def get_reconciliation(
        self,
        reconciliation_id: str | int,
    ) -> schemas.RunReadAnswer:
        """Get a reconciliation"""
    def get_redemption_rate(
        self,
        *,
        programme: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.RedemptionRateAnswer:
        """Get how many members redeem"""
    def get_scorecard(
        self,
        party: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.ScorecardAnswer:
        """Get how a party does"""
    def get_settlement_calendar(self) -> schemas.SettlementCalendarAnswer:
        """Get the calendar of all bills"""
    def get_shop(
        self,
        shop: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Get a shop"""
    def get_statement(
        self,
        statement_id: str | int,
    ) -> schemas.StatementAnswer:
        """Get a statement"""
    def get_statement_due(
        self,
        statement_id: str | int,
    ) -> schemas.DueAnswer:
        """Get what is due for a statement"""
    def get_status(self) -> schemas.StatusAnswer:
        """Get how the exchange does"""
    def get_supplier_check(
        self,
        party: str | int,
        check_id: str | int,
    ) -> schemas.CheckReportAnswer:
        """Get a check of a supplier"""
    def get_supplier_stage(
        self,
        party: str | int,
    ) -> schemas.StageAnswer:
        """Get the stage of a supplier"""
    def get_swap(
        self,
        swap_id: str | int,
    ) -> schemas.SwapStandingAnswer:
        """Get how a swap stands"""
    def get_today(
        self,
        programme: str | int,
    ) -> schemas.TodayAnswer:
        """Get what happened today in a programme"""
    def get_trial_balance(
        self,
        programme: str | int,
        *,
        as_of: str | None = ...,
    ) -> schemas.TrialBalanceAnswer:
        """Get the trial balance of a programme"""
    def get_trust(
        self,
        party: str | int,
    ) -> schemas.TrustAnswer:
        """Get whether a supplier is trusted"""
    def get_use_settings(
        self,
        party: str | int,
    ) -> schemas.UseSettingsAnswer:
        """Get what a supplier asks of uses"""
    def get_user(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.UserStateAnswer:
        """Get a user"""
    def get_webhook_endpoint(
        self,
        endpoint_id: str | int,
    ) -> schemas.WebhookEndpointAnswer:
        """Get a webhook endpoint"""
    def gift_coupon(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        from_member: str,
        to_member: str | None = ...,
        hours: int = ...,
        note: str | None = ...,
        key: str | None = ...,
    ) -> schemas.GiftCouponAnswer:
        """Offer a coupon to another member"""
    def gift_points(
        self,
        programme: str | int,
        *,
        member: str,
        to_member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Give points to another member"""
    def hold_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Set points aside"""
    def invite_user(
        self,
        *,
        email: str,
        name: str,
        role: Literal["operator", "finance", "auditor", "marketer", "brand_finance", "service", "manager", "till"],
        party: str | None = ...,
        locale: Literal["en", "zh-Hans"] = ...,
        key: str | None = ...,
    ) -> schemas.InvitedUserAnswer:
        """Invite a user"""
    def issue_period(
        self,
        month: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ClosingAnswer:
        """Issue the statements of a month"""
    def issue_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        funder: str | None = ...,
        available_on: str | date | None = ...,
        expires_on: str | date | None = ...,
        points_day: bool = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Issue points"""
    def issue_product_codes(
        self,
        programme: str | int,
        batch: str | int,
        *,
        count: int,
    ) -> schemas.NewProductCodesAnswer:
        """Make product codes"""
    def issue_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Issue a draft"""
    def list_adjustments(
        self,
        *,
        statement: int | None = ...,
        state: Literal["draft", "approved", "discarded", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.AdjustmentPage:
        """List the corrections"""
    def each_adjustments(
        self,
        *,
        statement: int | None = ...,
        state: Literal["draft", "approved", "discarded", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.AdjustmentAnswer]:
        """Go through all pages of `list_adjustments`."""
    def list_allotments(
        self,
        programme: str | int,
        *,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.AllotmentPage:
        """List what a programme has procured"""
    def each_allotments(
        self,
        programme: str | int,
        *,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.AllotmentAnswer]:
        """Go through all pages of `list_allotments`."""
    def list_asked_procurements(
        self,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ProcurementPage:
        """List what brands ask of the supplier"""
    def each_asked_procurements(
        self,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ProcurementAnswer]:
        """Go through all pages of `list_asked_procurements`."""
    def list_audit_entries(
        self,
        *,
        actor: str | None = ...,
        object: str | None = ...,
        party: str | None = ...,
        action: str | None = ...,
        programme: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.AuditEntryPage:
        """List who did what"""
    def each_audit_entries(
        self,
        *,
        actor: str | None = ...,
        object: str | None = ...,
        party: str | None = ...,
        action: str | None = ...,
        programme: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.AuditEntryAnswer]:
        """Go through all pages of `list_audit_entries`."""
    def list_birthdays(
        self,
        programme: str | int,
        *,
        day: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BirthdayGiftPage:
        """List the birthdays of a day"""
    def each_birthdays(
        self,
        programme: str | int,
        *,
        day: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.BirthdayGiftAnswer]:
        """Go through all pages of `list_birthdays`."""
    def list_break_steps(
        self,
        break_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BreakStepPage:
        """List what was done with a break"""
    def each_break_steps(
        self,
        break_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.BreakStepAnswer]:
        """Go through all pages of `list_break_steps`."""
    def list_breaks(
        self,
        reconciliation_id: str | int,
        *,
        category: Literal["duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate", "amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date", "missing_ours", "missing_theirs", "rejected", None] | None = ...,
        state: Literal["open", "matched", "explained", "adjusted", "written_off", "carried", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BreakPage:
        """List the breaks of a reconciliation"""
    def each_breaks(
        self,
        reconciliation_id: str | int,
        *,
        category: Literal["duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate", "amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date", "missing_ours", "missing_theirs", "rejected", None] | None = ...,
        state: Literal["open", "matched", "explained", "adjusted", "written_off", "carried", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.BreakAnswer]:
        """Go through all pages of `list_breaks`."""
    def list_cases(
        self,
        *,
        state: Literal["OPEN", "RESOLVED"] | None = ...,
        kind: Literal["late_success", "late_failure", "contradiction", "stuck", "complaint", "partial", "codes_short", "offline_conflict", None] | None = ...,
        supplier: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.CasePage:
        """List the cases"""
    def each_cases(
        self,
        *,
        state: Literal["OPEN", "RESOLVED"] | None = ...,
        kind: Literal["late_success", "late_failure", "contradiction", "stuck", "complaint", "partial", "codes_short", "offline_conflict", None] | None = ...,
        supplier: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.CaseAnswer]:
        """Go through all pages of `list_cases`."""
    def list_categories(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.CategoryPage:
        """List the categories"""
    def each_categories(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.CategoryAnswer]:
        """Go through all pages of `list_categories`."""
    def list_consents(
        self,
        programme: str | int,
    ) -> schemas.ConsentsAnswer:
        """List the consents of a programme"""
    def list_contracts(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ContractVersionPage:
        """List the contracts of the party"""
    def each_contracts(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ContractVersionAnswer]:
        """Go through all pages of `list_contracts`."""
    def list_coupons(
        self,
        programme: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        member: str | None = ...,
        offer_id: int | None = ...,
        supplier: str | None = ...,
        code_tail: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ListedCouponPage:
        """List the coupons of a programme"""
    def each_coupons(
        self,
        programme: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        member: str | None = ...,
        offer_id: int | None = ...,
        supplier: str | None = ...,
        code_tail: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ListedCouponAnswer]:
        """Go through all pages of `list_coupons`."""
    def list_deliveries(
        self,
        *,
        endpoint_id: int | None = ...,
        state: Literal["waiting", "delivered", "failed", None] | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DeliveryPage:
        """List what was sent to your webhook endpoints"""
    def each_deliveries(
        self,
        *,
        endpoint_id: int | None = ...,
        state: Literal["waiting", "delivered", "failed", None] | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.DeliveryAnswer]:
        """Go through all pages of `list_deliveries`."""
    def list_disputes(
        self,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DisputePage:
        """List the disputes of the party"""
    def each_disputes(
        self,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.DisputeAnswer]:
        """Go through all pages of `list_disputes`."""
    def list_drafts(
        self,
        month: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DraftPage:
        """List the drafts of a month"""
    def each_drafts(
        self,
        month: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.DraftAnswer]:
        """Go through all pages of `list_drafts`."""
    def list_earning_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.EarningRulePage:
        """List the earning rules"""
    def each_earning_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.EarningRuleAnswer]:
        """Go through all pages of `list_earning_rules`."""
    def list_event_types(self) -> schemas.EventTypePage:
        """List the types of events"""
    def list_events(
        self,
        *,
        after: int | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.EventPage:
        """List what your own party was told"""
    def each_events(
        self,
        *,
        after: int | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.EventAnswer]:
        """Go through all pages of `list_events`."""
    def list_exchange_keys(self) -> schemas.ExchangeKeysAnswer:
        """List the public keys of the exchange"""
    def list_file_mappings(
        self,
        *,
        party: str | None = ...,
    ) -> schemas.FileMappingsAnswer:
        """List how a supplier's files are read"""
    def list_groups(self) -> schemas.GroupPage:
        """List the groups"""
    def list_holds(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OpenHoldPage:
        """List what a member has set aside"""
    def each_holds(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.OpenHoldAnswer]:
        """Go through all pages of `list_holds`."""
    def list_import_rows(
        self,
        import_id: str | int,
        *,
        status: Literal["created", "updated", "unchanged", "rejected", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ImportRowPage:
        """List what became of the rows"""
    def each_import_rows(
        self,
        import_id: str | int,
        *,
        status: Literal["created", "updated", "unchanged", "rejected", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ImportRowAnswer]:
        """Go through all pages of `list_import_rows`."""
    def list_imports(
        self,
        *,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ImportPage:
        """List a party's imports"""
    def each_imports(
        self,
        *,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ImportAnswer]:
        """Go through all pages of `list_imports`."""
    def list_isolation_rules(
        self,
        *,
        as_of: str | None = ...,
    ) -> schemas.IsolationRulePage:
        """List the isolation rules"""
    def list_journal(
        self,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.JournalEntryPage:
        """List what was posted in a currency"""
    def each_journal(
        self,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.JournalEntryAnswer]:
        """Go through all pages of `list_journal`."""
    def list_keys(
        self,
        party: str | int,
    ) -> schemas.ListedKeyPage:
        """List the keys of a party"""
    def list_latest_uses(
        self,
        *,
        store: str | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LatestUsePage:
        """List a supplier's latest uses"""
    def each_latest_uses(
        self,
        *,
        store: str | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.LatestUseAnswer]:
        """Go through all pages of `list_latest_uses`."""
    def list_lease_uses(
        self,
        lease_id: str | int,
        *,
        state: Literal["TAKEN", "USED", "CONFLICT", "REFUSED", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LeaseUsePage:
        """List the uses of a lease"""
    def each_lease_uses(
        self,
        lease_id: str | int,
        *,
        state: Literal["TAKEN", "USED", "CONFLICT", "REFUSED", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.LeaseUseAnswer]:
        """Go through all pages of `list_lease_uses`."""
    def list_leases(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LeasePage:
        """List the leases"""
    def each_leases(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.LeaseAnswer]:
        """Go through all pages of `list_leases`."""
    def list_liability_estimates(
        self,
        programme: str | int,
    ) -> schemas.EstimatePage:
        """List the estimates"""
    def list_liability_months(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LiabilityMonthPage:
        """List the frozen months"""
    def each_liability_months(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.LiabilityMonthAnswer]:
        """Go through all pages of `list_liability_months`."""
    def list_matches(
        self,
        reconciliation_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.MatchPage:
        """List the matches of a reconciliation"""
    def each_matches(
        self,
        reconciliation_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.MatchAnswer]:
        """Go through all pages of `list_matches`."""
    def list_member_coupons(
        self,
        programme: str | int,
        member: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        phase: Literal["open", "used", "over", None] | None = ...,
        sort: Literal["new", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.MemberCouponPage:
        """List the coupons of a member"""
    def each_member_coupons(
        self,
        programme: str | int,
        member: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        phase: Literal["open", "used", "over", None] | None = ...,
        sort: Literal["new", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.MemberCouponAnswer]:
        """Go through all pages of `list_member_coupons`."""
    def list_member_history(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.HistoryAnswer:
        """List the operations of a member"""
    def each_member_history(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.HistoryEntryAnswer]:
        """Go through all pages of `list_member_history`."""
    def list_members(
        self,
        programme: str | int,
        *,
        prefix: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BalancePage:
        """List the members of a programme"""
    def each_members(
        self,
        programme: str | int,
        *,
        prefix: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.BalanceAnswer]:
        """Go through all pages of `list_members`."""
    def list_netted_statements(
        self,
        netting_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.NettedStatementPage:
        """List the statements of a netting run"""
    def each_netted_statements(
        self,
        netting_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.NettedStatementAnswer]:
        """Go through all pages of `list_netted_statements`."""
    def list_nettings(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.NettingPage:
        """List the netting runs of the party"""
    def each_nettings(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.NettingAnswer]:
        """Go through all pages of `list_nettings`."""
    def list_offer_versions(
        self,
        offer_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OfferPage:
        """List the versions of an offer"""
    def each_offer_versions(
        self,
        offer_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.OfferAnswer]:
        """Go through all pages of `list_offer_versions`."""
    def list_offers(
        self,
        programme: str | int,
        *,
        category: str | None = ...,
        q: str | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code", None] | None = ...,
        member: str | None = ...,
        affordable: bool | None = ...,
        covers_expiring: bool | None = ...,
        all: bool | None = ...,
        supplier: str | None = ...,
        sort: Literal["new", "price", "use_rate", None] | None = ...,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.MarketOfferPage:
        """List the offers that members can have"""
    def each_offers(
        self,
        programme: str | int,
        *,
        category: str | None = ...,
        q: str | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code", None] | None = ...,
        member: str | None = ...,
        affordable: bool | None = ...,
        covers_expiring: bool | None = ...,
        all: bool | None = ...,
        supplier: str | None = ...,
        sort: Literal["new", "price", "use_rate", None] | None = ...,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.MarketOfferAnswer]:
        """Go through all pages of `list_offers`."""
    def list_orders(
        self,
        *,
        state: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        supplier: str | None = ...,
        older_than_seconds: int | None = ...,
        side: Literal["brand", "supplier", None] | None = ...,
        parked: bool | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OrderPage:
        """List the orders at suppliers"""
    def each_orders(
        self,
        *,
        state: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        supplier: str | None = ...,
        older_than_seconds: int | None = ...,
        side: Literal["brand", "supplier", None] | None = ...,
        parked: bool | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.OrderAnswer]:
        """Go through all pages of `list_orders`."""
    def list_own_keys(self) -> schemas.ListedKeyPage:
        """List the keys of your own party"""
    def list_own_offers(
        self,
        *,
        state: Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED", None] | None = ...,
        category: str | None = ...,
        q: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OfferPage:
        """List the supplier's own offers"""
    def each_own_offers(
        self,
        *,
        state: Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED", None] | None = ...,
        category: str | None = ...,
        q: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.OfferAnswer]:
        """Go through all pages of `list_own_offers`."""
    def list_parties(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PartyPage:
        """List the parties"""
    def each_parties(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.PartyAnswer]:
        """Go through all pages of `list_parties`."""
    def list_partner_files(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PartnerFilePage:
        """List the files of a supplier"""
    def each_partner_files(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.PartnerFileAnswer]:
        """Go through all pages of `list_partner_files`."""
    def list_payments(
        self,
        *,
        statement_id: int | None = ...,
        netting_id: int | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PaymentPage:
        """List the payments of the party"""
    def each_payments(
        self,
        *,
        statement_id: int | None = ...,
        netting_id: int | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.PaymentAnswer]:
        """Go through all pages of `list_payments`."""
    def list_periods(self) -> schemas.PeriodPage:
        """List the months"""
    def list_placements(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PlacementPage:
        """List the placements"""
    def each_placements(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.PlacementAnswer]:
        """Go through all pages of `list_placements`."""
    def list_points_days(
        self,
        programme: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.PointsDaysAnswer:
        """List the points days of a programme"""
    def list_positions(self) -> schemas.PositionsAnswer:
        """List what parties are owed and owe"""
    def list_price_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PricePage:
        """List the price rules of a programme"""
    def each_price_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.PriceAnswer]:
        """Go through all pages of `list_price_rules`."""
    def list_procurements(
        self,
        programme: str | int,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ProcurementPage:
        """List what a programme asked for"""
    def each_procurements(
        self,
        programme: str | int,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ProcurementAnswer]:
        """Go through all pages of `list_procurements`."""
    def list_product_batches(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ProductBatchPage:
        """List the batches of product codes"""
    def each_product_batches(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ProductBatchAnswer]:
        """Go through all pages of `list_product_batches`."""
    def list_programme_rules(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RulesVersionPage:
        """List what held in a programme"""
    def each_programme_rules(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.RulesVersionAnswer]:
        """Go through all pages of `list_programme_rules`."""
    def list_programmes(self) -> schemas.ProgrammePage:
        """List the caller's programmes"""
    def list_rate_cards(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RateCardPage:
        """List the rate cards of the party"""
    def each_rate_cards(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.RateCardAnswer]:
        """Go through all pages of `list_rate_cards`."""
    def list_rates(
        self,
        programme: str | int,
    ) -> schemas.RatesAnswer:
        """List the conversion rates of a programme"""
    def list_reconciliations(
        self,
        *,
        month: str | None = ...,
        supplier: str | None = ...,
        state: Literal["open", "replaced", "signed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RunPage:
        """List the reconciliations"""
    def each_reconciliations(
        self,
        *,
        month: str | None = ...,
        supplier: str | None = ...,
        state: Literal["open", "replaced", "signed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.RunAnswer]:
        """Go through all pages of `list_reconciliations`."""
    def list_rejected_uses(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RejectedUsePage:
        """List uses that cannot be billed"""
    def each_rejected_uses(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.RejectedUseAnswer]:
        """Go through all pages of `list_rejected_uses`."""
    def list_shop_uses(
        self,
        shop: str | int,
        *,
        day: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ShopUsePage:
        """List what a shop has used on a day"""
    def each_shop_uses(
        self,
        shop: str | int,
        *,
        day: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ShopUseAnswer]:
        """Go through all pages of `list_shop_uses`."""
    def list_shops(
        self,
        *,
        state: Literal["open", "closed", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ShopPage:
        """List the shops of the party"""
    def each_shops(
        self,
        *,
        state: Literal["open", "closed", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.ShopAnswer]:
        """Go through all pages of `list_shops`."""
    def list_statement_disputes(
        self,
        statement_id: str | int,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DisputePage:
        """List the disputes of a statement"""
    def each_statement_disputes(
        self,
        statement_id: str | int,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.DisputeAnswer]:
        """Go through all pages of `list_statement_disputes`."""
    def list_statement_invoices(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.InvoicePage:
        """List the invoices of a statement"""
    def each_statement_invoices(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.InvoiceAnswer]:
        """Go through all pages of `list_statement_invoices`."""
    def list_statement_lines(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.StatementLinePage:
        """List the lines of a statement"""
    def each_statement_lines(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.StatementLineAnswer]:
        """Go through all pages of `list_statement_lines`."""
    def list_statement_steps(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.StatementStepPage:
        """List what was done with it"""
    def each_statement_steps(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.StatementStepAnswer]:
        """Go through all pages of `list_statement_steps`."""
    def list_statements(
        self,
        *,
        month: str | None = ...,
        state: Literal["issued", "agreed", "disputed", "final", "settled", "void", None] | None = ...,
        payer: str | None = ...,
        payee: str | None = ...,
        currency: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.StatementPage:
        """List the statements of the party"""
    def each_statements(
        self,
        *,
        month: str | None = ...,
        state: Literal["issued", "agreed", "disputed", "final", "settled", "void", None] | None = ...,
        payer: str | None = ...,
        payee: str | None = ...,
        currency: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.StatementAnswer]:
        """Go through all pages of `list_statements`."""
    def list_supplier_checks(
        self,
        party: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.CheckPage:
        """List the checks of a supplier"""
    def each_supplier_checks(
        self,
        party: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.CheckAnswer]:
        """Go through all pages of `list_supplier_checks`."""
    def list_supplier_coupons(
        self,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.SupplierCouponPage:
        """List the coupons of a supplier"""
    def each_supplier_coupons(
        self,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.SupplierCouponAnswer]:
        """Go through all pages of `list_supplier_coupons`."""
    def list_supply_terms(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.SupplyTermsPage:
        """List the supplier's terms"""
    def each_supply_terms(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.SupplyTermsAnswer]:
        """Go through all pages of `list_supply_terms`."""
    def list_swaps(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.SwapPage:
        """List the swaps"""
    def each_swaps(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> Iterator[schemas.SwapAnswer]:
        """Go through all pages of `list_swaps`."""
    def list_tags(
        self,
        programme: str | int,
    ) -> schemas.DeclaredTagsAnswer:
        """List the tags of a programme"""
    def list_tiers(
        self,
        programme: str | int,
    ) -> schemas.DeclaredTiersAnswer:
        """List the tiers of a programme"""
    def list_users(
        self,
        *,
        party: str | None = ...,
    ) -> schemas.UserPage:
        """List the users of a party"""
    def list_vetoes(
        self,
        *,
        as_of: str | None = ...,
    ) -> schemas.VetoPage:
        """List the vetoes"""
    def list_webhook_endpoints(self) -> schemas.WebhookEndpointPage:
        """List your own webhook endpoints"""
    def lock_coupon(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        shop: str | None = ...,
        seconds: int = ...,
        reference: str | None = ...,
        key: str | None = ...,
    ) -> schemas.LockAnswer:
        """Hold a coupon for a while"""
    def look_up_coupon(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        shop: str | None = ...,
    ) -> schemas.LookUpAnswer:
        """Look a coupon up"""
    def make_user_link(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.LinkAnswer:
        """Make another link for a user"""
    def merge_members(
        self,
        programme: str | int,
        *,
        member: str,
        into_member: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Merge two members"""
    def open_shop(
        self,
        shop: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Open a shop again"""
    def pause_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Stop an offer for a while"""
    def publish_rate_card(
        self,
        card_id: str | int,
        *,
        accept_late: bool = ...,
        key: str | None = ...,
    ) -> schemas.PublicationAnswer:
        """Publish a rate card"""
    def query_order_now(
        self,
        request_number: str | int,
    ) -> schemas.OrderAnswer:
        """Have an order asked about now"""
    def read_balances(
        self,
        programme: str | int,
        *,
        members: Sequence[str],
        at: str | datetime | None = ...,
    ) -> schemas.BalancesAnswer:
        """Read the points of many members"""
    def read_partner_file_preview(
        self,
        file_id: str | int,
        *,
        mapping: str | None = ...,
        stated: schemas.FileMappingBody | None = ...,
    ) -> schemas.PartnerFilePreviewAnswer:
        """See what a supplier's file would be read as"""
    def read_price_simulation(
        self,
        programme: str | int,
        *,
        rule: schemas.PriceBody,
        days: int,
    ) -> schemas.SimulationAnswer:
        """Try a price rule on the past"""
    def read_quotes(
        self,
        programme: str | int,
        *,
        member: str,
        offer_ids: Sequence[int],
        at: str | datetime | None = ...,
    ) -> schemas.QuotesAnswer:
        """Quote offers to a member"""
    def read_rate_card_simulation(
        self,
        *,
        card: dict[str, Any],
        months: Sequence[str],
        home_party: str | None = ...,
        supplier_party: str | None = ...,
    ) -> schemas.CardSimulationAnswer:
        """Try a rate card on past uses"""
    def redeem_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Redeem points"""
    def refuse_procurement(
        self,
        procurement_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Refuse what a brand asked for"""
    def reject_dispute(
        self,
        dispute_id: str | int,
        *,
        answer: str,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Reject a dispute"""
    def reject_offer(
        self,
        offer_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Give an offer back to its supplier"""
    def release_hold(
        self,
        programme: str | int,
        *,
        member: str,
        hold_key: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Give back the points of a hold"""
    def remove_isolation_rule(
        self,
        rule_id: str | int,
    ) -> None:
        """End an isolation rule now"""
    def remove_member_identifiers(
        self,
        programme: str | int,
        member: str | int,
    ) -> None:
        """Remove the identifiers of a member"""
    def remove_netting_party(
        self,
        netting_id: str | int,
        *,
        party: str,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Take a party out of a netting run"""
    def remove_picture(
        self,
        picture: str | int,
    ) -> None:
        """Remove a picture"""
    def remove_user(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.RemovedUserAnswer:
        """Take a user out of a party"""
    def remove_webhook_endpoint(
        self,
        endpoint_id: str | int,
    ) -> None:
        """Remove a webhook endpoint"""
    def replay_delivery(
        self,
        delivery_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.DeliveryAnswer:
        """Send an event to its endpoint again"""
    def replay_failed_deliveries(
        self,
        endpoint_id: str | int,
        *,
        since: str | datetime,
        key: str | None = ...,
    ) -> schemas.ReplayedAnswer:
        """Send what a webhook endpoint did not get"""
    def replay_order(
        self,
        request_number: str | int,
    ) -> schemas.OrderAnswer:
        """Have a parked order tried again"""
    def report_check_delivery(
        self,
        check_id: str | int,
        *,
        request_number: str,
        status: Literal["SUCCESS", "FAILED", "PARTIAL"],
        reason: str | None = ...,
        supplier_reference: str | None = ...,
    ) -> schemas.CallbackAnswer:
        """Say how an order of a check ended"""
    def report_delivery(
        self,
        supplier: str | int,
        *,
        request_number: str,
        status: Literal["SUCCESS", "FAILED", "PARTIAL"],
        reason: str | None = ...,
        supplier_reference: str | None = ...,
    ) -> schemas.CallbackAnswer:
        """Report how a delivery ended"""
    def report_shown(
        self,
        programme: str | int,
        *,
        shown: Sequence[schemas.ShownItem],
        key: str | None = ...,
    ) -> schemas.ShownAnswer:
        """Report what was shown"""
    def resolve_break(
        self,
        break_id: str | int,
        *,
        resolution: Literal["open", "matched", "explained", "adjusted", "written_off", "carried"],
        note: str | None = ...,
        adjustment_id: int | None = ...,
        key: str | None = ...,
    ) -> schemas.BreakAnswer:
        """Resolve a break"""
    def resolve_case(
        self,
        case: str | int,
        *,
        decision: Literal["deliver", "return_points", "keep_waiting", "return_points_goodwill", "keep", "accept_supplier", "reject_supplier", "reinstate"],
        reason: str,
        evidence: str | None = ...,
        supplier_reference: str | None = ...,
        until: str | datetime | None = ...,
        member_consents: bool = ...,
    ) -> schemas.CaseAnswer:
        """Decide a case"""
    def resolve_member(
        self,
        programme: str | int,
        *,
        identifiers: Sequence[schemas.IdentifierBody],
    ) -> schemas.ResolvedAnswer:
        """Find a member by identifiers"""
    def resume_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """List a paused offer again"""
    def retry_rejected_uses(
        self,
        *,
        key: str | None = ...,
    ) -> schemas.RetriedUsesAnswer:
        """Have uses rated again"""
    def return_coupon(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.GiveBackAnswer:
        """Give a right back"""
    def return_stock(
        self,
        programme: str | int,
        procurement_id: str | int,
        *,
        quantity: int,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Give unsold pieces back"""
    def reveal_card_code(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RevealedCodeAnswer:
        """Show a member the card code of a right"""
    def reverse_coupon_use(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        occurred_at: str | datetime | None = ...,
        shop: str | None = ...,
        store: str | None = ...,
        reference: str | None = ...,
        key: str | None = ...,
    ) -> schemas.UseAnswer:
        """Reverse the use of a coupon"""
    def reverse_operation(
        self,
        programme: str | int,
        *,
        member: str,
        operation_key: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        points: int | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Reverse an operation"""
    def review_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.DraftAnswer:
        """Review a draft"""
    def revoke_key(
        self,
        party: str | int,
        key_id: str | int,
    ) -> None:
        """Revoke a key"""
    def revoke_own_key(
        self,
        key_id: str | int,
    ) -> None:
        """Revoke a key of your own party"""
    def rotate_key(
        self,
        party: str | int,
        key_id: str | int,
        *,
        overlap_seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Replace a key of a party"""
    def rotate_own_key(
        self,
        key_id: str | int,
        *,
        overlap_seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Replace a key of your own party"""
    def rotate_webhook_secret(
        self,
        endpoint_id: str | int,
        *,
        overlap_seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.NewWebhookEndpointAnswer:
        """Replace the secret of a webhook endpoint"""
    def set_billing_profile(
        self,
        party: str | int,
        *,
        legal_name: str,
        credit_code: str | None = ...,
        address: str | None = ...,
        phone: str | None = ...,
        bank: str | None = ...,
        bank_account: str | None = ...,
    ) -> schemas.BillingProfileAnswer:
        """State who a party is on invoices"""
    def set_endpoint(
        self,
        party: str | int,
        *,
        url: str,
        secret: str,
        overlap_seconds: int = ...,
        timeout_ms: int | None = ...,
        concurrency_max: int | None = ...,
        rate_per_second: int | None = ...,
        deadline_seconds: int | None = ...,
        absent_proves_after_seconds: int | None = ...,
        first_query_after_seconds: int | None = ...,
        waiting_max: int | None = ...,
    ) -> schemas.EndpointAnswer:
        """Set where a supplier takes orders"""
    def set_file_mapping(
        self,
        mapping: str | int,
        *,
        party: str | None = ...,
        columns: Mapping[str, str] = ...,
        constants: Mapping[str, str] = ...,
        unit: Literal["yuan", "fen"] | None = ...,
        sign: Literal["plain", "negated"] = ...,
        date_format: Literal["year-first", "day-first", "month-first"] = ...,
        time_zone: str | None = ...,
        encoding: Literal["utf-8", "utf-16", "gb18030", "big5"] | None = ...,
        delimiter: Literal["comma", "semicolon", "tab", "bar"] | None = ...,
        sheet: str | None = ...,
    ) -> schemas.FileMappingAnswer:
        """Save how a supplier's files are read"""
    def set_frame_origins(
        self,
        *,
        origins: Sequence[str],
    ) -> schemas.FrameOriginsAnswer:
        """Say who may frame the member pages"""
    def set_gift_plan(
        self,
        programme: str | int,
        *,
        birthday_offer_id: int | None,
        birthday_hour: int = ...,
        free_rights_per_week: int | None = ...,
    ) -> schemas.GiftPlanAnswer:
        """State what is given by itself"""
    def set_group_member(
        self,
        group: str | int,
        party: str | int,
        *,
        valid_from: str | datetime | None = ...,
        valid_until: str | datetime | None = ...,
    ) -> schemas.GroupMemberAnswer:
        """Let a party be in a group"""
    def set_import_mapping(
        self,
        mapping: str | int,
        *,
        kind: Literal["offers", "shops", "members", "codes"],
        party: str | None = ...,
        columns: Mapping[str, str] = ...,
        constants: Mapping[str, str] = ...,
        unit: Literal["yuan", "fen"] = ...,
        date_format: Literal["year-first", "day-first", "month-first"] = ...,
        time_zone: str = ...,
    ) -> schemas.MappingAnswer:
        """Save how files are to be read"""
    def set_liability_settings(
        self,
        programme: str | int,
        *,
        four_eyes: bool,
        accounts: schemas.LiabilityAccountsBody | None = ...,
    ) -> schemas.LiabilitySettingsAnswer:
        """Set what a programme asks of its liability"""
    def set_member_profile(
        self,
        programme: str | int,
        member: str | int,
        *,
        identifiers: Sequence[schemas.IdentifierBody] = ...,
        tags: schemas.TagsBody | None = ...,
        tier: schemas.TierGrantBody | None = ...,
        birthday: str | None = ...,
        consents: schemas.ConsentsOfMemberBody | None = ...,
        key: str | None = ...,
    ) -> schemas.ProfileAnswer:
        """Say what is known of a member"""
    def set_member_profiles(
        self,
        programme: str | int,
        *,
        members: Sequence[schemas.ProfileItem],
    ) -> schemas.ProfilesAnswer:
        """Say what is known of many members"""
    def set_offer_access(
        self,
        programme: str | int,
        offer_id: str | int,
        *,
        open_to: schemas.WhoBody,
    ) -> schemas.AccessAnswer:
        """State who may have an offer"""
    def set_party_categories(
        self,
        party: str | int,
        *,
        categories: Sequence[str],
        dry_run: bool = ...,
        key: str | None = ...,
    ) -> schemas.CategoriesAnswer:
        """Set the categories of a party"""
    def set_party_name(
        self,
        party: str | int,
        *,
        name: str,
    ) -> schemas.PartyAnswer:
        """Give a party another name"""
    def set_price_rate(
        self,
        programme: str | int,
        *,
        rate: schemas.PriceRateTermsBody | None,
    ) -> schemas.PriceRateAnswer:
        """State a programme's rate for prices"""
    def set_programme_event_types(
        self,
        programme: str | int,
        *,
        types: Sequence[str],
    ) -> schemas.AskedForAnswer:
        """Have events of a programme's points told"""
    def set_programme_rules(
        self,
        programme: str | int,
        *,
        name: str,
        unit: str = ...,
        available_after_days: int = ...,
        caps: Sequence[schemas.CapBody] = ...,
        balance_max: int | None = ...,
    ) -> schemas.ProgrammeAnswer:
        """Change the rules of a programme"""
    def set_settlement_calendar(
        self,
        *,
        time_zone: str,
        four_eyes: bool = ...,
        dispute_days: int = ...,
        payment_days: int = ...,
        number_prefix: str = ...,
    ) -> schemas.SettlementCalendarAnswer:
        """State the calendar of all bills"""
    def set_supplier_stage(
        self,
        party: str | int,
        *,
        stage: Literal["DECLARED", "CHECKED", "CANARY", "OPEN", "SUSPENDED"],
        share_permyriad: int | None = ...,
        tags: Sequence[str] = ...,
        per_day_max: int | None = ...,
        open_orders_max: int | None = ...,
        limits: schemas.LimitsBody = ...,
        is_automatic: bool = ...,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.StageAnswer:
        """Stage a supplier"""
    def set_tags(
        self,
        programme: str | int,
        *,
        tags: Sequence[schemas.DeclaredTagBody],
    ) -> schemas.DeclaredTagsAnswer:
        """State the tags of a programme"""
    def set_tiers(
        self,
        programme: str | int,
        *,
        tiers: Sequence[schemas.DeclaredTierBody],
    ) -> schemas.DeclaredTiersAnswer:
        """State the tiers of a programme"""
    def set_trust(
        self,
        party: str | int,
        *,
        trusted: bool,
    ) -> schemas.TrustAnswer:
        """Trust a supplier, or review its offers"""
    def set_use_settings(
        self,
        party: str | int,
        *,
        require_shop: bool,
    ) -> schemas.UseSettingsAnswer:
        """State what a supplier asks of uses"""
    def set_user_roles(
        self,
        user_id: str | int,
        *,
        roles: Sequence[Literal["operator", "finance", "auditor", "marketer", "brand_finance", "service", "manager", "till"]],
        party: str | None = ...,
    ) -> schemas.UserAnswer:
        """Set the roles of a user"""
    def set_webhook_endpoint(
        self,
        endpoint_id: str | int,
        *,
        url: str,
        description: str | None = ...,
        types: Sequence[str] = ...,
        state: Literal["enabled", "disabled"] = ...,
    ) -> schemas.WebhookEndpointAnswer:
        """Change a webhook endpoint"""
    def settle_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Record that a statement is paid"""
    def sign_reconciliation(
        self,
        reconciliation_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RunAnswer:
        """Sign a reconciliation"""
    def submit_event(
        self,
        programme: str | int,
        *,
        event: str,
        member: str,
        subject: str | None = ...,
        occurred_at: str | datetime | None = ...,
        friend: schemas.IdentifierBody | None = ...,
        code: str | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        key: str | None = ...,
    ) -> schemas.EarnAnswer:
        """Tell of an event that may earn"""
    def submit_events(
        self,
        programme: str | int,
        *,
        events: Sequence[schemas.EarnItem],
    ) -> schemas.EarnsAnswer:
        """Tell of many events"""
    def submit_import(
        self,
        *,
        content: bytes | Path,
        kind: Literal["offers", "shops", "members", "codes", None] | None = ...,
        dry_run: bool | None = ...,
        accept_partial: bool | None = ...,
        encoding: Literal["utf-8", "utf-16", "gb18030", "big5", None] | None = ...,
        mapping: str | None = ...,
        offer: int | None = ...,
        programme: str | None = ...,
        party: str | None = ...,
        content_type: str = ...,
        key: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Send a file to be imported"""
    def submit_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Have a draft listed"""
    def submit_operations(
        self,
        programme: str | int,
        *,
        operations: Sequence[schemas.IssueItem | schemas.RedeemItem | schemas.HoldItem | schemas.CaptureItem | schemas.ReleaseItem | schemas.ExpireItem | schemas.ReverseItem | schemas.GiftItem | schemas.AdjustItem | schemas.ConvertItem | schemas.MergeItem],
        mode: Literal["independent", "atomic", "stop_on_error"] = ...,
    ) -> schemas.OperationsAnswer:
        """Do many operations"""
    def test_webhook_endpoint(
        self,
        endpoint_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.PingAnswer:
        """Send a test event to a webhook endpoint"""
    def unlock_coupon(
        self,
        *,
        lock: str,
        code: str | None = ...,
        token: str | None = ...,
        shop: str | None = ...,
        key: str | None = ...,
    ) -> schemas.LockAnswer:
        """Let go of a coupon"""
    def use_coupon(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        occurred_at: str | datetime | None = ...,
        shop: str | None = ...,
        store: str | None = ...,
        reference: str | None = ...,
        staff: str | None = ...,
        order_minor: int | None = ...,
        paid_minor: int | None = ...,
        new_member: bool | None = ...,
        lock: str | None = ...,
        key: str | None = ...,
    ) -> schemas.UseAnswer:
        """Use a coupon"""
    def use_coupons(
        self,
        *,
        uses: Sequence[schemas.UseItem],
    ) -> schemas.UsesAnswer:
        """Use many coupons"""
    def void_statement(
        self,
        statement_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.VoidedStatementAnswer:
        """Take a statement back"""
    def withdraw_card_codes(
        self,
        offer_id: str | int,
        *,
        batch: str | None,
        key: str | None = ...,
    ) -> schemas.CodesWithdrawnAnswer:
        """Withdraw card codes of an offer"""
    def withdraw_dispute(
        self,
        dispute_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Take a dispute back"""
    def withdraw_product_batch(
        self,
        programme: str | int,
        batch: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProductBatchAnswer:
        """Void a batch of product codes"""
    def withdraw_rate_card(
        self,
        card_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RateCardAnswer:
        """Give up a draft of a rate card"""
    def withdraw_supply_terms(
        self,
        terms_id: str | int,
    ) -> None:
        """Withdraw supply terms"""

class AsyncMethods:
    async def accept_dispute(
        self,
        dispute_id: str | int,
        *,
        answer: str | None = ...,
        claimed_minor: int | None = ...,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Accept a dispute"""
    async def add_adjustment(
        self,
        *,
        statement: int,
        reason: str,
        kind: Literal["credit", "debit"] = ...,
        lines: Sequence[schemas.AdjustedLineItem] | None = ...,
        amount_minor: int | None = ...,
        key: str | None = ...,
    ) -> schemas.AdjustmentAnswer:
        """Draft a correction"""
    async def add_allotments(
        self,
        programme: str | int,
        *,
        allotments: Sequence[schemas.AllotmentItem],
    ) -> schemas.AllotmentsAnswer:
        """Procure quantities of offers"""
    async def add_break_comment(
        self,
        break_id: str | int,
        *,
        note: str,
        key: str | None = ...,
    ) -> schemas.BreakAnswer:
        """Say something about a break"""
    async def add_card_codes(
        self,
        offer_id: str | int,
        *,
        codes: Sequence[schemas.CodeItem],
    ) -> schemas.CodesAnswer:
        """Add card codes to an offer"""
    async def add_category(
        self,
        *,
        path: str,
        key: str | None = ...,
    ) -> schemas.CategoryAnswer:
        """Add a category"""
    async def add_complaint(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.CaseAnswer:
        """Pass on a member's complaint"""
    async def add_consent(
        self,
        programme: str | int,
        *,
        from_programme: str,
        numerator: int,
        denominator: int,
        member_month_points_max: int,
        points_max: int,
        price_minor: str | int,
        valid_from: str | date,
        valid_until: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.ConsentAnswer:
        """Consent to conversions from another programme"""
    async def add_contract(
        self,
        *,
        coupon_cost_minor: str | int,
        platform_fee_minor: str | int,
        currency: str,
        valid_from: str | date,
        home_party: str | None = ...,
        supplier_party: str | None = ...,
        rounding: Literal["half_up", "half_even", "down", "up"] = ...,
        valid_until: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.ContractAnswer:
        """Set what a use costs"""
    async def add_dispute(
        self,
        statement_id: str | int,
        *,
        reason: Literal["not_used", "not_ours", "duplicate", "price", "amount", "tax", "other"],
        text: str,
        lines: Sequence[schemas.DisputedLineItem] | None = ...,
        claimed_minor: int | None = ...,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Dispute lines of a statement"""
    async def add_earning_rule(
        self,
        programme: str | int,
        *,
        rule: str,
        event: str,
        label: str,
        points: int,
        valid_from: str | datetime,
        once_per: Literal["day", "subject", "ever"] | None = ...,
        per_member_per_day: int | None = ...,
        per_member_total: int | None = ...,
        budget_points_per_day: int | None = ...,
        budget_points_total: int | None = ...,
        who: schemas.WhoBody | None = ...,
        funder: str | None = ...,
        after_use: bool = ...,
        valid_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.EarningRuleAnswer:
        """Make an earning rule"""
    async def add_group(
        self,
        *,
        code: str,
        kind: Literal["alliance", "competitors", "plain"],
        label: str,
        key: str | None = ...,
    ) -> schemas.GroupAnswer:
        """Add a group"""
    async def add_impressions(
        self,
        placement_id: str | int,
        *,
        hours: Sequence[schemas.ImpressionsItem],
        key: str | None = ...,
    ) -> schemas.ImpressionsAnswer:
        """Report impressions of a placement"""
    async def add_invoice(
        self,
        statement_id: str | int,
        *,
        number: str,
        issued_on: str | date,
        net_minor: int,
        tax_minor: int,
        gross_minor: int,
        cancels: str | None = ...,
        key: str | None = ...,
    ) -> schemas.InvoiceAnswer:
        """Record an invoice"""
    async def add_isolation_rule(
        self,
        *,
        kind: Literal["node", "allow", "deny"],
        valid_from: str | datetime | None = ...,
        valid_until: str | datetime | None = ...,
        category: str | None = ...,
        buyer: schemas.SideBody | None = ...,
        supplier: schemas.SideBody | None = ...,
        mutual: bool = ...,
        key: str | None = ...,
    ) -> schemas.IsolationRuleAnswer:
        """Add an isolation rule"""
    async def add_key(
        self,
        party: str | int,
        *,
        label: str,
        scopes: Sequence[Literal["read", "points", "rights", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"]] | None = ...,
        shop: str | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Make an API key"""
    async def add_launch(
        self,
        programme: str | int,
        *,
        member: str,
        account: str | None = ...,
        locale: Literal["en", "zh-Hans"] | None = ...,
        return_url: str | None = ...,
        seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.LaunchAnswer:
        """Let a member in to the member pages"""
    async def add_lease(
        self,
        *,
        shop: str,
        offers: Sequence[int],
        quota: int,
        hours: int,
        bearer: Literal["shop", "supplier"] = ...,
        key: str | None = ...,
    ) -> schemas.LeaseAnswer:
        """Let a till work without a connection"""
    async def add_lease_uses(
        self,
        lease_id: str | int,
        *,
        uses: Sequence[schemas.OfflineUseItem],
    ) -> schemas.OfflineUsesAnswer:
        """Tell of uses without a connection"""
    async def add_liability_estimate(
        self,
        programme: str | int,
        *,
        from_month: str,
        value_minor_per_1000_points: str | int,
        currency: str,
        reason: str,
        cohort: str | None = ...,
        method: Literal["entered", "history", "chain_ladder"] = ...,
        redeem_rate: str | int | None = ...,
        use_rate: str | int | None = ...,
        cost_minor_per_1000_points: str | int | None = ...,
        by: Literal["month", "quarter", "year"] = ...,
        key: str | None = ...,
    ) -> schemas.EstimateAnswer:
        """Propose an estimate"""
    async def add_netting(
        self,
        *,
        currency: str,
        closure_on: str | date,
        advice_on: str | date,
        call_on: str | date,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Draft a netting run"""
    async def add_offer(
        self,
        *,
        name: str,
        face_value_minor: int,
        currency: str,
        points: int,
        fulfilment: Literal["own_code", "direct", "card_code"],
        valid_from: str | datetime,
        code: str,
        valid_until: str | datetime | None = ...,
        use_within_days: int | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"] | None = ...,
        category: str | None = ...,
        presented_brand: str | None = ...,
        subtitle: str | None = ...,
        terms_text: str | None = ...,
        images: Sequence[str] = ...,
        texts: schemas.TextsBody | None = ...,
        threshold_minor: int | None = ...,
        discount_permille: int | None = ...,
        discount_cap_minor: int | None = ...,
        usable: schemas.UsableBody | None = ...,
        use_times: Sequence[schemas.UseTimeBody] | None = ...,
        closed_on: Sequence[str | date] = ...,
        use_from: str | date | None = ...,
        use_until: str | date | None = ...,
        use_after_days: int | None = ...,
        per_member: int | None = ...,
        per_member_per_day: int | None = ...,
        per_day: int | None = ...,
        quantity_max: int | None = ...,
        gift_hops: int = ...,
        return_within_days: int = ...,
        reverse_minutes: int = ...,
        counts_as_used: Literal["use", "delivery"] | None = ...,
        account_pattern: str | None = ...,
        visible_from: str | datetime | None = ...,
        state: Literal["DRAFT"] | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Publish an offer"""
    async def add_offer_version(
        self,
        offer_id: str | int,
        *,
        name: str,
        face_value_minor: int,
        currency: str,
        points: int,
        fulfilment: Literal["own_code", "direct", "card_code"],
        valid_from: str | datetime,
        valid_until: str | datetime | None = ...,
        use_within_days: int | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"] | None = ...,
        category: str | None = ...,
        presented_brand: str | None = ...,
        subtitle: str | None = ...,
        terms_text: str | None = ...,
        images: Sequence[str] = ...,
        texts: schemas.TextsBody | None = ...,
        threshold_minor: int | None = ...,
        discount_permille: int | None = ...,
        discount_cap_minor: int | None = ...,
        usable: schemas.UsableBody | None = ...,
        use_times: Sequence[schemas.UseTimeBody] | None = ...,
        closed_on: Sequence[str | date] = ...,
        use_from: str | date | None = ...,
        use_until: str | date | None = ...,
        use_after_days: int | None = ...,
        per_member: int | None = ...,
        per_member_per_day: int | None = ...,
        per_day: int | None = ...,
        quantity_max: int | None = ...,
        gift_hops: int = ...,
        return_within_days: int = ...,
        reverse_minutes: int = ...,
        counts_as_used: Literal["use", "delivery"] | None = ...,
        account_pattern: str | None = ...,
        visible_from: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Publish the next version of an offer"""
    async def add_offers(
        self,
        *,
        offers: Sequence[schemas.OfferItem],
    ) -> schemas.OffersAnswer:
        """Publish many offers"""
    async def add_own_key(
        self,
        *,
        label: str,
        scopes: Sequence[Literal["read", "points", "rights", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"]] | None = ...,
        shop: str | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Make an API key for your own party"""
    async def add_partner_file(
        self,
        *,
        content: bytes | Path,
        supplier: str | None = ...,
        content_type: str = ...,
        key: str | None = ...,
    ) -> schemas.PartnerFileAnswer:
        """Send a supplier's file of uses"""
    async def add_party(
        self,
        *,
        code: str,
        name: str,
        roles: Sequence[Literal["operator", "brand", "supplier"]],
        category: str | None = ...,
        categories: Sequence[str] | None = ...,
        key: str | None = ...,
    ) -> schemas.PartyAnswer:
        """Add a party"""
    async def add_payment(
        self,
        *,
        paid_on: str | date,
        amount_minor: int,
        statement_id: int | None = ...,
        netting_id: int | None = ...,
        party: str | None = ...,
        reference: str | None = ...,
        key: str | None = ...,
    ) -> schemas.PaymentAnswer:
        """Record a payment"""
    async def add_picture(
        self,
        *,
        content: bytes | Path,
        content_type: str = ...,
        key: str | None = ...,
    ) -> schemas.PictureAnswer:
        """Keep a picture of offers"""
    async def add_placement(
        self,
        *,
        programme: str,
        offer_id: int,
        slot: str,
        currency: str,
        value_per_claim_minor: int,
        window_from: str | datetime,
        window_until: str | datetime,
        promised_impressions: int | None = ...,
        swap_id: int | None = ...,
        key: str | None = ...,
    ) -> schemas.PlacementAnswer:
        """Have an offer shown in another app"""
    async def add_price_rule(
        self,
        programme: str | int,
        *,
        scope: schemas.ScopeBody,
        price: schemas.EffectBody,
        valid_from: str | datetime,
        label: str,
        schedule: schemas.ScheduleBody | None = ...,
        hours: schemas.HoursBody | None = ...,
        who: schemas.WhoBody | None = ...,
        valid_until: str | datetime | None = ...,
        earning_multiplier_percent: int | None = ...,
        key: str | None = ...,
    ) -> schemas.PriceAnswer:
        """Make a price rule"""
    async def add_procurement(
        self,
        programme: str | int,
        *,
        offer_id: int,
        quantity: int,
        window_from: str | datetime,
        points: int | None = ...,
        unit_cost_minor: int | None = ...,
        currency: str | None = ...,
        window_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Ask for stock of an offer"""
    async def add_product_batch(
        self,
        programme: str | int,
        *,
        batch: str,
        label: str,
        rule: str,
        key: str | None = ...,
    ) -> schemas.ProductBatchAnswer:
        """Make a batch of product codes"""
    async def add_product_codes(
        self,
        programme: str | int,
        batch: str | int,
        *,
        codes: Sequence[str],
    ) -> schemas.ProductCodesAnswer:
        """Put product codes into a batch"""
    async def add_programme(
        self,
        *,
        code: str,
        name: str,
        time_zone: str = ...,
        unit: str = ...,
        display_scale: int = ...,
        point_value: str | None = ...,
        currency: str | None = ...,
        expiry: schemas.ExpiryBody = ...,
        available_after_days: int = ...,
        debt: Literal["refuse", "take", "owe"] = ...,
        grace_days: int | None = ...,
        caps: Sequence[schemas.CapBody] = ...,
        balance_max: int | None = ...,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ProgrammeAnswer:
        """Open a programme"""
    async def add_programme_rules(
        self,
        programme: str | int,
        *,
        since: str | date | None = ...,
        point_value: str | None = ...,
        currency: str | None = ...,
        expiry: schemas.ExpiryBody | None = ...,
        available_after_days: int | None = ...,
        debt: Literal["refuse", "take", "owe"] | None = ...,
        key: str | None = ...,
    ) -> schemas.ProgrammeAnswer:
        """Let other rules hold from a day on"""
    async def add_rate(
        self,
        programme: str | int,
        *,
        to_programme: str,
        numerator: int,
        denominator: int,
        key: str | None = ...,
    ) -> schemas.RateAnswer:
        """Publish a conversion rate"""
    async def add_rate_card(
        self,
        *,
        valid_from: str | date,
        card: dict[str, Any],
        home_party: str | None = ...,
        supplier_party: str | None = ...,
        valid_until: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.RateCardAnswer:
        """Write a rate card"""
    async def add_reconciliation(
        self,
        *,
        month: str | None = ...,
        supplier: str | None = ...,
        mapping: str | None = ...,
        content: bytes | Path = ...,
        content_type: str = ...,
        body: Mapping[str, Any] = ...,
        key: str | None = ...,
    ) -> schemas.ReconciliationAnswer:
        """Reconcile a supplier's file"""
    async def add_right(
        self,
        programme: str | int,
        *,
        member: str,
        offer_id: int,
        free: bool = ...,
        occurred_at: str | datetime | None = ...,
        account: str | None = ...,
        quote: str | None = ...,
        placement: int | None = ...,
        channel: str | None = ...,
        key: str | None = ...,
    ) -> schemas.RightAnswer:
        """Turn points into a right"""
    async def add_rights(
        self,
        programme: str | int,
        *,
        rights: Sequence[schemas.RightItem],
    ) -> schemas.RightsAnswer:
        """Make many rights"""
    async def add_shop(
        self,
        *,
        code: str,
        name: str,
        party: str | None = ...,
        region: str | None = ...,
        groups: Sequence[str] = ...,
        state: Literal["open", "closed"] = ...,
        online: bool = ...,
        key: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Add a shop"""
    async def add_shops(
        self,
        *,
        shops: Sequence[schemas.ShopItem],
        party: str | None = ...,
    ) -> schemas.AddShopsAnswer:
        """Add many shops"""
    async def add_supplier_check(
        self,
        party: str | int,
        *,
        offer_code: str,
        accounts: schemas.AccountsBody = ...,
        orders: int = ...,
        concurrency: int = ...,
        key: str | None = ...,
    ) -> schemas.CheckAnswer:
        """Have a supplier checked"""
    async def add_supply_terms(
        self,
        *,
        offer_id: int | None,
        brands: Sequence[str] | None,
        quantity_max: int,
        valid_from: str | datetime,
        quantity_per_brand_max: int | None = ...,
        unit_cost_minor: int | None = ...,
        currency: str | None = ...,
        valid_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.SupplyTermsAnswer:
        """State supply terms"""
    async def add_swap(
        self,
        *,
        other: str,
        programme: str,
        gives: Sequence[schemas.SwapLineItem],
        takes: Sequence[schemas.SwapLineItem],
        currency: str,
        window_from: str | datetime,
        window_until: str | datetime,
        limit_minor: int,
        alert_percent: int = ...,
        key: str | None = ...,
    ) -> schemas.SwapAnswer:
        """Propose a swap of rights"""
    async def add_till_key(
        self,
        shop: str | int,
        *,
        label: str,
        party: str | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Make an API key for a till"""
    async def add_usual_categories(
        self,
        *,
        key: str | None = ...,
    ) -> schemas.CategoryPage:
        """Add the usual categories"""
    async def add_veto(
        self,
        *,
        against: schemas.AgainstBody,
        role: Literal["buyer", "supplier"],
        valid_from: str | datetime | None = ...,
        valid_until: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.VetoAnswer:
        """Keep apart from others"""
    async def add_webhook_endpoint(
        self,
        *,
        url: str,
        description: str | None = ...,
        types: Sequence[str] = ...,
        state: Literal["enabled", "disabled"] = ...,
        key: str | None = ...,
    ) -> schemas.NewWebhookEndpointAnswer:
        """Have events sent to an address"""
    async def adjust_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        reason: str,
        actor: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        funder: str | None = ...,
        expires_on: str | date | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Correct a balance by hand"""
    async def advise_netting(
        self,
        netting_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Tell the parties of a netting run"""
    async def agree_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Agree to a statement"""
    async def agree_to_group(
        self,
        group: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.GroupMemberAnswer:
        """Accept to be in an alliance"""
    async def agree_to_swap(
        self,
        swap_id: str | int,
        *,
        programme: str,
        key: str | None = ...,
    ) -> schemas.SwapAnswer:
        """Agree to a swap"""
    async def apply_import(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
        accept_partial: bool = ...,
        key: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Apply an import that was checked"""
    async def approve_adjustment(
        self,
        adjustment_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.AdjustmentAnswer:
        """Approve a correction"""
    async def approve_liability_estimate(
        self,
        programme: str | int,
        version: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.EstimateAnswer:
        """Approve an estimate"""
    async def approve_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """List an offer that was reviewed"""
    async def approve_procurement(
        self,
        procurement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Grant what a brand asked for"""
    async def assign_break(
        self,
        break_id: str | int,
        *,
        assignee: str | None,
        key: str | None = ...,
    ) -> schemas.BreakAnswer:
        """Say who works on a break"""
    async def cancel_gift(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.GiftBackAnswer:
        """Take a gift back"""
    async def cancel_import(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Cancel an import"""
    async def cancel_netting(
        self,
        netting_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Give up a netting run"""
    async def cancel_procurement(
        self,
        programme: str | int,
        procurement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Take back a request that waits"""
    async def capture_hold(
        self,
        programme: str | int,
        *,
        member: str,
        hold_key: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        points: int | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Spend the points of a hold"""
    async def claim_gift(
        self,
        programme: str | int,
        *,
        gift: str,
        member: str,
        new_member: bool | None = ...,
        key: str | None = ...,
    ) -> schemas.ClaimAnswer:
        """Take a gift"""
    async def close_lease(
        self,
        lease_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.LeaseAnswer:
        """Close a lease"""
    async def close_period(
        self,
        month: str | int,
        *,
        accept_waiting: Sequence[Literal["no-contract", "currency-differs", "basis-missing", "not-rated-yet", "unreadable", "other"]] = ...,
        reason: str | None = ...,
        issue: bool | None = ...,
        key: str | None = ...,
    ) -> schemas.ClosingAnswer:
        """Close a month"""
    async def close_procurement(
        self,
        programme: str | int,
        procurement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Give all unsold pieces back"""
    async def close_shop(
        self,
        shop: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Close a shop"""
    async def confirm_netting(
        self,
        netting_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Confirm a netting run"""
    async def convert_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        to_programme: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        to_member: str | None = ...,
        rate_version: int | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Convert points into another programme's"""
    async def deactivate_coupon(
        self,
        *,
        programme: str,
        coupon: int,
        reason: str,
        points: Literal["back", "keep"] = ...,
        key: str | None = ...,
    ) -> schemas.DeactivateCouponAnswer:
        """Withdraw a coupon"""
    async def deactivate_offer(
        self,
        offer_id: str | int,
        *,
        reason: str,
        coupons: Literal["honour", "withdraw"] = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Take an offer out for good"""
    async def default_netting_party(
        self,
        netting_id: str | int,
        *,
        party: str,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Repeat a netting run without a party that does not pay"""
    async def disable_user(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.UserStateAnswer:
        """Let a user in no more"""
    async def discard_adjustment(
        self,
        adjustment_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.AdjustmentAnswer:
        """Discard a correction"""
    async def dispute_statement(
        self,
        statement_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Dispute a statement"""
    async def download_daily_bill(
        self,
        party: str | int,
        day: str | int,
    ) -> bytes:
        """Download the bill of a supplier's day"""
    async def save_daily_bill(
        self,
        save_to: str | Path, /,
        party: str | int,
        day: str | int,
    ) -> Path:
        """Write what `download_daily_bill` answers into a file."""
    async def download_isolation_matrix(
        self,
        *,
        buyer: str | None = ...,
        as_of: str | None = ...,
    ) -> bytes:
        """Download what is decided for a brand"""
    async def save_isolation_matrix(
        self,
        save_to: str | Path, /,
        *,
        buyer: str | None = ...,
        as_of: str | None = ...,
    ) -> Path:
        """Write what `download_isolation_matrix` answers into a file."""
    async def download_liability_journal(
        self,
        programme: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> bytes:
        """Download the entries for the general ledger"""
    async def save_liability_journal(
        self,
        save_to: str | Path, /,
        programme: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> Path:
        """Write what `download_liability_journal` answers into a file."""
    async def download_partner_file(
        self,
        file_id: str | int,
    ) -> bytes:
        """Download a supplier's file"""
    async def save_partner_file(
        self,
        save_to: str | Path, /,
        file_id: str | int,
    ) -> Path:
        """Write what `download_partner_file` answers into a file."""
    async def download_rejected_rows(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
    ) -> bytes:
        """Download the rejected rows to mend them"""
    async def save_rejected_rows(
        self,
        save_to: str | Path, /,
        import_id: str | int,
        *,
        party: str | None = ...,
    ) -> Path:
        """Write what `download_rejected_rows` answers into a file."""
    async def download_statement(
        self,
        statement_id: str | int,
        *,
        format: Literal["csv", "csv.gz", "parquet", "pdf", "xlsx"] | None = ...,
        lang: Literal["zh", "en"] | None = ...,
    ) -> bytes:
        """Download a statement"""
    async def save_statement(
        self,
        save_to: str | Path, /,
        statement_id: str | int,
        *,
        format: Literal["csv", "csv.gz", "parquet", "pdf", "xlsx"] | None = ...,
        lang: Literal["zh", "en"] | None = ...,
    ) -> Path:
        """Write what `download_statement` answers into a file."""
    async def end_consent(
        self,
        programme: str | int,
        from_programme: str | int,
    ) -> schemas.ConsentAnswer:
        """End a consent"""
    async def end_contract(
        self,
        contract_id: str | int,
        *,
        on: str | date,
        accept_late: bool = ...,
        key: str | None = ...,
    ) -> schemas.ContractEndAnswer:
        """End a contract"""
    async def end_earning_rule(
        self,
        programme: str | int,
        rule: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.EarningRuleAnswer:
        """End an earning rule"""
    async def end_group_member(
        self,
        group: str | int,
        party: str | int,
    ) -> None:
        """End a party's membership"""
    async def end_isolation_rule(
        self,
        rule_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RuleEndedAnswer:
        """End an isolation rule"""
    async def end_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """End an offer"""
    async def end_placement(
        self,
        placement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.PlacementAnswer:
        """End a placement"""
    async def end_price_rule(
        self,
        programme: str | int,
        price_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.PriceAnswer:
        """End a price rule"""
    async def end_product_batch(
        self,
        programme: str | int,
        batch: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProductBatchAnswer:
        """End a batch of product codes"""
    async def end_swap(
        self,
        swap_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.SwapAnswer:
        """End a swap"""
    async def end_veto(
        self,
        veto_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.VetoEndedAnswer:
        """End a veto"""
    async def expire_points(
        self,
        programme: str | int,
        *,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        member: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Write off expired points"""
    async def export_journal(
        self,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> bytes:
        """Export what was posted in a currency"""
    async def save_journal(
        self,
        save_to: str | Path, /,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        format: Literal["csv", "beancount", "hledger"] | None = ...,
    ) -> Path:
        """Write what `export_journal` answers into a file."""
    async def finalise_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Make a statement final"""
    async def follow_events(
        self,
        *,
        after: int | None = ...,
    ) -> bytes:
        """Follow events as they come"""
    async def save_events(
        self,
        save_to: str | Path, /,
        *,
        after: int | None = ...,
    ) -> Path:
        """Write what `follow_events` answers into a file."""
    async def forget_member(
        self,
        programme: str | int,
        member: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ForgottenAnswer:
        """Forget a member"""
    async def freeze_liability(
        self,
        programme: str | int,
        month: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.LiabilityMonthAnswer:
        """Freeze a month of points"""
    async def get_adjustment(
        self,
        adjustment_id: str | int,
    ) -> schemas.AdjustmentAnswer:
        """Get a correction"""
    async def get_billing_profile(
        self,
        party: str | int,
    ) -> schemas.BillingProfileAnswer:
        """Get who a party is on invoices"""
    async def get_break(
        self,
        break_id: str | int,
    ) -> schemas.BreakAnswer:
        """Get a break"""
    async def get_burn_down(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BurnDownPage:
        """Get how long stock will last"""
    def each_burn_down(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.BurnDownAnswer]:
        """Go through all pages of `get_burn_down`."""
    async def get_card_codes(
        self,
        offer_id: str | int,
    ) -> schemas.CodesSummaryAnswer:
        """Count the card codes of an offer"""
    async def get_case(
        self,
        case: str | int,
    ) -> schemas.CaseAnswer:
        """Get a case"""
    async def get_coupon(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        wait_seconds: int | None = ...,
    ) -> schemas.CouponAnswer:
        """Get a coupon and its receipt"""
    async def get_coupon_lines(
        self,
        programme: str | int,
        coupon_id: str | int,
    ) -> schemas.ExplainedLinesAnswer:
        """Explain what a coupon is billed with"""
    async def get_coupon_qr(
        self,
        programme: str | int,
        coupon_id: str | int,
    ) -> bytes:
        """Get a token of a coupon as a QR code"""
    async def save_coupon_qr(
        self,
        save_to: str | Path, /,
        programme: str | int,
        coupon_id: str | int,
    ) -> Path:
        """Write what `get_coupon_qr` answers into a file."""
    async def get_coupon_summary(
        self,
        programme: str | int,
        *,
        offer_id: int | None = ...,
        supplier: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.CouponSummaryAnswer:
        """Count the coupons of a programme"""
    async def get_coupon_token(
        self,
        programme: str | int,
        coupon_id: str | int,
    ) -> schemas.TokenAnswer:
        """Get a token of a coupon"""
    async def get_deliveries(
        self,
        party: str | int,
        *,
        days: int | None = ...,
    ) -> schemas.DeliveriesAnswer:
        """Get how a supplier's deliveries do"""
    async def get_dispute(
        self,
        dispute_id: str | int,
    ) -> schemas.DisputeAnswer:
        """Get a dispute"""
    async def get_dry_run(
        self,
        month: str | int,
    ) -> schemas.DryRunAnswer:
        """See what a closing would bill"""
    async def get_endpoint(
        self,
        party: str | int,
    ) -> schemas.EndpointAnswer:
        """Get the endpoint of a supplier"""
    async def get_event(
        self,
        event_id: str | int,
    ) -> schemas.EventAnswer:
        """Get an event"""
    async def get_explained_use(
        self,
        book_id: str | int,
        use_id: str | int,
    ) -> schemas.ExplainedLinesAnswer:
        """Explain what a use costs"""
    async def get_file_mapping(
        self,
        mapping: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.FileMappingAnswer:
        """Get how a supplier's files are read"""
    async def get_frame_origins(self) -> schemas.FrameOriginsAnswer:
        """See who may frame the member pages"""
    async def get_funnel(
        self,
        *,
        by: Literal["offer", "supplier", "brand", "shop", "channel"] | None = ...,
        programme: str | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        side: Literal["brand", "supplier", None] | None = ...,
    ) -> schemas.FunnelAnswer:
        """Get what became of rights"""
    async def get_gift_plan(
        self,
        programme: str | int,
    ) -> schemas.GiftPlanAnswer:
        """Get what is given by itself"""
    async def get_import(
        self,
        import_id: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Get an import"""
    async def get_import_mapping(
        self,
        mapping: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.MappingAnswer:
        """Get a saved mapping"""
    async def get_isolation_matrix(
        self,
        *,
        buyer: str | None = ...,
        as_of: str | None = ...,
    ) -> schemas.MatrixRowPage:
        """Get what is decided for a brand"""
    async def get_lease(
        self,
        lease_id: str | int,
    ) -> schemas.LeaseAnswer:
        """Get a lease"""
    async def get_lease_exposure(self) -> schemas.LeaseExposuresAnswer:
        """Get what is at stake in open leases"""
    async def get_liability(
        self,
        programme: str | int,
        month: str | int,
    ) -> schemas.LiabilityAnswer:
        """Get the roll-forward of a month"""
    async def get_liability_ladder(
        self,
        programme: str | int,
        *,
        by: Literal["month", "quarter", "year"] | None = ...,
        tail_percent: int | None = ...,
    ) -> schemas.LadderAnswer:
        """Get how points are redeemed by age"""
    async def get_liability_settings(
        self,
        programme: str | int,
    ) -> schemas.LiabilitySettingsAnswer:
        """Get what a programme asks of its liability"""
    async def get_liability_what_if(
        self,
        programme: str | int,
        *,
        redeem_rate: str | None = ...,
        month: str | None = ...,
        sale_minor: int | None = ...,
        sale_points: int | None = ...,
    ) -> schemas.WhatIfAnswer:
        """Ask what another redeem rate would cost"""
    async def get_liveness(self) -> schemas.HealthAnswer:
        """Ask whether the process answers"""
    async def get_member(
        self,
        programme: str | int,
        member: str | int,
        *,
        as_of: str | None = ...,
    ) -> schemas.MemberAnswer:
        """Get a member's points"""
    async def get_member_profile(
        self,
        programme: str | int,
        member: str | int,
    ) -> schemas.ProfileAnswer:
        """Get what is known of a member"""
    async def get_netting(
        self,
        netting_id: str | int,
    ) -> schemas.NettingAnswer:
        """Get a netting run"""
    async def get_offer(
        self,
        programme: str | int,
        offer_id: str | int,
        *,
        member: str | None = ...,
        lang: Literal["zh", "en", None] | None = ...,
    ) -> schemas.MarketOfferAnswer:
        """Get an offer"""
    async def get_offer_access(
        self,
        programme: str | int,
        offer_id: str | int,
    ) -> schemas.AccessAnswer:
        """Ask who may have an offer"""
    async def get_offer_isolation(
        self,
        programme: str | int,
        offer_id: str | int,
        *,
        as_of: str | None = ...,
    ) -> schemas.IsolationAnswer:
        """Ask whether an offer is isolated"""
    async def get_operation(
        self,
        programme: str | int,
        key: str | int,
    ) -> schemas.OperationRecordAnswer:
        """Get an operation"""
    async def get_order(
        self,
        request_number: str | int,
    ) -> schemas.OrderAnswer:
        """Get an order at a supplier"""
    async def get_overview(
        self,
        programme: str | int,
        *,
        months: int | None = ...,
    ) -> schemas.ProgrammeOverviewAnswer:
        """Get the months of a programme"""
    async def get_own_offer(
        self,
        offer_id: str | int,
    ) -> schemas.OfferAnswer:
        """Get an offer of one's own"""
    async def get_own_party(self) -> schemas.PartyAnswer:
        """Get the party of the API key"""
    async def get_partner_file(
        self,
        file_id: str | int,
    ) -> schemas.PartnerFileAnswer:
        """Get a supplier's file"""
    async def get_party(
        self,
        party: str | int,
    ) -> schemas.PartyAnswer:
        """Get a party"""
    async def get_period(
        self,
        month: str | int,
    ) -> schemas.PeriodProgressAnswer:
        """Get a month"""
    async def get_picture(
        self,
        picture: str | int,
    ) -> bytes:
        """Get a picture"""
    async def save_picture(
        self,
        save_to: str | Path, /,
        picture: str | int,
    ) -> Path:
        """Write what `get_picture` answers into a file."""
    async def get_placement(
        self,
        placement_id: str | int,
    ) -> schemas.PlacementFiguresAnswer:
        """Get what came of a placement"""
    async def get_price_rate(
        self,
        programme: str | int,
    ) -> schemas.PriceRateAnswer:
        """Get a programme's rate for prices"""
    async def get_programme(
        self,
        programme: str | int,
    ) -> schemas.ProgrammeAnswer:
        """Get a programme"""
    async def get_programme_event_types(
        self,
        programme: str | int,
    ) -> schemas.AskedForAnswer:
        """Get which events of a programme's points are told"""
    async def get_programme_totals(
        self,
        programme: str | int,
    ) -> schemas.TotalsAnswer:
        """Get the totals of a programme"""
    async def get_rate_card(
        self,
        card_id: str | int,
    ) -> schemas.RateCardAnswer:
        """Get a rate card"""
    async def get_readiness(self) -> schemas.HealthAnswer:
        """Ask whether requests can be sent here"""
    async def get_reconciliation(
        self,
        reconciliation_id: str | int,
    ) -> schemas.RunReadAnswer:
        """Get a reconciliation"""
    async def get_redemption_rate(
        self,
        *,
        programme: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.RedemptionRateAnswer:
        """Get how many members redeem"""
    async def get_scorecard(
        self,
        party: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.ScorecardAnswer:
        """Get how a party does"""
    async def get_settlement_calendar(self) -> schemas.SettlementCalendarAnswer:
        """Get the calendar of all bills"""
    async def get_shop(
        self,
        shop: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Get a shop"""
    async def get_statement(
        self,
        statement_id: str | int,
    ) -> schemas.StatementAnswer:
        """Get a statement"""
    async def get_statement_due(
        self,
        statement_id: str | int,
    ) -> schemas.DueAnswer:
        """Get what is due for a statement"""
    async def get_status(self) -> schemas.StatusAnswer:
        """Get how the exchange does"""
    async def get_supplier_check(
        self,
        party: str | int,
        check_id: str | int,
    ) -> schemas.CheckReportAnswer:
        """Get a check of a supplier"""
    async def get_supplier_stage(
        self,
        party: str | int,
    ) -> schemas.StageAnswer:
        """Get the stage of a supplier"""
    async def get_swap(
        self,
        swap_id: str | int,
    ) -> schemas.SwapStandingAnswer:
        """Get how a swap stands"""
    async def get_today(
        self,
        programme: str | int,
    ) -> schemas.TodayAnswer:
        """Get what happened today in a programme"""
    async def get_trial_balance(
        self,
        programme: str | int,
        *,
        as_of: str | None = ...,
    ) -> schemas.TrialBalanceAnswer:
        """Get the trial balance of a programme"""
    async def get_trust(
        self,
        party: str | int,
    ) -> schemas.TrustAnswer:
        """Get whether a supplier is trusted"""
    async def get_use_settings(
        self,
        party: str | int,
    ) -> schemas.UseSettingsAnswer:
        """Get what a supplier asks of uses"""
    async def get_user(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
    ) -> schemas.UserStateAnswer:
        """Get a user"""
    async def get_webhook_endpoint(
        self,
        endpoint_id: str | int,
    ) -> schemas.WebhookEndpointAnswer:
        """Get a webhook endpoint"""
    async def gift_coupon(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        from_member: str,
        to_member: str | None = ...,
        hours: int = ...,
        note: str | None = ...,
        key: str | None = ...,
    ) -> schemas.GiftCouponAnswer:
        """Offer a coupon to another member"""
    async def gift_points(
        self,
        programme: str | int,
        *,
        member: str,
        to_member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Give points to another member"""
    async def hold_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        expires_at: str | datetime | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Set points aside"""
    async def invite_user(
        self,
        *,
        email: str,
        name: str,
        role: Literal["operator", "finance", "auditor", "marketer", "brand_finance", "service", "manager", "till"],
        party: str | None = ...,
        locale: Literal["en", "zh-Hans"] = ...,
        key: str | None = ...,
    ) -> schemas.InvitedUserAnswer:
        """Invite a user"""
    async def issue_period(
        self,
        month: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ClosingAnswer:
        """Issue the statements of a month"""
    async def issue_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        funder: str | None = ...,
        available_on: str | date | None = ...,
        expires_on: str | date | None = ...,
        points_day: bool = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Issue points"""
    async def issue_product_codes(
        self,
        programme: str | int,
        batch: str | int,
        *,
        count: int,
    ) -> schemas.NewProductCodesAnswer:
        """Make product codes"""
    async def issue_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Issue a draft"""
    async def list_adjustments(
        self,
        *,
        statement: int | None = ...,
        state: Literal["draft", "approved", "discarded", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.AdjustmentPage:
        """List the corrections"""
    def each_adjustments(
        self,
        *,
        statement: int | None = ...,
        state: Literal["draft", "approved", "discarded", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.AdjustmentAnswer]:
        """Go through all pages of `list_adjustments`."""
    async def list_allotments(
        self,
        programme: str | int,
        *,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.AllotmentPage:
        """List what a programme has procured"""
    def each_allotments(
        self,
        programme: str | int,
        *,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.AllotmentAnswer]:
        """Go through all pages of `list_allotments`."""
    async def list_asked_procurements(
        self,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ProcurementPage:
        """List what brands ask of the supplier"""
    def each_asked_procurements(
        self,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ProcurementAnswer]:
        """Go through all pages of `list_asked_procurements`."""
    async def list_audit_entries(
        self,
        *,
        actor: str | None = ...,
        object: str | None = ...,
        party: str | None = ...,
        action: str | None = ...,
        programme: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.AuditEntryPage:
        """List who did what"""
    def each_audit_entries(
        self,
        *,
        actor: str | None = ...,
        object: str | None = ...,
        party: str | None = ...,
        action: str | None = ...,
        programme: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.AuditEntryAnswer]:
        """Go through all pages of `list_audit_entries`."""
    async def list_birthdays(
        self,
        programme: str | int,
        *,
        day: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BirthdayGiftPage:
        """List the birthdays of a day"""
    def each_birthdays(
        self,
        programme: str | int,
        *,
        day: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.BirthdayGiftAnswer]:
        """Go through all pages of `list_birthdays`."""
    async def list_break_steps(
        self,
        break_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BreakStepPage:
        """List what was done with a break"""
    def each_break_steps(
        self,
        break_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.BreakStepAnswer]:
        """Go through all pages of `list_break_steps`."""
    async def list_breaks(
        self,
        reconciliation_id: str | int,
        *,
        category: Literal["duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate", "amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date", "missing_ours", "missing_theirs", "rejected", None] | None = ...,
        state: Literal["open", "matched", "explained", "adjusted", "written_off", "carried", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BreakPage:
        """List the breaks of a reconciliation"""
    def each_breaks(
        self,
        reconciliation_id: str | int,
        *,
        category: Literal["duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate", "amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date", "missing_ours", "missing_theirs", "rejected", None] | None = ...,
        state: Literal["open", "matched", "explained", "adjusted", "written_off", "carried", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.BreakAnswer]:
        """Go through all pages of `list_breaks`."""
    async def list_cases(
        self,
        *,
        state: Literal["OPEN", "RESOLVED"] | None = ...,
        kind: Literal["late_success", "late_failure", "contradiction", "stuck", "complaint", "partial", "codes_short", "offline_conflict", None] | None = ...,
        supplier: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.CasePage:
        """List the cases"""
    def each_cases(
        self,
        *,
        state: Literal["OPEN", "RESOLVED"] | None = ...,
        kind: Literal["late_success", "late_failure", "contradiction", "stuck", "complaint", "partial", "codes_short", "offline_conflict", None] | None = ...,
        supplier: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.CaseAnswer]:
        """Go through all pages of `list_cases`."""
    async def list_categories(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.CategoryPage:
        """List the categories"""
    def each_categories(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.CategoryAnswer]:
        """Go through all pages of `list_categories`."""
    async def list_consents(
        self,
        programme: str | int,
    ) -> schemas.ConsentsAnswer:
        """List the consents of a programme"""
    async def list_contracts(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ContractVersionPage:
        """List the contracts of the party"""
    def each_contracts(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ContractVersionAnswer]:
        """Go through all pages of `list_contracts`."""
    async def list_coupons(
        self,
        programme: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        member: str | None = ...,
        offer_id: int | None = ...,
        supplier: str | None = ...,
        code_tail: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ListedCouponPage:
        """List the coupons of a programme"""
    def each_coupons(
        self,
        programme: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        member: str | None = ...,
        offer_id: int | None = ...,
        supplier: str | None = ...,
        code_tail: str | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ListedCouponAnswer]:
        """Go through all pages of `list_coupons`."""
    async def list_deliveries(
        self,
        *,
        endpoint_id: int | None = ...,
        state: Literal["waiting", "delivered", "failed", None] | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DeliveryPage:
        """List what was sent to your webhook endpoints"""
    def each_deliveries(
        self,
        *,
        endpoint_id: int | None = ...,
        state: Literal["waiting", "delivered", "failed", None] | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.DeliveryAnswer]:
        """Go through all pages of `list_deliveries`."""
    async def list_disputes(
        self,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DisputePage:
        """List the disputes of the party"""
    def each_disputes(
        self,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.DisputeAnswer]:
        """Go through all pages of `list_disputes`."""
    async def list_drafts(
        self,
        month: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DraftPage:
        """List the drafts of a month"""
    def each_drafts(
        self,
        month: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.DraftAnswer]:
        """Go through all pages of `list_drafts`."""
    async def list_earning_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.EarningRulePage:
        """List the earning rules"""
    def each_earning_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.EarningRuleAnswer]:
        """Go through all pages of `list_earning_rules`."""
    async def list_event_types(self) -> schemas.EventTypePage:
        """List the types of events"""
    async def list_events(
        self,
        *,
        after: int | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.EventPage:
        """List what your own party was told"""
    def each_events(
        self,
        *,
        after: int | None = ...,
        type: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.EventAnswer]:
        """Go through all pages of `list_events`."""
    async def list_exchange_keys(self) -> schemas.ExchangeKeysAnswer:
        """List the public keys of the exchange"""
    async def list_file_mappings(
        self,
        *,
        party: str | None = ...,
    ) -> schemas.FileMappingsAnswer:
        """List how a supplier's files are read"""
    async def list_groups(self) -> schemas.GroupPage:
        """List the groups"""
    async def list_holds(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OpenHoldPage:
        """List what a member has set aside"""
    def each_holds(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.OpenHoldAnswer]:
        """Go through all pages of `list_holds`."""
    async def list_import_rows(
        self,
        import_id: str | int,
        *,
        status: Literal["created", "updated", "unchanged", "rejected", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ImportRowPage:
        """List what became of the rows"""
    def each_import_rows(
        self,
        import_id: str | int,
        *,
        status: Literal["created", "updated", "unchanged", "rejected", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ImportRowAnswer]:
        """Go through all pages of `list_import_rows`."""
    async def list_imports(
        self,
        *,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ImportPage:
        """List a party's imports"""
    def each_imports(
        self,
        *,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ImportAnswer]:
        """Go through all pages of `list_imports`."""
    async def list_isolation_rules(
        self,
        *,
        as_of: str | None = ...,
    ) -> schemas.IsolationRulePage:
        """List the isolation rules"""
    async def list_journal(
        self,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.JournalEntryPage:
        """List what was posted in a currency"""
    def each_journal(
        self,
        currency: str | int,
        *,
        since: str | None = ...,
        before: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.JournalEntryAnswer]:
        """Go through all pages of `list_journal`."""
    async def list_keys(
        self,
        party: str | int,
    ) -> schemas.ListedKeyPage:
        """List the keys of a party"""
    async def list_latest_uses(
        self,
        *,
        store: str | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LatestUsePage:
        """List a supplier's latest uses"""
    def each_latest_uses(
        self,
        *,
        store: str | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.LatestUseAnswer]:
        """Go through all pages of `list_latest_uses`."""
    async def list_lease_uses(
        self,
        lease_id: str | int,
        *,
        state: Literal["TAKEN", "USED", "CONFLICT", "REFUSED", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LeaseUsePage:
        """List the uses of a lease"""
    def each_lease_uses(
        self,
        lease_id: str | int,
        *,
        state: Literal["TAKEN", "USED", "CONFLICT", "REFUSED", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.LeaseUseAnswer]:
        """Go through all pages of `list_lease_uses`."""
    async def list_leases(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LeasePage:
        """List the leases"""
    def each_leases(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.LeaseAnswer]:
        """Go through all pages of `list_leases`."""
    async def list_liability_estimates(
        self,
        programme: str | int,
    ) -> schemas.EstimatePage:
        """List the estimates"""
    async def list_liability_months(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.LiabilityMonthPage:
        """List the frozen months"""
    def each_liability_months(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.LiabilityMonthAnswer]:
        """Go through all pages of `list_liability_months`."""
    async def list_matches(
        self,
        reconciliation_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.MatchPage:
        """List the matches of a reconciliation"""
    def each_matches(
        self,
        reconciliation_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.MatchAnswer]:
        """Go through all pages of `list_matches`."""
    async def list_member_coupons(
        self,
        programme: str | int,
        member: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        phase: Literal["open", "used", "over", None] | None = ...,
        sort: Literal["new", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.MemberCouponPage:
        """List the coupons of a member"""
    def each_member_coupons(
        self,
        programme: str | int,
        member: str | int,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        phase: Literal["open", "used", "over", None] | None = ...,
        sort: Literal["new", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.MemberCouponAnswer]:
        """Go through all pages of `list_member_coupons`."""
    async def list_member_history(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.HistoryAnswer:
        """List the operations of a member"""
    def each_member_history(
        self,
        programme: str | int,
        member: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.HistoryEntryAnswer]:
        """Go through all pages of `list_member_history`."""
    async def list_members(
        self,
        programme: str | int,
        *,
        prefix: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.BalancePage:
        """List the members of a programme"""
    def each_members(
        self,
        programme: str | int,
        *,
        prefix: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.BalanceAnswer]:
        """Go through all pages of `list_members`."""
    async def list_netted_statements(
        self,
        netting_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.NettedStatementPage:
        """List the statements of a netting run"""
    def each_netted_statements(
        self,
        netting_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.NettedStatementAnswer]:
        """Go through all pages of `list_netted_statements`."""
    async def list_nettings(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.NettingPage:
        """List the netting runs of the party"""
    def each_nettings(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.NettingAnswer]:
        """Go through all pages of `list_nettings`."""
    async def list_offer_versions(
        self,
        offer_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OfferPage:
        """List the versions of an offer"""
    def each_offer_versions(
        self,
        offer_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.OfferAnswer]:
        """Go through all pages of `list_offer_versions`."""
    async def list_offers(
        self,
        programme: str | int,
        *,
        category: str | None = ...,
        q: str | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code", None] | None = ...,
        member: str | None = ...,
        affordable: bool | None = ...,
        covers_expiring: bool | None = ...,
        all: bool | None = ...,
        supplier: str | None = ...,
        sort: Literal["new", "price", "use_rate", None] | None = ...,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.MarketOfferPage:
        """List the offers that members can have"""
    def each_offers(
        self,
        programme: str | int,
        *,
        category: str | None = ...,
        q: str | None = ...,
        kind: Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code", None] | None = ...,
        member: str | None = ...,
        affordable: bool | None = ...,
        covers_expiring: bool | None = ...,
        all: bool | None = ...,
        supplier: str | None = ...,
        sort: Literal["new", "price", "use_rate", None] | None = ...,
        lang: Literal["zh", "en", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.MarketOfferAnswer]:
        """Go through all pages of `list_offers`."""
    async def list_orders(
        self,
        *,
        state: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        supplier: str | None = ...,
        older_than_seconds: int | None = ...,
        side: Literal["brand", "supplier", None] | None = ...,
        parked: bool | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OrderPage:
        """List the orders at suppliers"""
    def each_orders(
        self,
        *,
        state: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        supplier: str | None = ...,
        older_than_seconds: int | None = ...,
        side: Literal["brand", "supplier", None] | None = ...,
        parked: bool | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.OrderAnswer]:
        """Go through all pages of `list_orders`."""
    async def list_own_keys(self) -> schemas.ListedKeyPage:
        """List the keys of your own party"""
    async def list_own_offers(
        self,
        *,
        state: Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED", None] | None = ...,
        category: str | None = ...,
        q: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.OfferPage:
        """List the supplier's own offers"""
    def each_own_offers(
        self,
        *,
        state: Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED", None] | None = ...,
        category: str | None = ...,
        q: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.OfferAnswer]:
        """Go through all pages of `list_own_offers`."""
    async def list_parties(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PartyPage:
        """List the parties"""
    def each_parties(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.PartyAnswer]:
        """Go through all pages of `list_parties`."""
    async def list_partner_files(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PartnerFilePage:
        """List the files of a supplier"""
    def each_partner_files(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.PartnerFileAnswer]:
        """Go through all pages of `list_partner_files`."""
    async def list_payments(
        self,
        *,
        statement_id: int | None = ...,
        netting_id: int | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PaymentPage:
        """List the payments of the party"""
    def each_payments(
        self,
        *,
        statement_id: int | None = ...,
        netting_id: int | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.PaymentAnswer]:
        """Go through all pages of `list_payments`."""
    async def list_periods(self) -> schemas.PeriodPage:
        """List the months"""
    async def list_placements(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PlacementPage:
        """List the placements"""
    def each_placements(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.PlacementAnswer]:
        """Go through all pages of `list_placements`."""
    async def list_points_days(
        self,
        programme: str | int,
        *,
        from_: str | None = ...,
        until: str | None = ...,
    ) -> schemas.PointsDaysAnswer:
        """List the points days of a programme"""
    async def list_positions(self) -> schemas.PositionsAnswer:
        """List what parties are owed and owe"""
    async def list_price_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.PricePage:
        """List the price rules of a programme"""
    def each_price_rules(
        self,
        programme: str | int,
        *,
        state: Literal["in_force", "all"] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.PriceAnswer]:
        """Go through all pages of `list_price_rules`."""
    async def list_procurements(
        self,
        programme: str | int,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ProcurementPage:
        """List what a programme asked for"""
    def each_procurements(
        self,
        programme: str | int,
        *,
        state: Literal["waiting", "granted", "refused", "cancelled", "closed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ProcurementAnswer]:
        """Go through all pages of `list_procurements`."""
    async def list_product_batches(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ProductBatchPage:
        """List the batches of product codes"""
    def each_product_batches(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ProductBatchAnswer]:
        """Go through all pages of `list_product_batches`."""
    async def list_programme_rules(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RulesVersionPage:
        """List what held in a programme"""
    def each_programme_rules(
        self,
        programme: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.RulesVersionAnswer]:
        """Go through all pages of `list_programme_rules`."""
    async def list_programmes(self) -> schemas.ProgrammePage:
        """List the caller's programmes"""
    async def list_rate_cards(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RateCardPage:
        """List the rate cards of the party"""
    def each_rate_cards(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.RateCardAnswer]:
        """Go through all pages of `list_rate_cards`."""
    async def list_rates(
        self,
        programme: str | int,
    ) -> schemas.RatesAnswer:
        """List the conversion rates of a programme"""
    async def list_reconciliations(
        self,
        *,
        month: str | None = ...,
        supplier: str | None = ...,
        state: Literal["open", "replaced", "signed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RunPage:
        """List the reconciliations"""
    def each_reconciliations(
        self,
        *,
        month: str | None = ...,
        supplier: str | None = ...,
        state: Literal["open", "replaced", "signed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.RunAnswer]:
        """Go through all pages of `list_reconciliations`."""
    async def list_rejected_uses(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.RejectedUsePage:
        """List uses that cannot be billed"""
    def each_rejected_uses(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.RejectedUseAnswer]:
        """Go through all pages of `list_rejected_uses`."""
    async def list_shop_uses(
        self,
        shop: str | int,
        *,
        day: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ShopUsePage:
        """List what a shop has used on a day"""
    def each_shop_uses(
        self,
        shop: str | int,
        *,
        day: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ShopUseAnswer]:
        """Go through all pages of `list_shop_uses`."""
    async def list_shops(
        self,
        *,
        state: Literal["open", "closed", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.ShopPage:
        """List the shops of the party"""
    def each_shops(
        self,
        *,
        state: Literal["open", "closed", None] | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.ShopAnswer]:
        """Go through all pages of `list_shops`."""
    async def list_statement_disputes(
        self,
        statement_id: str | int,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.DisputePage:
        """List the disputes of a statement"""
    def each_statement_disputes(
        self,
        statement_id: str | int,
        *,
        state: Literal["open", "accepted", "rejected", "withdrawn", "lapsed", None] | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.DisputeAnswer]:
        """Go through all pages of `list_statement_disputes`."""
    async def list_statement_invoices(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.InvoicePage:
        """List the invoices of a statement"""
    def each_statement_invoices(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.InvoiceAnswer]:
        """Go through all pages of `list_statement_invoices`."""
    async def list_statement_lines(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.StatementLinePage:
        """List the lines of a statement"""
    def each_statement_lines(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.StatementLineAnswer]:
        """Go through all pages of `list_statement_lines`."""
    async def list_statement_steps(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.StatementStepPage:
        """List what was done with it"""
    def each_statement_steps(
        self,
        statement_id: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.StatementStepAnswer]:
        """Go through all pages of `list_statement_steps`."""
    async def list_statements(
        self,
        *,
        month: str | None = ...,
        state: Literal["issued", "agreed", "disputed", "final", "settled", "void", None] | None = ...,
        payer: str | None = ...,
        payee: str | None = ...,
        currency: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.StatementPage:
        """List the statements of the party"""
    def each_statements(
        self,
        *,
        month: str | None = ...,
        state: Literal["issued", "agreed", "disputed", "final", "settled", "void", None] | None = ...,
        payer: str | None = ...,
        payee: str | None = ...,
        currency: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.StatementAnswer]:
        """Go through all pages of `list_statements`."""
    async def list_supplier_checks(
        self,
        party: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.CheckPage:
        """List the checks of a supplier"""
    def each_supplier_checks(
        self,
        party: str | int,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.CheckAnswer]:
        """Go through all pages of `list_supplier_checks`."""
    async def list_supplier_coupons(
        self,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.SupplierCouponPage:
        """List the coupons of a supplier"""
    def each_supplier_coupons(
        self,
        *,
        state: Literal["HELD", "ACTIVE", "LOCKED", "GIFTING", "USED", "EXPIRED", "RETURNED", "DEACTIVATED", None] | None = ...,
        delivery: Literal["CREATED", "SUBMITTING", "PROCESSING", "UNKNOWN", "SUCCESS", "FAILED", None] | None = ...,
        offer_id: int | None = ...,
        from_: str | None = ...,
        until: str | None = ...,
        party: str | None = ...,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.SupplierCouponAnswer]:
        """Go through all pages of `list_supplier_coupons`."""
    async def list_supply_terms(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.SupplyTermsPage:
        """List the supplier's terms"""
    def each_supply_terms(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.SupplyTermsAnswer]:
        """Go through all pages of `list_supply_terms`."""
    async def list_swaps(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> schemas.SwapPage:
        """List the swaps"""
    def each_swaps(
        self,
        *,
        cursor: str | None = ...,
        limit: int | None = ...,
    ) -> AsyncIterator[schemas.SwapAnswer]:
        """Go through all pages of `list_swaps`."""
    async def list_tags(
        self,
        programme: str | int,
    ) -> schemas.DeclaredTagsAnswer:
        """List the tags of a programme"""
    async def list_tiers(
        self,
        programme: str | int,
    ) -> schemas.DeclaredTiersAnswer:
        """List the tiers of a programme"""
    async def list_users(
        self,
        *,
        party: str | None = ...,
    ) -> schemas.UserPage:
        """List the users of a party"""
    async def list_vetoes(
        self,
        *,
        as_of: str | None = ...,
    ) -> schemas.VetoPage:
        """List the vetoes"""
    async def list_webhook_endpoints(self) -> schemas.WebhookEndpointPage:
        """List your own webhook endpoints"""
    async def lock_coupon(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        shop: str | None = ...,
        seconds: int = ...,
        reference: str | None = ...,
        key: str | None = ...,
    ) -> schemas.LockAnswer:
        """Hold a coupon for a while"""
    async def look_up_coupon(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        shop: str | None = ...,
    ) -> schemas.LookUpAnswer:
        """Look a coupon up"""
    async def make_user_link(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.LinkAnswer:
        """Make another link for a user"""
    async def merge_members(
        self,
        programme: str | int,
        *,
        member: str,
        into_member: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Merge two members"""
    async def open_shop(
        self,
        shop: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ShopAnswer:
        """Open a shop again"""
    async def pause_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Stop an offer for a while"""
    async def publish_rate_card(
        self,
        card_id: str | int,
        *,
        accept_late: bool = ...,
        key: str | None = ...,
    ) -> schemas.PublicationAnswer:
        """Publish a rate card"""
    async def query_order_now(
        self,
        request_number: str | int,
    ) -> schemas.OrderAnswer:
        """Have an order asked about now"""
    async def read_balances(
        self,
        programme: str | int,
        *,
        members: Sequence[str],
        at: str | datetime | None = ...,
    ) -> schemas.BalancesAnswer:
        """Read the points of many members"""
    async def read_partner_file_preview(
        self,
        file_id: str | int,
        *,
        mapping: str | None = ...,
        stated: schemas.FileMappingBody | None = ...,
    ) -> schemas.PartnerFilePreviewAnswer:
        """See what a supplier's file would be read as"""
    async def read_price_simulation(
        self,
        programme: str | int,
        *,
        rule: schemas.PriceBody,
        days: int,
    ) -> schemas.SimulationAnswer:
        """Try a price rule on the past"""
    async def read_quotes(
        self,
        programme: str | int,
        *,
        member: str,
        offer_ids: Sequence[int],
        at: str | datetime | None = ...,
    ) -> schemas.QuotesAnswer:
        """Quote offers to a member"""
    async def read_rate_card_simulation(
        self,
        *,
        card: dict[str, Any],
        months: Sequence[str],
        home_party: str | None = ...,
        supplier_party: str | None = ...,
    ) -> schemas.CardSimulationAnswer:
        """Try a rate card on past uses"""
    async def redeem_points(
        self,
        programme: str | int,
        *,
        member: str,
        points: int,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Redeem points"""
    async def refuse_procurement(
        self,
        procurement_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Refuse what a brand asked for"""
    async def reject_dispute(
        self,
        dispute_id: str | int,
        *,
        answer: str,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Reject a dispute"""
    async def reject_offer(
        self,
        offer_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Give an offer back to its supplier"""
    async def release_hold(
        self,
        programme: str | int,
        *,
        member: str,
        hold_key: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Give back the points of a hold"""
    async def remove_isolation_rule(
        self,
        rule_id: str | int,
    ) -> None:
        """End an isolation rule now"""
    async def remove_member_identifiers(
        self,
        programme: str | int,
        member: str | int,
    ) -> None:
        """Remove the identifiers of a member"""
    async def remove_netting_party(
        self,
        netting_id: str | int,
        *,
        party: str,
        key: str | None = ...,
    ) -> schemas.NettingAnswer:
        """Take a party out of a netting run"""
    async def remove_picture(
        self,
        picture: str | int,
    ) -> None:
        """Remove a picture"""
    async def remove_user(
        self,
        user_id: str | int,
        *,
        party: str | None = ...,
        key: str | None = ...,
    ) -> schemas.RemovedUserAnswer:
        """Take a user out of a party"""
    async def remove_webhook_endpoint(
        self,
        endpoint_id: str | int,
    ) -> None:
        """Remove a webhook endpoint"""
    async def replay_delivery(
        self,
        delivery_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.DeliveryAnswer:
        """Send an event to its endpoint again"""
    async def replay_failed_deliveries(
        self,
        endpoint_id: str | int,
        *,
        since: str | datetime,
        key: str | None = ...,
    ) -> schemas.ReplayedAnswer:
        """Send what a webhook endpoint did not get"""
    async def replay_order(
        self,
        request_number: str | int,
    ) -> schemas.OrderAnswer:
        """Have a parked order tried again"""
    async def report_check_delivery(
        self,
        check_id: str | int,
        *,
        request_number: str,
        status: Literal["SUCCESS", "FAILED", "PARTIAL"],
        reason: str | None = ...,
        supplier_reference: str | None = ...,
    ) -> schemas.CallbackAnswer:
        """Say how an order of a check ended"""
    async def report_delivery(
        self,
        supplier: str | int,
        *,
        request_number: str,
        status: Literal["SUCCESS", "FAILED", "PARTIAL"],
        reason: str | None = ...,
        supplier_reference: str | None = ...,
    ) -> schemas.CallbackAnswer:
        """Report how a delivery ended"""
    async def report_shown(
        self,
        programme: str | int,
        *,
        shown: Sequence[schemas.ShownItem],
        key: str | None = ...,
    ) -> schemas.ShownAnswer:
        """Report what was shown"""
    async def resolve_break(
        self,
        break_id: str | int,
        *,
        resolution: Literal["open", "matched", "explained", "adjusted", "written_off", "carried"],
        note: str | None = ...,
        adjustment_id: int | None = ...,
        key: str | None = ...,
    ) -> schemas.BreakAnswer:
        """Resolve a break"""
    async def resolve_case(
        self,
        case: str | int,
        *,
        decision: Literal["deliver", "return_points", "keep_waiting", "return_points_goodwill", "keep", "accept_supplier", "reject_supplier", "reinstate"],
        reason: str,
        evidence: str | None = ...,
        supplier_reference: str | None = ...,
        until: str | datetime | None = ...,
        member_consents: bool = ...,
    ) -> schemas.CaseAnswer:
        """Decide a case"""
    async def resolve_member(
        self,
        programme: str | int,
        *,
        identifiers: Sequence[schemas.IdentifierBody],
    ) -> schemas.ResolvedAnswer:
        """Find a member by identifiers"""
    async def resume_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """List a paused offer again"""
    async def retry_rejected_uses(
        self,
        *,
        key: str | None = ...,
    ) -> schemas.RetriedUsesAnswer:
        """Have uses rated again"""
    async def return_coupon(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.GiveBackAnswer:
        """Give a right back"""
    async def return_stock(
        self,
        programme: str | int,
        procurement_id: str | int,
        *,
        quantity: int,
        key: str | None = ...,
    ) -> schemas.ProcurementAnswer:
        """Give unsold pieces back"""
    async def reveal_card_code(
        self,
        programme: str | int,
        coupon_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RevealedCodeAnswer:
        """Show a member the card code of a right"""
    async def reverse_coupon_use(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        occurred_at: str | datetime | None = ...,
        shop: str | None = ...,
        store: str | None = ...,
        reference: str | None = ...,
        key: str | None = ...,
    ) -> schemas.UseAnswer:
        """Reverse the use of a coupon"""
    async def reverse_operation(
        self,
        programme: str | int,
        *,
        member: str,
        operation_key: str,
        occurred_at: str | datetime | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        reference: str | None = ...,
        metadata: Mapping[str, str] | None = ...,
        points: int | None = ...,
        key: str | None = ...,
    ) -> schemas.OperationAnswer:
        """Reverse an operation"""
    async def review_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.DraftAnswer:
        """Review a draft"""
    async def revoke_key(
        self,
        party: str | int,
        key_id: str | int,
    ) -> None:
        """Revoke a key"""
    async def revoke_own_key(
        self,
        key_id: str | int,
    ) -> None:
        """Revoke a key of your own party"""
    async def rotate_key(
        self,
        party: str | int,
        key_id: str | int,
        *,
        overlap_seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Replace a key of a party"""
    async def rotate_own_key(
        self,
        key_id: str | int,
        *,
        overlap_seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.KeyAnswer:
        """Replace a key of your own party"""
    async def rotate_webhook_secret(
        self,
        endpoint_id: str | int,
        *,
        overlap_seconds: int = ...,
        key: str | None = ...,
    ) -> schemas.NewWebhookEndpointAnswer:
        """Replace the secret of a webhook endpoint"""
    async def set_billing_profile(
        self,
        party: str | int,
        *,
        legal_name: str,
        credit_code: str | None = ...,
        address: str | None = ...,
        phone: str | None = ...,
        bank: str | None = ...,
        bank_account: str | None = ...,
    ) -> schemas.BillingProfileAnswer:
        """State who a party is on invoices"""
    async def set_endpoint(
        self,
        party: str | int,
        *,
        url: str,
        secret: str,
        overlap_seconds: int = ...,
        timeout_ms: int | None = ...,
        concurrency_max: int | None = ...,
        rate_per_second: int | None = ...,
        deadline_seconds: int | None = ...,
        absent_proves_after_seconds: int | None = ...,
        first_query_after_seconds: int | None = ...,
        waiting_max: int | None = ...,
    ) -> schemas.EndpointAnswer:
        """Set where a supplier takes orders"""
    async def set_file_mapping(
        self,
        mapping: str | int,
        *,
        party: str | None = ...,
        columns: Mapping[str, str] = ...,
        constants: Mapping[str, str] = ...,
        unit: Literal["yuan", "fen"] | None = ...,
        sign: Literal["plain", "negated"] = ...,
        date_format: Literal["year-first", "day-first", "month-first"] = ...,
        time_zone: str | None = ...,
        encoding: Literal["utf-8", "utf-16", "gb18030", "big5"] | None = ...,
        delimiter: Literal["comma", "semicolon", "tab", "bar"] | None = ...,
        sheet: str | None = ...,
    ) -> schemas.FileMappingAnswer:
        """Save how a supplier's files are read"""
    async def set_frame_origins(
        self,
        *,
        origins: Sequence[str],
    ) -> schemas.FrameOriginsAnswer:
        """Say who may frame the member pages"""
    async def set_gift_plan(
        self,
        programme: str | int,
        *,
        birthday_offer_id: int | None,
        birthday_hour: int = ...,
        free_rights_per_week: int | None = ...,
    ) -> schemas.GiftPlanAnswer:
        """State what is given by itself"""
    async def set_group_member(
        self,
        group: str | int,
        party: str | int,
        *,
        valid_from: str | datetime | None = ...,
        valid_until: str | datetime | None = ...,
    ) -> schemas.GroupMemberAnswer:
        """Let a party be in a group"""
    async def set_import_mapping(
        self,
        mapping: str | int,
        *,
        kind: Literal["offers", "shops", "members", "codes"],
        party: str | None = ...,
        columns: Mapping[str, str] = ...,
        constants: Mapping[str, str] = ...,
        unit: Literal["yuan", "fen"] = ...,
        date_format: Literal["year-first", "day-first", "month-first"] = ...,
        time_zone: str = ...,
    ) -> schemas.MappingAnswer:
        """Save how files are to be read"""
    async def set_liability_settings(
        self,
        programme: str | int,
        *,
        four_eyes: bool,
        accounts: schemas.LiabilityAccountsBody | None = ...,
    ) -> schemas.LiabilitySettingsAnswer:
        """Set what a programme asks of its liability"""
    async def set_member_profile(
        self,
        programme: str | int,
        member: str | int,
        *,
        identifiers: Sequence[schemas.IdentifierBody] = ...,
        tags: schemas.TagsBody | None = ...,
        tier: schemas.TierGrantBody | None = ...,
        birthday: str | None = ...,
        consents: schemas.ConsentsOfMemberBody | None = ...,
        key: str | None = ...,
    ) -> schemas.ProfileAnswer:
        """Say what is known of a member"""
    async def set_member_profiles(
        self,
        programme: str | int,
        *,
        members: Sequence[schemas.ProfileItem],
    ) -> schemas.ProfilesAnswer:
        """Say what is known of many members"""
    async def set_offer_access(
        self,
        programme: str | int,
        offer_id: str | int,
        *,
        open_to: schemas.WhoBody,
    ) -> schemas.AccessAnswer:
        """State who may have an offer"""
    async def set_party_categories(
        self,
        party: str | int,
        *,
        categories: Sequence[str],
        dry_run: bool = ...,
        key: str | None = ...,
    ) -> schemas.CategoriesAnswer:
        """Set the categories of a party"""
    async def set_party_name(
        self,
        party: str | int,
        *,
        name: str,
    ) -> schemas.PartyAnswer:
        """Give a party another name"""
    async def set_price_rate(
        self,
        programme: str | int,
        *,
        rate: schemas.PriceRateTermsBody | None,
    ) -> schemas.PriceRateAnswer:
        """State a programme's rate for prices"""
    async def set_programme_event_types(
        self,
        programme: str | int,
        *,
        types: Sequence[str],
    ) -> schemas.AskedForAnswer:
        """Have events of a programme's points told"""
    async def set_programme_rules(
        self,
        programme: str | int,
        *,
        name: str,
        unit: str = ...,
        available_after_days: int = ...,
        caps: Sequence[schemas.CapBody] = ...,
        balance_max: int | None = ...,
    ) -> schemas.ProgrammeAnswer:
        """Change the rules of a programme"""
    async def set_settlement_calendar(
        self,
        *,
        time_zone: str,
        four_eyes: bool = ...,
        dispute_days: int = ...,
        payment_days: int = ...,
        number_prefix: str = ...,
    ) -> schemas.SettlementCalendarAnswer:
        """State the calendar of all bills"""
    async def set_supplier_stage(
        self,
        party: str | int,
        *,
        stage: Literal["DECLARED", "CHECKED", "CANARY", "OPEN", "SUSPENDED"],
        share_permyriad: int | None = ...,
        tags: Sequence[str] = ...,
        per_day_max: int | None = ...,
        open_orders_max: int | None = ...,
        limits: schemas.LimitsBody = ...,
        is_automatic: bool = ...,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.StageAnswer:
        """Stage a supplier"""
    async def set_tags(
        self,
        programme: str | int,
        *,
        tags: Sequence[schemas.DeclaredTagBody],
    ) -> schemas.DeclaredTagsAnswer:
        """State the tags of a programme"""
    async def set_tiers(
        self,
        programme: str | int,
        *,
        tiers: Sequence[schemas.DeclaredTierBody],
    ) -> schemas.DeclaredTiersAnswer:
        """State the tiers of a programme"""
    async def set_trust(
        self,
        party: str | int,
        *,
        trusted: bool,
    ) -> schemas.TrustAnswer:
        """Trust a supplier, or review its offers"""
    async def set_use_settings(
        self,
        party: str | int,
        *,
        require_shop: bool,
    ) -> schemas.UseSettingsAnswer:
        """State what a supplier asks of uses"""
    async def set_user_roles(
        self,
        user_id: str | int,
        *,
        roles: Sequence[Literal["operator", "finance", "auditor", "marketer", "brand_finance", "service", "manager", "till"]],
        party: str | None = ...,
    ) -> schemas.UserAnswer:
        """Set the roles of a user"""
    async def set_webhook_endpoint(
        self,
        endpoint_id: str | int,
        *,
        url: str,
        description: str | None = ...,
        types: Sequence[str] = ...,
        state: Literal["enabled", "disabled"] = ...,
    ) -> schemas.WebhookEndpointAnswer:
        """Change a webhook endpoint"""
    async def settle_statement(
        self,
        statement_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.StatementAnswer:
        """Record that a statement is paid"""
    async def sign_reconciliation(
        self,
        reconciliation_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RunAnswer:
        """Sign a reconciliation"""
    async def submit_event(
        self,
        programme: str | int,
        *,
        event: str,
        member: str,
        subject: str | None = ...,
        occurred_at: str | datetime | None = ...,
        friend: schemas.IdentifierBody | None = ...,
        code: str | None = ...,
        store: str | None = ...,
        channel: str | None = ...,
        staff: str | None = ...,
        key: str | None = ...,
    ) -> schemas.EarnAnswer:
        """Tell of an event that may earn"""
    async def submit_events(
        self,
        programme: str | int,
        *,
        events: Sequence[schemas.EarnItem],
    ) -> schemas.EarnsAnswer:
        """Tell of many events"""
    async def submit_import(
        self,
        *,
        content: bytes | Path,
        kind: Literal["offers", "shops", "members", "codes", None] | None = ...,
        dry_run: bool | None = ...,
        accept_partial: bool | None = ...,
        encoding: Literal["utf-8", "utf-16", "gb18030", "big5", None] | None = ...,
        mapping: str | None = ...,
        offer: int | None = ...,
        programme: str | None = ...,
        party: str | None = ...,
        content_type: str = ...,
        key: str | None = ...,
    ) -> schemas.ImportAnswer:
        """Send a file to be imported"""
    async def submit_offer(
        self,
        offer_id: str | int,
        *,
        reason: str | None = ...,
        key: str | None = ...,
    ) -> schemas.OfferAnswer:
        """Have a draft listed"""
    async def submit_operations(
        self,
        programme: str | int,
        *,
        operations: Sequence[schemas.IssueItem | schemas.RedeemItem | schemas.HoldItem | schemas.CaptureItem | schemas.ReleaseItem | schemas.ExpireItem | schemas.ReverseItem | schemas.GiftItem | schemas.AdjustItem | schemas.ConvertItem | schemas.MergeItem],
        mode: Literal["independent", "atomic", "stop_on_error"] = ...,
    ) -> schemas.OperationsAnswer:
        """Do many operations"""
    async def test_webhook_endpoint(
        self,
        endpoint_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.PingAnswer:
        """Send a test event to a webhook endpoint"""
    async def unlock_coupon(
        self,
        *,
        lock: str,
        code: str | None = ...,
        token: str | None = ...,
        shop: str | None = ...,
        key: str | None = ...,
    ) -> schemas.LockAnswer:
        """Let go of a coupon"""
    async def use_coupon(
        self,
        *,
        code: str | None = ...,
        token: str | None = ...,
        occurred_at: str | datetime | None = ...,
        shop: str | None = ...,
        store: str | None = ...,
        reference: str | None = ...,
        staff: str | None = ...,
        order_minor: int | None = ...,
        paid_minor: int | None = ...,
        new_member: bool | None = ...,
        lock: str | None = ...,
        key: str | None = ...,
    ) -> schemas.UseAnswer:
        """Use a coupon"""
    async def use_coupons(
        self,
        *,
        uses: Sequence[schemas.UseItem],
    ) -> schemas.UsesAnswer:
        """Use many coupons"""
    async def void_statement(
        self,
        statement_id: str | int,
        *,
        reason: str,
        key: str | None = ...,
    ) -> schemas.VoidedStatementAnswer:
        """Take a statement back"""
    async def withdraw_card_codes(
        self,
        offer_id: str | int,
        *,
        batch: str | None,
        key: str | None = ...,
    ) -> schemas.CodesWithdrawnAnswer:
        """Withdraw card codes of an offer"""
    async def withdraw_dispute(
        self,
        dispute_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.DisputeAnswer:
        """Take a dispute back"""
    async def withdraw_product_batch(
        self,
        programme: str | int,
        batch: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.ProductBatchAnswer:
        """Void a batch of product codes"""
    async def withdraw_rate_card(
        self,
        card_id: str | int,
        *,
        key: str | None = ...,
    ) -> schemas.RateCardAnswer:
        """Give up a draft of a rate card"""
    async def withdraw_supply_terms(
        self,
        terms_id: str | int,
    ) -> None:
        """Withdraw supply terms"""
