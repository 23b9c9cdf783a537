"""Messages about VAT: what parks, what to look at, and why a sale is taxed as it is (F56)."""

from fortnox_bridge.domain.catalogue.message import Message, Turn


def _reason(code: str, sv: str, en: str) -> Message:
    """An explanation: nobody has anything to do."""
    return Message(code=code, turn=Turn.NOBODY, sv=sv, en=en, remedy_sv="", remedy_en="")


_PARKING = (
    Message(
        code="vat_undecided",
        turn=Turn.SALESPERSON,
        sv="Momsen för {customer} kan inte avgöras: ”{country}” är inget land som känns igen.",
        en="The VAT of {customer} cannot be decided: “{country}” is no country that is recognised.",
        remedy_sv="Skriv landets namn på svenska eller engelska i kundens adress i källsystemet och tryck på Replay.",
        remedy_en="Write the country's name in Swedish or English in the customer's address in the source system and "
        "press Replay.",
    ),
    Message(
        code="vat_type_unknown",
        turn=Turn.BOOKKEEPER,
        sv="Kunden {customer} ({number}) har ingen känd momstyp i Fortnox.",
        en="The customer {customer} ({number}) has no known VAT type in Fortnox.",
        remedy_sv="Välj momstyp på kundkortet i Fortnox och tryck på Replay.",
        remedy_en="Choose the VAT type on the customer's card in Fortnox and press Replay.",
    ),
    Message(
        code="vat_type_conflict",
        turn=Turn.BOOKKEEPER,
        sv=(
            "Kunden {customer} ({number}) har momstypen {card_type} på kundkortet i Fortnox, men affären ska vara "
            "{decided_type}: landet är {country} och VAT-numret {vat_number}."
        ),
        en=(
            "The customer {customer} ({number}) has the VAT type {card_type} on the card in Fortnox, but the deal "
            "should be {decided_type}: the country is {country} and the VAT number {vat_number}."
        ),
        remedy_sv=(
            "Ändra momstyp eller VAT-nummer på kundkortet i Fortnox, eller rätta land, leveransadress eller "
            "VAT-nummer i källsystemet, och tryck på Replay. Kortet ändras aldrig automatiskt."
        ),
        remedy_en=(
            "Change the VAT type or the VAT number on the card in Fortnox, or correct country, delivery address or "
            "VAT number in the source system, and press Replay. The card is never changed by itself."
        ),
    ),
    Message(
        code="vat_mixed_sale",
        turn=Turn.SALESPERSON,
        sv=(
            "{record} säljer både varor och tjänster till {customer} ({country}), och de beskattas olika: ett dokument "
            "i Fortnox har bara en momstyp."
        ),
        en=(
            "{record} sells both goods and services to {customer} ({country}), and they are taxed differently: a "
            "document in Fortnox has only one VAT type."
        ),
        remedy_sv="Dela affären i en med varor och en med tjänster och tryck på Replay.",
        remedy_en="Split the deal into one with goods and one with services and press Replay.",
    ),
    Message(
        code="oss_rate_missing",
        turn=Turn.ADMINISTRATOR,
        sv="{record} säljer varor till en privatperson i {country}, men OSS-tabellen har ingen momssats för {day}.",
        en="{record} sells goods to a private person in {country}, but the OSS table has no rate for {day}.",
        remedy_sv="Lägg till landets momssats och konto under Moms, OSS, i inställningarna och tryck på Replay.",
        remedy_en="Add the country's rate and account under VAT, OSS, in the settings and press Replay.",
    ),
)

