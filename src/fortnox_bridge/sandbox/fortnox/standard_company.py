"""A believable Swedish test company, as an administrator would have set it up."""

from datetime import date
from decimal import Decimal

from fortnox_bridge.sandbox.fortnox import registers
from fortnox_bridge.sandbox.fortnox.registers import Register
from fortnox_bridge.sandbox.fortnox.state import Company, Record
from fortnox_bridge.sdk.simulator import SimulatedClock

# Rates are illustrative; what matters is that none is 1 and that one is quoted per 100.
_CURRENCIES = (
    ("SEK", "Svenska kronor", "1", 1),
    ("EUR", "Euro", "11.4215", 1),
    ("USD", "Amerikanska dollar", "10.5042", 1),
    ("NOK", "Norska kronor", "0.9771", 1),
    ("DKK", "Danska kronor", "153.12", 100),
    ("GBP", "Brittiska pund", "13.3871", 1),
)
_TERMS_OF_PAYMENT = (("0", "Kontant"), ("10", "10 dagar"), ("15", "15 dagar"), ("30", "30 dagar"), ("60", "60 dagar"))
_UNITS = (
    ("st", "Styck", "pcs"), ("h", "Timme", "h"), ("dag", "Dag", "day"), ("mån", "Månad", "month"),
    ("m", "Meter", "m"), ("m²", "Kvadratmeter", "m²"), ("kg", "Kilo", "kg"), ("förp", "Förpackning", "pack"),
)  # fmt: skip
_ACCOUNTS = (
    (1510, "Kundfordringar", ""), (1910, "Kassa", ""), (1930, "Företagskonto", ""),
    (2611, "Utgående moms på försäljning inom Sverige, 25 %", "U1"), (2621, "Utgående moms 12 %", "U2"),
    (2631, "Utgående moms 6 %", "U3"), (3001, "Försäljning inom Sverige, 25 % moms", "MP1"),
    (3002, "Försäljning inom Sverige, 12 % moms", "MP2"), (3003, "Försäljning inom Sverige, 6 % moms", "MP3"),
    (3004, "Försäljning inom Sverige, momsfri", "MF"), (3041, "Försäljning tjänst 25 % moms", "MP1"),
    (3105, "Försäljning varor till land utanför EU", "E"),
    (3106, "Försäljning varor till annat EU-land, momspliktig", "MP1"),
    (3108, "Försäljning varor till annat EU-land, momsfri", "VTEU"),
    (3231, "Försäljning inom byggsektorn, omvänd", "OMTB"),
    (3305, "Försäljning tjänster till land utanför EU", "E"), (3308, "Försäljning tjänster till annat EU-land", "FTEU"),
    (3520, "Fakturerade frakter", "MP1"), (3540, "Faktureringsavgifter", "MP1"), (3740, "Öres- och kronutjämning", ""),
    (3960, "Valutakursvinster", ""), (4000, "Inköp av varor från Sverige", ""),
)  # fmt: skip
VAT_RATE_BY_CODE = {"MP1": Decimal(25), "MP2": Decimal(12), "MP3": Decimal(6)}
_PREDEFINED = (
    ("SALES", 3001), ("SALES_EU", 3108), ("SALES_EXPORT", 3105), ("CONSTRUCTION", 3231), ("FREIGHT", 3520),
    ("ADMINFEE", 3540), ("ROUNDOFF", 3740), ("CUSTOMERRECEIVABLES", 1510),
)  # fmt: skip
_INFORMATION = {
    "Address": "Testgatan 1", "City": "Växjö", "CompanyName": "Bryggan Testbolag AB", "CountryCode": "SE",
    "OrganizationNumber": "556000-1111", "VisitAddress": "Testgatan 1", "VisitCity": "Växjö",
    "VisitCountryCode": "SE", "VisitZipCode": "352 30", "ZipCode": "352 30",
}  # fmt: skip


def open_company(number: int, clock: SimulatedClock, information: Record | None = None) -> Company:
    """Set up a company with its registers filled and nothing sold yet."""
    about = {**_INFORMATION, **(information or {}), "DatabaseNumber": number}
    company = Company(
        number=number,
        information=about,
        settings=_settings(about),
        clock=clock,
        vat_rate_by_code=dict(VAT_RATE_BY_CODE),
    )
    _fill_registers(company)
    return company


