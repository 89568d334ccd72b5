// The parts of the panel "Check", in their order.

import { Again } from "./again.ts";
import { Decided } from "./decided.ts";
import { Hesitation } from "./hesitation.ts";
import { Notes } from "./notes.ts";
import { Recomputed } from "./recomputed.ts";
import type { Checking, Section } from "./section.ts";

export const SECTIONS: readonly ((checking: Checking) => Section)[] = [
  checking => new Recomputed(checking),
  checking => new Again(checking),
  checking => new Decided(checking),
  checking => new Hesitation(checking),
  checking => new Notes(checking),
];
