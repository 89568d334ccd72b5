// What the markdown parser asks of the package `entities`, whose table of names is 24 kB: the browser has one. In the bundle
// this file stands for that package (build.mjs).

const known = new Map<string, string>();

/** `entity` is one "&name;", of letters and digits; as it is, where there is no such name. */
export function decodeHTML(entity: string): string {
  let character = known.get(entity);
  if (character === undefined) {
    character = new DOMParser().parseFromString(entity, "text/html").body.textContent ?? "";
    known.set(entity, character);
  }
  return character;
}

export { decodeHTML as decodeHTMLStrict };
