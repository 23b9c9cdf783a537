"""From the document to the rules the pipeline works with."""

from collections.abc import Iterable

from fortnox_bridge.domain import rules
from fortnox_bridge.domain.deal import DealStatus
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.rules.mapping import TargetT
from fortnox_bridge.domain.template import Template
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.v2.base import Mapping
from fortnox_bridge.sync_settings.v2.cards import Cards
from fortnox_bridge.sync_settings.v2.customers import CustomerDefaults, Party
from fortnox_bridge.sync_settings.v2.document import Document
from fortnox_bridge.sync_settings.v2.notes import Notes
from fortnox_bridge.sync_settings.v2.products import Products
from fortnox_bridge.sync_settings.v2.triggers import Route
from fortnox_bridge.sync_settings.v2.vat import Vat


def to_rules(settings: Settings, revision: int) -> rules.SyncRules:
    return rules.SyncRules(
        revision=revision,
        triggers=tuple(
            rules.TriggerRule(rule.pipeline_id, rule.stage_id, rule.document) for rule in settings.triggers.rules
        ),
        customers=_customers(settings),
        products=_products(settings.products),
        vat=_vat(settings.vat),
        document=_document(settings.document),
        notes=_notes(settings.notes),
        route=_route(settings.triggers.route),
        cards=_cards(settings.cards),
        cancel=rules.CancelRule(
            statuses=frozenset(DealStatus(status) for status in settings.triggers.cancel.statuses),
            stages=tuple(
                rules.StageRef(stage.pipeline_id, stage.stage_id) for stage in settings.triggers.cancel.stages
            ),
        ),
    )


def _cards(cards: Cards) -> rules.CardRules:
    return rules.CardRules(cards.max_age_minutes, cards.documents_shown)


def _route(route: Route) -> rules.Route:
    return rules.Route(
        pipeline_ids=frozenset(route.pipelines),
        currencies=frozenset(route.currencies),
        field=FieldPath.parse(route.field.source) if route.field else None,
        field_values=frozenset(value.casefold() for value in route.field.values) if route.field else frozenset(),
    )


def _customers(settings: Settings) -> rules.CustomerRules:
    customers = settings.customers
    return rules.CustomerRules(
        company=_party(customers.company),
        contact=_party(customers.contact),
        contacts_as_customers=customers.contacts_as_customers,
        defaults=_defaults(customers.defaults),
        default_vat_type=customers.defaults.vat_type,
        default_country_code=customers.default_country,
        when_changed=customers.when_changed,
        schedule=customers.scheduled_sync,
        trusted_for_h=settings.advanced.trust_customer_links_h,
    )


def _party(party: Party) -> rules.PartyRules:
    return rules.PartyRules(
        match=tuple(rules.MatchPair(FieldPath.parse(pair.source), pair.key) for pair in party.match),
        mapping=_mapping(party.mapping),
        when_empty=party.when_match_field_is_empty,
        when_missing=party.when_missing,
        number_from=_path(party.number.read_from),
        write_number_to=_path(party.number.write_to),
    )


def _defaults(defaults: CustomerDefaults) -> dict[CustomerField, str]:
    values = defaults.model_dump(exclude={"vat_type"})
    return {CustomerField(name): value for name, value in values.items() if value is not None}


def _products(products: Products) -> rules.ProductRules:
    return rules.ProductRules(
        source=FieldPath.parse(products.source),
        key=products.key,
        mode=products.mode,
        table={row.value.casefold(): row.article for row in products.table},
        when_missing=products.when_missing,
        default_article=products.default_article,
        when_no_lines=products.when_no_lines,
        no_lines_article=products.no_lines_article,
        no_lines_basis=products.no_lines_value_is,
        deal_discount=products.deal_discount,
        discount_article=products.discount_article,
        mapping=_mapping(products.mapping),
        price_list=products.price_list,
        units={row.source.casefold(): row.unit for row in products.units},
        when_changed=products.when_changed,
        schedule=products.scheduled_sync,
    )


def _vat(vat: Vat) -> rules.VatRules:
    return rules.VatRules(
        row_rate=vat.row_rate,
        fallback_rate=vat.fallback_rate,
        prices_include_vat=vat.prices_include_vat,
        default_kind=vat.default_kind,
        consumer_abroad=vat.consumer_abroad,
        oss=tuple(
            rules.OssRate(row.country, row.rate, row.account, row.swedish_rate, row.valid_from) for row in vat.oss
        ),
        accounts=rules.SaleAccounts(**vat.accounts.model_dump()),
        checks_vies=vat.check_vies,
    )


def _document(document: Document) -> rules.DocumentRules:
    reference = document.our_reference
    return rules.DocumentRules(
        mark_not_completed=document.mark_not_completed,
        mapping=_mapping(document.mapping),
        row_mapping=_mapping(document.row_mapping),
        date=document.date,
        date_source=_path(document.date_source),
        when_locked=document.when_period_is_locked,
        delivery_working_days=document.delivery_working_days,
        our_reference=rules.OurReference(
            by_owner={row.owner.casefold(): row.reference for row in reference.owners},
            use_owner_name=reference.use_owner_name,
            default=reference.default,
        ),
        allowed_difference=document.allowed_difference,
        rounding_article=document.rounding_article,
        instalments=document.instalments,
        instalment_article=document.instalment_article,
        recurring=document.recurring,
        attach=document.attach,
        follows_edits=document.follow_edits,
        marks_warehouse_ready=document.warehouse_ready,
    )


def _notes(notes: Notes) -> rules.NoteRules:
    return rules.NoteRules(
        language=notes.language,
        attach_pdf=notes.attach_pdf,
        note_on_success=notes.on_success,
        note_on_failure=notes.on_failure,
        support_contact=notes.support_contact,
        write_back={
            rules.WriteBackFact(name): FieldPath.parse(path)
            for name, path in notes.write_back.model_dump().items()
            if path is not None
        },
    )


def _mapping(rows: Iterable[Mapping[TargetT]]) -> tuple[rules.FieldMapping[TargetT], ...]:
    return tuple(
        rules.FieldMapping(
            target=row.target,
            sources=tuple(FieldPath.parse(source) for source in row.sources),
            template=Template.parse(row.template) if row.template is not None else None,
            overwrite=row.overwrite,
        )
        for row in rows
    )


def _path(text: str | None) -> FieldPath | None:
    return FieldPath.parse(text) if text else None