_NOTICES = (
    Message(
        code="country_unknown",
        turn=Turn.SALESPERSON,
        sv="”{country}” på {customer} är inget land som känns igen; momsen följer kundkortet i Fortnox.",
        en="“{country}” of {customer} is no country that is recognised; VAT follows the customer's card in Fortnox.",
        remedy_sv="Rätta landet i källsystemet och kontrollera momsen på utkastet.",
        remedy_en="Correct the country in the source system and check the VAT of the draft.",
    ),
    Message(
        code="country_of_vat_number",
        turn=Turn.SALESPERSON,
        sv="{customer} har inget land; {country} togs från VAT-numret {vat_number}.",
        en="{customer} has no country; {country} was taken from the VAT number {vat_number}.",
        remedy_sv="Fyll i landet på kundposten om det är ett annat.",
        remedy_en="Fill in the country on the customer record if it is another.",
    ),
    Message(
        code="eu_business_without_vat_number",
        turn=Turn.SALESPERSON,
        sv="{customer} är ett företag i {country} utan VAT-nummer från ett annat EU-land och debiteras svensk moms.",
        en="{customer} is a business in {country} without a VAT number of another EU country and pays Swedish VAT.",
        remedy_sv="Fråga kunden efter VAT-numret och fyll i det i källsystemet eller på kundkortet i Fortnox.",
        remedy_en="Ask the customer for the VAT number and fill it in in the source system or on the card in Fortnox.",
    ),
    Message(
        code="vat_number_malformed",
        turn=Turn.SALESPERSON,
        sv="VAT-numret {vat_number} för {customer} är inget giltigt VAT-nummer och används inte.",
        en="The VAT number {vat_number} of {customer} is not a valid VAT number and is not used.",
        remedy_sv="Rätta VAT-numret i källsystemet. Det börjar med landets två bokstäver.",
        remedy_en="Correct the VAT number in the source system. It begins with the country's two letters.",
    ),
    Message(
        code="vat_number_unregistered",
        turn=Turn.SALESPERSON,
        sv="VAT-numret {vat_number} för {customer} finns inte i EU:s register VIES, så svensk moms debiteras.",
        en="The VAT number {vat_number} of {customer} is not in the EU's register VIES, so Swedish VAT is charged.",
        remedy_sv="Be kunden bekräfta VAT-numret och rätta det i källsystemet.",
        remedy_en="Ask the customer to confirm the VAT number and correct it in the source system.",
    ),
    Message(
        code="vat_number_of_other_country",
        turn=Turn.BOOKKEEPER,
        sv="VAT-numret {vat_number} för {customer} är från ett annat land än kundens, {country}.",
        en="The VAT number {vat_number} of {customer} is of another country than the customer's, {country}.",
        remedy_sv="Kontrollera att numret är kundens.",
        remedy_en="Check that the number is the customer's.",
    ),
    Message(
        code="vies_unavailable",
        turn=Turn.BOOKKEEPER,
        sv="EU:s register VIES svarade inte om VAT-numret {vat_number} för {customer}; bara formen är kontrollerad.",
        en="The EU's register VIES did not answer about the VAT number {vat_number} of {customer}; only its form was "
        "checked.",
        remedy_sv="Kontrollera numret på EU:s webbplats innan fakturan skickas.",
        remedy_en="Check the number on the EU's website before the invoice is sent.",
    ),
    Message(
        code="source_charges_vat",
        turn=Turn.BOOKKEEPER,
        sv="Källsystemet räknar med {rate} % moms, men försäljningen är utan svensk moms: {vat_type}.",
        en="The source system charges {rate} % VAT, but the sale is without Swedish VAT: {vat_type}.",
        remedy_sv="Kontrollera vad kunden har lovats att betala.",
        remedy_en="Check what the customer was promised to pay.",
    ),
    Message(
        code="article_without_vat",
        turn=Turn.BOOKKEEPER,
        sv="Den nya artikeln {number} ({product}) fick 0 % moms från en försäljning som är utan moms.",
        en="The new article {number} ({product}) got 0 % VAT from a sale that has none.",
        remedy_sv="Sätt artikelns moms i Fortnox till vad den är vid försäljning i Sverige.",
        remedy_en="Set the article's VAT in Fortnox to what it is when sold in Sweden.",
    ),
    Message(
        code="customer_country_differs",
        turn=Turn.BOOKKEEPER,
        sv="{customer} ({number}) finns i {country} enligt källsystemet och i {card_country} enligt kundkortet i "
        "Fortnox; momsen följer kortet.",
        en="{customer} ({number}) is in {country} by the source system and in {card_country} by the customer's card in "
        "Fortnox; VAT follows the card.",
        remedy_sv="Rätta landet på kundkortet eller i källsystemet.",
        remedy_en="Correct the country on the card or in the source system.",
    ),
    Message(
        code="vat_rate_changed",
        turn=Turn.ADMINISTRATOR,
        sv="{product}: {rate} % var rätt moms för livsmedel till och med dagen före {day}; sedan dess är den {new} %.",
        en="{product}: {rate} % was the right VAT for food until the day before {day}; since then it is {new} %.",
        remedy_sv="Ändra momsen på artikeln i Fortnox om den är livsmedel.",
        remedy_en="Change the VAT of the article in Fortnox if it is food.",
    ),
    Message(
        code="vat_rate_not_swedish",
        turn=Turn.BOOKKEEPER,
        sv="{product}: {rate} % är ingen svensk momssats ({known} % den {day}).",
        en="{product}: {rate} % is no Swedish VAT rate ({known} % on {day}).",
        remedy_sv="Kontrollera momsen på raden.",
        remedy_en="Check the VAT of the row.",
    ),
)

