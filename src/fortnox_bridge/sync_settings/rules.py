"""From the document to the rules the pipeline works with."""

from fortnox_bridge.domain import rules
from fortnox_bridge.domain.document import CustomerField
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.v1 import CustomerDefaults, Party


def to_rules(settings: Settings, revision: int) -> rules.SyncRules:
    return rules.SyncRules(
        revision=revision,
        triggers=tuple(
            rules.TriggerRule(rule.pipeline_id, rule.stage_id, rule.document) for rule in settings.triggers.rules
        ),
        customers=rules.CustomerRules(
            company=_party(settings.customers.company),
            contact=_party(settings.customers.contact),
            contacts_as_customers=settings.customers.contacts_as_customers,
            defaults=_defaults(settings.customers.defaults),
            default_country_code=settings.customers.default_country,
        ),
        products=_products(settings),
        vat=rules.VatRules(
            row_rate=settings.vat.row_rate,
            fallback_rate=settings.vat.fallback_rate,
            prices_include_vat=settings.vat.prices_include_vat,
        ),
        document=rules.DocumentRules(mark_not_completed=settings.document.mark_not_completed),
        notes=rules.NoteRules(
            language=settings.notes.language,
            attach_pdf=settings.notes.attach_pdf,
            note_on_success=settings.notes.on_success,
            note_on_failure=settings.notes.on_failure,
            support_contact=settings.notes.support_contact,
        ),
    )


def _products(settings: Settings) -> rules.ProductRules:
    products = settings.products
    return rules.ProductRules(
        source=FieldPath.parse(products.source),
        key=products.key,
        when_missing=products.when_missing,
        default_article=products.default_article,
        when_no_lines=products.when_no_lines,
        no_lines_article=products.no_lines_article,
        no_lines_basis=products.no_lines_value_is,
    )


def _party(party: Party) -> rules.PartyRules:
    return rules.PartyRules(
        match=tuple(rules.MatchPair(FieldPath.parse(pair.source), pair.key) for pair in party.match),
        mapping=tuple(
            rules.FieldMapping(row.target, tuple(FieldPath.parse(source) for source in row.sources))
            for row in party.mapping
        ),
        when_empty=party.when_match_field_is_empty,
        when_missing=party.when_missing,
        number_from=FieldPath.parse(party.number.read_from) if party.number.read_from else None,
        write_number_to=FieldPath.parse(party.number.write_to) if party.number.write_to else None,
    )


def _defaults(defaults: CustomerDefaults) -> dict[CustomerField, str]:
    return {CustomerField(name): value for name, value in defaults.model_dump().items() if value is not None}
