import { type Client, S3Error } from 'minio';
import type { S3Config } from './s3Client.ts';
import { isUnsupported } from './s3Client.ts';
import { hasErrorCode } from './storageProblems.ts';

const anonymousTimeoutMs = 10_000;
const abortRule = {
  ID: 'star-graph-abort-incomplete-uploads',
  Status: 'Enabled',
  Prefix: '',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
};

/** Tells the operator what failed, in a sentence. The store works without it. */
export type Warn = (sentence: string) => void;

/**
 * Makes the bucket ready: it exists, is closed to anonymous readers and writers, and clears broken uploads. Throws if
 * it is open: signed URLs would protect nothing.
 */
export async function prepareBucket(deps: { client: Client; warn: Warn }, config: S3Config): Promise<void> {
  await createBucket(deps.client, config);
  await requirePrivatePolicy(deps.client, config.bucket);
  await requireAnonymousDenied(deps, config);
  await clearIncompleteUploads(deps, config.bucket);
}

async function createBucket(client: Client, config: S3Config): Promise<void> {
  if (await client.bucketExists(config.bucket)) return;
  try {
    await client.makeBucket(config.bucket, config.region);
  } catch (error) {
    // Several processes start at once; the bucket is ours if another process made it first.
    if (!hasErrorCode(error, 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists')) throw error;
    if (!(await client.bucketExists(config.bucket))) throw error;
  }
}

async function requirePrivatePolicy(client: Client, bucket: string): Promise<void> {
  const policy = await readPolicy(client, bucket);
  if (policy !== undefined && grantsToEverybody(policy))
    throw openBucket(bucket, 'its policy allows everybody');
}

async function readPolicy(client: Client, bucket: string): Promise<unknown> {
  try {
    return JSON.parse(await client.getBucketPolicy(bucket));
  } catch (error) {
    if (hasErrorCode(error, 'NoSuchBucketPolicy') || isUnsupported(error)) return undefined;
    throw error;
  }
}

/**
 * Whether any statement allows something to everybody without a condition. A condition is the operator's decision;
 * the anonymous request finds what it opens to this machine.
 */
function grantsToEverybody(policy: unknown): boolean {
  const { Statement } = policy as { Statement?: unknown };
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return statements.some((statement: Record<string, unknown> | undefined) => {
    if (statement?.Effect !== 'Allow' || statement.Condition !== undefined) return false;
    const principal = statement.Principal;
    const named =
      typeof principal === 'object' && principal !== null ? Object.values(principal).flat() : [principal];
    return named.includes('*');
  });
}

/** The proof that counts more than policies, ACLs and proxies: a request without a signature gets nothing. */
async function requireAnonymousDenied({ warn }: { warn: Warn }, config: S3Config): Promise<void> {
  if (await isOpen(config.endpoint, config.bucket)) throw openBucket(config.bucket, listable);
  const { publicEndpoint } = config;
  if (publicEndpoint === undefined || publicEndpoint === config.endpoint) return;
  let isPublic: boolean;
  try {
    isPublic = await isOpen(publicEndpoint, config.bucket);
  } catch {
    // People may reach it by a name or a port that this machine does not.
    warn(
      `S3_PUBLIC_ENDPOINT: nothing answers at ${publicEndpoint} from here, so nobody has checked that "${config.bucket}" is closed there.`,
    );
    return;
  }
  if (isPublic) throw openBucket(config.bucket, listable);
}

const listable = 'it can be listed without signing in';

async function isOpen(endpoint: string, bucket: string): Promise<boolean> {
  const url = `${endpoint.replace(/\/+$/, '')}/${bucket}/?list-type=2&max-keys=1`;
  const response = await fetch(url, { signal: AbortSignal.timeout(anonymousTimeoutMs), redirect: 'manual' });
  await response.body?.cancel();
  return response.ok;
}

function openBucket(bucket: string, how: string): Error {
  return new Error(
    `The bucket "${bucket}" is public: ${how}. Make it private, or name another in S3_BUCKET.`,
  );
}

/** Does not touch the operator's configuration. */
async function clearIncompleteUploads(deps: { client: Client; warn: Warn }, bucket: string): Promise<void> {
  try {
    if (await hasLifecycle(deps.client, bucket)) return;
    await deps.client.setBucketLifecycle(bucket, { Rule: [abortRule] });
  } catch (error) {
    // Several processes start at once, and a service may refuse two changes at the same moment.
    if (!isUnsupported(error)) {
      if (await hasLifecycle(deps.client, bucket)) return;
      throw error;
    }
    deps.warn(
      `The S3 service takes no lifecycle rules: parts of uploads that were cut off stay in "${bucket}" until removed by hand.`,
    );
  }
}

async function hasLifecycle(client: Client, bucket: string): Promise<boolean> {
  try {
    return (await client.getBucketLifecycle(bucket)) !== null;
  } catch (error) {
    if (error instanceof S3Error && hasErrorCode(error, 'NoSuchLifecycleConfiguration')) return false;
    throw error;
  }
}
