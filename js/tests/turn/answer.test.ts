// An answer in the page: how it grows, is copied, and loads its images.

import { expect, it, vi } from "vitest";
import { settled, snapshot } from "../fake.ts";
import { cleanly, draw, show } from "../shown.ts";

cleanly();

it("keeps drawn blocks through a snapshot that only grew", () => {
  const shown = show();
  shown.put(snapshot(1, [[{}, "", "One\n\nTwo\n\nThr"]]));
  draw();
  const first = shown.one(".r1-answer > p");
  shown.put(snapshot(2, [[{}, "", "One\n\nTwo\n\nThree\n\nFour"]]));
  draw();
  expect(shown.one(".r1-answer > p")).toBe(first);
  expect(shown.text(".r1-answer")).toContain("Four");
  shown.put(snapshot(3, [[{}, "", "Other"]]));
  draw();
  expect(shown.text(".r1-answer").trim()).toBe("Other");
});

it("copies the answer as it was written, and code without its head", async () => {
  const copied: string[] = [];
  vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => void copied.push(text) } });
  const shown = show();
  shown.put(
    snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "", "\n\n**4**\n\n```python\nx = 4\n```\n"]]),
  );
  draw();
  shown.one("[data-r1-act=copy-answer]").click();
  shown.one("[data-r1-act=copy-code]").click();
  await settled();
  expect(copied).toEqual(["**4**\n\n```python\nx = 4\n```", "x = 4"]);
  expect(shown.text("[data-r1-act=copy-code]")).toBe("Copied");
  vi.unstubAllGlobals();
});

it("loads an image when it is asked for, and not before", () => {
  const shown = show();
  shown.put(
    snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "", "![cat](https://example.org/cat.png)"]]),
  );
  draw();
  expect(shown.el.querySelector("img")).toBeNull();
  shown.one("[data-r1-act=image]").click();
  expect(shown.one<HTMLImageElement>("img").referrerPolicy ?? "no-referrer").toBe("no-referrer");
});
