import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import bundles from "../src/bundles.ts";
import all from "../src/extras.ts";
import library from "../src/library.ts";
import { extras, takeExtrasFrom } from "../src/wire/extras.ts";
import type { Bundles } from "../src/wire/model.ts";
import { FakeModel } from "./fake.ts";

type Given = Parameters<ReturnType<typeof bundles>["initialize"]>[0];

/** Code that is run from a Blob finds what is to be exported where the test has put it. */
const CODE = {
  library: "export default globalThis.ours.library",
  extras: "export default globalThis.ours.extras",
};

const before = extras;
beforeEach(() => {
  vi.stubGlobal("ours", { library, extras: all });
  // Node imports no addresses of blobs, but those of data.
  vi.stubGlobal(
    "Blob",
    class {
      constructor(readonly parts: string[]) {}
    },
  );
  const address = ({ parts }: { parts: string[] }) =>
    `data:text/javascript,${encodeURIComponent(parts.join(""))}`;
  vi.stubGlobal("URL", { createObjectURL: address, revokeObjectURL: () => {} });
});
afterEach(() => {
  takeExtrasFrom(before);
  vi.unstubAllGlobals();
});

/** The hidden model in a page that hears of it as it is made, or that `isLate`. */
function hidden(isLate = false) {
  const model = new FakeModel({ _is_said: isLate });
  const gone = new AbortController();
  const made: Bundles = bundles().initialize({ model, signal: gone.signal } as unknown as Given);
  const say = (type: "library" | "extras") => model.emit("msg:custom", { type, code: CODE[type] });
  return { model, made, gone, say };
}

describe("the hidden model", () => {
  it("hears the code that is said behind it, and asks for nothing", async () => {
    const { model, made, say } = hidden();
    say("library");
    expect(made.library.isHeard).toBe(true);
    expect(await made.library.fetch()).toBe(library);
    expect(model.sent).toEqual([]);
  });

  it("asks at once where it has been said before, and once for all views", async () => {
    const { model, made, say } = hidden(true);
    expect(model.sent).toEqual([{ type: "library" }]);
    const asked = [made.library.fetch(), made.library.fetch()];
    say("library");
    expect(await Promise.all(asked)).toEqual([library, library]);
    expect(model.sent.length).toBe(1);
  });

  it("asks when a view needs it, where what was said didn't come", async () => {
    const { model, made, say } = hidden();
    expect(model.sent).toEqual([]);
    const asked = made.library.fetch();
    expect(model.sent).toEqual([{ type: "library" }]);
    say("library");
    expect(await asked).toBe(library);
  });

  it("gives the library the extras, which may have come before it was run", async () => {
    const { model, made, say } = hidden();
    say("library");
    say("extras");
    await made.library.fetch();
    expect(extras).toBe(made.extras);
    expect(await extras.fetch()).toBe(all);
    expect(model.sent).toEqual([]);
  });

  it("hears nothing more when it is gone, and what it has stays", async () => {
    const { model, made, gone, say } = hidden();
    say("library");
    await made.library.fetch();
    gone.abort();
    expect(model.listenerCount).toBe(0);
    expect(made.library.now).toBe(library);
    await expect(made.extras.fetch()).rejects.toThrow("There is no kernel.");
  });
});
