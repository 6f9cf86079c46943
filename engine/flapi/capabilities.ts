import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { EngineCapabilities } from '../engine.ts';
import { answerOf, SdkVersion } from './parse-answer.ts';
import { FLAPI_TIMES, type FlapiPlace, type FlapiSession, withFlapi } from './session.ts';

/** Raised by hand whenever the same job would give other pixels or other header bytes. */
export const FLAPI_RECIPE_REVISION = '1';

/** Camera codecs by what the application's list of makers' libraries calls them; words, because its keys are not public. */
const CODEC_OF_SDK: readonly [RegExp, string][] = [
  [/arri/i, 'arriraw'],
  [/\br3d|redcode|\bred\b/i, 'r3d'],
  [/sony|x-?ocn/i, 'x-ocn'],
  [/braw|blackmagic/i, 'braw'],
  [/canon/i, 'canon-raw'],
];

/** What this flapid says of itself, asked once: versions of the application and of every camera library. */
export async function flapiCapabilities(place: FlapiPlace | null): Promise<EngineCapabilities> {
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
    const options = { times: FLAPI_TIMES, signal: AbortSignal.timeout(120_000), folder };
    const { answer } = await withFlapi(place, options, readVersions);
    return { ...nothing, ...answer, missing: [] };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return { ...nothing, missing: [{ what: 'flapid', why: error.message, fix: 'see the message' }] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readVersions(session: FlapiSession): Promise<Omit<EngineCapabilities, 'name' | 'missing'>> {
  const versions: Record<string, string> = {
    'rushes-recipe': FLAPI_RECIPE_REVISION,
    ...(await flapiVersions(session)),
  };
  const sdks = Object.keys(versions).filter((name) => name.startsWith('sdk:'));
  const codecs = CODEC_OF_SDK.filter(([words]) => sdks.some((name) => words.test(name))).map(
    ([, codec]) => codec,
  );
  return {
    versions: Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1))),
    decodes: [...codecs, 'prores', 'dnxhd', 'h264', 'dpx', 'exr', 'tiff'],
    writes: ['exr:none', 'exr:zip', 'exr:piz', 'exr:st2065-4'],
    offers: await offersOf(session),
  };
}

/**
 * Enumerations that came with a feature: asking for their values changes nothing and needs no object. Their names are public,
 * the calls of the features are not, so that they are told and not used.
 */
const FEATURES: Readonly<Record<string, string>> = {
  AMF_APPLY: 'AMF by its own calls',
  AFFINE_TYPE: 'FDL by its own calls',
};

/** What this version has beside 5.3: probed, never concluded from its number. */
async function offersOf(session: FlapiSession): Promise<string[]> {
  const offers: string[] = [];
  for (const [enumType, feature] of Object.entries(FEATURES)) {
    const values = await session
      .ask('Utilities.get_allowed_enum_values', { enumType })
      .catch((error: unknown) => {
        // An error that the server tells is its answer; one of the connection is not.
        if (
          error instanceof PipelineError &&
          error.facts.said !== undefined &&
          error.facts.code === undefined
        )
          return [];
        throw error;
      });
    if (Array.isArray(values) && values.length > 0) offers.push(feature);
  }
  return offers;
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
      sdks.map(({ Key, Name, Version }) => [`sdk:${Name || Key}`, String(Version ?? 'unknown')]),
    ),
  };
}
