import { expect, test } from 'vitest';
import { askMaker } from '../../activities/ask-maker.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import type { Engine, RawFacts } from '../../engine/engine.ts';
import type { ClipGroup } from '../../pipeline/ingest/clip-group.ts';
import { normalizeClip } from '../../pipeline/inspection/normalize.ts';

const group: ClipGroup = {
  clipKey: 'c',
  clipName: 'A001C001',
  cardRule: 'generic',
  files: [{ path: 'A001C001.braw', role: 'essence' }],
  sequence: null,
  span: null,
};
const FACTS = new Map<string, RawFacts>([
  ['A001C001.braw', { path: 'A001C001.braw', sizeBytes: 9, sniffed: 'braw', tools: [] }],
]);
const clipOf = (facts: ReadonlyMap<string, RawFacts>) =>
  normalizeClip({ group, facts: new Map(facts), sizes: new Map([['A001C001.braw', 9]]) });
/** What a shot of the captured interface says. */
const OUTPUT = {
  startFrame: 0,
  endFrame: 119,
  width: 6144,
  height: 3456,
  isMovie: 1,
  tape: 'A001',
  startTimecode: { _type: 'timecode', h: 1, m: 2, s: 3, f: 4, phase: 0, fps: -30, wrap: 24 },
};

function depsWith(decodes: string[]): Dependencies {
  const flapi = {
    capabilities: async () => ({ name: 'flapi', versions: {}, decodes, writes: [], missing: [] }),
    inspect: async ([path]: string[]) => [
      {
        path,
        sizeBytes: 9,
        sniffed: 'braw',
        tools: [{ tool: 'flapi', version: 'baselight 5.3', output: OUTPUT, durationMs: 1 }],
      },
    ],
  } as unknown as Engine;
  const open = { capabilities: async () => ({ decodes: ['prores'] }) } as unknown as Engine;
  return {
    engine: open,
    engines: { byName: new Map([['flapi', flapi]]), rules: [], licences: {} },
  } as unknown as Dependencies;
}

const ask = (deps: Dependencies) =>
  askMaker(deps, clipOf(FACTS), group, FACTS, async (path) => `/store/${path}`, new AbortController().signal);

test('what only the maker’s software reads is asked of it, and becomes the record with its source', async () => {
  const facts = await ask(depsWith(['braw']));
  const { fields } = clipOf(facts!);
  expect(fields.imageSize).toMatchObject({ value: { width: 6144, height: 3456 }, source: 'flapi' });
  expect(fields.frameCount?.value).toBe(120);
  expect(fields.reelName?.value).toBe('A001');
  expect(fields.startTimecode).toMatchObject({ value: '01:02:03;04', dropFrame: true });
});

test('software that does not read the codec is not asked', async () => {
  expect(await ask(depsWith(['r3d']))).toBeNull();
});
