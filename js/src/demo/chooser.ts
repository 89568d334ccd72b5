// The line at the top of the page: a form whose fields are the address's parameters.

import { element } from "../dom/dom.ts";
import { LANGUAGES, type Settings, THEMES, UNFOLDS } from "./address.ts";
import type { Scene } from "./scenes.ts";

const plain = (values: readonly string[]) => values.map(value => [value, value] as const);

export function fillChooser(form: HTMLFormElement, settings: Settings, scenes: Record<string, Scene>): void {
  const choice = (name: keyof Settings, options: readonly (readonly [string, string])[]) => {
    const select = element("select", { name });
    for (const [value, label] of options) select.append(element("option", { value }, label));
    select.value = String(settings[name]);
    return element("label", {}, name, select);
  };
  const figure = (name: "width" | "pace", title: string) =>
    element(
      "label",
      { title },
      name,
      element("input", { name, type: "number", min: "0", step: "5", value: String(settings[name]) }),
    );
  form.append(
    choice(
      "scene",
      Object.entries(scenes).map(([name, { label }]) => [name, label]),
    ),
    choice("theme", plain(THEMES)),
    choice("lang", plain(LANGUAGES)),
    choice("unfold", plain(UNFOLDS)),
    figure("width", "Pixels; 0: what there is"),
    figure("pace", "Ms between two pieces of text; 0: everything is there at once"),
  );
  form.addEventListener("change", () => form.submit());
}
