import type { Cdl } from '../../schemas/cut-list.ts';
import type { XmlElement } from '../xml/element-tree.ts';

/** Namespaces of the two versions that are read. Source: acesMetadataFile.xsd, targetNamespace of v1.0 and v2.0. */
export const AMF_NAMESPACES = { 'urn:ampas:aces:amf:v1.0': '1.0', 'urn:ampas:aces:amf:v2.0': '2.0' } as const;
export type AmfVersion = (typeof AMF_NAMESPACES)[keyof typeof AMF_NAMESPACES];

/** A digest as the file gives it, in lower-case hex whether it was written as hex or base64. */
export type AmfHash = { algorithm: 'sha256' | 'sha1' | 'md5'; digest: string };

/** How a transform is named. */
export type AmfTarget = { kind: 'id' | 'file' | 'uuid'; value: string };

/** One named transform. */
export type AmfReference = {
  target: AmfTarget;
  description: string | null;
  hash: AmfHash | null;
  line: number;
};

/** Working space of a CDL; an absent `to` is the inverse of `from`. */
export type CdlWorkingSpace = { to: AmfReference | null; from: AmfReference };

/** What a transform of the pipeline is made of. */
export type AmfForm =
  | { kind: 'reference'; reference: AmfReference }
  /** Two transforms of ACES 1, in the order in which they are applied. */
  | { kind: 'pair'; first: AmfReference; second: AmfReference }
  | { kind: 'cdl'; workingSpace: CdlWorkingSpace; cdl: Cdl }
  | { kind: 'cdl-reference'; workingSpace: CdlWorkingSpace; correctionId: string; file: string | null };

/** A transform in the pipeline; `applied` says that it is in the pixels already. */
export type AmfTransform = {
  role: 'input' | 'look' | 'output';
  applied: boolean;
  description: string | null;
  form: AmfForm;
  /** Index in the pipeline element's children, so that the very element can be found again. */
  childIndex: number;
  line: number;
};

export type AmfPipeline = {
  /** null where the file does not tell it in three numbers. */
  systemVersion: { major: number; minor: number; patch: number } | null;
  /** Input, looks and output in document order. */
  transforms: AmfTransform[];
  /** Number of transforms before the working location; null when there is none. */
  workingLocation: number | null;
  uuid: string | null;
  description: string | null;
};

export type AmfClipId = {
  clipName: string;
  target:
    | { kind: 'file' | 'uuid'; value: string }
    | { kind: 'sequence'; value: string; idx: string; min: number; max: number };
};

/** An ACES Metadata File, read. The tree stays, so that what is not changed is written back as it was. */
export type Amf = {
  version: AmfVersion;
  uuid: string | null;
  description: string | null;
  clipId: AmfClipId | null;
  pipeline: AmfPipeline;
  archivedPipelines: number;
  root: XmlElement;
};
