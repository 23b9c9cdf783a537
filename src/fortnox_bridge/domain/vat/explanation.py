"""Why a sale is taxed as it is, in sentences of the catalogue; and what the user should know besides (F56)."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.run import Notice

# As the customer card in Fortnox words them, in Swedish for everybody, with the code that its API uses.
VAT_TYPE_WORDS: Final[Mapping[VatType, str]] = {
    VatType.SWEDISH: "SE moms (SEVAT)",
    VatType.SWEDISH_REVERSE_CHARGE: "SE omvänd skattskyldighet (SEREVERSEDVAT)",
    VatType.EU_REVERSE_CHARGE: "EU omvänd skattskyldighet (EUREVERSEDVAT)",
    VatType.EU_CONSUMER: "EU moms (EUVAT)",
    VatType.EXPORT: "Export (EXPORT)",
}


def words(vat_type: VatType | None) -> str:
    return VAT_TYPE_WORDS[vat_type] if vat_type is not None else "?"


def sold_in_sweden() -> Notice:
    return Notice("sale_in_sweden", {"vat_type": words(VatType.SWEDISH)})


def new_customer_reverse_charge() -> Notice:
    return Notice("sale_reverse_charge_by_default", {"vat_type": words(VatType.SWEDISH_REVERSE_CHARGE)})


def delivered_in_sweden(customer_country: str) -> Notice:
    return Notice("sale_delivered_in_sweden", {"country": customer_country, "vat_type": words(VatType.SWEDISH)})


def goods_to_eu_business(country: str, number: str) -> Notice:
    params = {"country": country, "vat_number": number, "vat_type": words(VatType.EU_REVERSE_CHARGE)}
    return Notice("sale_goods_eu_business", params)


def services_to_eu_business(country: str, number: str) -> Notice:
    params = {"country": country, "vat_number": number, "vat_type": words(VatType.EU_REVERSE_CHARGE)}
    return Notice("sale_services_eu_business", params)


def number_in_register(number: str) -> Notice:
    return Notice("sale_vat_number_registered", {"vat_number": number})


def eu_business_taxed(country: str, vat_type: VatType) -> Notice:
    return Notice("sale_eu_business_taxed", {"country": country, "vat_type": words(vat_type)})


def goods_to_eu_consumer(country: str) -> Notice:
    return Notice("sale_goods_eu_consumer", {"country": country, "vat_type": words(VatType.EU_CONSUMER)})


def goods_by_oss(country: str) -> Notice:
    return Notice("sale_goods_oss", {"country": country, "vat_type": words(VatType.EU_CONSUMER)})


def services_to_consumer_abroad(country: str) -> Notice:
    return Notice("sale_services_consumer_abroad", {"country": country, "vat_type": words(VatType.SWEDISH)})


def goods_exported(country: str) -> Notice:
    return Notice("sale_goods_exported", {"country": country, "vat_type": words(VatType.EXPORT)})


def services_exported(country: str) -> Notice:
    return Notice("sale_services_exported", {"country": country, "vat_type": words(VatType.EXPORT)})


def decided_by_card(vat_type: VatType) -> Notice:
    return Notice("sale_by_card", {"vat_type": words(vat_type)})


def unknown_country(customer: str, country: str) -> Notice:
    return Notice("country_unknown", {"customer": customer, "country": country or "–"})


def country_differs(customer: str, number: str, country: str, card_country: str) -> Notice:
    params = {"customer": customer, "number": number, "country": country, "card_country": card_country}
    return Notice("customer_country_differs", params)


def assumed_country(customer: str, country: str) -> Notice:
    return Notice("country_assumed", {"customer": customer, "country": country})


def country_of_vat_number(customer: str, country: str, number: str) -> Notice:
    return Notice("country_of_vat_number", {"customer": customer, "country": country, "vat_number": number})


def without_vat_number(customer: str, country: str) -> Notice:
    return Notice("eu_business_without_vat_number", {"customer": customer, "country": country})


def malformed_vat_number(customer: str, number: str) -> Notice:
    return Notice("vat_number_malformed", {"customer": customer, "vat_number": number[:100]})


def unregistered_vat_number(customer: str, number: str) -> Notice:
    return Notice("vat_number_unregistered", {"customer": customer, "vat_number": number})


def number_of_other_country(customer: str, number: str, country: str) -> Notice:
    return Notice("vat_number_of_other_country", {"customer": customer, "vat_number": number, "country": country})


def register_unavailable(customer: str, number: str) -> Notice:
    return Notice("vies_unavailable", {"customer": customer, "vat_number": number})


def charged_by_source(rate: str, vat_type: VatType) -> Notice:
    return Notice("source_charges_vat", {"rate": rate, "vat_type": words(vat_type)})
