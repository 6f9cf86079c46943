import type { Thresholds } from '../../schemas/engine.ts';
import { type Fault, fault } from './fault.ts';
import type { ComparedPicture } from './picture.ts';

/** Header values that differ, each by its name; timecode and a lost alpha channel by names of their own. */
export function headerFaults(x: ComparedPicture, y: ComparedPicture, { ignoredHeader }: Thresholds): Fault[] {
  if (!x.header || !y.header) return [];
  const isOneSize = x.width === y.width && x.height === y.height;
  const names = [...new Set([...Object.keys(x.header), ...Object.keys(y.header)])]
    .filter((name) => !ignoredHeader.includes(name))
    // Another size is told as that.
    .filter((name) => isOneSize || !/^(data|display)Window$/.test(name))
    .sort();
  return names.flatMap((name) => {
    const [before, after] = [x.header?.[name] ?? null, y.header?.[name] ?? null];
    if (before === after) return [];
    const technical = { name, a: before, b: after };
    if (name === 'channels') return channelFault(x.frame, before, after, technical);
    const isTimecode = name === 'timeCode';
    const told = (value: string | null) =>
      value === null ? 'absent' : `«${isTimecode ? (timecodeText(value) ?? value) : value}»`;
    return [
      fault(
        isTimecode ? 'timecode' : 'header',
        x.frame,
        `${name}: ${told(before)} against ${told(after)}`,
        technical,
      ),
    ];
  });
}

function channelFault(
  frame: number,
  before: string | null,
  after: string | null,
  technical: Fault['technical'],
): Fault[] {
  const [first, second] = [channelNames(before), channelNames(after)];
  const [lost, come] = [
    first.filter((each) => !second.includes(each)),
    second.filter((each) => !first.includes(each)),
  ];
  const told = [
    ...(lost.length > 0 ? [`only the first set has the channel ${lost.join(', ')}`] : []),
    ...(come.length > 0 ? [`only the second set has the channel ${come.join(', ')}`] : []),
  ].join(', ');
  if (told === '') return [fault('header', frame, `channels: ${before} against ${after}`, technical)];
  const isAlpha = [...lost, ...come].some((name) => /^(.*\.)?(A|alpha)$/i.test(name));
  return [fault(isAlpha ? 'alpha' : 'header', frame, told, technical)];
}

function channelNames(value: string | null): string[] {
  return [...(value ?? '').matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name!);
}

/** `HH:MM:SS:FF` of the packed number that an OpenEXR header has; null for any other form. Source: SMPTE ST 12-1, ImfTimeCode.h. */
function timecodeText(value: string): string | null {
  const packed = /"timeAndFlags":(\d+)/.exec(value)?.[1];
  if (packed === undefined) return null;
  const bits = Number(packed);
  const two = (shift: number, tensMask: number) =>
    `${(bits >>> (shift + 4)) & tensMask}${(bits >>> shift) & 15}`;
  const mark = (bits >>> 6) & 1 ? ';' : ':';
  return `${two(24, 3)}:${two(16, 7)}:${two(8, 7)}${mark}${two(0, 3)}`;
}
