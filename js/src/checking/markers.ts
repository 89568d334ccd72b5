// All that is marked in the text whether or not the panel is open.

import type { Marker } from "./marker.ts";
import { markNotes } from "./notes.ts";
import { markFindings } from "./recomputed.ts";
import { markSupport } from "./support.ts";

export const MARKERS: readonly Marker[] = [markSupport, markFindings, markNotes];
