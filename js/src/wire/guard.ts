// The runtime check at the door: is this value a message that protocol.ts describes? What isn't is dropped, with
// a warning in the console, so that nothing behind the door has to doubt what it gets.

import { isScored, isTurnChecks } from "./guardchecks.ts";
import type { EngineStatus, Origin, SnapshotTurn, ToPage, TurnState } from "./protocol.ts";
import { type Fields, isBy, isCount, isFields, isKind, isNumber, isString, optional } from "./shapes.ts";

const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);

const PARTS: readonly unknown[] = ["question", "reasoning", "answer"];
const ORIGINS: readonly unknown[] = ["model", "person", "budget", "think_more", "loop"] satisfies Origin[];

function isVersion(value: unknown): boolean {
  return (
    isFields(value) &&
    isString(value.of) &&
    PARTS.includes(value.part) &&
    isCount(value.at) &&
    optional(value.fork, isString)
  );
}

function isStretches(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      stretch =>
        Array.isArray(stretch) && isCount(stretch[0]) && isCount(stretch[1]) && ORIGINS.includes(stretch[2]),
    )
  );
}

function isTurnState(value: unknown): value is TurnState {
  return (
    isFields(value) &&
    isString(value.id) &&
    optional(value.parent, isString) &&
    isString(value.question) &&
    (value.state === "queued" || value.state === "running" || value.state === "ended") &&
    optional(value.version, isVersion) &&
    optional(
      value.loop,
      loop => isFields(loop) && isKind(loop.kind) && isCount(loop.since) && isCount(loop.rounds),
    ) &&
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
    optional(value.interrupted, why => why === "kernel" || why === "elsewhere") &&
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
  const { timeline, others, checks } = value as Fields;
  return (
    optional(checks, isTurnChecks) &&
    optional(timeline, marks => Array.isArray(marks) && marks.every(isMark)) &&
    optional(others, kinds => isFields(kinds) && isStretches(kinds.reasoning) && isStretches(kinds.answer))
  );
}

export function isToPage(value: unknown): value is ToPage {
  if (!isFields(value)) return false;
  switch (value.type) {
    case "snapshot":
      return (
        isNumber(value.v) &&
        isCount(value.seq) &&
        optional(value.active, isString) &&
        optional(value.kernel, isString) &&
        isString(value.chat) &&
        Array.isArray(value.turns) &&
        value.turns.every(isSnapshotTurn)
      );
    case "turn":
      return isCount(value.seq) && isTurnState(value.turn);
    case "branch":
      return isCount(value.seq) && optional(value.active, isString);
    case "compared":
      return (
        isString(value.id) &&
        isBy(value.by) &&
        Array.isArray(value.groups) &&
        value.groups.every(
          group => isFields(group) && isString(group.value) && isBy(group.by) && isStrings(group.turns),
        ) &&
        isStrings(value.without)
      );
    case "exported":
      return (
        isString(value.id) &&
        isString(value.name) &&
        isCount(value.turns) &&
        isCount(value.thoughts) &&
        isCount(value.bytes) &&
        optional(value.text, isString)
      );
    case "checks":
      return isCount(value.seq) && isString(value.turn) && isTurnChecks(value.checks);
    case "foreseen":
      return isString(value.id) && optional(value.seconds, isNumber) && optional(value.tokens, isCount);
    case "scored":
      return isScored(value);
    case "described":
      return isString(value.id) && isFields(value.about) && optional(value.memory, isFields);
    case "looked":
      return (
        isString(value.id) &&
        optional(value.active, isString) &&
        Array.isArray(value.turns) &&
        value.turns.every(isSnapshotTurn)
      );
    case "delta":
      return (
        isCount(value.seq) &&
        isString(value.turn) &&
        isKind(value.kind) &&
        isCount(value.at) &&
        isString(value.text) &&
        isCount(value.tokens) &&
        optional(value.seconds, isNumber) &&
        optional(value.origin, origin => ORIGINS.includes(origin))
      );
    case "ack":
      return isString(value.id);
    case "done":
      return isString(value.id) && optional(value.turn, isString);
    case "refused":
      return isString(value.id) && isString(value.text);
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
