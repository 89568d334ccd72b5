// Watches a page for what hostile text would do. Put in before anything else; `window.watch` is what it saw.
(() => {
  const watch = { ran: [], wrong: [], opened: [] };
  Object.defineProperty(window, "watch", { value: watch });
  for (const name of ["alert", "confirm", "prompt", "print"])
    Object.defineProperty(window, name, {
      value: (...words) => void watch.ran.push(`${name}(${words})`),
      writable: false,
      configurable: false,
    });
  Object.defineProperty(window, "pwned", { set: value => void watch.ran.push(`pwned = ${value}`) });
  document.addEventListener("securitypolicyviolation", event =>
    watch.ran.push(`policy: ${event.blockedURI}`),
  );

  const ELEMENTS =
    "script, style, iframe, frame, object, embed, form, input, textarea, select, link, meta, base, svg, video, audio, " +
    "img:not(.r1-loaded), picture, source, template, details, dialog, marquee, [id], [name], [src]:not(.r1-loaded)";
  const ATTRIBUTES = new Set(
    (
      "align class data-address data-alt data-info data-r1-act href lang rel start target title type " +
      "referrerpolicy src alt " + // of an image that was asked for; others have no place here
      "data-kind tabindex aria-expanded aria-label aria-hidden role hidden inert"
    ) // of the steps of a thought
      .split(" "),
  );
  function problem(node) {
    if (node.matches(ELEMENTS)) return `<${node.localName}>`;
    const inMath = node.closest("math");
    for (const { name, value } of node.attributes) {
      if (/^on/i.test(name) || (!inMath && !ATTRIBUTES.has(name))) return `${name}=${value}`;
      if (inMath && (/url\(|script:|expression/i.test(value) || /href|src/.test(name)))
        return `${name}=${value}`;
    }
    const address = node.getAttribute("href");
    if (address === null) return undefined;
    const { protocol, origin } = new URL(node.href);
    if (!["http:", "https:", "mailto:"].includes(protocol) || origin === location.origin)
      return `href=${address}`;
    if (node.target !== "_blank" || !/\bnoopener\b/.test(node.rel))
      return `a link into this page: ${address}`;
    return undefined;
  }
  /** All in `root` that text made, looked at. */
  function look(root) {
    if (!(root instanceof Element)) return;
    const place = root.closest(".r1-prose, .r1-question-text");
    const nodes = place
      ? [root, ...root.querySelectorAll("*")]
      : [...root.querySelectorAll(".r1-prose *, .r1-question-text *")];
    for (const node of nodes) {
      if (node.matches(".r1-prose, .r1-question-text")) continue;
      const wrong = node.closest(".r1-question-text") ? `<${node.localName}> in a question` : problem(node);
      if (wrong) watch.wrong.push(wrong);
    }
  }
  window.lookAt = look;
  new MutationObserver(changes => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes" && target.closest(".r1-prose")) look(target);
      for (const node of addedNodes) look(node);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
})();
