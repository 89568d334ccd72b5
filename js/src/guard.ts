// The runtime check at the door: is this value a message that protocol.ts describes? What isn't is dropped, with
// a warning in the console, so that nothing behind the door has to doubt what it gets.

import type { EngineStatus, Kind, SnapshotTurn, ToPage, TurnState } from "./protocol.ts";

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isString = (value: unknown): value is string => typeof value === "string";

/** Absent, or as `check` wants it. Python leaves a field out rather than sending null; both are taken. */
function optional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || check(value);
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isKind = (value: unknown): value is Kind => value === "reasoning" || value === "answer";

function isTurnState(value: unknown): value is TurnState {
  return (
    isFields(value) &&
    isString(value.id) &&
    optional(value.parent, isString) &&
    isString(value.question) &&
    (value.state === "queued" || value.state === "running" || value.state === "ended") &&
    optional(value.place, isCount) &&
    optional(value.waiting, isCount) &&
    optional(value.reading, read => isFields(read) && isCount(read.done) && isCount(read.total)) &&
    optional(
      value.limits,
      limits => isFields(limits) && isCount(limits.max_tokens) && optional(limits.thinking_budget, isCount),
    ) &&
    optional(
      value.pace,
      pace =>
        isFields(pace) &&
        optional(pace.tokens_per_second, isNumber) &&
        optional(pace.prompt_tokens_per_second, isNumber),
    ) &&
    optional(value.finish_reason, isString) &&
    optional(value.thinking_ended_by, isString) &&
    optional(value.error, isString) &&
    optional(
      value.seconds,
      seconds => isFields(seconds) && isNumber(seconds.total) && optional(seconds.thinking, isNumber),
    ) &&
    optional(value.tokens, tokens => isFields(tokens) && isCount(tokens.reasoning) && isCount(tokens.answer))
  );
}

function isMark(value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && value.every(isNumber);
}

function isSnapshotTurn(value: unknown): value is SnapshotTurn {
  const text = isTurnState(value) && (value as { text?: unknown }).text;
  if (!isFields(text) || !isString(text.reasoning) || !isString(text.answer)) return false;
  return optional((value as Fields).timeline, marks => Array.isArray(marks) && marks.every(isMark));
}

export function isToPage(value: unknown): value is ToPage {
  if (!isFields(value)) return false;
  switch (value.type) {
    case "snapshot":
      return (
        isNumber(value.v) &&
        isCount(value.seq) &&
        optional(value.kernel, isString) &&
        typeof value.stored === "boolean" &&
        Array.isArray(value.turns) &&
        value.turns.every(isSnapshotTurn)
      );
    case "turn":
      return isCount(value.seq) && isTurnState(value.turn);
    case "delta":
      return (
        isCount(value.seq) &&
        isString(value.turn) &&
        isKind(value.kind) &&
        isCount(value.at) &&
        isString(value.text) &&
        isCount(value.tokens) &&
        optional(value.seconds, isNumber)
      );
    case "ack":
      return isString(value.id);
    case "notice":
      return isString(value.text);
    default:
      return false;
  }
}

/** The version of a snapshot that may be shaped in a way we don't know. */
export function versionOf(value: unknown): number | undefined {
  return isFields(value) && value.type === "snapshot" && isNumber(value.v) ? value.v : undefined;
}

export function isEngineStatus(value: unknown): value is EngineStatus {
  return (
    isFields(value) &&
    ["idle", "loading", "ready", "failed"].includes(value.state as string) &&
    isString(value.text)
  );
}
