// What a model says of itself, in rows for a reader: nested values flattened, and numbers as people say them.

import type { Texts } from "../texts/index.ts";
import { size } from "../texts/numbers.ts";
import type { ModelMemory } from "../wire/protocol.ts";

export type Fact = [label: string, value: string];

/** Said elsewhere: in the heading, and in the rows before these. */
const SAID = new Set([
  "model",
  "title",
  "place",
  "server",
  "skill",
  "device",
  "bits",
  "most_bits",
  "quantization_why",
  "generation",
]);
/** An engine of somebody's own may say anything: so many rows at most, of so many letters, so deep. */
const ROWS = 40;
const LETTERS = 200;
const DEEP = 3;

export function factsOf(about: Record<string, unknown>, texts: Texts): Fact[] {
  const facts: Fact[] = [];
  const add = (fields: Record<string, unknown>, depth: number) => {
    for (const [name, value] of Object.entries(fields)) {
      if (facts.length >= ROWS || (depth === 0 && SAID.has(name))) continue;
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        if (depth < DEEP) add(value as Record<string, unknown>, depth + 1);
        continue;
      }
      const said = inWords(name, value, texts);
      if (said) facts.push([texts.fact(name), said]);
    }
  };
  add(about, 0);
  return facts;
}

export function factsOfMemory(memory: ModelMemory, texts: Texts): Fact[] {
  return (["weights", "cache", "process"] as const).flatMap((what): Fact[] => {
    const bytes = memory[what];
    return typeof bytes === "number" ? [[texts.memoryOf(what), size(bytes)]] : [];
  });
}

function inWords(name: string, value: unknown, texts: Texts): string {
  if (typeof value === "boolean") return value ? texts.yes : texts.no;
  if (typeof value === "number") return ofNumber(name, value, texts);
  const text = Array.isArray(value) ? value.map(String).join(", ") : typeof value === "string" ? value : "";
  const letters = [...text];
  return letters.length > LETTERS ? `${letters.slice(0, LETTERS).join("")}…` : text;
}

function ofNumber(name: string, value: number, texts: Texts): string {
  switch (name) {
    case "parameters":
      return texts.parameters(value);
    case "context":
      return texts.tokens(value);
    case "memory":
    case "download":
      return size(value);
    case "seconds":
      return texts.about(value);
    default:
      return new Intl.NumberFormat(texts.tag).format(value);
  }
}
