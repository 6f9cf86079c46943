import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A constant or changing speed as Final Cut Pro 7 and Premiere write it. */
type Remap = { speed?: number; reverse?: boolean; keyframes?: [when: number, value: number][] };

/** A Final Cut Pro 7 XML of one picture track at 23.976; in and out count in the clip's own, retimed, time. */
export function fcp7Xml(
  uses: {
    name: string;
    /** Of the first frame shown, also where a dissolve shows it before the cut. */
    in: number;
    frames: number;
    remap?: Remap;
    /** Into this use, half of it before the cut. */
    dissolveFrames?: number;
  }[],
): string {
  const rate = '<rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate>';
  const parameter = (id: string, value: string | number, more = '') =>
    `<parameter><parameterid>${id}</parameterid><name>${id}</name><value>${value}</value>${more}</parameter>`;
  let at = 0;
  const items = uses.map(({ name, in: first, frames, remap, dissolveFrames }, index) => {
    const start = at;
    at += frames;
    const keyframes = (remap?.keyframes ?? []).map(
      ([when, value]) => `<keyframe><when>${when}</when><value>${value}</value></keyframe>`,
    );
    const filter = remap
      ? `<filter><effect><name>Time Remap</name><effectid>timeremap</effectid><effecttype>motion</effecttype><mediatype>video</mediatype>${parameter('variablespeed', keyframes.length > 0 ? 1 : 0)}${parameter('speed', remap.speed ?? 100)}${parameter('reverse', remap.reverse ? 'TRUE' : 'FALSE')}${keyframes.length > 0 ? parameter('graphdict', 0, keyframes.join('')) : ''}</effect></filter>`
      : '';
    const half = (dissolveFrames ?? 0) / 2;
    const transition = dissolveFrames
      ? `<transitionitem>${rate}<start>${start - half}</start><end>${start + half}</end><alignment>center</alignment><effect><name>Cross Dissolve</name><effectid>Cross Dissolve</effectid><effecttype>transition</effecttype><mediatype>video</mediatype></effect></transitionitem>`
      : '';
    const [begin, end] = [dissolveFrames ? -1 : start, uses[index + 1]?.dissolveFrames ? -1 : at];
    return `${transition}<clipitem id="c${index}"><name>${name}</name><duration>240</duration>${rate}<start>${begin}</start><end>${end}</end><in>${first}</in><out>${first + frames}</out><file id="f${index}"><name>${name}.mov</name><pathurl>file://localhost/media/${name}.mov</pathurl>${rate}<duration>240</duration><timecode>${rate}<string>10:00:00:00</string><frame>864000</frame><displayformat>NDF</displayformat></timecode><media><video/></media></file>${filter}</clipitem>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE xmeml><xmeml version="4"><sequence id="s"><name>cut</name><duration>${at}</duration>${rate}<timecode>${rate}<string>01:00:00:00</string><frame>86400</frame><displayformat>NDF</displayformat></timecode><media><video><track>${items.join('')}</track></video></media></sequence></xmeml>`;
}

/** Writes an AAF by pyaaf2: one picture track at 24, each use over its master clip, with Avid's Motion Control where `map` is given. */
export function writeAaf(
  python: string,
  file: string,
  uses: { name: string; first: number; frames: number; map?: [at: number, offset: number][] }[],
): void {
  const run = spawnSync(python, [join(import.meta.dirname, 'write-aaf.py'), file], {
    input: JSON.stringify(uses),
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
}
