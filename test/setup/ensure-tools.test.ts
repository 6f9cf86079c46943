import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ToolsFile } from '../../setup/tools.mjs';
import { survivors } from '../support/worker-process.ts';

const TOOLS = new URL('../../setup/tools.mjs', import.meta.url).href;
const STAND_INS = new URL('./stand-in-programs.mjs', import.meta.url).pathname;
const DEBIAN = ['ffmpeg', 'ffprobe', 'dcraw_emu', 'raw-identify', 'perl'];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-tools-'));
  // PostgreSQL's programs must be reachable for another user, as on a real machine.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'bin'));
  for (const name of [...DEBIAN, 'dpkg-query', 'apt-get', 'cc', 'go', 'python3']) addProgram(name);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function addProgram(name: string): void {
  const script = `#!/bin/sh\nexec '${process.execPath}' '${STAND_INS}' ${name} '${folder}' "$@"\n`;
  writeFileSync(join(folder, 'bin', name), script, { mode: 0o755 });
}

function removeProgram(...names: string[]): void {
  for (const name of names) rmSync(join(folder, 'bin', name));
}

/** Runs set-up for the product in a process of its own, which sees only the stand-in programs. */
function setUp({ uid = 1000 } = {}): { code: number | null; error: string; tools: string[] } {
  const code = `process.getuid = () => ${uid};
    const { ensureTools } = await import('${TOOLS}');
    await ensureTools({ for: 'run', log: () => {} }).catch((error) => { console.log(error.message); process.exit(21); });`;
  const env = { PATH: join(folder, 'bin'), RUSHES_CACHE: join(folder, 'cache') };
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', code], { env, encoding: 'utf8' });
  const toolsFile = join(folder, 'cache', 'tools.json');
  const file = existsSync(toolsFile) ? (JSON.parse(readFileSync(toolsFile, 'utf8')) as ToolsFile) : null;
  return {
    code: ended.status,
    error: ended.stdout + ended.stderr,
    tools: Object.keys(file?.tools ?? {}).sort(),
  };
}

const calls = () => readFileSync(join(folder, 'calls.log'), 'utf8').trim().split('\n');
const OTHERS = [
  'exr-frames',
  'hash-files',
  'initdb',
  'ociobakelut',
  'ociocheck',
  'ociowrite',
  'oiiotool',
  'postgres',
  'temporal',
  'versitygw',
];

test('an empty cache is filled, and the second time no program is run', () => {
  expect(setUp()).toEqual({ code: 0, error: '', tools: [...DEBIAN, ...OTHERS].sort() });
  const before = calls().length;
  expect(setUp().code).toBe(0);
  expect(calls().length).toBe(before);
});

test('without root, missing Debian programs are named in one sentence and all else is installed', () => {
  removeProgram('ffmpeg', 'ffprobe', 'perl');
  const { code, error, tools } = setUp();
  expect(code).toBe(21);
  expect(error).toBe(
    'Debian packages are missing: run `sudo apt-get install -y ffmpeg perl` and start again.\n',
  );
  expect(tools).toEqual([...OTHERS, 'dcraw_emu', 'raw-identify'].sort());
});

test('as root they are installed without a question, after reading the lists', () => {
  removeProgram('ffmpeg', 'ffprobe');
  expect(setUp({ uid: 0 })).toMatchObject({ code: 0, error: '' });
  const apt = calls().filter((line) => line.startsWith('apt-get'));
  expect(apt.map((line) => line.split(' ')[1])).toEqual(['update', 'install']);
  expect(apt[1]).toContain('-y');
  expect(apt[1]).toMatch(/ ffmpeg$/);
});

test('a program of a version outside the accepted ones does not count, and is said to be so', () => {
  writeFileSync(join(folder, 'old-ffmpeg'), '');
  const { code, error, tools } = setUp();
  expect(code).toBe(21);
  expect(error).toContain('sudo apt-get install -y ffmpeg');
  expect(error).toContain(`ffmpeg >=5.1 <10 is needed; ${join(folder, 'bin', 'ffmpeg')} is 4.4.2.`);
  expect(tools).not.toContain('ffmpeg');
});

test('an ffmpeg without exact colour conversion does not count, and is said to be so', () => {
  writeFileSync(join(folder, 'ffmpeg-without-zimg'), '');
  const { code, error } = setUp({ uid: 0 });
  expect(code).toBe(21);
  expect(error).toContain('was built without --enable-libzimg');
});

test('a download that breaks off is reported, and the next run heals it', () => {
  writeFileSync(join(folder, 'download-breaks-off'), '');
  const broken = setUp();
  expect(broken.code).toBe(21);
  expect(broken.error).toContain('IncompleteRead');
  expect(broken.tools).toContain('temporal');
  expect(broken.tools).not.toContain('ociowrite');
  rmSync(join(folder, 'download-breaks-off'));
  expect(setUp()).toMatchObject({ code: 0, error: '' });
});

test('a set-up killed while it builds leaves nothing half-made behind for the next one', async () => {
  writeFileSync(join(folder, 'kill-while-building-temporal'), '');
  expect(setUp().code).toBeNull();
  // What it had started beside goes on for a moment without it.
  expect(await survivors([], folder)).toEqual([]);
  expect(existsSync(join(folder, 'cache', 'setup.lock'))).toBe(true);
  rmSync(join(folder, 'kill-while-building-temporal'));
  expect(setUp()).toMatchObject({ code: 0, error: '' });
  expect(readdirSync(join(folder, 'cache', 'bin')).sort()).toEqual(['temporal', 'versitygw']);
  expect(existsSync(join(folder, 'cache', 'setup.lock'))).toBe(false);
});

test('a program that was removed or replaced is noticed and brought back', () => {
  setUp();
  const temporal = join(folder, 'cache', 'bin', 'temporal');
  rmSync(temporal);
  expect(setUp().code).toBe(0);
  expect(existsSync(temporal)).toBe(true);
  writeFileSync(temporal, '#!/bin/sh\necho "temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)"\n', {
    mode: 0o755,
  });
  expect(setUp().code).toBe(0);
  expect(readFileSync(temporal, 'utf8')).toContain('stand-in-programs');
});

test("another checkout's set-up of the same cache does not change which pixel programs this one runs", () => {
  setUp();
  const toolsFile = join(folder, 'cache', 'tools.json');
  const file = JSON.parse(readFileSync(toolsFile, 'utf8')) as ToolsFile;
  const own = file.tools.oiiotool?.path;
  const theirs = { path: '/another/oiiotool', version: '3.9.9.9', sizeBytes: 1, mtimeMs: 1 };
  const maker = { path: '/opt/red/REDline', version: '66', sizeBytes: 1, mtimeMs: 1 };
  const tools = { ...file.tools, oiiotool: theirs, REDline: maker };
  writeFileSync(toolsFile, JSON.stringify({ ...file, table: 'of another checkout', tools }));
  expect(readThere().oiiotool).toMatchObject({ path: own, version: '3.2.2.0' });
  setUp();
  expect(readThere()).toMatchObject({ oiiotool: { path: own }, REDline: maker });
});

/** What `readTools` of this checkout says of the cache. */
function readThere(): ToolsFile['tools'] {
  const code = `const { readTools } = await import('${TOOLS}'); console.log(JSON.stringify(readTools().tools));`;
  const env = { PATH: process.env.PATH, RUSHES_CACHE: join(folder, 'cache') };
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', code], { env, encoding: 'utf8' });
  return JSON.parse(ended.stdout) as ToolsFile['tools'];
}
