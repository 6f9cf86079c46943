import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCard } from '../../footage/card.ts';
import { frameTimecode } from '../../footage/clip-spec.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { PackageManifest } from '../../schemas/package.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { withInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';

test('a turnover of log DPX is planned, made, packaged, verified and made again', async () => {
  await withInstallation('log', async (at) => {
    const size = { width: 256, height: 144 };
    const card = await makeCard({
      ...{
        dir: join(at.folder, 'card'),
        kind: 'dpx',
        clips: 1,
        frames: 12,
        seed: 3,
        size,
        tools: toolPaths(),
      },
    });
    await at.startWorker('control,io,media,render', 2);
    const report = await (await at.rushes.ingestRoll({ production: 'LOG', source: card.path })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
    const clip = card.clips[0]!;
    const list = join(at.folder, 'one.edl');
    const uses = [{ clip, first: 4, durationFrames: 4, shotName: 'LOG_010_0010' }];
    writeFileSync(list, makeCutList({ title: 'one', rate: { num: 24, den: 1 }, uses }).edl);
    const common = ['--production', 'LOG', '--recipe', 'dpx-log', '--handles', '2'];
    const known = await at.command('formats', '--production', 'LOG', '--json');
    const [format] = JSON.parse(known.stdout).formats as { formatId: string }[];
    const rule = ['set', format!.formatId, 'inputColorSpace=ARRI LogC3 (EI800)', '--production', 'LOG'];
    const taught = await at.command('formats', ...rule);
    expect(taught.code, taught.stderr).toBe(0);
    const planned = await at.command('turnover', 'plan', list, ...common, '--json');
    expect(planned.code, planned.stdout + planned.stderr).toBe(0);
    const sent = await at.command('turnover', 'submit', list, ...common);
    expect(sent.code, sent.stderr).toBe(0);

    const folder = join(at.folder, 'package');
    expect((await at.command('package', 'export', 'LOG/one/1', folder)).code).toBe(0);
    const checked = await at.command('package', 'verify', folder, '--re-render', '3', '--json');
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    const verdict = JSON.parse(checked.stdout);
    expect(verdict).toMatchObject({ counts: { plates: 1, frames: 8 } });
    expect(verdict.reRendered).toHaveLength(3);

    const manifest = PackageManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
    const [plate] = manifest.plates;
    const files = readdirSync(join(folder, plate!.folder)).sort();
    expect(files[0]).toBe('LOG_010_0010_PL01_v001.1001.dpx');
    expect(files.at(-1)).toBe('LOG_010_0010_PL01_v001.1008.dpx');
    // The codes are the camera's own, frame by frame; the header tells where each comes from.
    for (const [i, file] of files.entries()) {
      const delivered = readFileSync(join(folder, plate!.folder, file));
      const recorded = readFileSync(join(card.path, clip.files[2 + i]!));
      expect(delivered.subarray(2048).equals(recorded.subarray(2048))).toBe(true);
      const info = execFileSync(toolPath('oiiotool'), ['--info', '-v', join(folder, plate!.folder, file)], {
        encoding: 'utf8',
      });
      expect(info).toContain(frameTimecode(clip, 2 + i));
    }
    const text = readFileSync(join(folder, `${plate!.stem}/${plate!.stem}.amf`), 'utf8');
    const { amf } = readAmf(text, 'delivered.amf');
    expect(amf?.pipeline.transforms[0]).toMatchObject({ role: 'input', applied: false });
    expect(text).toContain('LOG_010_0010_PL01_v001.####.dpx');

    truncateSync(join(folder, plate!.folder, files[3]!), 5000);
    const cut = await at.command('package', 'verify', folder, '--json');
    expect(cut.code).toBe(11);
    expect(cut.stdout).toContain('frame-damaged');
  });
});
