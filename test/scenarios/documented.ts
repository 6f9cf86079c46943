import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutDir } from '../../setup/places.mjs';

const PAGE = readFileSync(join(checkoutDir, 'docs/starting-work.md'), 'utf8');

/** The input that docs/starting-work.md shows for a workflow, as a person copies it. */
export function documentedInput(label: string): Record<string, unknown> {
  const block = new RegExp(`^\`\`\`json ${label}\n(.*?)^\`\`\``, 'ms').exec(PAGE);
  if (block === null) throw new Error(`docs/starting-work.md shows no input «${label}»`);
  return JSON.parse(block[1]!) as Record<string, unknown>;
}

/** The link of docs/starting-work.md that opens Start Workflow with this type filled in. */
export function documentedLink(workflowType: string): string {
  const link = [...PAGE.matchAll(/<(http[^>]+)>/g)]
    .map((match) => match[1]!)
    .find((one) => one.endsWith(`&workflowType=${workflowType}`));
  if (link === undefined) throw new Error(`docs/starting-work.md links no start of «${workflowType}»`);
  return link;
}
