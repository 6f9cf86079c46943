import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fdlCommand } from '../../cli/fdl.ts';
import { makeFdl } from '../standards/fdl/make-fdl.ts';

const folder = mkdtempSync(join(tmpdir(), 'fdl-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(document: unknown, action: string, ...args: string[]) {
  const file = join(folder, 'a.fdl');
  writeFileSync(file, JSON.stringify(document));
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
  };
  return { exitCode: await fdlCommand([action, file, ...args], io), stdout, stderr };
}

describe('rushes fdl', () => {
  it('apply prints the FDL of the new canvas beside its source, and nothing else', async () => {
    const { exitCode, stdout } = await run(makeFdl(), 'apply', '--template', 'VFX');
    expect(exitCode).toBe(0);
    const { contexts } = JSON.parse(stdout);
    expect(contexts).toHaveLength(1);
    expect(contexts[0].canvases.map((canvas: { id: string }) => canvas.id)).toEqual(['CV', 'CV_VFX']);
    expect(await run(JSON.parse(stdout), 'validate')).toMatchObject({ exitCode: 0, stdout: 'valid\n' });
  });

  it('apply gives the same bytes again', async () => {
    const one = await run(
      makeFdl(),
      'apply',
      '--template',
      'VFX',
      '--context',
      'A camera',
      '--canvas',
      'CV',
      '--decision',
      'CV-FI',
    );
    expect((await run(makeFdl(), 'apply', '--template', 'VFX')).stdout).toBe(one.stdout);
  });

  it('validate tells every fault and answers with 10', async () => {
    const bad = makeFdl({ decision: { dimensions: { width: 4096, height: 2400 } } });
    const { exitCode, stdout } = await run(bad, 'validate', '--json');
    expect(exitCode).toBe(10);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      kind: 'fdl-verdict',
      ok: false,
      findings: [{ code: 'document-invalid' }],
    });
  });

  it('apply refuses an FDL that is not valid, and a template that is not there', async () => {
    const bad = await run(makeFdl({ decision: { id: 'XX-FI' } }), 'apply', '--template', 'VFX');
    expect(bad).toMatchObject({ exitCode: 10, stdout: '' });
    expect(bad.stderr).toMatch(/must be "CV-FI"/);
    await expect(run(makeFdl(), 'apply', '--template', 'NONE')).rejects.toMatchObject({ code: 'not-found' });
    await expect(run(makeFdl(), 'apply')).rejects.toMatchObject({ code: 'input-invalid' });
  });
});
