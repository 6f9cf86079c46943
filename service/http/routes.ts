import { z } from 'zod';
import { CameraFormatAttributes } from '../../schemas/camera-format.ts';
import { ClipSearchResult } from '../../schemas/clip-query.ts';
import { LegalName, Priority } from '../../schemas/names.ts';
import { PackageManifest } from '../../schemas/package.ts';
import { IngestRequest, RollReport, VerifyRequest } from '../../schemas/roll.ts';
import { TransferRequest } from '../../schemas/transfer.ts';
import { TurnoverPlan, TurnoverStatus, TurnoverSubmission } from '../../schemas/turnover.ts';

/** Started work: follow it by its id. */
export const Started = z.object({
  version: z.literal(1),
  kind: z.literal('started'),
  workflowId: z.string(),
});

/** Which clip an ambiguous event means, and who says so. */
export const DecisionBody = z.strictObject({
  eventIndex: z.int().nonnegative(),
  clipId: z.string().min(1),
  who: z.string().min(1),
});

/** What a person knows about a camera format, and who says so. */
export const RuleBody = z.strictObject({
  attributes: CameraFormatAttributes.partial(),
  who: z.string().min(1),
});

/** A window that opens by the calendar and takes every cut list of a production's inbox. */
export const WindowBody = z.strictObject({
  id: LegalName,
  cron: z.string().min(1).describe('five fields, e.g. 0 19 * * *'),
  timezone: z.string().min(1).optional(),
  production: LegalName,
  recipe: z.string().min(1).optional(),
  priority: Priority.optional(),
});

type Route = {
  method: 'get' | 'post';
  /** OpenAPI form: `{name}`; `{path}` parts are single segments. */
  path: string;
  says: string;
  query?: Record<string, string>;
  body?: z.ZodType;
  answer: z.ZodType;
};

const anything = z.looseObject({});

/** Every operation under `/api`: the page of this table is the OpenAPI document. */
export const ROUTES = {
  ingest: {
    method: 'post',
    path: '/api/rolls',
    says: 'Take one card in.',
    body: IngestRequest,
    answer: Started,
  },
  rolls: {
    method: 'get',
    path: '/api/rolls',
    says: 'The rolls of a production or a day.',
    query: { production: 'a production', shootDay: 'YYYYMMDD' },
    answer: anything,
  },
  verify: {
    method: 'post',
    path: '/api/rolls/verify',
    says: 'Read a stored roll back and compare.',
    body: VerifyRequest,
    answer: Started,
  },
  transfer: {
    method: 'post',
    path: '/api/rolls/transfer',
    says: 'Send a stored roll to another site.',
    body: TransferRequest,
    answer: Started,
  },
  roll: {
    method: 'get',
    path: '/api/rolls/{production}/{shootDay}/{roll}',
    says: 'The report of a roll.',
    answer: RollReport,
  },
  clips: {
    method: 'get',
    path: '/api/clips',
    says: 'Find clips, and why each matched.',
    query: {
      q: 'a query, e.g. reel:A001 fps:24',
      production: 'a production',
      limit: 'at most 500',
      after: 'next of the page before',
    },
    answer: ClipSearchResult,
  },
  clip: { method: 'get', path: '/api/clips/{clipId}', says: 'Everything known of a clip.', answer: anything },
  formats: {
    method: 'get',
    path: '/api/formats/{production}',
    says: 'Camera formats and what they lack.',
    answer: anything,
  },
  teach: {
    method: 'post',
    path: '/api/formats/{production}/{formatId}',
    says: 'Teach a rule for all later uploads.',
    body: RuleBody,
    answer: anything,
  },
  submit: {
    method: 'post',
    path: '/api/turnovers',
    says: 'Send a cut list to be made.',
    body: TurnoverSubmission,
    answer: Started,
  },
  planOnly: {
    method: 'post',
    path: '/api/plans',
    says: 'What a cut list would make, and what it would cost; nothing is started.',
    body: TurnoverSubmission,
    answer: TurnoverPlan,
  },
  turnovers: {
    method: 'get',
    path: '/api/turnovers/{production}',
    says: 'The turnovers of a production.',
    answer: anything,
  },
  status: {
    method: 'get',
    path: '/api/turnovers/{production}/{name}/{revision}',
    says: 'How far a turnover is.',
    answer: TurnoverStatus,
  },
  plan: {
    method: 'get',
    path: '/api/turnovers/{production}/{name}/{revision}/plan',
    says: 'Its plan: events, candidates and why they lost, plates.',
    answer: anything,
  },
  decide: {
    method: 'post',
    path: '/api/turnovers/{production}/{name}/{revision}/decide',
    says: 'Say which clip an ambiguous event means.',
    body: DecisionBody,
    answer: anything,
  },
  retry: {
    method: 'post',
    path: '/api/turnovers/{production}/{name}/{revision}/retry',
    says: 'Plan a running turnover again and make what was not made.',
    answer: anything,
  },
  cancel: {
    method: 'post',
    path: '/api/turnovers/{production}/{name}/{revision}/cancel',
    says: 'Stop a running turnover.',
    answer: anything,
  },
  package: {
    method: 'get',
    path: '/api/packages/{production}/{name}/{revision}',
    says: 'The manifest of what was published; its files lie under /packages/….',
    answer: PackageManifest,
  },
  windows: { method: 'get', path: '/api/windows', says: 'Every window and when it opens.', answer: anything },
  createWindow: {
    method: 'post',
    path: '/api/windows',
    says: 'Create a window, or change the one of that name.',
    body: WindowBody,
    answer: anything,
  },
} as const satisfies Record<string, Route>;

/** The OpenAPI 3.1 document of the routes, made from the schemas. */
export function openApi(version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries(ROUTES) as [string, Route][]) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(operationId, route) };
  }
  return { openapi: '3.1.0', info: { title: 'Rushes', version }, paths };
}

function operation(operationId: string, { path, says, query = {}, body, answer }: Route): unknown {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  const content = (schema: z.ZodType, io: 'input' | 'output') => ({
    'application/json': { schema: z.toJSONSchema(schema, { io, unrepresentable: 'any' }) },
  });
  return {
    operationId,
    summary: says,
    parameters: [...inPath, ...inQuery],
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body, 'input') } }),
    responses: { 200: { description: says, content: content(answer, 'output') } },
  };
}
