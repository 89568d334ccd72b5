// What is said of files of a conversation, in English.

import type { Export } from "../../wire/tokernel.ts";
import { joined } from "../numbers.ts";
import { number } from "./figures.ts";

export const THOUGHTS = ["plain", "folded", "none"] as const satisfies readonly Export["reasoning"][];
type Thought = (typeof THOUGHTS)[number];

const AS: Record<Thought, string> = { plain: "In full", folded: "Folded", none: "Left out" };
const FORMATS: Record<Export["format"], string> = {
  ".md": "Markdown (.md)",
  ".html": "Web page (.html)",
  ".json": "Data (.json)",
  ".ipynb": "Notebook (.ipynb)",
  widget: "This widget, read-only (.html)",
};

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 999_500 ? `${number.format(Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export const exporting = {
  export: "Export",
  exportHint: "The conversation as a file, or as a cell",
  exportWhat: "Content",
  exportBranch: "This conversation",
  exportAll: "All versions",
  exportOne: "One question alone",
  exportThought: "Thoughts",
  exportThoughtAs: (as: Thought): string => AS[as],
  exportNotes: "With a table of notes",
  exportFormat: "Format",
  exportFormatOf: (format: Export["format"]): string => FORMATS[format],
  exportHolds: (turns: number, thoughts: number, bytes: number): string =>
    joined([
      `${number.format(turns)} ${turns === 1 ? "turn" : "turns"}, ` +
        (thoughts === 0
          ? "no thoughts"
          : `${number.format(thoughts)} ${thoughts === 1 ? "thought" : "thoughts"}`),
      size(bytes),
    ]),
  download: "Download",
  insertBelow: "Insert below",
  insertBelowHint: "As a Markdown cell, below this one",
  inserted: "Inserted a Markdown cell below.",
  notInserted: "This notebook can't be written to from here any more.",
  exportWaits: "The kernel, which makes the file, is busy with another cell.",
  exportGone:
    "The kernel, which makes the file, is gone. The notebook keeps the conversation below this cell.",
};

export type Exporting = typeof exporting;
