// Something is dragged by its handle, from the pointer's going down until it comes up.

/** The pointer is captured, so that its movement is heard outside of the handle, and outside of the window. */
export function drag(handle: HTMLElement, event: PointerEvent, moved: (event: PointerEvent) => void): void {
  event.preventDefault();
  handle.focus();
  const dragging = new AbortController();
  const { signal } = dragging;
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", moved, { signal });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    handle.addEventListener(end, () => dragging.abort(), { signal });
}
