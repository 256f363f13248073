import { z } from 'zod';

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** A line of the log of any process. Further fields are facts of the line: `infra/docs/logs.md` lists them. */
export const logRecordSchema = z.looseObject({
  timestamp: z.iso.datetime({ precision: 3 }),
  severity_text: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']),
  severity_number: z.int().min(1).max(24),
  body: z.string(),
  'service.name': z.string(),
  'service.version': z.string(),
  'host.name': z.string(),
  'process.pid': z.int(),
  trace_id: hex(32).optional(),
  span_id: hex(16).optional(),
  'exception.type': z.string().optional(),
  'exception.message': z.string().optional(),
  'exception.code': z.string().optional(),
  'exception.stacktrace': z.string().optional(),
});
