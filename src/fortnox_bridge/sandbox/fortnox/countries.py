"""Country codes and the Swedish names Fortnox shows for them."""

from collections.abc import Mapping

NAME_BY_CODE: Mapping[str, str] = {
    "AT": "Österrike", "AU": "Australien", "BE": "Belgien", "BG": "Bulgarien", "BR": "Brasilien", "CA": "Kanada",
    "CH": "Schweiz", "CN": "Kina", "CY": "Cypern", "CZ": "Tjeckien", "DE": "Tyskland", "DK": "Danmark",
    "EE": "Estland", "ES": "Spanien", "FI": "Finland", "FO": "Färöarna", "FR": "Frankrike", "GB": "Storbritannien",
    "GR": "Grekland", "HK": "Hongkong", "HR": "Kroatien", "HU": "Ungern", "IE": "Irland", "IL": "Israel",
    "IN": "Indien", "IS": "Island", "IT": "Italien", "JP": "Japan", "KR": "Sydkorea", "LI": "Liechtenstein",
    "LT": "Litauen", "LU": "Luxemburg", "LV": "Lettland", "MT": "Malta", "MX": "Mexiko", "NL": "Nederländerna",
    "NO": "Norge", "NZ": "Nya Zeeland", "PL": "Polen", "PT": "Portugal", "RO": "Rumänien", "RS": "Serbien",
    "SE": "Sverige", "SG": "Singapore", "SI": "Slovenien", "SK": "Slovakien", "TH": "Thailand", "TR": "Turkiet",
    "UA": "Ukraina", "US": "USA", "ZA": "Sydafrika",
}  # fmt: skip


def code_of(name: str) -> str | None:
    wanted = name.casefold()
    return next((code for code, known in NAME_BY_CODE.items() if known.casefold() == wanted), None)
