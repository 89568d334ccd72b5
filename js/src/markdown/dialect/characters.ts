// What a character is, for the rules of the dialect. Mirrored in r1widget/export/dialect/characters.py.

/** Selectors of a variant of the character before them; and noncharacters. */
const UNSEEN = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\ufdd0-\ufdef]/u;
/** Wide, full or half in East Asian Width and no emoji, by blocks; and Hangul. */
const CJK =
  /[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uffef\u{16fe0}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;

export const isUnseen = (character: string) => UNSEEN.test(character);
export const isSpace = (character: string) =>
  /[\t-\r \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]/.test(character);
/** As CommonMark 0.31 has it: symbols too. */
export const isPunctuation = (character: string) => /[\p{P}\p{S}]/u.test(character);
/** Letters, digits, and what stands on one. */
export const isLetter = (character: string) => /[\p{L}\p{N}\p{M}]/u.test(character);
export const isDigit = (character: string) => /\p{Nd}/u.test(character);
export const isCjk = (character: string) => CJK.test(character);

/** The character at `at`, both halves of it; nothing past the end. */
export function characterAt(source: string, at: number): string {
  const code = source.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** Where the character that is seen from `at` on stands. */
export function after(source: string, at: number): number {
  let seen = at;
  while (isUnseen(characterAt(source, seen))) seen += characterAt(source, seen).length;
  return seen;
}

/** The character that is seen before `at`, and where it stands; -1 at the beginning. */
export function before(source: string, at: number): { character: string; at: number } {
  for (let end = at; end > 0; ) {
    const isPair =
      /[\udc00-\udfff]/.test(source.charAt(end - 1)) && /[\ud800-\udbff]/.test(source.charAt(end - 2));
    end -= isPair ? 2 : 1;
    const character = characterAt(source, end);
    if (!isUnseen(character)) return { character, at: end };
  }
  return { character: " ", at: -1 };
}

/** What `pattern`, which is sticky, finds at `at`. */
export function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
