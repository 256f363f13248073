import { z } from 'zod';
import { databaseUrl, isWithoutUser, port, redisUrl, url, web, whole } from './values.ts';

/** Where the API listens, and the database, Redis and storage behind it. */
export const servicesEnv = {
  API_HOST: z.string().default('127.0.0.1').describe('Address the API listens on'),
  API_PORT: port.default(8080).describe('Port the API listens on'),
  SDAPI_PORT: port
    .optional()
    .describe(
      'Port of its own for programs that speak the API of A1111, with HTTPS where the API has it; unset: none',
    ),
  TLS_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file with the certificate and its chain: the API also serves HTTPS, without a proxy'),
  TLS_KEY_FILE: z.string().optional().describe('PEM file with the key of that certificate'),
  TLS_HOST: z.string().default('0.0.0.0').describe('Address that HTTPS listens on'),
  TLS_PORT: port.default(8443).describe('Port of HTTPS'),
  PUBLIC_URL: url(web)
    .refine(isWithoutUser, { message: 'must have no user and password, since everybody is shown it' })
    .optional()
    .describe("Where people reach the API; default: the API's own address"),
  DATA_DIR: z.string().default('.data').describe('Everything the launcher and the file storage keep'),
  DATABASE_URL: databaseUrl.describe(
    'mysql://user:password@host:port/database of MariaDB 10.11 or later (MySQL: untried); unset: a private MariaDB',
  ),
  DATABASE_POOL: whole(8, 1, 200).describe(
    'Database connections a process, and as many for the moves of tasks',
  ),
  REDIS_URL: redisUrl.describe(
    'redis://user:password@host:port/db, or redis+sentinel://user:password@host:port,…/master/db; unset: a private Redis',
  ),
  REDIS_PREFIX: z
    .string()
    .default('star-graph:')
    .describe('Begins every key and channel in Redis; one for each installation that shares a server'),
  S3_ENDPOINT: url(web)
    .refine(isWithoutUser, {
      message: 'must have no user and password: they go into S3_ACCESS_KEY and S3_SECRET_KEY',
    })
    .optional()
    .describe('S3-compatible storage; unset: files in DATA_DIR'),
  S3_PUBLIC_ENDPOINT: url(web)
    .refine(isWithoutUser, { message: 'must have no user and password, since everybody is shown it' })
    .optional()
    .describe('The same storage as people reach it, in links to files; unset: S3_ENDPOINT'),
  S3_REGION: z.string().default('us-east-1').describe('Region of the bucket'),
  S3_ACCESS_KEY: z.string().default('').describe('Access key of the bucket'),
  S3_SECRET_KEY: z.string().default('').describe('Secret key of the bucket'),
  S3_BUCKET: z.string().default('star-graph').describe('Bucket for all objects'),
  FILE_SIGNING_KEY: z
    .string()
    .min(32, { message: 'must have 32 characters or more: openssl rand -hex 32 makes one' })
    .optional()
    .describe('Signs file addresses where S3 is not used; 32 characters or more'),
};
