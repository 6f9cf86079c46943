import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../standards/cutlist/decode-text.ts';
import type { EdlCutList } from '../../standards/cutlist/edl/parse.ts';
import { parseEdl } from '../../standards/cutlist/edl/parse.ts';
import { writeEdl } from '../../standards/cutlist/edl/write.ts';
import { askSecondReader, left, realLists } from './cutlist-second-reader.ts';

type Edit = {
  line: number;
  reel: string;
  video: boolean;
  black: boolean;
  aux: boolean;
  source: [string, string];
  record: [string, string];
  clip_name: string | null;
  source_file: string | null;
};
type Ranges = { refused: string } | { clips: { first: number; count: number; retimed: boolean }[] };

const lists = realLists();
const read = (file: string): EdlCutList => parseEdl(decodeText(readFileSync(file)).text);

describe.skipIf(lists === null)('the real lists', () => {
  it('are all read, each event line as one event', () => {
    for (const file of lists!) {
      const text = decodeText(readFileSync(file)).text;
      const lines = text
        .split(/\r\n|\r|\n/)
        .filter((line) => /^\s*\d+\s.*(\d\d:\d\d:\d\d:\d\d\s+){3}\d\d:\d\d:\d\d:\d\d/.test(line));
      expect(read(file).events.length, path.basename(file)).toBe(lines.length);
    }
  });

  it('have the structure that pycmx reads: line, reel, tracks, timecodes, clip name, source file', () => {
    const answer = askSecondReader<Record<string, Edit[]>>({ ask: 'structure', paths: lists });
    if (answer === null) return left('pycmx is not installed');
    let compared = 0;
    for (const file of lists!) {
      const { events } = read(file);
      const byLine = new Map(events.map((event) => [event.line, event]));
      for (const edit of answer[file]!) {
        const event = byLine.get(edit.line);
        const name = `${path.basename(file)} line ${edit.line}`;
        expect(event, name).toBeDefined();
        expect(
          [event!.reel, event!.tracks.some((track) => track.startsWith('V')), event!.source, event!.record],
          name,
        ).toEqual([
          edit.reel,
          edit.video,
          { in: edit.source[0], out: edit.source[1] },
          { in: edit.record[0], out: edit.record[1] },
        ]);
        if (edit.video)
          expect([event!.class === 'black', event!.class === 'aux'], name).toEqual([edit.black, edit.aux]);
        if (edit.clip_name && event!.side !== 'from') expect(event!.clipName, name).toBe(edit.clip_name);
        if (edit.source_file && event!.side !== 'from')
          expect(event!.sourceFile, name).toBe(edit.source_file);
        compared++;
      }
      // What pycmx leaves out are only lines without a transition code.
      const seen = new Set(answer[file]!.map((edit) => edit.line));
      expect(
        events
          .filter((event) => !seen.has(event.line!))
          .every((event) => event.transition?.type === 'unknown'),
        path.basename(file),
      ).toBe(true);
    }
    expect(compared).toBeGreaterThan(3000);
  });

  it('have the source ranges that OpenTimelineIO reads where it reads strictly and at normal speed', () => {
    const rates = new Map(lists!.map((file) => [file, read(file).inferredRate!.rate]));
    const answer = askSecondReader<Record<string, { strict: Ranges; lenient: Ranges }>>({
      ask: 'ranges',
      paths: lists!.map((file) => [file, rates.get(file)!.num / rates.get(file)!.den]),
    });
    if (answer === null) return left('OpenTimelineIO is not installed');
    let compared = 0;
    for (const file of lists!) {
      const { strict } = answer[file]!;
      if ('refused' in strict) continue;
      // OpenTimelineIO follows an M2 only where the lengths differ, so retimed events are compared elsewhere.
      const retimed = new Set(
        read(file).events.flatMap((event) =>
          event.motion && event.sourceFrames ? [event.sourceFrames.first, event.sourceFrames.last] : [],
        ),
      );
      const own = read(file)
        .events.filter((event) => event.sourceFrames && !event.dropFrame)
        .map(({ sourceFrames }) => `${sourceFrames!.first}+${sourceFrames!.last - sourceFrames!.first + 1}`);
      for (const clip of strict.clips.filter(
        (one) => !one.retimed && one.count > 0 && !retimed.has(one.first),
      )) {
        if (read(file).frameCodeMode === true) continue; // OpenTimelineIO does not follow FCM.
        expect(own, path.basename(file)).toContain(`${clip.first}+${clip.count}`);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('are the same after parse, write, parse', () => {
    for (const file of lists!) {
      const first = read(file);
      const second = parseEdl(writeEdl(first));
      expect(
        second.events.map((event) => ({ ...event, line: 0 })),
        path.basename(file),
      ).toEqual(first.events.map((event) => ({ ...event, line: 0 })));
    }
  });
});

it.runIf(lists === null)('the real lists are not beside the project, so they were not compared', () =>
  expect(lists).toBeNull(),
);
