import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeChat, settled, snapshot, turn } from "../fake.ts";

function notices(store: ReturnType<typeof fakeChat>["store"]): string[] {
  const said: string[] = [];
  store.listen(change => change.type === "notice" && said.push(change.text), new AbortController().signal);
  return said;
}

const fetched = vi.fn(() => Promise.resolve(new Response(null, { status: 204 })));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", fetched);
  fetched.mockClear();
  document.body.innerHTML = `<script id="jupyter-config-data" type="application/json">{"baseUrl": "/user/me/", "token": "t0k"}</script>`;
  // biome-ignore lint/suspicious/noDocumentCookie: it is what the server sets
  document.cookie = "_xsrf=2|x";
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.innerHTML = "";
});

describe("Stop", () => {
  it("is done when the kernel says so", async () => {
    const { store, model, put } = fakeChat({ blocking: true });
    put(snapshot(1, [[{}, "", ""]]));
    void store.stop("t1");
    void store.stop("t1");
    expect(model.countOf("stop")).toBe(1);
    expect(store.stopping.has("t1")).toBe(true);
    put({ type: "ack", id: model.lastOf("stop")?.id });
    await vi.advanceTimersByTimeAsync(2000);
    expect(fetched).not.toHaveBeenCalled();
    put(turn(2, { state: "ended", finish_reason: "cancelled" }));
    expect(store.stopping.size).toBe(0);
  });

  it("asks the server to interrupt a cell that waits for the turn", async () => {
    const { store, put } = fakeChat({ blocking: true });
    put(snapshot(1, [[{}, "", ""]], { kernel: "a-b" }));
    void store.stop("t1");
    await vi.advanceTimersByTimeAsync(499);
    expect(fetched).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(fetched).toHaveBeenCalledExactlyOnceWith("/user/me/api/kernels/a-b/interrupt", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Authorization: "token t0k", "X-XSRFToken": "2|x" },
    });
  });

  it("interrupts nobody else's cell", async () => {
    const { store, put } = fakeChat({ blocking: false });
    const said = notices(store);
    put(snapshot(1, [[{}, "", ""]]));
    void store.stop("t1");
    await vi.advanceTimersByTimeAsync(600);
    expect(fetched).not.toHaveBeenCalled();
    expect(said).toEqual([expect.stringContaining("busy with another cell")]);
  });

  it("says so when the server can't", async () => {
    document.body.innerHTML = "";
    const { store, put } = fakeChat({ blocking: true });
    const said = notices(store);
    put(snapshot(1, [[{}, "", ""]]));
    void store.stop("t1");
    await vi.advanceTimersByTimeAsync(600);
    expect(said).toEqual([expect.stringContaining("Kernel menu")]);
  });
});

it("ask waits until it is done however late, and says after a second that it is waiting", async () => {
  const { store, model, put } = fakeChat();
  const late = vi.fn();
  const done = vi.fn();
  void store.ask("Why?", late).then(done);
  await vi.advanceTimersByTimeAsync(999);
  expect(late).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(late).toHaveBeenCalledOnce();
  put({ type: "ack", id: "another" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(done).not.toHaveBeenCalled();
  put({ type: "ack", id: model.lastOf("ask")?.id });
  await settled();
  expect(done).not.toHaveBeenCalled();
  put({ type: "done", id: model.lastOf("ask")?.id, turn: "t1" });
  await settled();
  expect(done).toHaveBeenCalledOnce();
});

it("a command that is refused says so here, and on no other page", async () => {
  const { store, model, put } = fakeChat();
  const other = fakeChat();
  const said = [notices(store), notices(other.store)];
  const compared = store.requests.compare(["t1", "t2"]);
  const refused = { type: "refused", id: model.lastOf("compare")?.id, text: "There is no turn 't2'." };
  put(refused);
  other.put(refused);
  await expect(compared).rejects.toThrow("no turn");
  expect(said).toEqual([["There is no turn 't2'."], []]);
  const next = store.requests.compare(["t1"]);
  const answer = { text: "1 of 1", by: "value", groups: [], without: [] };
  put({ type: "compared", id: model.lastOf("compare")?.id, ...answer });
  expect(await next).toMatchObject(answer);
});

it("a command ends when the model is gone", async () => {
  const { store, gone } = fakeChat();
  const asked = store.ask("Why?", () => {});
  gone.abort();
  await expect(asked).rejects.toThrow("gone");
});
