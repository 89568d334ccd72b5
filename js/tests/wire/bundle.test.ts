import { describe, expect, it, vi } from "vitest";
import all from "../../src/extras.ts";
import { Bundle } from "../../src/wire/bundle.ts";
import { FakeModel, settled } from "../fake.ts";

const CODE = { type: "extras", code: "export default …" };

function connected(run = vi.fn(async () => all)) {
  const model = new FakeModel();
  const gone = new AbortController();
  const extras = new Bundle("extras", run);
  extras.connect(model as unknown as Parameters<Bundle<unknown>["connect"]>[0], gone.signal);
  return { model, gone, extras, run, come: () => model.emit("msg:custom", CODE) };
}

/** What has become of a promise by now. */
async function standing(promise: Promise<unknown>): Promise<unknown> {
  await settled();
  return Promise.race([promise.catch(error => error), Promise.resolve("waits")]);
}

describe("a bundle, such as the extras", () => {
  it("are asked for when they are needed first, and once for all who need them", async () => {
    const { model, extras, run, come } = connected();
    expect(model.sent).toEqual([]);
    const asked = [extras.fetch(), extras.fetch(), extras.fetch()];
    expect(model.sent).toEqual([{ type: "extras" }]);
    expect(await standing(asked[0] as Promise<unknown>)).toBe("waits");
    expect(extras.now).toBeUndefined();
    come();
    expect(await Promise.all(asked)).toEqual([all, all, all]);
    expect(extras.now).toBe(all);
    await expect(extras.fetch()).resolves.toBe(all);
    come();
    expect(model.sent.length).toBe(1);
    expect(run).toHaveBeenCalledExactlyOnceWith(CODE.code);
  });

  it("may come before they are asked for", async () => {
    const { model, extras, come } = connected();
    come();
    await settled();
    expect(extras.now).toBe(all);
    await expect(extras.fetch()).resolves.toBe(all);
    expect(model.sent).toEqual([]);
  });

  it("aren't asked for when they have been heard, and are about to be there", async () => {
    let done = (_: typeof all): void => {};
    const run = vi.fn(() => new Promise<typeof all>(resolve => (done = resolve)));
    const { model, extras, come } = connected(run);
    expect(extras.isHeard).toBe(false);
    come();
    expect(extras.isHeard).toBe(true);
    const asked = extras.fetch();
    come();
    expect(await standing(asked)).toBe("waits");
    done(all);
    await expect(asked).resolves.toBe(all);
    expect(model.sent).toEqual([]);
    expect(run).toHaveBeenCalledOnce();
  });

  it("aren't what else the model is told", async () => {
    const { model, extras, run } = connected();
    for (const message of [undefined, null, "extras", { type: "extras" }, { ...CODE, type: "other" }])
      model.emit("msg:custom", message);
    await settled();
    expect(run).not.toHaveBeenCalled();
    expect(extras.now).toBeUndefined();
  });

  it("can't be had from a dead kernel, and can from one that is back", async () => {
    const { model, extras, come } = connected();
    const { send } = model;
    model.send = () => {
      throw new Error("dead");
    };
    await expect(extras.fetch()).rejects.toThrow("dead");
    model.send = send;
    const asked = extras.fetch();
    come();
    await expect(asked).resolves.toBe(all);
  });

  it("are asked for again where they couldn't be run", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const run = vi.fn(async () => all).mockRejectedValueOnce(new Error("no scripts from blobs"));
    const { model, extras, come } = connected(run);
    const first = extras.fetch();
    come();
    await expect(first).rejects.toThrow("no scripts from blobs");
    expect(logged).toHaveBeenCalledOnce();
    const second = extras.fetch();
    come();
    await expect(second).resolves.toBe(all);
    expect(model.sent.length).toBe(2);
  });

  it("don't come any more when the library is gone", async () => {
    const { model, gone, extras, come } = connected();
    const asked = extras.fetch();
    gone.abort();
    await expect(asked).rejects.toThrow("The kernel is gone.");
    expect(model.listenerCount).toBe(0);
    come();
    await expect(extras.fetch()).rejects.toThrow("There is no kernel.");
    expect(model.sent.length).toBe(1);
  });

  it("don't come where there is no library", async () => {
    await expect(new Bundle("extras").fetch()).rejects.toThrow("There is no kernel.");
  });
});
