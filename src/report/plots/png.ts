/**
 * SVG as PNG, by resvg compiled to WebAssembly: one file for every system, 0.9 MB packed, where its native form is twice that and another one on
 * each. It sees no fonts of the machine and leaves out what it has no letters for, so one comes with it (Lato, 37 kB packed): a picture is the
 * same everywhere, also where no font is installed. Both are read when the first picture is made.
 */
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { assetFile } from './assets.ts';

/** Pixels for each of the drawing's own: sharp on a dense screen and in print. */
const zoom = 2;

let ready: Promise<Uint8Array> | undefined;

/** Resolves with the font. */
const prepare = (): Promise<Uint8Array> => {
  ready ??= Promise.all([readFile(assetFile('resvg')), readFile(assetFile('font'))]).then(async ([program, font]) => {
    await initWasm(program);
    return font;
  });
  return ready;
};

export const pngOf = async (svg: string): Promise<Uint8Array> => {
  const font = await prepare();
  // A tenth of a second and more without a pause: a screen is painted, and a key is heard, before each.
  await setImmediate();
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: { fontBuffers: [font], defaultFontFamily: 'Lato', sansSerifFamily: 'Lato' },
  });
  const picture = drawing.render();
  try {
    return picture.asPng();
  } finally {
    picture.free();
    drawing.free();
  }
};
