import type { Finding } from '../../schemas/finding.ts';
import type { Amf } from '../../standards/amf/amf.ts';
import { type AmfFiles, NO_FILES } from '../../standards/amf/amf-files.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { countUpTo, type PipelineStep, resolvePipeline } from '../../standards/amf/resolve-pipeline.ts';

/** The AMF of a turnover, read and resolved once for all its plates. */
export type AmfSource = {
  name: string;
  text: string;
  /** null when a part of it leaves a doubt; then no plate can be made, and `problems` say why. */
  amf: Amf | null;
  /** One per transform of the pipeline, in order. */
  steps: PipelineStep[];
  /** Transforms before the working location, or before the looks where there is none. */
  workingCount: number;
  problems: Finding[];
  /** Files that the AMF names and that were there, for the delivered AMF to stand beside. */
  files: { path: string; text: string }[];
};

/**
 * Reads the AMF that came with a turnover.
 * @param files those beside it, by relative path
 * @throws PipelineError unreadable when it is no well-formed XML
 */
export async function readAmfSource(
  text: string,
  name: string,
  files: AmfFiles = NO_FILES,
): Promise<AmfSource> {
  const { amf, problems } = readAmf(text, name);
  if (amf === null) return { name, text, amf, steps: [], workingCount: 0, problems, files: [] };
  const read: AmfSource['files'] = [];
  const pipeline = await resolvePipeline(amf, 'display', remembering(files, read), name);
  return {
    name,
    text,
    amf,
    steps: pipeline.steps,
    workingCount: countUpTo(amf, 'working'),
    problems: [...problems, ...pipeline.problems],
    files: read,
  };
}

function remembering(files: AmfFiles, read: AmfSource['files']): AmfFiles {
  return {
    async read(path) {
      const bytes = await files.read(path);
      const isNew = bytes !== null && !read.some((file) => file.path === path);
      if (isNew) read.push({ path, text: Buffer.from(bytes).toString('utf8') });
      return bytes;
    },
  };
}
