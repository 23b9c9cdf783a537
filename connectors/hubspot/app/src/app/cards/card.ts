/** What `/cards/hubspot/…` answers, and how the cards put it in words. No HubSpot in here: plain data and text. */

export interface Money {
  amount: string;
  currency: string;
}

export interface Notice {
  code: string;
  what: string;
  remedy: string;
  url: string | null;
}

export interface FortnoxDocument {
  kind: string;
  number: string;
  state: string;
  total: Money;
  balance: Money | null;
  date: string;
  dueDate: string | null;
  url: string | null;
}

export interface Figures {
  outstanding: Money;
  overdue: Money;
  turnoverThisYear: Money | null;
  turnoverLastYear: Money | null;
  isBalanceAssumed: boolean;
}

export interface Customer {
  customerNumber: string | null;
  name: string;
  figures: Figures[];
  documents: FortnoxDocument[];
  asOf: string | null;
  isStale: boolean;
  url: string | null;
  notice: Notice | null;
}

export interface Deal {
  documents: FortnoxDocument[];
  runState: string | null;
  runAt: string | null;
  problem: Notice | null;
}

export interface Preview {
  kind: string;
  customer: string;
  total: Money | null;
  lines: { text: string; quantity: string; total: Money | null }[];
  warnings: string[];
  problem: Notice | null;
}

export type Button = 'refresh' | 'update_customer' | 'preview' | 'create_invoice' | 'create_order' | 'replay';

export interface Card {
  language: string;
  customer: Customer | null;
  deal: Deal | null;
  preview: Preview | null;
  changes: { label: string; value: string }[];
  said: string | null;
  buttons: Button[];
  notice: Notice | null;
  error: null;
}

export interface Refusal {
  error: Notice;
}

export type Answer = Card | Refusal;

export type Language = 'sv' | 'en';

const WORDS = {
  sv: {
    loading: 'Hämtar från Fortnox …',
    unreachable: 'Kortet fick inget svar.',
    again: 'Försök igen',
    customerNumber: 'Kundnummer',
    notCustomer: 'Inte kund i Fortnox än',
    outstanding: 'Utestående',
    overdue: 'Förfallet',
    turnoverThisYear: 'Omsättning i år',
    turnoverLastYear: 'Omsättning förra året',
    counting: 'räknas',
    documents: 'Dokument',
    noDocuments: 'Inga dokument än',
    number: 'Nummer',
    state: 'Läge',
    total: 'Belopp',
    due: 'Förfaller',
    openInFortnox: 'Öppna i Fortnox',
    asOf: 'Från Fortnox',
    stale: 'äldre uppgifter, uppdateras',
    preview: 'Förhandsvisning',
    working: 'Arbetar …',
    settings: 'Inställningarna finns i fortnox-bridge.',
    openSettings: 'Öppna fortnox-bridge',
    buttons: {
      refresh: 'Uppdatera uppgifterna',
      update_customer: 'Uppdatera kunden i Fortnox',
      preview: 'Förhandsvisa',
      create_invoice: 'Skapa fakturautkast',
      create_order: 'Skapa order',
      replay: 'Kör igen',
    },
    states: {
      draft: 'Utkast',
      open: 'Obetald',
      partly_paid: 'Delbetald',
      overdue: 'Förfallen',
      paid: 'Betald',
      cancelled: 'Makulerad',
      invoiced: 'Fakturerad',
      queued: 'I kö',
      running: 'Pågår',
      done: 'Klar',
      skipped: 'Inget att göra',
      parked: 'Väntar på dig',
    } as Record<string, string>,
    kinds: { invoice: 'Faktura', order: 'Order', credit: 'Kreditfaktura' } as Record<string, string>,
  },
  en: {
    loading: 'Asking Fortnox …',
    unreachable: 'The card got no answer.',
    again: 'Try again',
    customerNumber: 'Customer number',
    notCustomer: 'No customer in Fortnox yet',
    outstanding: 'Outstanding',
    overdue: 'Overdue',
    turnoverThisYear: 'Turnover this year',
    turnoverLastYear: 'Turnover last year',
    counting: 'being counted',
    documents: 'Documents',
    noDocuments: 'No documents yet',
    number: 'Number',
    state: 'State',
    total: 'Amount',
    due: 'Due',
    openInFortnox: 'Open in Fortnox',
    asOf: 'From Fortnox',
    stale: 'older figures, being refreshed',
    preview: 'Preview',
    working: 'Working …',
    settings: 'The settings are in fortnox-bridge.',
    openSettings: 'Open fortnox-bridge',
    buttons: {
      refresh: 'Refresh the figures',
      update_customer: 'Update the customer in Fortnox',
      preview: 'Preview',
      create_invoice: 'Create a draft invoice',
      create_order: 'Create an order',
      replay: 'Replay',
    },
    states: {
      draft: 'Draft',
      open: 'Unpaid',
      partly_paid: 'Partly paid',
      overdue: 'Overdue',
      paid: 'Paid',
      cancelled: 'Cancelled',
      invoiced: 'Invoiced',
      queued: 'Queued',
      running: 'Under way',
      done: 'Done',
      skipped: 'Nothing to do',
      parked: 'Waits for you',
    } as Record<string, string>,
    kinds: { invoice: 'Invoice', order: 'Order', credit: 'Credit invoice' } as Record<string, string>,
  },
};

export type Words = (typeof WORDS)['sv'];

export function languageOf(locale: string | undefined): Language {
  return (locale ?? '').toLowerCase().startsWith('sv') ? 'sv' : 'en';
}

export function words(language: string): Words {
  return language === 'sv' ? WORDS.sv : WORDS.en;
}

/** The amount as people read it. Text in, text out: digits are grouped, never computed. */
export function money(value: Money | null, language: string): string {
  if (value === null) {
    return words(language).counting;
  }
  const [whole, fraction = ''] = value.amount.replace('-', '').split('.');
  const grouped = (whole ?? '0').replace(/\B(?=(\d{3})+$)/g, '\u00a0');
  const cents = `${fraction}00`.slice(0, 2);
  const sign = value.amount.startsWith('-') ? '\u2212' : '';
  return `${sign}${grouped}${language === 'sv' ? ',' : '.'}${cents} ${value.currency}`;
}

/** How old the figures are, in words. */
export function age(asOf: string | null, now: Date, language: string): string {
  if (asOf === null) {
    return '';
  }
  const minutes = Math.max(0, Math.round((now.getTime() - new Date(asOf).getTime()) / 60_000));
  const isSwedish = language === 'sv';
  if (minutes < 1) {
    return isSwedish ? 'nyss' : 'just now';
  }
  if (minutes < 120) {
    return isSwedish ? `för ${minutes} min sedan` : `${minutes} min ago`;
  }
  const hours = Math.round(minutes / 60);
  return isSwedish ? `för ${hours} tim sedan` : `${hours} h ago`;
}

export type Tone = 'danger' | 'warning' | 'success' | 'default';

export function toneOf(state: string): Tone {
  switch (state) {
    case 'overdue':
    case 'parked':
      return 'danger';
    case 'partly_paid':
    case 'open':
      return 'warning';
    case 'paid':
    case 'done':
    case 'invoiced':
      return 'success';
    default:
      return 'default';
  }
}

/** Whether the deal is still being worked on, so that the card asks again. */
export function isUnderWay(card: Card): boolean {
  return card.deal !== null && (card.deal.runState === 'queued' || card.deal.runState === 'running');
}

export function isRefusal(answer: Answer): answer is Refusal {
  return answer.error !== null && answer.error !== undefined;
}
