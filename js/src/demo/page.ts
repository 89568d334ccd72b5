// The view without a kernel, for whoever works on the front end: `npm run demo`, then open demo/index.html. The address
// says which scene is shown, and how (settings.ts). When all is drawn and nothing moves any more, the page's root has
// the attribute `data-ready`.

import all from "../extras.ts";
import library from "../library.ts";
import { extras } from "../wire/extras.ts";
import type { Chat } from "../wire/model.ts";
import { USUAL } from "../wire/usual.ts";
import { fillChooser } from "./chooser.ts";
import "./demo.css";
import { settingsOf } from "./address.ts";
import { ScriptedKernel } from "./kernel.ts";
import { R1 } from "./models.ts";
import { SCENES, type Scene } from "./scenes.ts";

/** Frames without a change after which the view is still. Words are looked for in a text that grows every 300 ms. */
const STILL = 4;
/** The time on a page on which no clock goes. */
const NOON = Date.UTC(2030, 0, 1, 12);

async function still(view: HTMLElement): Promise<void> {
  let changed = true;
  const observer = new MutationObserver(() => {
    changed = true;
  });
  observer.observe(view, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let frames = 0; frames < STILL; frames++) {
    if (changed) frames = 0;
    changed = false;
    await new Promise(requestAnimationFrame);
  }
  observer.disconnect();
}

async function show(place: HTMLElement, form: HTMLFormElement): Promise<void> {
  const root = document.documentElement;
  const settings = settingsOf(new URL(location.href), Object.keys(SCENES));
  const { lang, pace, theme, unfold, width } = settings;
  const scene = SCENES[settings.scene] as Scene;
  root.dataset.theme = theme;
  root.lang = lang;
  fillChooser(form, settings, SCENES);
  if (width > 0) place.style.width = `${width}px`;
  // Seconds are counted from when a turn began; a still page always says the same.
  if (pace === 0) Date.now = () => NOON;

  const engine_status = { state: "ready", model: "", text: "", about: R1, ...scene.engine } as const;
  const turn_settings = { ...USUAL, ...scene.settings };
  const traits = { engine_status, language: lang, turn_settings, unfold, ...scene.traits };
  const kernel = new ScriptedKernel(traits, pace);
  const chat: Chat = { model: kernel.model(), inbox: kernel.inbox, signal: new AbortController().signal };
  extras.take(all);
  const said = kernel.begin(scene.scripts, scene.active);
  if (scene.single) library.renderTurn(chat, "t1", place, chat.signal);
  else library.renderChat(chat, place, chat.signal);
  await said;
  await still(place);
  for (const act of scene.does ?? []) {
    act(place, kernel);
    await still(place);
  }
  root.dataset.ready = "true";
}

const place = document.getElementById("place");
const form = document.getElementById("chooser");
if (place && form instanceof HTMLFormElement) void show(place, form);
