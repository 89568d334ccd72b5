// What the checks at the door are made of: is this value a count, a text, absent?

import type { Kind } from "./kinds.ts";

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
export const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
export const isString = (value: unknown): value is string => typeof value === "string";
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
export const isBy = (value: unknown) => value === "value" || value === "text";
export const isKind = (value: unknown): value is Kind => value === "reasoning" || value === "answer";

/** A list, of which each is as `check` wants it. */
export const isList = (value: unknown, check: (each: unknown) => boolean): value is unknown[] =>
  Array.isArray(value) && value.every(check);

/** Absent, or as `check` wants it. Python leaves a field out rather than sending null; both are taken. */
export function optional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || check(value);
}
