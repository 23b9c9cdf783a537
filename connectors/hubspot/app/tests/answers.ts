/** Answers as the backend renders them: written by the Python tests, checked here against the card's types. */

import card from './card.json';
import refusal from './refusal.json';
import type { Card, Refusal } from '../src/app/cards/card';

type Plain<T> = T extends string ? string : T extends (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

export const rendered: Plain<Card> = card;
export const refused: Plain<Refusal> = refusal;