def _settings(about: Record) -> Record:
    return {
        **{name: about[name] for name in ("Address", "City", "CountryCode", "OrganizationNumber", "ZipCode")},
        **{name: about[name] for name in ("VisitAddress", "VisitCity", "VisitCountryCode", "VisitZipCode")},
        "BG": "5555-5551", "BIC": "", "BranchCode": "", "ContactFirstName": "Maja", "ContactLastName": "Lindqvist",
        "Country": "Sverige", "DatabaseNumber": str(about["DatabaseNumber"]), "Domicile": about["City"],
        "Email": "ekonomi@bryggan.example", "Fax": "", "IBAN": "", "Name": about["CompanyName"], "PG": "",
        "Phone1": "0470-12 34 56", "Phone2": "", "TaxEnabled": True, "VATNumber": "SE556000111101",
        "VisitCountry": "Sverige", "VisitName": "", "WWW": "www.bryggan.example",
    }  # fmt: skip


def _fill_registers(company: Company) -> None:
    today = company.today()
    for code, name, rate, unit in _CURRENCIES:
        value = Decimal(rate)
        entry = {"Code": code, "Description": name, "BuyRate": value, "SellRate": value, "Unit": Decimal(unit)}
        _add(company, registers.CURRENCIES, {**entry, "Date": today})
    for code, name in _TERMS_OF_PAYMENT:
        _add(company, registers.TERMS_OF_PAYMENT, {"Code": code, "Description": name})
    for code, name, english in _UNITS:
        _add(company, registers.UNITS, {"Code": code, "Description": name, "CodeEnglish": english})
    for number, name, vat_code in _ACCOUNTS:
        entry = {"Number": number, "Description": name, "VATCode": vat_code, "Year": today.year}
        _add(company, registers.ACCOUNTS, entry)
    for name, account in _PREDEFINED:
        _add(company, registers.PREDEFINED_ACCOUNTS, {"Name": name, "Account": account})
    _fill_terms(company)
    for year in range(today.year - 3, today.year + 2):
        add_financial_year(company, year)


def _fill_terms(company: Company) -> None:
    _add(company, registers.TERMS_OF_DELIVERY, {"Code": "FVL", "Description": "Fritt vårt lager"})
    _add(company, registers.TERMS_OF_DELIVERY, {"Code": "FKL", "Description": "Fritt kundens lager"})
    _add(company, registers.WAYS_OF_DELIVERY, {"Code": "P", "Description": "Post"})
    _add(company, registers.WAYS_OF_DELIVERY, {"Code": "H", "Description": "Hämtas"})
    _add(company, registers.PRICE_LISTS, {"Code": "A", "Description": "Standardprislista", "PreSelected": True})
    _add(company, registers.PRICE_LISTS, {"Code": "B", "Description": "Återförsäljare"})
    _add(company, registers.PROJECTS, {"ProjectNumber": "P1", "Description": "Hemsidan"})
    _add(company, registers.COST_CENTRES, {"Code": "FOR", "Description": "Försäljning"})
    _add(company, registers.COST_CENTRES, {"Code": "KON", "Description": "Konsult"})
    _add(company, registers.MODES_OF_PAYMENT, {"Code": "BG", "Description": "Bankgiro", "AccountNumber": "1930"})
    _add(company, registers.MODES_OF_PAYMENT, {"Code": "KON", "Description": "Kontant", "AccountNumber": "1910"})
    _add(company, registers.LABELS, {"Id": 1, "Description": "Webb"})
    for template, name in (("st", "Standard"), ("oc", "Order")):
        _add(company, registers.PRINT_TEMPLATES, {"Template": template, "Name": name})


def add_financial_year(company: Company, year: int) -> int:
    """A calendar year; answers the id it got."""
    taken = [int(code) for code in company.register(registers.FINANCIAL_YEARS.path)]
    row = max(taken, default=0) + 1
    _add(company, registers.FINANCIAL_YEARS, _financial_year(company, year, row))
    return row


def _financial_year(company: Company, year: int, row: int) -> Record:
    return {
        "Id": row,
        "FromDate": date(year, 1, 1),
        "ToDate": date(year, 12, 31),
        "AccountingMethod": company.knobs.accounting_method,
        "AccountChartType": "Bas 2026",
    }


def _add(company: Company, register: Register, entry: Record) -> None:
    values = {**register.defaults, **entry}
    company.register(register.path)[str(values[register.key])] = company.store(values)
