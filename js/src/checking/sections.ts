// The parts of the panel "Check", in their order.

import type { Checking, Section } from "./section.ts";

export const SECTIONS: ((checking: Checking) => Section)[] = [];
