import { expect, it } from "vitest";
import { Follower } from "../../src/dom/scroll.ts";

/** A scroller of 100 pixels; jsdom lays nothing out, so its numbers are ours. */
function scroller() {
  const box = document.createElement("div");
  const size = { height: 300, top: 0 };
  Object.defineProperties(box, {
    clientHeight: { get: () => 100 },
    scrollHeight: { get: () => size.height },
    scrollTop: {
      get: () => size.top,
      set: top => {
        size.top = Math.max(0, Math.min(top, size.height - 100));
      },
    },
  });
  const controller = new AbortController();
  const follower = new Follower(
    box,
    document.createElement("div"),
    document.createElement("button"),
    controller.signal,
  );
  const scroll = (top: number) => {
    box.scrollTop = top;
    box.dispatchEvent(new Event("scroll"));
  };
  const grow = (by: number) => {
    size.height += by;
    box.scrollTop = size.top;
    follower.grown();
  };
  return { box, follower, scroll, grow };
}

it("follows the end, until the reader scrolls up, and again from the end on", () => {
  const { box, follower, scroll, grow } = scroller();
  grow(100);
  expect(box.scrollTop).toBe(300);
  scroll(250);
  grow(100);
  expect(box.scrollTop).toBe(250);
  expect(follower.jump.hidden).toBe(false);
  scroll(300);
  grow(10);
  expect(box.scrollTop).toBe(300);
  scroll(406);
  grow(100);
  expect(box.scrollTop).toBe(510);
  expect(follower.jump.hidden).toBe(true);
});

it("yields to the wheel before it scrolls", () => {
  const { box, grow } = scroller();
  grow(100);
  box.dispatchEvent(new WheelEvent("wheel", { deltaY: -10 }));
  grow(100);
  expect(box.scrollTop).toBe(300);
});

it("isn't put off by a fold that closes, nor takes the reader away from one they opened", () => {
  const { box, follower, grow } = scroller();
  grow(400);
  grow(-300);
  box.dispatchEvent(new Event("scroll"));
  expect(follower.following).toBe(true);
  follower.hold();
  const before = box.scrollTop;
  grow(500);
  expect(box.scrollTop).toBe(before);
  follower.jump.click();
  expect(box.scrollTop).toBe(800);
});
