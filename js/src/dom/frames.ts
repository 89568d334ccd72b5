// Work for the next frame, done together: however many messages come within it, each thing is drawn once.

/** Ms of drawing in one frame, so that typing and scrolling stay smooth while a long text is caught up with. */
const BUDGET = 12;
/** Ms after which work is done without a frame: a hidden page gets none. */
const PATIENCE = 250;

/** Draws until `deadline` (as `performance.now()` has it); true if there is more to draw. */
export type Draw = (deadline: number) => boolean;

const waiting = new Set<Draw>();
let frame: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export function schedule(draw: Draw): void {
  waiting.add(draw);
  if (timer !== undefined) return;
  timer = setTimeout(run, PATIENCE);
  frame = requestAnimationFrame(run);
}

export function unschedule(draw: Draw): void {
  waiting.delete(draw);
}

function run(): void {
  if (frame !== undefined) cancelAnimationFrame(frame);
  clearTimeout(timer);
  frame = timer = undefined;
  const due = [...waiting];
  waiting.clear();
  const deadline = performance.now() + BUDGET;
  for (const draw of due) {
    try {
      if (draw(deadline)) schedule(draw);
    } catch (error) {
      console.error("[r1widget]", error);
    }
  }
}
