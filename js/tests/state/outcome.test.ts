// How a turn ended, as r1widget/conversation/outcome.py has it, and that there are words for it.

import { describe, expect, it } from "vitest";
import cases from "../../../tests/wire/outcomes.json" with { type: "json" };
import { outcomeOf } from "../../src/state/outcome.ts";
import { languages } from "../../src/texts/index.ts";
import type { Outcome } from "../../src/texts/kinds.ts";
import type { TurnState } from "../../src/wire/protocol.ts";

describe("how a turn ended", () => {
  it.each(cases.map(each => [each.name, each] as const))("%s", (_, { turn, thought, answer, outcome }) => {
    expect(outcomeOf({ state: "ended", ...turn } as TurnState, thought, answer)).toBe(outcome);
  });

  it("has its words in each language", () => {
    for (const texts of Object.values(languages)) {
      for (const { outcome } of cases) {
        const said = texts.outcome(outcome as Outcome);
        expect(said === "").toBe(outcome === "unremarkable");
        expect(said).not.toContain("{");
      }
    }
  });
});
