// A file that the browser keeps for the person, made of a text that is in the page.

/** Ms until the text is let go: the browser reads it after the click. */
const WHILE = 60_000;

export function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  // It isn't in the page, where the click would be one that somebody hears.
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), WHILE);
}
