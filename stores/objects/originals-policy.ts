const READ_AND_ADD = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];
const LIST = [
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
  's3:GetBucketLocation',
  's3:GetBucketVersioning',
];
const REMOVE = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:DeleteBucket',
  's3:PutBucketVersioning',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutLifecycleConfiguration',
];

/**
 * The policy of a bucket of originals: workers read, list and add; nobody but the owner deletes, suspends versioning or
 * changes this policy. A PUT over an existing key can only add a version, so what was recorded stays readable.
 * @param workers access keys of the worker credentials
 * @param conditionalWritesOnly also refuse a PUT that carries neither If-None-Match nor If-Match. Source: Amazon S3 user guide,
 *   "Enforce conditional writes"; servers without these condition keys refuse the whole policy
 */
export function originalsPolicy(bucket: string, workers: string[], conditionalWritesOnly: boolean): string {
  const objects = `arn:aws:s3:::${bucket}/*`;
  const itself = `arn:aws:s3:::${bucket}`;
  const Principal = { AWS: workers };
  const statements: Record<string, unknown>[] = [
    { Sid: 'WorkersReadAndAdd', Effect: 'Allow', Principal, Resource: [objects], Action: READ_AND_ADD },
    { Sid: 'WorkersList', Effect: 'Allow', Principal, Resource: [itself], Action: LIST },
    {
      Sid: 'NobodyAmongWorkersRemoves',
      Effect: 'Deny',
      Principal,
      Resource: [itself, objects],
      Action: REMOVE,
    },
  ];
  if (conditionalWritesOnly) {
    const Condition = { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } };
    statements.push({
      Sid: 'NoBlindOverwrite',
      Effect: 'Deny',
      Principal,
      Resource: [objects],
      Action: ['s3:PutObject'],
      Condition,
    });
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** The policy of a bucket that workers may fill and clean: work in progress, packages. */
export function workingPolicy(bucket: string, workers: string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'WorkersWork',
        Effect: 'Allow',
        Principal: { AWS: workers },
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Action: [
          's3:GetObject',
          's3:PutObject',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
          's3:ListBucket',
          's3:ListBucketMultipartUploads',
          's3:GetBucketLocation',
        ],
      },
    ],
  });
}
