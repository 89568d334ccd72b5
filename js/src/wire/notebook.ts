// The notebook that a view stands in, where the host lets it be written to: JupyterLab and Notebook 7 do. Nothing of it is
// promised to widgets, so every step is looked for before it is taken; elsewhere there is no notebook.

export type CellType = "markdown" | "code";

interface SharedNotebook {
  insertCell(index: number, cell: { cell_type: CellType; source: string }): unknown;
}

/** What of a notebook's widget manager is used. */
interface Manager {
  context?: {
    model?: { cells?: { length?: unknown }; readOnly?: boolean; sharedModel?: Partial<SharedNotebook> };
  };
}

/** Puts a cell below the cell whose output `place` stands in; undefined where that can't be. */
export function cellBelow(
  manager: unknown,
  place: Element,
  cell_type: CellType = "markdown",
): ((source: string) => void) | undefined {
  try {
    const { cells, readOnly, sharedModel } = (manager as Manager | undefined)?.context?.model ?? {};
    const count = cells?.length;
    if (readOnly || typeof sharedModel?.insertCell !== "function" || typeof count !== "number")
      return undefined;
    const index = indexOf(place, count);
    if (index === undefined) return undefined;
    return source => void sharedModel.insertCell?.(index + 1, { cell_type, source });
  } catch (error) {
    console.warn("[r1widget] the notebook can't be written to:", error);
    return undefined;
  }
}

/** Which cell it is. A long notebook has only those in the page that are near the window, and each says which it is. */
function indexOf(place: Element, count: number): number | undefined {
  const cell = place.closest<HTMLElement>(".jp-Notebook .jp-Cell");
  const all = cell?.closest(".jp-Notebook")?.querySelectorAll(".jp-Cell");
  if (!cell || !all) return undefined;
  const index = all.length === count ? [...all].indexOf(cell) : Number(cell.dataset.windowedListIndex ?? -1);
  return Number.isInteger(index) && index >= 0 && index < count ? index : undefined;
}
