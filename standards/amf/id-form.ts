import type { XmlElement } from '../xml/element-tree.ts';
import type { ProblemList } from './amf-problem.ts';

/** What a transform id stands for at its place. */
export type IdRole =
  | 'input'
  | 'look'
  | 'output'
  | 'working-space'
  | 'inverse-output'
  | 'rrt'
  | 'odt'
  | 'inverse-rrt'
  | 'inverse-odt';

/** Names after `urn:ampas:aces:transformId:` that each place may bear. Source: acesMetadataFile.xsd v2.0, types tn…. */
const FORMS: Record<IdRole, readonly RegExp[]> = {
  input: [
    /^v1\.5:(IDT\.\S+\.\S+\.a\d+\.v\d+|ACEScsc\.\S+\.a\d+\.\d+\.\d+)$/,
    /^v2\.0:(Input\.\S+\.\S+\.a\d+\.v\d+|CSC\.\S+\.a\d+\.v\d+)$/,
  ],
  look: [
    /^v1\.5:(LMT\.\S+\.\S+\.a\d+\.v\d+|LMT\.Academy\.\S+\.a\d+\.\d+\.\d+)$/,
    /^v2\.0:Look\.\S+\.\S+\.a\d+\.v\d+$/,
  ],
  output: [
    /^v1\.5:(RRTODT\.\S+\.\S+\.a\d+\.v\d+|RRTODT\.Academy\.\S+\.a\d+\.\d+\.\d+)$/,
    /^v2\.0:Output\.\S+\.\S+\.a\d+\.v\d+$/,
  ],
  'working-space': [
    /^v1\.5:(ACEScsc\.\S+\.\S+\.a\d+\.v\d+|ACEScsc\.Academy\.\S+\.a\d+\.\d+\.\d+)$/,
    /^v2\.0:CSC\.\S+\.\S+\.a\d+\.v\d+$/,
  ],
  'inverse-output': [
    /^v1\.5:(InvRRTODT\.\S+\.\S+\.a\d+\.v\d+|InvRRTODT\.Academy\.\S+\.a\d+\.\d+\.\d+)$/,
    /^v2\.0:InvOutput\.\S+\.\S+\.a\d+\.v\d+$/,
  ],
  rrt: [/^v1\.5:RRT\.a\d+\.\d+\.\d+$/],
  odt: [/^v1\.5:(ODT\.\S+\.\S+\.a\d+\.v\d+|ODT\.Academy\.\S+\.a\d+\.\d+\.\d+)$/],
  'inverse-rrt': [/^v1\.5:InvRRT\.a\d+\.\d+\.\d+$/],
  'inverse-odt': [/^v1\.5:(InvODT\.\S+\.\S+\.a\d+\.v\d+|InvODT\.Academy\.\S+\.a\d+\.\d+\.\d+)$/],
};

const PREFIX = 'urn:ampas:aces:transformId:';

/** In the registry, but not of the form that the schemas ask for: files in use bear it. */
const GAMUT_COMPRESSION = 'urn:ampas:aces:transformId:v1.5:LMT.Academy.ReferenceGamutCompress.a1.v1.0';

/** Notes an id that its place may not bear. What it resolves to is another question. */
export function checkId(id: string, role: IdRole, at: XmlElement, problems: ProblemList): void {
  const name = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : null;
  if (name !== null && FORMS[role].some((form) => form.test(name))) return;
  if (id === GAMUT_COMPRESSION && role === 'look') {
    problems.add(
      'document-irregular',
      at,
      `${id} is in the ACES registry but not of the form that the AMF schema asks for; it is read all the same.`,
    );
    return;
  }
  problems.add(
    'document-invalid',
    at,
    `"${id}" is no ACES transform id of the kind that <${at.name}> of ${describe(role)} may bear.`,
    { id, role },
  );
}

function describe(role: IdRole): string {
  return `${/^[aeio]/.test(role) ? 'an' : 'a'} ${role.replace('-', ' ')} transform`;
}
