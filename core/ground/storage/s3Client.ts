import http from 'node:http';
import https from 'node:https';
import { Client, S3Error } from 'minio';
import { Problem } from '../errors.ts';
import { hasErrorCode, storeUnreachableProblem } from './storageProblems.ts';

export interface S3Config {
  /** Scheme, host and port of the service, without a bucket. */
  endpoint: string;
  /** The same service as browsers reach it, where that differs: signed URLs carry and cover the host. */
  publicEndpoint?: string;
  region: string;
  accessKey: string;
  secretKey: string;
  bucket: string;
}

/** A silent connection is dropped after this time, while connecting or in the middle of a body. */
const silenceTimeoutMs = 20_000;
const mostSockets = 32;

/** A client whose requests all end: a silent socket is destroyed, and no request is retried inside. */
export function createS3Client(config: S3Config, endpoint: string, timeoutMs = silenceTimeoutMs): Client {
  const url = new URL(endpoint);
  const useSSL = url.protocol === 'https:';
  const transport = useSSL ? https : http;
  return new Client({
    endPoint: url.hostname,
    port: url.port === '' ? (useSSL ? 443 : 80) : Number(url.port),
    useSSL,
    region: config.region,
    accessKey: config.accessKey,
    secretKey: config.secretKey,
    pathStyle: true,
    transportAgent: new transport.Agent({ keepAlive: true, maxSockets: mostSockets }),
    // A retry would send a stream that was read already; callers retry whole objects.
    retryOptions: { disableRetry: true },
    transport: { request: requestEndingOnSilence(transport, timeoutMs) },
  });
}

function requestEndingOnSilence(
  transport: typeof http | typeof https,
  timeoutMs: number,
): typeof http.request {
  const request = (options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) => {
    const sent = transport.request({ ...options, timeout: timeoutMs }, onResponse);
    return sent.once('timeout', () => {
      sent.destroy(new Error(`the S3 service was silent for ${timeoutMs} ms`));
    });
  };
  // The client uses this overload.
  return request as typeof http.request;
}

/** Whether the service answered that the object does not exist. */
export function isAbsent(error: unknown): boolean {
  return error instanceof S3Error && hasErrorCode(error, 'NoSuchKey', 'NotFound');
}

/** How services say that they lack a part of S3. */
export function isUnsupported(error: unknown): boolean {
  return (
    error instanceof S3Error &&
    hasErrorCode(error, 'NotImplemented', 'MethodNotAllowed', 'AccessDenied', 'XNotImplemented')
  );
}

/** Runs one call; a fault of the network or the service becomes a Problem with the error as its cause. */
export async function callS3<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Problem || isAbsent(error)) throw error;
    throw storeUnreachableProblem(error);
  }
}
