import assert from 'node:assert/strict';
import { test } from 'node:test';

import { age, isUnderWay, languageOf, money, toneOf, words } from '../dist/card.mjs';

test('amounts are grouped and never computed', () => {
  assert.equal(money({ amount: '1234567.5', currency: 'SEK' }, 'sv'), '1\u00a0234\u00a0567,50 SEK');
  assert.equal(money({ amount: '-18250', currency: 'EUR' }, 'en'), '\u221218\u00a0250.00 EUR');
  assert.equal(money(null, 'sv'), 'räknas');
});

test('figures say their age', () => {
  const now = new Date('2026-11-26T12:00:00Z');
  assert.equal(age('2026-11-26T11:59:50Z', now, 'sv'), 'nyss');
  assert.equal(age('2026-11-26T11:15:00Z', now, 'en'), '45 min ago');
  assert.equal(age('2026-11-26T06:00:00Z', now, 'sv'), 'för 6 tim sedan');
  assert.equal(age(null, now, 'en'), '');
});

test('a card asks again only while its deal is worked on', () => {
  const card = (runState) => ({ deal: { documents: [], runState, runAt: null, problem: null } });
  assert.equal(isUnderWay(card('queued')), true);
  assert.equal(isUnderWay(card('done')), false);
  assert.equal(isUnderWay({ deal: null }), false);
});

test('both languages have the same words', () => {
  const keys = (of) => Object.keys(of).sort();
  assert.deepEqual(keys(words('sv')), keys(words('en')));
  assert.deepEqual(keys(words('sv').states), keys(words('en').states));
  assert.equal(languageOf('sv-SE'), 'sv');
  assert.equal(languageOf(undefined), 'en');
  assert.equal(toneOf('overdue'), 'danger');
});
