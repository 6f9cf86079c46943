/** A shot name found in a list, and which rule found it. */
export type FoundShotName = { name: string; rule: 'vfx' | 'locator' | 'clip-name' };

/** Words of letters, digits, `_` and `-` with a separator, of which two digits stand together: `AGM_104_065_010`, `GUD-0030`. */
const JOINED = /^[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)+$/;
/** Scene and shot by numbers alone: `004_040`. Hyphens are left out, they make dates. */
const NUMBERED = /^\d{3,4}(?:_\d{3,4})+$/;
/** Letters then at least three digits: `SH0100`, `ABC0010`. */
const COMPACT = /^[A-Za-z]{2,6}\d{3,5}[A-Za-z]?$/;
/** Names that cameras give (`A001C003_160909_R1BY`, `A_0038C002_241010_114016_h1EHP`, `A005_C010_0501J0`) are never shots. */
const CAMERA_NAME = /^[A-Z]_?\d{3,4}_?C\d{3,4}(?:_|$)/i;
/** A clip that an assistant named by its shot: letters, then two or more number groups. */
const SHOT_AS_CLIP = /^[A-Za-z]{2,8}(?:[_-]\d{2,4}[A-Za-z]?){2,}$/;
/** What versions and elements append to a shot name. Source: Netflix partner help 360055781274 (PL, FG, BG, EL, RF). */
const APPENDED = /(?:[_-](?:v\d{1,4}|(?:PL|FG|BG|EL|RF)\d{0,2}|comp|plate|temp))(?:[_-].*)?$/i;

/**
 * The shot name of an event: a `*VFX` remark, then a locator (one that says VFX first), then a clip named like a shot.
 * @returns null when nothing looks like a shot name; two different names of equal standing give the first, see `conflicting`
 */
export function findShotName(said: {
  vfx: string[];
  locators: string[];
  clipName: string | null;
}): FoundShotName | null {
  for (const note of said.vfx) {
    const name = shotWordIn(note) ?? firstLegalWord(note);
    if (name) return { name, rule: 'vfx' };
  }
  const marked = said.locators.filter((note) => /\bVFX\b/i.test(note));
  for (const note of [...marked, ...said.locators]) {
    const name = shotWordIn(note.replace(/\bVFX\b[:\s]*/i, ''));
    if (name) return { name, rule: 'locator' };
  }
  const name = said.clipName === null ? null : shotOfClip(said.clipName);
  return name === null ? null : { name, rule: 'clip-name' };
}

/** Shot names that locators and `*VFX` remarks give beside the chosen one; a list should give one. */
export function conflictingShotNames(said: { vfx: string[]; locators: string[] }, chosen: string): string[] {
  const names = [...said.vfx, ...said.locators].map((note) => shotWordIn(note.replace(/\bVFX\b[:\s]*/i, '')));
  return [
    ...new Set(names.filter((name) => name !== null && name.toUpperCase() !== chosen.toUpperCase())),
  ] as string[];
}

function shotWordIn(note: string): string | null {
  const words = note
    .split(/[\s,;:()[\]"']+/)
    .filter((word) => !CAMERA_NAME.test(word))
    .map((word) => word.replace(APPENDED, ''))
    .filter((word) => /\d{2}/.test(word));
  return (
    words.find((word) => JOINED.test(word) && /[A-Za-z]/.test(word)) ??
    words.find((word) => NUMBERED.test(word) || COMPACT.test(word)) ??
    null
  );
}

/** `*VFX 010` names its shot outright, whatever it looks like, as long as it has a digit. */
function firstLegalWord(note: string): string | null {
  const word = note.split(/\s+/)[0] ?? '';
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(word) && /\d/.test(word) ? word : null;
}

function shotOfClip(clipName: string): string | null {
  const stem = clipName.replace(/\.(mov|mxf|exr|mp4|dpx|ari|r3d|braw)$/i, '');
  if (CAMERA_NAME.test(stem) || /\s/.test(stem)) return null;
  const bare = stem.replace(APPENDED, '');
  if (SHOT_AS_CLIP.test(bare)) return bare;
  return bare !== stem && JOINED.test(bare) && /[A-Za-z]/.test(bare) && /\d{2}/.test(bare) ? bare : null;
}
