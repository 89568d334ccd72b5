import { expect, it } from "vitest";
import { Markdown } from "../../src/markdown/markdown.ts";
import { sanitize } from "../../src/markdown/sanitize.ts";
import { en } from "../../src/texts/en.ts";

function draw(text: string): HTMLElement {
  const holder = document.createElement("div");
  const markdown = new Markdown(holder, en);
  markdown.write(text);
  markdown.draw();
  markdown.end();
  markdown.draw();
  return holder;
}

const ACTIVE =
  "script, iframe, object, embed, form, style, link, meta, base, svg, audio, video, source, img, input, template, [src], [srcset], [style*=url], [xlink\\:href], [action], [formaction]";

function expectInert(root: ParentNode): void {
  expect(root.querySelector(ACTIVE)).toBeNull();
  for (const node of root.querySelectorAll("*")) {
    for (const { name, value } of node.attributes) {
      expect(name).not.toMatch(/^on/i);
      if (name === "href") expect(value).toMatch(/^(https?:|mailto:)/);
    }
  }
}

const VECTORS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)><script>alert(1)</script></svg>",
  "<style>@import url(https://evil.example)</style>",
  '<iframe src="https://evil.example" srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  "[x](javascript:alert(1))",
  "[x](java\nscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:alert(1))",
  "[x](/api/shutdown)",
  "<javascript:alert(1)>",
  "![x](https://evil.example/pixel.png)",
  '![x](https://evil.example/a.png"onerror="alert(1))',
  '![x"onerror="alert(1)](https://evil.example/a.png)',
  "![x](data:image/svg+xml,<svg onload=alert(1)>)",
  "[x]: javascript:alert(1)\n\n[x]",
  "$\\href{javascript:alert(1)}{x}$",
  "$\\url{javascript:alert(1)}$ $\\includegraphics{https://evil.example/a.png}$",
  "$\\text{<img src=x onerror=alert(1)>}$",
  "$\\htmlStyle{background:url(https://evil.example)}{x}$ $\\htmlId{a}{x}$ $\\class{r1-send}{x}$",
  "$\\color{red;background:url(https://evil.example)}{x}$ $\\colorbox{url(https://evil.example)}{x}$",
  "```<img src=x onerror=alert(1)>\n<script>alert(1)</script>\n```",
  "```javascript\n'</span><img src=x onerror=alert(1)>'\n```",
  '<span data-r1-part="0" data-r1-act="image" data-address="https://evil.example">x</span> $x$',
  "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
  "<form action=https://evil.example><input name=x><button formaction=javascript:alert(1)>",
  "<video poster=https://evil.example/a.png><source src=x onerror=alert(1)></video>",
  "| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |",
];

it.each(VECTORS)("draws nothing active from %j", vector => {
  expectInert(draw(vector));
  expectInert(draw(`- a\n\n  > ${vector.replaceAll("\n", "\n  > ")}\n`));
});

it.each(VECTORS)("lets nothing active through by itself: %j", vector => {
  const fragment = sanitize(vector);
  expectInert(fragment);
});

it("keeps links that lead somewhere, away from this page", () => {
  const link = draw("[site](https://example.org/a?b=c)").querySelector("a");
  expect(link?.getAttribute("href")).toBe("https://example.org/a?b=c");
  expect(link?.target).toBe("_blank");
  expect(link?.rel).toBe("noopener noreferrer");
  expect(draw("me@example.org").querySelector("a")?.getAttribute("href")).toBe("mailto:me@example.org");
});

it("shows an image as its address", () => {
  const image = draw("![a cat](https://example.org/cat.png)").querySelector("button");
  expect(image?.textContent).toBe("image: a cat (https://example.org/cat.png)");
});
