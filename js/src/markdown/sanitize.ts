// From the HTML that the markdown parser made to DOM that can do nothing: no script, no style, and nothing that makes
// the page fetch. Models write what they have read, and what they have read may have been written for this.

import DOMPurify, { type Config } from "dompurify";

/** What markdown can be; anything else was written by the model as text and has been escaped before. */
const TAGS = [
  ...["p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code"],
  ...["table", "thead", "tbody", "tr", "th", "td", "strong", "em", "del", "a", "span"],
];
/** `data-r1-part` marks what decorate.ts replaces: math, images, code. */
const ATTRIBUTES = ["href", "title", "start", "value", "align", "data-r1-part"];
/** These are never addresses; without saying so, their values would have to look like a link's. */
const NOT_ADDRESSES = ["start", "value", "align", "data-r1-part"];
/** "http:/logout" and "http:logout" lead, in a page that came by http, to the server that the page came from. */
const WEB = /^https?:\/\//i;
const LINKS = /^(?:https?:\/\/|mailto:)/i;

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

/** Whether it is an address on the web, of a server that it names. */
export function isWebAddress(address: string): boolean {
  return WEB.test(address) && URL.canParse(address);
}

/** The purifier looks at an address without its white space; the browser leaves some of it in, so we look again. */
function isSafeLink(address: string): boolean {
  return LINKS.test(address) && URL.canParse(address);
}

export function sanitize(html: string): DocumentFragment {
  // Null where there is no body to give: HTML that is one frameset.
  const purified: DocumentFragment | null = DOMPurify.sanitize(html, MARKDOWN);
  const fragment = purified ?? document.createDocumentFragment();
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
