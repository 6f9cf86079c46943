import { EXPORTED, exportConfig } from '../engine/open/export-config.ts';
import { writeCtf } from '../engine/open/write-ctf.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import type { Amf } from '../standards/amf/amf.ts';
import { PINNED_CONFIG } from '../standards/amf/pinned-config.ts';
import type { ColorPipeline } from '../standards/amf/resolve-pipeline.ts';
import type { Output } from './context.ts';

/** Writes what is not yet applied as a CTF, or says that it cannot be. */
export async function exportCtf(
  pipeline: ColorPipeline,
  amf: Amf | null,
  out: string,
  deps: { tools: () => ToolPaths },
  io: Output,
): Promise<void> {
  if (amf === null || pipeline.operations === null) {
    io.stderr(`${out} was not written: the pipeline up to ${pipeline.to} cannot be carried out exactly.\n`);
    return;
  }
  const colour = {
    config: PINNED_CONFIG.uri,
    configSha256: PINNED_CONFIG.sha256,
    decodedSpace: 'Raw',
    steps: pipeline.operations,
    outputSpace: 'Raw',
  };
  await writeCtf(colour, deps.tools(), out);
  io.stderr(`${out}: what is not yet applied, up to ${pipeline.to}.\n`);
}

/** Writes what is not yet applied as a whole OpenColorIO config; looks are named by their place, so that two of one kind are two. */
export async function exportOcio(
  pipeline: ColorPipeline,
  amf: Amf | null,
  name: string,
  out: string,
  io: Output,
): Promise<void> {
  if (amf === null || pipeline.operations === null) {
    io.stderr(`${out} was not written: the pipeline up to ${pipeline.to} cannot be carried out exactly.\n`);
    return;
  }
  const baked = (kind: 'input' | 'look' | 'output') =>
    pipeline.steps.filter((step) => step.baked && step.kind === kind);
  const looks = baked('look').map(({ id, description, operations }, index) => ({
    name: `AMF look ${index + 1}`,
    description: [description, id ?? 'CDL'].filter((part) => part !== null).join(': '),
    steps: operations!,
  }));
  const [output] = baked('output');
  const applied = pipeline.steps
    .filter((step) => step.applied)
    .map(({ kind, id }) => `${kind} ${id ?? 'CDL'}`);
  const description = [
    `What ${name} has not yet applied, up to ${pipeline.to}.`,
    `Pictures are in "${EXPORTED.source}"${baked('input').length === 0 ? ', which is ACES2065-1' : ''}${applied.length === 0 ? '' : `; applied already: ${applied.join(', ')}`}.`,
    ...(output ? [`Look through display "${EXPORTED.display}", view "${EXPORTED.view}".`] : []),
  ];
  const parts = {
    name: `${name.replace(/\.amf$/i, '')} to ${pipeline.to}`,
    description: description.join('\n'),
    input: baked('input').flatMap(({ operations }) => operations!),
    ...{ looks, output: output?.operations ?? null },
  };
  await exportConfig(parts, out);
  io.stderr(`${out}: what is not yet applied, up to ${pipeline.to}.\n`);
}
