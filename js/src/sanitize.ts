// From the HTML that the markdown parser made to DOM that can do nothing: no script, no style, and nothing that makes
// the page fetch. Models write what they have read, and what they have read may have been written for this.

import DOMPurify, { type Config } from "dompurify";

/** What markdown can be; anything else was written by the model as text and has been escaped before. */
const TAGS = [
  ...["p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code"],
  ...["table", "thead", "tbody", "tr", "th", "td", "strong", "em", "del", "a", "span"],
];
/** `data-r1-part` marks what decorate.ts replaces: math, images, code. */
const ATTRIBUTES = ["href", "title", "start", "align", "data-r1-part"];
/** These are never addresses; without saying so, their values would have to look like a link's. */
const NOT_ADDRESSES = ["start", "align", "data-r1-part"];
const LINKS = /^(?:https?:|mailto:)/i;

const MARKDOWN: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: LINKS,
  ADD_URI_SAFE_ATTR: NOT_ADDRESSES,
  RETURN_DOM_FRAGMENT: true,
};

const SPANS: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: ["span"],
  ALLOWED_ATTR: ["class"],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

function isSafeLink(address: string): boolean {
  try {
    // Parsed as the browser would: "java\nscript:" and " javascript:" are what they are after parsing.
    return LINKS.test(new URL(address).protocol);
  } catch {
    return false;
  }
}

export function sanitize(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, MARKDOWN);
  for (const link of fragment.querySelectorAll("a")) {
    const address = link.getAttribute("href") ?? "";
    // A relative address would lead into the notebook server, where the person is logged in.
    if (!isSafeLink(address)) {
      link.removeAttribute("href");
      continue;
    }
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  return fragment;
}

/** The highlighter's spans, and nothing else. */
export function sanitizeSpans(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, SPANS);
}
