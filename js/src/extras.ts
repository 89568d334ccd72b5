// The second bundle, which a page fetches when it first needs something of it (wire/extras.ts): the packages that weigh most, and
// as little of ours as is needed to use them. It shares no module with the library, for each bundle would have its own; what it
// gives are values, and who draws with them is there.

import { highlight } from "./markdown/highlight.ts";
import { addMathFont } from "./markdown/mathfont.ts";
import { typeset } from "./markdown/typeset.ts";
import { changes, runs, shared } from "./versions/diff.ts";
import type { ExtrasExports } from "./wire/extras.ts";

const extras: ExtrasExports = { typeset, highlight, changes, runs, shared };

addMathFont(document);

export default extras;
