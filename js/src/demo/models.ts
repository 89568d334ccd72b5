// What the models of the scenes are.

import type { ModelAbout } from "../wire/protocol.ts";

export const R1: ModelAbout = {
  title: "DeepSeek-R1-Distill-Qwen-1.5B",
  place: "here",
  skill: "reasoning",
  parameters: 1_777_088_000,
  bits: 8,
  device: "cpu",
  memory: 1_790_000_000,
  seconds: 21,
};

export const POCKET: ModelAbout = {
  title: "Pocket",
  place: "here",
  skill: "sums",
  parameters: 2_500_000,
  device: "cpu",
  memory: 5_000_000,
  seconds: 1.2,
};

export const SERVED: ModelAbout = {
  title: "deepseek-reasoner",
  place: "server",
  server: "api.deepseek.com",
  skill: "reasoning",
};