_REASONS = (
    _reason("sale_in_sweden", "Såld i Sverige: {vat_type}, svensk moms.", "Sold in Sweden: {vat_type}, Swedish VAT."),
    _reason(
        "sale_reverse_charge_by_default",
        "Nya svenska företag får omvänd skattskyldighet enligt inställningarna: {vat_type}, 0 %.",
        "New Swedish businesses get reverse charge by the settings: {vat_type}, 0 %.",
    ),
    _reason(
        "sale_delivered_in_sweden",
        "Varor som hämtas eller levereras i Sverige av en kund i {country}: {vat_type}, svensk moms.",
        "Goods picked up or delivered in Sweden by a customer in {country}: {vat_type}, Swedish VAT.",
    ),
    _reason(
        "sale_goods_eu_business",
        "Varor till {country}, företag i EU, VAT-numret {vat_number} har rätt form: {vat_type}, 0 %.",
        "Goods to {country}, EU business, VAT number {vat_number} valid in form: {vat_type}, 0 %.",
    ),
    _reason(
        "sale_services_eu_business",
        "Tjänster till ett företag i {country}, VAT-numret {vat_number} har rätt form: {vat_type}, 0 %.",
        "Services to a business in {country}, VAT number {vat_number} valid in form: {vat_type}, 0 %.",
    ),
    _reason(
        "sale_vat_number_registered",
        "VAT-numret {vat_number} finns i EU:s register VIES.",
        "The VAT number {vat_number} is in the EU's register VIES.",
    ),
    _reason(
        "sale_eu_business_taxed",
        "Företag i {country} utan användbart VAT-nummer: {vat_type}, svensk moms.",
        "Business in {country} without a usable VAT number: {vat_type}, Swedish VAT.",
    ),
    _reason(
        "sale_goods_eu_consumer",
        "Varor till en privatperson i {country}: {vat_type}, svenska momssatser.",
        "Goods to a private person in {country}: {vat_type}, Swedish rates.",
    ),
    _reason(
        "sale_goods_oss",
        "Varor till en privatperson i {country} enligt OSS: {vat_type}, landets egna momssatser.",
        "Goods to a private person in {country} by OSS: {vat_type}, the country's own rates.",
    ),
    _reason(
        "sale_services_consumer_abroad",
        "Tjänster till en privatperson i {country} beskattas i Sverige: {vat_type}, svensk moms.",
        "Services to a private person in {country} are taxed in Sweden: {vat_type}, Swedish VAT.",
    ),
    _reason(
        "sale_goods_exported",
        "Varor levererade till {country}, utanför EU: {vat_type}, 0 %.",
        "Goods delivered to {country}, outside the EU: {vat_type}, 0 %.",
    ),
    _reason(
        "sale_services_exported",
        "Tjänster till ett företag i {country}, utanför EU: {vat_type}, 0 %.",
        "Services to a business in {country}, outside the EU: {vat_type}, 0 %.",
    ),
    _reason(
        "sale_by_card",
        "Kundkortet i Fortnox bestämmer: {vat_type}.",
        "The customer's card in Fortnox decides: {vat_type}.",
    ),
)

MESSAGES: tuple[Message, ...] = (*_PARKING, *_NOTICES, *_REASONS)
