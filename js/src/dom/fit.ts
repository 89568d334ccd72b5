// A text field as high as its text; how high at most, the stylesheet says. Where the browser does that by itself
// (`field-sizing`), nothing is measured here.

/** Characters that are higher than any limit; a longer text isn't measured at each key. */
const LONG = 12_000;

const byItself = () => typeof CSS !== "undefined" && CSS.supports?.("field-sizing", "content");

export function fitToText(field: HTMLTextAreaElement): void {
  if (byItself()) return;
  if (field.value.length > LONG) {
    field.style.height = `${LONG}px`;
    return;
  }
  field.style.height = "auto";
  const { scrollHeight } = field;
  if (scrollHeight > 0) field.style.height = `${scrollHeight}px`;
}
