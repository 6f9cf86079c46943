import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PipelineError } from '../../schemas/failure.ts';
import { type AppliedTemplate, applyTemplate } from '../../standards/fdl/apply-template.ts';
import type { Canvas, CanvasTemplate, FramingDecision } from '../../standards/fdl/fdl-document.ts';
import { toolPath } from '../support/tools.ts';

type Expected = {
  error?: string;
  canvas: number[];
  translation: number[];
  box: number[];
  factor: number;
  layers: (number[] | null)[];
};
/** A number, or that a layer is not there. */
type Told = number | 'absent';
type Case = { canvas: Canvas; decision: FramingDecision; template: CanvasTemplate; expected: Expected };

it('4000 random framings through random templates come to what exact fractions give, to a millionth', () => {
  const script = join(import.meta.dirname, 'fdl-exact.py');
  const printed = execFileSync(toolPath('python'), [script, '20260228', '4000'], { maxBuffer: 64 * 2 ** 20 });
  const cases = JSON.parse(printed.toString('utf8')) as Case[];
  const applied = cases.filter(({ expected }) => expected.error === undefined);
  expect(applied.length).toBeGreaterThan(2000);
  for (const one of cases) {
    const about = JSON.stringify(one);
    const got = applyOrNull(one);
    expect(got === null, about).toBe(one.expected.error !== undefined);
    if (got === null) continue;
    const [wanted, found] = [one.expected, flat(got)];
    const all = [...wanted.canvas, ...wanted.translation, ...wanted.box, wanted.factor];
    const expected: Told[] = [
      ...all,
      ...wanted.layers.slice(1).flatMap((layer): Told[] => layer ?? ['absent']),
    ];
    expect(found.length, about).toBe(expected.length);
    for (const [i, value] of expected.entries()) {
      if (typeof value === 'string') expect(found[i], about).toBe(value);
      else expect(Math.abs((found[i] as number) - value), about).toBeLessThan(1e-6);
    }
  }
});

function applyOrNull({ canvas, decision, template }: Case): AppliedTemplate | null {
  try {
    return applyTemplate(canvas, decision, template);
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'input-invalid') return null;
    throw error;
  }
}

function flat({ canvas, translation, boundingBox, scaleFactor, ...layers }: AppliedTemplate): Told[] {
  const { effective, protection, framing } = layers;
  return [
    ...[canvas.width, canvas.height, translation.x, translation.y, boundingBox.width, boundingBox.height],
    scaleFactor,
    ...[effective, protection, framing].flatMap((layer): Told[] =>
      layer ? [layer.x, layer.width, layer.y, layer.height] : ['absent'],
    ),
  ];
}
