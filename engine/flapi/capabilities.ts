import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { EngineCapabilities } from '../engine.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { amfCalls } from './amf-stack.ts';
import { type InstalledInterface, readInstalledInterface } from './installed-interface.ts';
import { answerOf, SdkVersion } from './parse-answer.ts';
import { FLAPI_TIMES, type FlapiPlace, type FlapiSession, type FlapiTimes, withFlapi } from './session.ts';
import { tryAmf } from './try-amf.ts';

/** Raised by hand whenever the same job would give other pixels or other header bytes. */
export const FLAPI_RECIPE_REVISION = '1';

/** How colour is told to the application, as provenance: part of every pixel's key. An AMF is used for each job that it can say. */
export const COLOUR_BY_AMF = 'Shot.insert_amf_stack';
const COLOUR_BY_NAMES = 'names and layers';

/** Camera codecs by what the application's list of makers' libraries calls them; words, because its keys are not public. */
const CODEC_OF_SDK: readonly [RegExp, string][] = [
  [/arri/i, 'arriraw'],
  [/\br3d|redcode|\bred\b/i, 'r3d'],
  [/sony|x-?ocn/i, 'x-ocn'],
  [/braw|blackmagic/i, 'braw'],
  [/canon/i, 'canon-raw'],
];

/** What this flapid says of itself, asked once: versions of the application and of every camera library, and what it takes beside 5.3. */
export async function flapiCapabilities(
  place: FlapiPlace | null,
  tools: ToolPaths,
  times: FlapiTimes = FLAPI_TIMES,
): Promise<EngineCapabilities> {
  const nothing = {
    name: 'flapi',
    versions: { 'rushes-recipe': FLAPI_RECIPE_REVISION },
    decodes: [],
    writes: [],
  };
  if (place === null)
    return {
      ...nothing,
      missing: [
        {
          what: 'flapid',
          why: 'reads what makers alone can read',
          fix: 'install Baselight or Daylight and set FLAPI_PATH',
        },
      ],
    };
  const folder = await mkdtemp(join(tmpdir(), 'flapi-'));
  try {
    const options = { times, signal: AbortSignal.timeout(PROBING_MS), folder };
    const installed = await readInstalledInterface(place);
    const { answer } = await withFlapi(place, options, (session) =>
      readVersions(session, { installed, tools, folder }),
    );
    return { ...nothing, ...answer, missing: [] };
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    if (!(error instanceof PipelineError || isLate)) throw error;
    const why = isLate
      ? `it had not said what it is and takes after ${PROBING_MS / 1000} s; it is asked again with the next job`
      : error.message;
    return { ...nothing, missing: [{ what: 'flapid', why, fix: 'see the message' }] };
  } finally {
    await removeFolder(folder);
  }
}

/** All of probing may take this long: whoever asks waits for it. */
const PROBING_MS = 120_000;

/** What probing needs beside the session: the installation's own description, and where small pictures are made. */
type Probing = { installed: InstalledInterface | null; tools: ToolPaths; folder: string };

async function readVersions(
  session: FlapiSession,
  probing: Probing,
): Promise<Omit<EngineCapabilities, 'name' | 'missing'>> {
  const own = await flapiVersions(session);
  const sdks = Object.keys(own).filter((name) => name.startsWith('sdk:'));
  const codecs = CODEC_OF_SDK.filter(([words]) => sdks.some((name) => words.test(name))).map(
    ([, codec]) => codec,
  );
  const { offers, colour } = await laterFeatures(session, probing);
  const versions: Record<string, string> = { 'rushes-recipe': FLAPI_RECIPE_REVISION, colour, ...own };
  return {
    versions: Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1))),
    decodes: [...codecs, 'prores', 'dnxhd', 'h264', 'dpx', 'exr', 'tiff'],
    writes: ['exr:none', 'exr:zip', 'exr:piz', 'exr:st2065-4'],
    offers,
  };
}

/** What this version has beside 5.3, and whether an AMF is used: tried, never concluded from its number. */
async function laterFeatures(
  session: FlapiSession,
  { installed, tools, folder }: Probing,
): Promise<{ offers: string[]; colour: string }> {
  const [hasAmf, hasFdl] = [
    await hasEnumeration(session, 'AMF_APPLY'),
    await hasEnumeration(session, 'AFFINE_TYPE'),
  ];
  const fdl = hasFdl ? ['FDL, not used: framing is ours, to the pixel'] : [];
  const calls = amfCalls(installed);
  if (!calls)
    return {
      offers: [
        ...(hasAmf ? ['AMF, not used: no schema.json of the installation says how it is called'] : []),
        ...fdl,
      ],
      colour: COLOUR_BY_NAMES,
    };
  const why = await tryAmf(session, calls, tools, folder);
  return why === null
    ? { offers: ['AMF, used where it says the whole colour of a job', ...fdl], colour: COLOUR_BY_AMF }
    : { offers: [`AMF, not used: ${why}`, ...fdl], colour: COLOUR_BY_NAMES };
}

/** How long a version that does not know a name may take to say so; one that says nothing, and answers what it knows, does not have it. */
const PROBE_MS = 5000;
const SILENCE = Symbol('no answer');

/** Asking for values of an enumeration that came with a feature changes nothing and needs no object; their names are public. */
async function hasEnumeration(session: FlapiSession, enumType: string): Promise<boolean> {
  const asked = session
    .ask('Utilities.get_allowed_enum_values', { enumType }, { timeoutMs: null })
    .catch((error: unknown) => {
      // An error that the server tells is its answer, and so is silence; one of the connection is not.
      const isSaid =
        error instanceof PipelineError && error.facts.said !== undefined && error.facts.code === undefined;
      if (isSaid) return [];
      throw error;
    });
  const early = await Promise.race([asked, sleep(PROBE_MS, SILENCE)]);
  // A server that stands still is silent about everything: what it knows is asked behind it, and answered behind it.
  if (early === SILENCE) await session.ask('Application.get_application_info');
  const values = early === SILENCE ? await Promise.race([asked, sleep(0, [])]) : early;
  return Array.isArray(values) && values.length > 0;
}

/** Versions of the application and of the camera libraries in it: the provenance of everything it reads or makes. */
export async function flapiVersions(session: FlapiSession): Promise<Record<string, string>> {
  const info = await answerOf(session, z.looseObject({}), 'Application.get_application_info');
  const sdks = await answerOf(session, z.array(SdkVersion), 'Application.get_sdk_versions');
  const said = (name: string) => (info[name] == null || info[name] === '' ? undefined : String(info[name]));
  const product = said('Product') ?? said('Name') ?? 'application';
  const number = ['Major', 'Minor', 'Build'].flatMap((part) => said(part) ?? []).join('.');
  return {
    [product]: number,
    ...Object.fromEntries(
      sdks.map(({ Key, Name, Version }) => [`sdk:${Name || Key || 'unnamed'}`, String(Version ?? 'unknown')]),
    ),
  };
}
