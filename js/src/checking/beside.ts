// What is said of the steps of a thought: that an equation in one doesn't come out, and which answers follow after it.

import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import type { Beside, Follows } from "../thought/beside.ts";
import type { TurnAnswerTrace } from "../wire/checks.ts";
import type { TurnMarks } from "./marks.ts";
import { wordsOf } from "./notes.ts";
import { signOf } from "./notesigns.ts";
import { short } from "./value.ts";

export function besideOf({ checks, texts: written }: Turn, marks: TurnMarks, texts: Texts): Beside {
  const { length } = written.reasoning;
  const here = (checks.findings ?? []).filter(({ kind, end }) => kind === "reasoning" && end <= length);
  const places = marks.units(
    "reasoning",
    here.map(({ start }) => start),
  );
  const remarks = here
    // What is about the whole stands at its end, behind the last step.
    .map((finding, index) => ({
      at: Math.max(0, (places[index] ?? 0) - (finding.end > finding.start ? 0 : 1)),
      finding,
    }))
    .sort((one, other) => one.at - other.at)
    .map(({ at, finding }) => ({
      at,
      says:
        finding.what === "arithmetic"
          ? `${short(finding.text)}, ${texts.finding(finding)}`
          : texts.finding(finding),
    }));
  const isSums = here.every(({ what }) => what === "arithmetic");
  const total = here.length === 0 ? "" : isSums ? texts.equations(here.length) : texts.findings(here.length);
  const notes = (checks.notes ?? []).filter(
    ({ kind, end }) => kind === "reasoning" && end > 0 && end <= length,
  );
  const starts = marks.units(
    "reasoning",
    notes.map(({ start }) => start),
  );
  const noted = notes
    .map((note, index) => ({
      at: starts[index] ?? 0,
      says: texts.noteYours(wordsOf(note, texts)),
      sign: signOf(note),
    }))
    .sort((one, other) => one.at - other.at);
  return {
    remarks,
    notes: noted,
    total,
    follows: checks.answer_trace && followsOf(checks.answer_trace, texts),
  };
}

function followsOf({ answers, boundaries }: TurnAnswerTrace, texts: Texts): Beside["follows"] {
  const byStep = new Map(
    boundaries.map(({ step, counts, without }): [number, Follows] => {
      const total = counts.reduce((sum, count) => sum + count, without);
      const named = answers.map((answer, index) => [short(answer), counts[index] ?? 0] as const);
      const said = [...named, ["", without] as const].filter(([, count]) => count > 0);
      return [step, { counts: [...counts, without], says: texts.follow(said, total) }];
    }),
  );
  // After the first step one is kept.
  return step => byStep.get(step + 1);
}

/** Without what would tell of the thought behind `at`, or of the answer. */
export function upTo({ remarks, notes, total }: Beside, at: number): Beside {
  const shown = remarks.filter(remark => remark.at < at);
  return {
    remarks: shown,
    notes: notes.filter(note => note.at < at),
    total: shown.length === remarks.length ? total : "",
    follows: undefined,
  };
}
