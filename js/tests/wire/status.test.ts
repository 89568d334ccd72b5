// What the kernel says of a model, and what it is asked: tests/wire/status.json, and the commands of commands.json that ask for it.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isEngineStatus } from "../../src/wire/guard.ts";
import type { EngineStatus, ModelAbout } from "../../src/wire/protocol.ts";
import type { Describe, NewChat, SetSettings, ToKernel, Unload } from "../../src/wire/tokernel.ts";
import { USUAL } from "../../src/wire/usual.ts";

const read = (name: string) => JSON.parse(readFileSync(`../tests/wire/${name}`, "utf8"));

it("takes each status, and knows all that is said of a model", () => {
  const { statuses } = read("status.json") as { statuses: EngineStatus[] };
  const known: Record<keyof ModelAbout, string> = {
    ...{ title: "string", place: "string", server: "string", skill: "string", device: "string" },
    ...{ file_type: "string", parameters: "number", bits: "number", most_bits: "number", download: "number", memory: "number", seconds: "number" },
  };
  expect(statuses.length).toBeGreaterThan(4);
  for (const status of statuses) {
    expect(isEngineStatus(status)).toBe(true);
    for (const [name, value] of Object.entries(status.about ?? {}))
      expect([name, typeof value]).toEqual([name, known[name as keyof ModelAbout]]);
  }
});

it("asks in the words that the kernel reads", () => {
  const { messages } = read("commands.json") as { messages: ToKernel[] };
  const commands: [SetSettings, Describe, Unload, NewChat] = [
    {
      type: "set",
      id: "c21",
      settings: { temperature: 0.7, thinking_budget: null, system: "Be brief." },
    },
    { type: "describe", id: "c22" },
    { type: "unload", id: "c23" },
    { type: "new_chat", id: "c24" },
  ];
  for (const command of commands) expect(messages).toContainEqual(command);
});

it("has the kernel's settings where no kernel has said any", () => {
  expect(USUAL).toEqual(read("settings.json"));
});
