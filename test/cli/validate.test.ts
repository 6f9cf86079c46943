import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { validateCommand } from '../../cli/validate.ts';
import { toolPath, toolPaths } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'validate-'));

/** Three small frames with corners of other colours, then these commands of oiiotool. */
function frames(name: string, first: number, commands: string[] = []): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  for (let k = 0; k < 3; k++) {
    const fill = `fill:topleft=0.1,0.2,0.3:topright=0.8,0.1,0.2:bottomleft=0.05,${0.4 + 0.2 * k},0.1:bottomright=1.5,0.9,0.4`;
    const path = join(dir, `plate.${first + k}.exr`);
    execFileSync(toolPath('oiiotool'), [
      '--pattern',
      fill,
      '64x36',
      '3',
      ...commands,
      '-d',
      'half',
      '-o',
      path,
    ]);
  }
  return dir;
}

async function validate(...args: string[]) {
  let out = '';
  const stdout = (text: string) => {
    out += text;
  };
  const io = { stdout, stderr: () => {} };
  return { code: await validateCommand(args, io, { tools: toolPaths() }), out };
}

it('frames that are the same pass, though a workstation counts from elsewhere, and the page and the verdict are kept', async () => {
  const out = join(folder, 'out');
  const { code } = await validate(frames('a', 1), frames('b', 1001), '--out', out);
  expect(code).toBe(0);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('data:image/png;base64,');
  expect(JSON.parse(readFileSync(join(out, 'verdict.json'), 'utf8'))).toMatchObject({
    kind: 'validation-verdict',
    passed: true,
  });
});

it('half a stop ends with the exit code of findings and says what it is', async () => {
  const { code, out } = await validate(join(folder, 'a'), frames('c', 1, ['--mulc', '1.41421356']), '--json');
  expect(code).toBe(10);
  expect(JSON.parse(out).faults[0]).toMatchObject({ code: 'exposure' });
});

it('an engine without a job, and a folder that is not there, are refused in words', async () => {
  await expect(validate('engine:open', join(folder, 'a'))).rejects.toMatchObject({ code: 'input-invalid' });
  await expect(validate('/nowhere', join(folder, 'a'))).rejects.toMatchObject({ code: 'not-found' });
});
