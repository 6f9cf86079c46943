import { numberOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/** Settings of a development, under the names that RED's programs show them by, without regard to case and separators. */
const SETTINGS: Record<string, string> = {
  kelvin: 'kelvin',
  tint: 'tint',
  iso: 'iso',
  exposure: 'exposure',
  exposureadjust: 'exposure',
  saturation: 'saturation',
  contrast: 'contrast',
  brightness: 'brightness',
  flut: 'flut',
  shadow: 'shadow',
  drx: 'drx',
  denoise: 'denoise',
  colorspace: 'colorSpace',
  gammaspace: 'gammaSpace',
  gammacurve: 'gammaSpace',
  imagepipeline: 'imagePipeline',
  outputtonemap: 'outputToneMap',
  highlightrolloff: 'highlightRollOff',
};
const DEEPEST = 6;
const MOST_SETTINGS = 64;

/**
 * RED's look file: what a person set for developing the clip, never what the camera recorded. The form is not published; settings are
 * taken by name wherever they stand, and only as part of the look. Source: names as REDline prints them.
 */
export const redRmd: Source = {
  tool: 'red-rmd',
  confidence: 0.3,
  read(tree: unknown, readings: Readings): void {
    const settings: Record<string, string | number> = {};
    collect(tree, settings, 0);
    if (Object.keys(settings).length > 0) readings.add('look', 'RMD', { rmd: settings }, { raw: settings });
  },
};

function collect(value: unknown, settings: Record<string, string | number>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
  for (const [key, inner] of Object.entries(value)) {
    const name = SETTINGS[key.replace(/[^A-Za-z0-9]/g, '').toLowerCase()];
    const plain = plainText(inner);
    if (name !== undefined && plain !== null && Object.keys(settings).length < MOST_SETTINGS)
      settings[name] ??= /^-?[\d.]+$/.test(plain) ? (numberOf(plain) ?? plain) : plain;
    else collect(inner, settings, depth + 1);
  }
}

/** The text of an attribute, of an element, or of its `value`. */
function plainText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() || null;
  if (typeof value !== 'object' || value === null) return null;
  const { '@value': attribute, '#text': text } = value as Record<string, unknown>;
  const told = attribute ?? text;
  return typeof told === 'string' && told.trim() !== '' ? told.trim() : null;
}
