"""Sentences about records that were merged in the source."""

from typing import Final

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: Final = (
    Message(
        code="merged_away",
        turn=Turn.NOBODY,
        sv="Posten slogs samman med en annan och finns nu som {record} ({id}); arbetet fortsätter där.",
        en="The record was merged with another one and now stands as {record} ({id}); the work goes on there.",
        remedy_sv="Inget behöver göras; se den senaste körningen för {id}.",
        remedy_en="Nothing needs to be done; see the latest run of {id}.",
    ),
    Message(
        code="merged_record_busy",
        turn=Turn.NOBODY,
        sv="En körning pågår för {record}, som hör till samma sammanslagna post; vi väntar för att inte skapa två "
        "utkast.",
        en="A run is under way for {record}, which belongs to the same merged record; we wait so as not to make two "
        "drafts.",
        remedy_sv="Vänta; körningen fortsätter av sig själv.",
        remedy_en="Wait; the run goes on by itself.",
    ),
    Message(
        code="merged_documents",
        turn=Turn.BOOKKEEPER,
        sv="{record} slogs samman av affärer som redan hade varsitt dokument i Fortnox: {numbers}.",
        en="{record} was merged from deals that each had a document in Fortnox already: {numbers}.",
        remedy_sv="Makulera i Fortnox de utkast som inte ska användas.",
        remedy_en="Cancel in Fortnox the drafts that should not be used.",
    ),
    Message(
        code="customers_merged",
        turn=Turn.BOOKKEEPER,
        sv="{customer} slogs samman av poster med olika kundnummer i Fortnox: {number} används, inte {others}.",
        en="{customer} was merged from records with different customer numbers in Fortnox: {number} is used, not "
        "{others}.",
        remedy_sv="Kontrollera kunden på utkastet, och avsluta den andra kunden i Fortnox om den inte behövs.",
        remedy_en="Check the customer on the draft, and close the other customer in Fortnox if it is not needed.",
    ),
)
