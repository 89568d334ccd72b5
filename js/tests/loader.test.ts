import type { AnyModel, Host } from "@anywidget/types";
import { expect, it, vi } from "vitest";
import library from "../src/library.ts";
import loader from "../src/loader.ts";
import { Bundle } from "../src/wire/bundle.ts";
import { extras } from "../src/wire/extras.ts";
import { CAPACITY, Inbox } from "../src/wire/inbox.ts";
import type { Bundles, LibraryExports } from "../src/wire/model.ts";
import { delta, FakeModel, settled, turn } from "./fake.ts";

type Loader = ReturnType<typeof loader>;
type Initialize = Parameters<Loader["initialize"]>[0];
type Render = Parameters<Loader["render"]>[0];

const gone = () => new AbortController();

/** What the hidden model exports; its library is here, unless it `isMissing`. */
function bundles(isMissing = false): Bundles {
  const made = { library: new Bundle<LibraryExports>("library"), extras };
  made.library.connect(new FakeModel() as unknown as AnyModel, gone().signal);
  if (!isMissing) made.library.take(library);
  return made;
}

function start(model: FakeModel, signal = gone().signal) {
  const widget = loader();
  return { widget, chat: widget.initialize({ model, signal } as unknown as Initialize) };
}

/** A host that knows the library, and other widgets by their reference. */
function host(known: Record<string, unknown> = {}): Host {
  const all: Record<string, unknown> = { "anywidget:library": bundles(), ...known };
  return { getWidget: async (ref: string) => ({ exports: all[ref] }) } as unknown as Host;
}

const render = (widget: Loader, model: FakeModel, el: HTMLElement, more: object = {}) =>
  widget.render({ model, el, signal: gone().signal, host: host(), ...more } as unknown as Render);

it("keeps what comes before there is a view", async () => {
  const model = new FakeModel();
  const { widget } = start(model);
  model.emit("msg:custom", turn(1));
  model.emit("msg:custom", delta(2, 0, "Thinking"));
  const el = document.createElement("div");
  const rendered = render(widget, model, el);
  model.emit("msg:custom", delta(3, 8, " on"));
  await rendered;
  model.emit("msg:custom", delta(4, 11, "."));
  expect(el.querySelector(".r1-question")?.textContent).toBe("Why?");
  expect(el.querySelector(".r1-fold")?.textContent).toContain("Thinking…");
  expect(model.sent).toEqual([{ type: "sync", id: expect.any(String) }]);
});

it("gives all views of a chat one store", async () => {
  const model = new FakeModel();
  const { widget, chat } = start(model);
  const div = () => document.createElement("div");
  const [one, two, three] = [div(), div(), div()];
  await render(widget, model, one);
  await render(widget, model, two);
  const turnModel = new FakeModel({ _chat: "anywidget:chat", _turn: "t1" });
  await render(start(turnModel).widget, turnModel, three, { host: host({ "anywidget:chat": chat }) });
  model.emit("msg:custom", turn(1, { question: "One store?" }));
  for (const el of [one, two, three]) {
    expect(el.querySelector(".r1-question")?.textContent).toBe("One store?");
  }
  expect(model.countOf("sync")).toBe(1);
});

it("stops listening when the model is gone", () => {
  const model = new FakeModel();
  const controller = gone();
  start(model, controller.signal);
  expect(model.listenerCount).toBe(1);
  controller.abort();
  expect(model.listenerCount).toBe(0);
});

it.each([
  ["there is no host", { host: undefined }],
  ["the host can't get widgets", { host: {} }],
  ["the library isn't there", { host: { getWidget: () => Promise.reject(new Error("no model")) } }],
])("says one sentence when %s", async (_, more) => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const model = new FakeModel();
  const el = document.createElement("div");
  await render(start(model).widget, model, el, more);
  expect(el.textContent).toContain("The text below holds the conversation.");
  expect(el.childElementCount).toBe(0);
  expect(logged).toHaveBeenCalled();
});

/** A view whose library isn't here; `live`: whether there is a kernel behind it. */
async function waiting(live: boolean | undefined) {
  const made = bundles(true);
  const fetch = vi.spyOn(made.library, "fetch");
  const model = new FakeModel();
  model.widget_manager = { get_model: async id => (id === "library" ? { comm_live: live } : {}) };
  const el = document.createElement("div");
  const rendered = render(start(model).widget, model, el, { host: host({ "anywidget:library": made }) });
  await settled();
  return { made, fetch, el, rendered };
}

it.each([true, undefined])(
  "waits for the library, where there is a kernel or nobody says: %s",
  async live => {
    const { made, fetch, el, rendered } = await waiting(live);
    expect(fetch).toHaveBeenCalledOnce();
    expect(el.childNodes.length).toBe(0);
    made.library.take(library);
    await rendered;
    expect(el.querySelector(".r1")).not.toBeNull();
  },
);

it("says one sentence where there is no kernel from which the library could come, as in a file", async () => {
  const { fetch, el, rendered } = await waiting(false);
  await rendered;
  expect(el.textContent).toBe("Not connected to a kernel. The conversation is in the text below.");
  expect(fetch).not.toHaveBeenCalled();
});

it("draws nothing into a view that is gone before the library is there", async () => {
  const model = new FakeModel();
  const { widget } = start(model);
  const el = document.createElement("div");
  const view = gone();
  const rendered = render(widget, model, el, { signal: view.signal });
  view.abort();
  await rendered;
  expect(el.childElementCount).toBe(0);
});

it("drops all rather than keep more than a snapshot would cost", () => {
  const inbox = new Inbox();
  for (let message = 0; message <= CAPACITY; message++) inbox.put(message);
  const read: unknown[] = [];
  inbox.open(message => read.push(message));
  inbox.put("next");
  expect(read).toEqual([CAPACITY, "next"]);
  expect(inbox.overflowed).toBe(true);
});
