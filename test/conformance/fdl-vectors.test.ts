import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyTemplate } from '../../standards/fdl/apply-template.ts';
import { decideFraming } from '../../standards/fdl/decide-framing.ts';
import type { Canvas, CanvasTemplate, FramingDecision } from '../../standards/fdl/fdl-document.ts';
import { readFdl } from '../../standards/fdl/read-fdl.ts';
import { fdlRound, type Rounding } from '../../standards/fdl/round.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/fdl');
const isThere = existsSync(FOLDER);
const data = (name: string) =>
  isThere ? JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) : { vectors: [], columns: [] };

/** A vector as its file has it. */
// biome-ignore lint/suspicious/noExplicitAny: vectors are plain data of another project, checked by what they are compared with
type Vector = { label: string } & Record<string, any>;
const cases = (name: string): [string, Vector][] =>
  data(name).vectors.map((vector: Vector) => [vector.label, vector]);

/** Nulls of the vectors stand for absent members. */
function present<T>(record: object): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) as T;
}

describe.skipIf(!isThere)('the vectors of ascmitc/fdl (skipped where the shared data is absent)', () => {
  it.each(cases('template_vectors.json'))('template: %s', (_label, vector) => {
    const { source_canvas, source_framing, template, expected } = vector;
    const got = applyTemplate(
      present<Canvas>(source_canvas),
      present<FramingDecision>(source_framing),
      present<CanvasTemplate>(template),
    );
    close(got.scaleFactor, expected.scale_factor);
    sizes(got.boundingBox, expected.scaled_bounding_box);
    points(got.translation, expected.content_translation);
    sizes(got.canvas, expected.output_canvas_dims);
    sizes(got.effective, expected.output_effective_dims);
    points(got.effective, expected.output_effective_anchor);
    sizes(got.framing, expected.output_fd_dims);
    points(got.framing, expected.output_fd_anchor);
    expect(got.protection !== null).toBe(expected.output_has_protection);
    if (got.protection) {
      sizes(got.protection, expected.output_protection_dims);
      points(got.protection, expected.output_protection_anchor);
    }
  });

  it.each(cases('from_intent_vectors.json'))('intent: %s', (_label, vector) => {
    const canvas = {
      dimensions: vector.canvas_dims,
      effective_dimensions: vector.working_dims,
      anamorphic_squeeze: vector.squeeze,
    };
    const got = decideFraming(
      canvas,
      { aspect_ratio: vector.aspect_ratio, protection: vector.protection },
      vector.rounding,
    );
    const { has_protection, ...expected } = vector.expected;
    expect(got.protection_dimensions !== null).toBe(has_protection);
    expect(got).toEqual(expected);
  });

  it('rounding: all values in all modes', () => {
    const { columns, vectors } = data('rounding_vectors.json');
    for (const { value, expected } of vectors) {
      for (const [i, column] of columns.entries()) {
        const [mode, even] = column.split('/');
        expect(fdlRound(value, { mode, even } as Rounding), `${value} ${column}`).toBe(
          expected[i] === 0 ? 0 : expected[i],
        );
      }
    }
  });

  it.each([
    ['7.4.9', {}, { canvas: [4266, 2970] }],
    ['7.4.10, cropped', { maximum_dimensions: { width: 4096, height: 2160 } }, { canvas: [4096, 2160] }],
    [
      '7.4.11, padded',
      { maximum_dimensions: { width: 5000, height: 3496 }, pad_to_maximum: true },
      { canvas: [5000, 3496] },
    ],
  ])('the worked example of the specification: %s', (_clause, change, expected) => {
    const { fdl, problems } = readFdl(
      readFileSync(join(FOLDER, 'spec_7_4_9_worked_example.fdl'), 'utf8'),
      'worked',
    );
    expect(problems).toEqual([]);
    const canvas = fdl!.contexts![0]!.canvases![0]!;
    const got = applyTemplate(canvas, canvas.framing_decisions![0]!, {
      ...fdl!.canvas_templates![0]!,
      ...change,
    });
    expect([got.canvas.width, got.canvas.height]).toEqual(expected.canvas);
  });

  it('the example of appendix A is valid', () => {
    expect(readFdl(readFileSync(join(FOLDER, 'spec_appendix_A.fdl'), 'utf8'), 'A').problems).toEqual([]);
  });
});

it('1716 lines scaled to 1920 of 4096 are 804.375 lines, not the 806 of a float factor', () => {
  const canvas = { id: 'A', source_canvas_id: 'A', dimensions: { width: 4096, height: 2160 } };
  const framing = {
    id: 'A-F',
    framing_intent_id: 'F',
    dimensions: { width: 4096, height: 1716 },
    anchor_point: { x: 0, y: 222 },
  };
  const template: CanvasTemplate = {
    id: 'T',
    target_dimensions: { width: 1920, height: 1080 },
    target_anamorphic_squeeze: 1,
    fit_source: 'framing_decision.dimensions',
    fit_method: 'width',
    maximum_dimensions: { width: 1920, height: 1080 },
    pad_to_maximum: true,
    round: { even: 'even', mode: 'up' },
  };
  expect(applyTemplate(canvas, framing, template).framing).toEqual({
    x: 0,
    y: 137.8125,
    width: 1920,
    height: 804.375,
  });
});

function close(got: number, expected: number): void {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-6);
}

function sizes(got: { width: number; height: number }, expected: { width: number; height: number }): void {
  close(got.width, expected.width);
  close(got.height, expected.height);
}

function points(got: { x: number; y: number }, expected: { x: number; y: number }): void {
  close(got.x, expected.x);
  close(got.y, expected.y);
}
