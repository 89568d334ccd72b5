// The notebook that a view stands in, where there is one that can be written to.

import { afterEach, describe, expect, it, vi } from "vitest";
import { cellBelow } from "../../src/wire/notebook.ts";

afterEach(() => document.body.replaceChildren());

/** A notebook's page with so many cells in it, and a place in each; and its model with a count of its own. */
function notebook(inPage: number, count = inPage) {
  const insertCell = vi.fn();
  const panel = document.createElement("div");
  panel.className = "jp-Notebook";
  const places = Array.from({ length: inPage }, () => {
    const cell = document.createElement("div");
    cell.className = "jp-Cell";
    cell.append(document.createElement("p"));
    panel.append(cell);
    return cell.firstElementChild as HTMLElement;
  });
  document.body.append(panel);
  const manager = {
    context: { model: { cells: { length: count }, readOnly: false, sharedModel: { insertCell } } },
  };
  return { insertCell, places, manager };
}

const at = (places: HTMLElement[], index: number) => places[index] as HTMLElement;

describe("a cell below", () => {
  it("comes behind the cell that the view stands in", () => {
    const { insertCell, places, manager } = notebook(3);
    const insert = cellBelow(manager, at(places, 1));
    expect(insertCell).not.toHaveBeenCalled();
    insert?.("*text*");
    expect(insertCell.mock.calls).toEqual([[2, { cell_type: "markdown", source: "*text*" }]]);
  });

  it("goes by the cell's own number where not all are in the page", () => {
    const { insertCell, places, manager } = notebook(2, 40);
    (at(places, 1).parentElement as HTMLElement).dataset.windowedListIndex = "31";
    cellBelow(manager, at(places, 1))?.("text");
    expect(insertCell.mock.calls[0]?.[0]).toBe(32);
    expect(cellBelow(manager, at(places, 0))).toBeUndefined();
    (at(places, 1).parentElement as HTMLElement).dataset.windowedListIndex = "40";
    expect(cellBelow(manager, at(places, 1))).toBeUndefined();
  });

  it.each<[string, (given: ReturnType<typeof notebook>) => unknown]>([
    ["there is no manager", () => undefined],
    ["the manager knows no notebook", () => ({ get_model: () => {} })],
    ["the notebook has no model", () => ({ context: {} })],
    [
      "the model shares nothing",
      ({ manager }) => ({ context: { model: { ...manager.context.model, sharedModel: {} } } }),
    ],
    [
      "it is read-only",
      ({ manager }) => ({ context: { model: { ...manager.context.model, readOnly: true } } }),
    ],
    [
      "it says nothing of its cells",
      ({ manager }) => ({ context: { model: { ...manager.context.model, cells: undefined } } }),
    ],
  ])("can't be where %s", (_, managerOf) => {
    const given = notebook(1);
    expect(cellBelow(managerOf(given), at(given.places, 0))).toBeUndefined();
  });

  it("can't be where the view stands elsewhere, or the host throws", () => {
    const { manager } = notebook(1);
    const elsewhere = document.createElement("p");
    document.body.append(elsewhere);
    expect(cellBelow(manager, elsewhere)).toBeUndefined();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const throwing = {
      get context(): never {
        throw new Error("disposed");
      },
    };
    expect(cellBelow(throwing, elsewhere)).toBeUndefined();
    expect(warn).toHaveBeenCalled();
  });
});
