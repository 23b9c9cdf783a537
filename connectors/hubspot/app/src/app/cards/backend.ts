/** The only way out of a card: signed calls to our own backend through HubSpot's proxy. */

import { hubspot } from '@hubspot/ui-extensions';

import type { Answer, Button } from './card';

// Replaced by the deployment's own address: see README.
export const BACKEND = 'https://bridge.example';

const TIMEOUT_MS = 15_000;

export async function show(records: string, id: string, language: string): Promise<Answer> {
  return answerOf(`${BACKEND}/cards/hubspot/${records}/${id}?language=${language}`, 'GET');
}

/** One press of a button. `clickId` stays the same when the proxy repeats the call: it is done once. */
export async function press(
  records: string,
  id: string,
  button: Button,
  language: string,
  clickId: string,
): Promise<Answer> {
  return answerOf(`${BACKEND}/cards/hubspot/${records}/${id}/${button}`, 'POST', { clickId, language });
}

export function newClickId(): string {
  return `c-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
}

async function answerOf(url: string, method: 'GET' | 'POST', body?: Record<string, string>): Promise<Answer> {
  const response = await hubspot.fetch(url, { method, timeout: TIMEOUT_MS, ...(body ? { body } : {}) });
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  return (await response.json()) as Answer;
}
