// Another language while the view is there: all that the view says is said in it.

import { expect, it } from "vitest";
import library from "../../src/library.ts";
import { type FakeChat, fakeChat, settled, snapshot, turn } from "../fake.ts";
import { cleanly, write } from "../shown.ts";

cleanly();

function drawn(
  id?: string,
): FakeChat & { el: HTMLElement; draft: () => HTMLTextAreaElement; view: AbortController } {
  const fake = fakeChat({ language: "en" }, false);
  const el = document.createElement("div");
  document.body.append(el);
  const view = new AbortController();
  if (id === undefined) library.renderChat(fake.chat, el, view.signal);
  else library.renderTurn(fake.chat, id, el, view.signal);
  const draft = () => el.querySelector(".r1-draft") as HTMLTextAreaElement;
  return { ...fake, el, draft, view };
}

it("is spoken by a chat, which keeps what was typed, and the keyboard", () => {
  const { el, draft, model, put, view, gone } = drawn();
  put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "Hm", "408"]]));
  write(draft(), "And then");
  draft().focus();
  model.change("language", "zh");
  expect(el.querySelectorAll(".r1")).toHaveLength(1);
  expect(el.querySelector(".r1")?.getAttribute("lang")).toBe("zh-Hans");
  expect(el.querySelector(".r1-status-word")?.textContent).toBe("就绪");
  expect(el.querySelectorAll(".r1-turn")).toHaveLength(1);
  expect(draft().value).toBe("And then");
  expect(document.activeElement).toBe(draft());
  model.change("language", "en");
  expect(el.querySelector(".r1-status-word")?.textContent).toBe("Ready");
  view.abort();
  model.change("language", "zh");
  expect(el.childElementCount).toBe(0);
  gone.abort();
  expect(model.listenerCount).toBe(0);
});

it("is spoken by one turn", () => {
  const { el, model, put, gone } = drawn("t1");
  put(turn(1, { state: "queued", place: 2 }));
  expect(el.textContent).toContain("Waiting: 2nd in the queue");
  model.change("language", "zh");
  expect(el.textContent).toContain("排队中：第 2 位");
  expect(el.textContent).not.toContain("Waiting");
  gone.abort();
});

it("isn't drawn again where the value means the same", () => {
  const { el, model, put, gone } = drawn();
  put(snapshot(1));
  const before = el.querySelector(".r1");
  model.change("language", "en-GB");
  expect(el.querySelector(".r1")).toBe(before);
  gone.abort();
});

it("is that of what is said later, too", async () => {
  const { el, draft, model, put, gone } = drawn();
  put(snapshot(1));
  model.change("language", "zh");
  model.send = () => {
    throw new Error("The kernel is dead.");
  };
  write(draft(), "为什么？");
  el.querySelector<HTMLElement>(".r1-send")?.click();
  await settled();
  expect(el.querySelector(".r1-hint")?.textContent).toContain("此对话的内核已结束");
  gone.abort();
});
