import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAmf } from '../../standards/amf/read-amf.ts';
import {
  cdlLook,
  cdlNodes,
  inputById,
  LOGC4,
  lookByFile,
  lookById,
  makeAmf,
  outputById,
  REC709,
  RGC,
} from '../standards/amf/make-amf.ts';
import { toolPaths } from '../support/tools.ts';

const DATA = join(import.meta.dirname, '../../../shared/data/amf');
const XSD = join(DATA, 'schema-v2/acesMetadataFile.xsd');
const xmllint = toolPaths().xmllint;
const folder = mkdtempSync(join(tmpdir(), 'amf-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the reference schema says, of many documents in one run. */
function schemaVerdicts(texts: string[]): boolean[] {
  const files = texts.map((text, i) => {
    const file = join(folder, `${i}.amf`);
    writeFileSync(file, text);
    return file;
  });
  let output = '';
  try {
    execFileSync(xmllint!, ['--noout', '--nonet', '--schema', XSD, ...files], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return texts.map(() => true);
  } catch (error) {
    output = (error as { stderr: string }).stderr;
  }
  return files.map((file) => output.includes(`${file} validates`));
}

/** Valid by our reader: nothing but what we know to be a gap of the schema, or no concern of it. */
function ourVerdict(text: string): boolean {
  try {
    return !readAmf(text, 'a').problems.some((problem) => problem.severity === 'error');
  } catch {
    return false;
  }
}

const FULL = `${inputById(LOGC4, 'true')}${lookById(RGC)}<aces:workingLocation/>${cdlLook()}${lookByFile('a.clf')}${cdlLook({ nodes: '<cdl:ColorCorrectionRef ref="x"/><aces:file>a.ccc</aces:file>' })}${cdlLook({ to: null, nodes: cdlNodes({}, ['ASC_SOP', 'ASC_SAT']) })}${outputById(REC709)}`;
const CLIP =
  '<aces:clipId><aces:clipName>A</aces:clipName><aces:sequence idx="#" min="1" max="9">A.#.exr</aces:sequence></aces:clipId>';

describe.skipIf(!existsSync(XSD) || !xmllint)(
  'the reference schema of AMF 2.0 (skipped without the shared data or xmllint)',
  () => {
    it('and our reader agree on every official example', () => {
      const names = readdirSync(join(DATA, 'examples-v2')).filter((name) => name.endsWith('.amf'));
      const texts = names.map((name) => readFileSync(join(DATA, 'examples-v2', name), 'utf8'));
      expect(texts.map(ourVerdict)).toEqual(schemaVerdicts(texts));
    });

    it('and our reader agree on documents with an element left out, doubled, moved or renamed', () => {
      const whole = makeAmf({ pipeline: FULL, clipId: CLIP });
      const texts = [whole, ...mutations(whole)];
      // The schema allows any number of working locations; with two nobody knows where the hand-off is.
      const expected = schemaVerdicts(texts).map(
        (valid, i) => valid && !texts[i]!.includes('<!--twice <aces:workingLocation/>'),
      );
      expect(expected[0]).toBe(true);
      const got = texts.map(ourVerdict);
      const differing = texts.flatMap((text, i) =>
        got[i] === expected[i]
          ? []
          : [
              `schema ${expected[i]}, ours ${got[i]}: ${text.slice(text.indexOf('<!--') + 4, text.indexOf('-->'))}`,
            ],
      );
      expect(differing).toEqual([]);
      expect(expected.filter(Boolean).length).toBeGreaterThan(5);
    });
  },
);

/** Every element of the document left out, doubled, swapped with the next, and renamed; attributes removed and spoilt. */
function mutations(text: string): string[] {
  const elements = [
    ...text.matchAll(/<(aces|cdl):(\w+)[^>]*?(?:\/>|>(?:[^<]*<\/\1:\2>|[\s\S]*?<\/\1:\2>))/g),
  ];
  const spans = elements.flatMap((match) => [match, ...inner(match[0], match.index)]);
  const results: string[] = [];
  for (const { 0: whole, index } of spans) {
    const replace = (what: string, by: string) =>
      results.push(
        `${text.slice(0, index)}${by}${text.slice(index + whole.length)}`.replace(
          '?>',
          `?><!--${what} ${whole.replace(/\s+/g, ' ').replaceAll('--', '').slice(0, 120)}-->`,
        ),
      );
    replace('without', '');
    replace('twice', whole + whole);
    replace(
      'renamed',
      whole
        .replaceAll(/(<\/?(?:aces|cdl):)(\w+)(?=[^<]*$|[\s>/])/g, (m, open, name, at) =>
          at === 0 || m.startsWith('</') ? `${open}${name}X` : m,
        )
        .replace(/<(\/?)(aces|cdl):(\w+)X?/, '<$1$2:$3X'),
    );
    for (const attribute of whole
      .slice(0, whole.indexOf('>'))
      .match(/\b(applied|ref|idx|min|max|version)="[^"]*"/g) ?? []) {
      replace(`without ${attribute}`, whole.replace(` ${attribute}`, ''));
      replace(`spoilt ${attribute}`, whole.replace(attribute, attribute.replace(/"[^"]*"/, '"maybe"')));
    }
    const next = spans.find((other) => other.index === index + whole.length);
    if (next)
      results.push(
        `${text.slice(0, index)}${next[0]}${whole}${text.slice(index + whole.length + next[0].length)}`.replace(
          '?>',
          `?><!--swapped ${whole.replace(/\s+/g, ' ').slice(0, 80)} and ${next[0].slice(0, 60)}-->`,
        ),
      );
  }
  return results;
}

function inner(whole: string, offset: number): (RegExpMatchArray & { index: number })[] {
  const start = whole.indexOf('>') + 1;
  const body = whole.slice(start, whole.lastIndexOf('</'));
  if (!body.includes('<')) return [];
  const children = [...body.matchAll(/<(aces|cdl):(\w+)[^>]*?(?:\/>|>[\s\S]*?<\/\1:\2>)/g)];
  return children.flatMap((match) => {
    const shifted = Object.assign(match, { index: offset + start + match.index });
    return [shifted, ...inner(match[0], shifted.index)];
  });
}
