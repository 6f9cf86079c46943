import { describe, expect, it } from 'vitest';
import { eventKey } from '../../../pipeline/conform/event-key.ts';
import { type MatchOptions, matchEvents } from '../../../pipeline/conform/match.ts';
import type { MatchClip } from '../../../pipeline/conform/match-clip.ts';
import type { EventMatch } from '../../../schemas/turnover.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';
import { cuts, makeClip } from './make-clips.ts';

const INSIDE = '10:00:02:00 10:00:03:00';

function match(text: string, clips: MatchClip[], options: MatchOptions = {}): EventMatch[] {
  return matchEvents(parseEdl(text, { rate: rational(24) }).events, clips, {
    recordRate: rational(24),
    ...options,
  });
}

const ruleOf = ([first]: EventMatch[]) => [first!.verdict, first!.candidates[0]?.rule];

describe('an event finds its clip', () => {
  const clip = makeClip();

  it('by full reel and timecode', () => {
    expect(ruleOf(match(cuts({ reel: clip.clipName, source: INSIDE }), [clip]))).toEqual([
      'matched',
      'reel-and-timecode',
    ]);
    expect(
      ruleOf(
        match(cuts({ reel: 'A001', source: INSIDE }), [
          clip,
          makeClip({ clipName: 'A001C003_240101_R1AB', startTimecode: '11:00:00:00' }),
        ]),
      ),
    ).toEqual(['matched', 'reel-and-timecode']);
  });

  it('by source file, clip name, truncated reel, normalized spelling, in this order', () => {
    const source = INSIDE;
    expect(
      ruleOf(
        match(cuts({ reel: 'TAPE1', source, remarks: [`* SOURCE FILE: ${clip.clipName}.mov`] }), [clip]),
      ),
    ).toEqual(['matched', 'source-file']);
    expect(
      ruleOf(match(cuts({ reel: 'TAPE1', source, remarks: [`* FROM CLIP NAME: ${clip.clipName}`] }), [clip])),
    ).toEqual(['matched', 'clip-name']);
    expect(ruleOf(match(cuts({ reel: 'A001C002', source }), [clip]))).toEqual(['matched', 'truncated-reel']);
    expect(ruleOf(match(cuts({ reel: 'a001c002-240101 r1ab', source }), [clip]))).toEqual([
      'matched',
      'normalized-spelling',
    ]);
    expect(
      ruleOf(
        match(cuts({ reel: 'AX', source, remarks: [`* FROM CLIP NAME: ${clip.clipName}.NEW.01`] }), [clip]),
      ),
    ).toEqual(['matched', 'normalized-spelling']);
    expect(
      ruleOf(
        match(cuts({ reel: 'B0031C01', source }), [makeClip({ clipName: 'B_0031C010_241010_133208_h1C2T' })]),
      ),
    ).toEqual(['matched', 'truncated-reel']);
  });

  it('over midnight', () => {
    const late = makeClip({ startTimecode: '23:59:55:00' });
    for (const source of ['23:59:59:12 00:00:00:12', '00:00:02:00 00:00:03:00', '24:00:02:00 24:00:03:00']) {
      expect(ruleOf(match(cuts({ reel: late.clipName, source }), [late])), source).toEqual([
        'matched',
        'reel-and-timecode',
      ]);
    }
  });

  it('at the rate of the clip, whatever the list counts in', () => {
    const fast = makeClip({ frameRate: rational(48), frameCount: 480 });
    expect(ruleOf(match(cuts({ reel: fast.clipName, source: '10:00:02:40 10:00:03:40' }), [fast]))).toEqual([
      'matched',
      'reel-and-timecode',
    ]);
    const [first] = match(cuts({ reel: clip.clipName, source: '10:00:02:24 10:00:03:24' }), [clip]);
    expect(first).toMatchObject({
      verdict: 'not-found',
      candidates: [{ rejected: expect.stringContaining('frame numbers end at 23') }],
    });
  });
});

