import {
  type Author,
  type Creator,
  type DirectoryDigests,
  type DirectoryRecord,
  type FileRecord,
  FORMATS_IN_XSD_ORDER,
  type Manifest,
  type ManifestReference,
} from './manifest.ts';
import { encodeXmlAttribute, encodeXmlText } from './xml-text.ts';

/** Bytes of a manifest, in the element order of the XSD (the specification's text puts `metadata` elsewhere). The same input gives the same bytes. */
export function writeManifest(manifest: Manifest): Uint8Array {
  const parts: Buffer[] = [];
  let lines: string[] = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">',
  ];
  // Text is turned to bytes every so often, so that 200,000 records are never one string.
  const flush = () => {
    parts.push(Buffer.from(`${lines.join('\n')}\n`, 'utf8'));
    lines = [];
  };
  lines.push(...creatorLines(manifest.creator), ...processLines(manifest));
  // The XSD has no empty `hashes` and no empty `references`.
  if (manifest.records.length > 0) lines.push('  <hashes>');
  for (const record of manifest.records) {
    lines.push(...(record.kind === 'file' ? fileLines(record) : directoryLines(record)));
    if (lines.length > 10_000) flush();
  }
  if (manifest.records.length > 0) lines.push('  </hashes>');
  if (manifest.references.length > 0) lines.push(...referenceLines(manifest.references));
  lines.push('</hashlist>');
  flush();
  return Buffer.concat(parts);
}

function creatorLines(creator: Creator): string[] {
  return [
    '  <creatorinfo>',
    `    <creationdate>${encodeXmlText(creator.creationDate)}</creationdate>`,
    `    <hostname>${encodeXmlText(creator.hostname)}</hostname>`,
    `    <tool version="${encodeXmlAttribute(creator.tool.version)}">${encodeXmlText(creator.tool.name)}</tool>`,
    ...creator.authors.map(authorLine),
    ...(creator.location === null ? [] : [`    <location>${encodeXmlText(creator.location)}</location>`]),
    ...(creator.comment === null ? [] : [`    <comment>${encodeXmlText(creator.comment)}</comment>`]),
    '  </creatorinfo>',
  ];
}

function authorLine(author: Author): string {
  const attributes = (['email', 'phone', 'role'] as const)
    .filter((name) => author[name] !== undefined)
    .map((name) => ` ${name}="${encodeXmlAttribute(author[name]!)}"`);
  return `    <author${attributes.join('')}>${encodeXmlText(author.name)}</author>`;
}

function processLines(manifest: Manifest): string[] {
  const { rootHash, ignorePatterns } = manifest;
  return [
    '  <processinfo>',
    `    <process>${encodeXmlText(manifest.process ?? 'in-place')}</process>`,
    ...(rootHash === null
      ? []
      : [
          '    <roothash>',
          ...digestContainers(rootHash, manifest.creator.creationDate, '      '),
          '    </roothash>',
        ]),
    ...(ignorePatterns.length === 0
      ? []
      : [
          '    <ignore>',
          ...ignorePatterns.map((pattern) => `      <pattern>${encodeXmlText(pattern)}</pattern>`),
          '    </ignore>',
        ]),
    '  </processinfo>',
  ];
}

function fileLines(record: FileRecord): string[] {
  const size = record.sizeBytes === null ? '' : ` size="${record.sizeBytes}"`;
  const lines = [
    '    <hash>',
    `      <path${size}${dateAttributes(record)}>${encodeXmlText(record.path)}</path>`,
  ];
  for (const format of FORMATS_IN_XSD_ORDER) {
    const entry = record.digests.find((digest) => digest.format === format);
    if (entry === undefined) continue;
    const action = entry.action === null ? '' : ` action="${entry.action}"`;
    const hashDate = entry.hashDate === null ? '' : ` hashdate="${encodeXmlAttribute(entry.hashDate)}"`;
    lines.push(`      <${format}${action}${hashDate}>${entry.digest}</${format}>`);
  }
  lines.push(...previousPathLines(record), '    </hash>');
  return lines;
}

function directoryLines(record: DirectoryRecord): string[] {
  return [
    '    <directoryhash>',
    `      <path${dateAttributes(record)}>${encodeXmlText(record.path)}</path>`,
    ...digestContainers(record, record.hashDate, '      '),
    ...previousPathLines(record),
    '    </directoryhash>',
  ];
}

function digestContainers(digests: DirectoryDigests, hashDate: string | null, indent: string): string[] {
  const date = hashDate === null ? '' : ` hashdate="${encodeXmlAttribute(hashDate)}"`;
  return (['content', 'structure'] as const).flatMap((kind) => [
    `${indent}<${kind}>`,
    ...FORMATS_IN_XSD_ORDER.filter((format) => digests[kind][format] !== undefined).map(
      (format) => `${indent}  <${format}${date}>${digests[kind][format]}</${format}>`,
    ),
    `${indent}</${kind}>`,
  ]);
}

function referenceLines(references: ManifestReference[]): string[] {
  return [
    '  <references>',
    ...references.flatMap(({ path, c4 }) => [
      '    <hashlistreference>',
      `      <path>${encodeXmlText(path)}</path>`,
      `      <c4>${c4}</c4>`,
      '    </hashlistreference>',
    ]),
    '  </references>',
  ];
}

function dateAttributes(record: FileRecord | DirectoryRecord): string {
  const created =
    record.creationDate === null ? '' : ` creationdate="${encodeXmlAttribute(record.creationDate)}"`;
  const modified =
    record.modifiedAt === null ? '' : ` lastmodificationdate="${encodeXmlAttribute(record.modifiedAt)}"`;
  return created + modified;
}

function previousPathLines(record: FileRecord | DirectoryRecord): string[] {
  return record.previousPath === null
    ? []
    : [`      <previousPath>${encodeXmlText(record.previousPath)}</previousPath>`];
}
