// The check at the door of what checks.ts describes.

import {
  type Fields,
  isBy,
  isCount,
  isFields,
  isKind,
  isList,
  isNumber,
  isString,
  optional,
} from "./shapes.ts";

const isCounts = (value: unknown) => isList(value, isCount);
const isPlace = (value: Fields) => isKind(value.kind) && isCount(value.start) && isCount(value.end);
const isGroup = (value: unknown) =>
  isFields(value) && isString(value.value) && isBy(value.by) && isCounts(value.members);

export function isTurnChecks(value: unknown): boolean {
  return (
    isFields(value) &&
    optional(value.findings, list => isList(list, isFinding)) &&
    optional(value.check, isCheck) &&
    optional(value.answer_trace, isTrace) &&
    optional(value.notes, list => isList(list, isNote)) &&
    optional(value.under, under => isFields(under) && Object.values(under).every(isUnder))
  );
}

export function isScored(value: Fields): boolean {
  return (
    isString(value.id) &&
    isString(value.turn) &&
    isCount(value.total) &&
    optional(value.why, isString) &&
    isList(value.tokens, isToken)
  );
}

const isFinding = (value: unknown) =>
  isFields(value) &&
  isString(value.what) &&
  isPlace(value) &&
  isString(value.text) &&
  optional(value.right, isString);

const isCheck = (value: unknown) =>
  isFields(value) &&
  isList(
    value.samples,
    each => isFields(each) && isString(each.answer) && isString(each.finish_reason) && isCount(each.tokens),
  ) &&
  isBy(value.by) &&
  isList(value.groups, isGroup) &&
  isCounts(value.without) &&
  isList(value.support, isSupport);

const isSupport = (value: unknown) =>
  isFields(value) &&
  isString(value.text) &&
  isString(value.kind) &&
  isList(value.spans, span => isCounts(span) && (span as unknown[]).length === 2) &&
  isCounts(value.found_in) &&
  isCount(value.count) &&
  isCount(value.total);

const isTrace = (value: unknown) =>
  isFields(value) &&
  isList(value.answers, isString) &&
  isList(
    value.boundaries,
    each =>
      isFields(each) &&
      isCount(each.step) &&
      isCount(each.at) &&
      isCounts(each.counts) &&
      isCount(each.without),
  ) &&
  optional(value.decided, isCount) &&
  optional(value.turned, isCount);

const isNote = (value: unknown) =>
  isFields(value) &&
  isString(value.id) &&
  isPlace(value) &&
  optional(value.verdict, isString) &&
  optional(value.text, isString) &&
  isString(value.created);

const isUnder = (value: unknown) =>
  isFields(value) && isCount(value.done) && isCount(value.total) && optional(value.left, isNumber);

const isToken = (value: unknown) =>
  isFields(value) &&
  isCount(value.index) &&
  isPlace(value) &&
  isNumber(value.probability) &&
  Number.isInteger(value.chosen) &&
  isList(
    value.alternatives,
    each =>
      isFields(each) &&
      Number.isInteger(each.id) &&
      isString(each.text) &&
      isNumber(each.probability) &&
      optional(each.role, isString),
  );
