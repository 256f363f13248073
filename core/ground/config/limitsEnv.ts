import { uploadMaxBytes, uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';
import { z } from 'zod';
import { isAddressOrRange, isHostName, isOrigin, isProgramRedirect, listOf, url, whole } from './values.ts';

/** Who is believed, and how much is taken. */
export const limitsEnv = {
  TRUSTED_PROXIES: listOf(
    isAddressOrRange,
    'must be IP addresses or CIDR ranges without ports, such as 10.0.0.0/8',
  ).describe('Addresses or CIDR ranges whose X-Forwarded-For is believed'),
  TRACE_CALLERS: listOf(
    isAddressOrRange,
    'must be IP addresses or CIDR ranges without ports, such as 10.0.0.0/8',
  ).describe('Addresses or CIDR ranges whose traces are gone on with, beside this machine itself'),
  ADMIN_ADDRESSES: listOf(
    isAddressOrRange,
    'must be IP addresses or CIDR ranges without ports, such as 10.0.0.0/8',
  ).describe('Addresses or CIDR ranges that administrators may come from; unset: any'),
  SERVICE_ADDRESSES: listOf(
    isAddressOrRange,
    'must be IP addresses or CIDR ranges without ports, such as 10.0.0.0/8',
  ).describe('Addresses or CIDR ranges that service keys may come from; unset: any'),
  CORS_ORIGINS: listOf(
    isOrigin,
    'must be origins, such as https://pictures.example, without a path',
  ).describe('Browser origins, beside the extension, that may call the API'),
  PROGRAM_REDIRECTS: listOf(
    isProgramRedirect,
    'must be origins of http, such as http://openwebui:8080, or schemes of desktop programs, such as com.example.app:',
  ).describe(
    'Where programs that sign people in may be answered, beside https, this machine and known desktop programs',
  ),
  SECURITY_CONTACT: url(['mailto:', 'https:'])
    .optional()
    .describe(
      'Where weaknesses are reported, in /.well-known/security.txt: mailto: or https://; unset: no such file',
    ),
  ALLOWED_HOSTS: listOf(isHostName, 'must be host names without ports, such as pictures.example').describe(
    'Host names that requests may ask for, beside that of PUBLIC_URL, names below it, this machine and all addresses',
  ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level logged'),
  BODY_LIMIT_BYTES: whole(1_000_000, 1_000).describe('Largest JSON body'),
  UPLOAD_LIMIT_BYTES: whole(uploadMaxBytes, 1_000).describe('Largest uploaded file'),
  UPLOAD_MEGAPIXELS: whole(uploadMaxPixels / 1_000_000, 1, 1_000).describe('Largest picture accepted'),
  UPLOADS_PER_USER: whole(8, 1).describe('Uploads one person may be sending to a process at once'),
  UPLOADS: whole(64, 1).describe('Uploads a process takes at once'),
  KEPT_BYTES_PER_DAY: whole(20_000_000_000, 0).describe(
    'Bytes of files, and of requests above 64 kB, that one person may send a day, in UTC, a file counting for a megabyte at least; 0: no limit',
  ),
  OPEN_TASKS_PER_USER: whole(100, 1).describe('Unfinished tasks one person may have'),
  OPEN_TASKS: whole(10_000, 1).describe('Unfinished tasks in all'),
  TASKS_PER_DAY: whole(0, 0).describe('Tasks one person may have accepted a day, in UTC; 0: no limit'),
  GPU_SECONDS_PER_DAY: whole(0, 0).describe(
    'GPU-seconds of a day, in UTC, after which no further task of that day is accepted; 0: no limit',
  ),
  UNPAID_TASKS_PER_DAY: whole(5_000, 0).describe(
    'Tasks of one person that may end on a day, in UTC, without costing anything: cancelled, failed, or answered by an earlier result; 0: no limit',
  ),
  SOCKETS_PER_USER: whole(16, 1).describe('Sockets one person may have open'),
  CONNECTIONS: whole(10_000, 1).describe('Connections a process takes at once'),
  CONNECTIONS_PER_ADDRESS: whole(2_000, 1).describe(
    'The same of one address, or of one IPv6 network, that is no trusted proxy',
  ),
  SUBSCRIPTIONS_PER_SOCKET: whole(64, 1).describe('STOMP subscriptions a socket may have'),
  REQUESTS_PER_MINUTE: whole(600, 1).describe('Requests one person may make a minute'),
  REQUESTS_PER_SECOND: whole(10_000, 1).describe(
    'Requests a process takes a second, of all callers together',
  ),
  USER_REQUESTS_PER_SECOND: whole(100, 1).describe('The same of one person'),
  ADDRESS_REQUESTS_PER_SECOND: whole(50, 1).describe(
    'The same of one address, or of one IPv6 network, without a person',
  ),
  KEY_REQUESTS_PER_SECOND: whole(50, 1).describe(
    'The same through one API key, or one service key for itself',
  ),
};
