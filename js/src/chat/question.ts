// What can be asked: a text in which there is something to see. Mirrors r1widget/conversation/question.py.

/** No white space, control character or zero-width one (Unicode's Default_Ignorable_Code_Point), nor Braille without a dot. */
const SEEN = /[^\s\p{Cc}\p{DI}\u2800]/u;

export const isVisible = (text: string) => SEEN.test(text);