describe('two clips that both fit', () => {
  const first = makeClip({ clipId: 'unit-1', rollId: 'AGM/20240101/A001' });
  const second = makeClip({ clipId: 'unit-2', rollId: 'AGM/20240102/A001' });
  const text = cuts({ reel: first.clipName, source: INSIDE });

  it('are ambiguous and never picked silently', () => {
    const [match1] = match(text, [first, second]);
    expect(match1).toMatchObject({ verdict: 'ambiguous', clipId: null });
    expect(match1!.candidates.map(({ clipId, rejected }) => [clipId, rejected])).toEqual([
      ['unit-1', null],
      ['unit-2', null],
    ]);
  });

  it('are told apart by the file name that the list gives', () => {
    const named = { ...second, originalFileNames: ['GX010001.MP4'] };
    const [found] = match(
      cuts({ reel: first.clipName, source: INSIDE, remarks: ['* SOURCE FILE: GX010001.MP4'] }),
      [first, named],
    );
    expect(found).toMatchObject({ verdict: 'matched', clipId: 'unit-2' });
    expect(found!.candidates[1]!.rejected).toContain('file or clip name');
  });

  it('are ambiguous when the reel names one and the file name the other', () => {
    const byReel = makeClip({ clipName: 'A001C002_240101_R1AB' });
    const byFile = makeClip({ clipName: 'B003C007_240101_R2CD' });
    const conflict = cuts({
      reel: byReel.clipName,
      source: INSIDE,
      remarks: [`* SOURCE FILE: ${byFile.clipName}.mov`],
    });
    expect(match(conflict, [byReel, byFile])[0]).toMatchObject({
      verdict: 'ambiguous',
      candidates: [{ rule: 'reel-and-timecode' }, { rule: 'source-file' }],
    });
  });

  it('are decided by a person, whose answer holds for later lists', () => {
    const { events } = parseEdl(text, { rate: rational(24) });
    const decisions = { [eventKey(events[0]!)]: 'unit-2' };
    expect(match(text, [first, second], { decisions })[0]).toMatchObject({
      verdict: 'matched',
      clipId: 'unit-2',
      candidates: [{ rule: 'person', confidence: 1 }],
    });
    const later = cuts({ reel: first.clipName, source: '10:00:05:00 10:00:06:00' });
    expect(match(later, [first, second], { decisions })[0]).toMatchObject({
      verdict: 'matched',
      clipId: 'unit-2',
    });
    const elsewhere = cuts({ reel: first.clipName, source: '12:00:05:00 12:00:06:00' });
    expect(match(elsewhere, [first, second], { decisions })[0]).toMatchObject({ verdict: 'not-found' });
  });

  it('stay ambiguous when people answered differently for different ranges', () => {
    const other = parseEdl(cuts({ reel: first.clipName, source: '10:00:05:00 10:00:06:00' }), {
      rate: rational(24),
    }).events[0]!;
    const decisions = { [eventKey(parseEdl(text).events[0]!)]: 'unit-2', [eventKey(other)]: 'unit-1' };
    expect(
      match(cuts({ reel: first.clipName, source: '10:00:07:00 10:00:08:00' }), [first, second], {
        decisions,
      })[0],
    ).toMatchObject({ verdict: 'ambiguous' });
  });
});

describe('losers have their reason', () => {
  it('a proxy is never matched, alone or beside its original', () => {
    const original = makeClip({ clipId: 'ocf' });
    const proxy = makeClip({ clipId: 'proxy', isProxy: true });
    const text = cuts({ reel: original.clipName, source: INSIDE });
    const [both] = match(text, [proxy, original]);
    expect(both).toMatchObject({ verdict: 'matched', clipId: 'ocf' });
    expect(both!.candidates.find(({ clipId }) => clipId === 'proxy')!.rejected).toContain('proxy');
    expect(match(text, [proxy])[0]).toMatchObject({ verdict: 'not-found', clipId: null });
  });

  it('a clip whose timecode is elsewhere says what was asked and what it has', () => {
    const [found] = match(cuts({ reel: 'A001C002_240101_R1AB', source: '14:00:00:00 14:00:01:00' }), [
      makeClip(),
    ]);
    expect(found).toMatchObject({ verdict: 'not-found' });
    expect(found!.candidates[0]!.rejected).toMatch(/elsewhere.*10:00:00:00/);
  });

  it('a range that reaches over the end of its one clip is matched with half the confidence', () => {
    const [found] = match(cuts({ reel: 'A001C002_240101_R1AB', source: '10:00:09:12 10:00:10:12' }), [
      makeClip(),
    ]);
    expect(found).toMatchObject({ verdict: 'matched', candidates: [{ confidence: 0.5 }] });
  });
});

describe('events that ask for no picture', () => {
  it('are black, audio, titles and empty lines', () => {
    const text = [
      '001  BL V C 00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00',
      `002  A001 AA C ${INSIDE} 01:00:01:00 01:00:02:00`,
      '003  AX V C 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n* FROM CLIP NAME: Main Title',
      '004  AX V C 00:00:00:00 00:00:01:00 01:00:03:00 01:00:04:00',
    ].join('\n');
    expect(match(text, [makeClip()]).map(({ verdict }) => verdict)).toEqual([
      'nothing-to-match',
      'nothing-to-match',
      'nothing-to-match',
      'nothing-to-match',
    ]);
  });

  it('but a camera clip on AX is waited for', () => {
    const text =
      '003  AX V C 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n* FROM CLIP NAME: B007C003_240102_R2CD.mov';
    expect(match(text, [makeClip()])[0]).toMatchObject({ verdict: 'not-found', candidates: [] });
  });

  it('but the empty outgoing line of a dissolve does when no event leads to it', () => {
    const dissolve = [
      '002  A001C002_240101_R1AB V C 10:00:02:00 10:00:02:00 01:00:00:00 01:00:00:00',
      '002  A001C002_240101_R1AB V D 024 10:00:05:00 10:00:07:00 01:00:00:00 01:00:02:00',
    ].join('\n');
    expect(match(dissolve, [makeClip()]).map(({ verdict }) => verdict)).toEqual(['matched', 'matched']);
  });
});
