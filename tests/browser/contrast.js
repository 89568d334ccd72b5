// What is hard to read in the view: each text, each icon and each placeholder against the colours that lie below it. Text has 4.5 : 1,
// large text, icons and signs that aren't letters 3 : 1. What can't be used at the moment (disabled) needn't have any.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** What a computed colour is, of which there are many notations: red, green, blue, and how much it covers. */
  const colours = new Map();
  const colour = text => {
    const known = colours.get(text);
    if (known) return known;
    const made = over => {
      canvas.fillStyle = over;
      canvas.fillRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const [black, white] = [made("#000"), made("#fff")];
    const cover = 1 - (white[0] - black[0] + white[1] - black[1] + white[2] - black[2]) / 765;
    const found = { rgb: black.map(value => (cover > 0 ? value / cover : 0)), cover };
    colours.set(text, found);
    return found;
  };
  const mixed = (below, above, share) => below.map((value, at) => value + (above[at] - value) * share);
  const paint = (below, text) => mixed(below, colour(text).rgb, colour(text).cover);
  const light = rgb => {
    const [r, g, b] = rgb.map(value => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  /** How `ink` and the ground around it come out, with all that lies below `element` and with what makes either pale. */
  const ratio = (element, ink) => {
    const line = [];
    for (let at = element; at; at = at.parentElement) line.unshift(getComputedStyle(at));
    let ground = [255, 255, 255];
    const pale = [];
    for (const { backgroundColor, opacity } of line) {
      if (opacity !== "1") pale.unshift([ground, Number(opacity)]);
      ground = paint(ground, backgroundColor);
    }
    let text = paint(ground, ink);
    for (const [below, share] of pale) [ground, text] = [mixed(below, ground, share), mixed(below, text, share)];
    const [one, two] = [light(text), light(ground)].sort((a, b) => b - a);
    return (one + 0.05) / (two + 0.05);
  };

  const problems = new Set();
  let looked = 0;
  const check = (element, { color, fontSize, fontWeight }, what, least = 4.5) => {
    looked++;
    const size = Number.parseFloat(fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? Math.min(3, least) : least;
    const found = ratio(element, color);
    const path = element.closest("[class]");
    if (found < needed - 0.01)
      problems.add(`${found.toFixed(2)} : 1 for ${what.trim().slice(0, 40)} in ${path.localName}.${path.getAttribute("class")}`);
  };
  const idle = ":disabled, [aria-disabled=true]";
  for (const element of document.querySelectorAll(".r1, .r1 *")) {
    if (element.closest(idle) || !element.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    if (element.matches("svg")) {
      check(element, style, "an icon", 3);
      continue;
    }
    const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
    if (own.length > 0) check(element, style, `"${own[0].data}"`, own.some(({ data }) => /[\p{L}\p{N}]/u.test(data)) ? 4.5 : 3);
    if (element.matches("input, textarea")) {
      if (element.value && !["radio", "checkbox", "range"].includes(element.type)) check(element, style, `"${element.value}"`);
      else if (element.placeholder) check(element, getComputedStyle(element, "::placeholder"), `"${element.placeholder}"`);
    }
    for (const pseudo of ["::before", "::after"]) {
      const { content } = getComputedStyle(element, pseudo);
      if (/^"\s*\S/.test(content)) check(element, getComputedStyle(element, pseudo), `${pseudo} ${content}`, 3);
    }
  }
  return { problems: [...problems], looked };
};
