import { execFileSync } from 'node:child_process';
import { toolPath } from '../support/tools.ts';

/** Header values as OpenEXR's own `exrinfo` prints them, the timecode spelled out; a reader that is not ours. */
export function readHeader(path: string): Record<string, string | undefined> {
  const text = execFileSync(toolPath('exrinfo'), ['-v', path], { encoding: 'utf8' });
  const header: Record<string, string | undefined> = {};
  for (const match of text.matchAll(/^ {2}([\w:]+): (\w+) (.*)$/gm))
    header[match[1]!] = spelledOut(match[2]!, match[3]!);
  const packed = /^time (\d+)/.exec(header.timeCode ?? '')?.[1];
  if (packed !== undefined) header.timecode = spelled(Number(packed));
  return header;
}

function spelledOut(type: string, text: string): string {
  if (type === 'string' || type === 'compression') return /'(.*)'/.exec(text)?.[1] ?? text;
  if (type === 'box2i') return / (\d+ x \d+)$/.exec(text)?.[1] ?? text;
  return type === 'rational' ? text.replace(/ \(.*$/, '') : text;
}

/** Source: SMPTE ST 12-1, BCD with the drop-frame flag in bit 6. */
function spelled(packed: number): string {
  const two = (shift: number, mask: number) => ((packed >>> shift) & mask).toString(16).padStart(2, '0');
  return `${two(24, 0x3f)}:${two(16, 0x7f)}:${two(8, 0x7f)}${packed & 0x40 ? ';' : ':'}${two(0, 0x3f)}`;
}
