import type { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import { type DeliverableSpec, type ProxySpec, Recipe } from '../../schemas/recipe.ts';
import type { MasteringDisplay } from '../../schemas/segment-job.ts';
import { canonicalJson } from '../../standards/hash/canonical-json.ts';
import { displayFaults } from './display-views.ts';
import { checkTemplate } from './naming.ts';
import { acescgPlates } from './recipes/acescg-plates.ts';
import { colourManaged } from './recipes/colour-managed.ts';
import { colourManagedJ2k } from './recipes/colour-managed-j2k.ts';
import { dpxLog } from './recipes/dpx-log.ts';
import { editorialProxy } from './recipes/editorial-proxy.ts';
import { st2065Strict } from './recipes/st2065-4-strict.ts';
import { trimmedOcf } from './recipes/trimmed-ocf.ts';
import { vfxPlates } from './recipes/vfx-plates.ts';
import { vfxTurnover } from './recipes/vfx-turnover.ts';

const SHIPPED: readonly Recipe[] = [
  vfxPlates,
  vfxTurnover,
  st2065Strict,
  acescgPlates,
  dpxLog,
  editorialProxy,
  colourManaged,
  colourManagedJ2k,
  trimmedOcf,
];

/** The recipes that come with Rushes, in the order people see them. */
export function shippedRecipes(): readonly Recipe[] {
  return SHIPPED;
}

/**
 * The shipped recipe of that name.
 * @throws PipelineError not-found, with the names there are
 */
export function findRecipe(name: string): Recipe {
  const found = SHIPPED.find((recipe) => recipe.name === name);
  if (found) return found;
  const names = SHIPPED.map((recipe) => recipe.name);
  throw new PipelineError('not-found', `There is no recipe "${name}". Recipes: ${names.join(', ')}.`, {
    name,
    names,
  });
}

/**
 * Reads a recipe that a person wrote: shape, naming templates, and choices that contradict each other.
 * @throws PipelineError input-invalid with a sentence for each fault: the field, and what was expected
 */
export function readRecipe(document: unknown): Recipe {
  const parsed = Recipe.safeParse(document);
  const faults = parsed.success ? contradictions(parsed.data) : parsed.error.issues.flatMap(shapeFaults);
  if (parsed.success && faults.length === 0) return parsed.data;
  const named = (document as { name?: unknown } | null)?.name;
  const name = typeof named === 'string' ? `"${named}" ` : '';
  const sentence = `The recipe ${name}cannot be used. ${faults.join(' ')}`;
  throw new PipelineError('input-invalid', sentence, { faults });
}

function shapeFaults(issue: z.core.$ZodIssue): string[] {
  const field = issue.path.join('.') || 'the document';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `At ${field}: "${key}" is not a field of a recipe.`);
  return [`At ${field}: ${issue.message.replace(/\.$/, '')}.`];
}

function contradictions(recipe: Recipe): string[] {
  const names = recipe.deliverables.map((spec) => spec.name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const last = String(recipe.numbering.first).length;
  return [
    ...(SHIPPED.some(
      (shipped) => shipped.name === recipe.name && canonicalJson(shipped) !== canonicalJson(recipe),
    )
      ? [`"${recipe.name}" is the name of a shipped recipe, and this one is another; give it its own name.`]
      : []),
    ...(['plate', 'log-plate'].every((kind) => recipe.deliverables.some((spec) => spec.kind === kind))
      ? [
          'It has light and log plates; one AMF goes with a plate and can tell of one of them: make two recipes.',
        ]
      : []),
    ...repeated.map((name) => `Two deliverables are named "${name}"; give each its own name.`),
    ...(last > recipe.numbering.digits
      ? [`The first number, ${recipe.numbering.first}, does not fit ${recipe.numbering.digits} digits.`]
      : []),
    ...(recipe.deliverables.every((spec) => spec.kind === 'still')
      ? ['A recipe of stills alone has nothing to name its folders by; add a plate, a proxy or a trim.']
      : []),
    ...recipe.deliverables.flatMap((spec) =>
      specFaults(spec).map((fault) => `Deliverable "${spec.name}": ${fault}`),
    ),
  ];
}

/** Containers that each movie codec is written in. Source: Apple ProRes and QuickTime; SMPTE ST 2019-4 for DNxHR in MXF. */
const CONTAINERS: Record<ProxySpec['codec'], readonly ProxySpec['container'][]> = {
  'prores-proxy': ['mov', 'mxf'],
  'prores-lt': ['mov', 'mxf'],
  'prores-4444': ['mov', 'mxf'],
  'dnxhr-lb': ['mxf', 'mov'],
  h264: ['mp4', 'mov'],
  jpeg2000: ['mxf'],
};

/** The brightest code there is. Source: SMPTE ST 2084:2014 clause 5.2. */
const MOST_NITS = 10_000;

function masteringFaults({ maxNits, minNits }: MasteringDisplay): string[] {
  if (maxNits > MOST_NITS)
    return [`a mastering display of ${maxNits} cd/m² is beyond the ${MOST_NITS} that PQ can tell.`];
  return minNits < maxNits
    ? []
    : [`its mastering display is darkest at ${minNits} cd/m² and brightest at ${maxNits}.`];
}

function specFaults(spec: DeliverableSpec): string[] {
  const naming = spec.kind === 'still' ? null : checkTemplate(spec.naming);
  const faults = naming === null ? [] : [naming];
  if (spec.kind === 'plate' && spec.container === 'st2065-4') {
    if (spec.compression !== 'none')
      faults.push(
        `ST 2065-4 forbids compression, got "${spec.compression}"; use "none" or the container "openexr".`,
      );
    if (spec.colour !== 'ACES2065-1') faults.push(`ST 2065-4 holds ACES2065-1 only, got "${spec.colour}".`);
  }
  if (spec.kind === 'proxy' && !CONTAINERS[spec.codec].includes(spec.container))
    faults.push(
      `${spec.codec} is not written in ${spec.container}; use ${CONTAINERS[spec.codec].join(' or ')}.`,
    );
  if (spec.kind === 'proxy' && spec.mastering && spec.container !== 'mov')
    faults.push(`the mastering display is told in mov only, not in ${spec.container}; leave it out.`);
  if (spec.kind === 'proxy' && spec.mastering) faults.push(...masteringFaults(spec.mastering));
  if (spec.kind === 'proxy' || spec.kind === 'still') faults.push(...displayFaults(spec));
  return faults;
}
