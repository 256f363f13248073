import { z } from 'zod';
import { type BackendFacts, ComfyFault, type Queue, type QueueItem } from '../comfy.ts';

const bytes = z.number().nonnegative().default(0).transform(Math.floor);
const statsSchema = z.object({
  system: z.object({
    comfyui_version: z.string().optional(),
    ram_total: bytes,
    ram_free: bytes,
    argv: z.array(z.string()).catch([]),
  }),
  devices: z
    .array(z.object({ name: z.string(), type: z.string(), vram_total: bytes, vram_free: bytes }))
    .default([]),
});
const featuresSchema = z.object({ max_upload_size: z.number().positive() });

/** Reads `/system_stats` and `/features`; older servers have no features. Throws a `malformed` fault. */
export function parseFacts(stats: unknown, features: unknown): Omit<BackendFacts, 'hasJobsApi'> {
  const parsed = statsSchema.safeParse(stats);
  if (!parsed.success) throw new ComfyFault('malformed', '/system_stats is of an unknown shape');
  const { system, devices } = parsed.data;
  const maxUploadBytes = featuresSchema.safeParse(features).data?.max_upload_size;
  return {
    version: system.comfyui_version,
    devices: devices.map(({ name, type, vram_total, vram_free }) => ({
      name,
      type,
      vramTotalBytes: vram_total,
      vramFreeBytes: vram_free,
    })),
    ramTotalBytes: system.ram_total,
    ramFreeBytes: system.ram_free,
    keptResults: readKeptResults(system.argv),
    previewMethod: readOption(system.argv, '--preview-method'),
    // Some servers compute the limit from megabytes and send a fraction.
    maxUploadBytes: maxUploadBytes === undefined ? undefined : Math.floor(maxUploadBytes),
  };
}

function readKeptResults(argv: readonly string[]): number {
  const count = readOption(argv, '--cache-lru');
  return count !== undefined && /^\d+$/.test(count) ? Number(count) : 0;
}

/** `--cache-lru 100` or `--cache-lru=100`. */
function readOption(argv: readonly string[], option: string): string | undefined {
  const index = argv.findIndex((argument) => argument === option || argument.startsWith(`${option}=`));
  return index < 0 ? undefined : (argv[index]?.split('=')[1] ?? argv[index + 1]);
}

const itemSchema = z
  .tuple([z.number(), z.string(), z.unknown(), z.object({ client_id: z.string().optional() }).catch({})])
  .rest(z.unknown())
  .transform(([number, promptId, , extra]): QueueItem => ({ promptId, number, clientId: extra.client_id }));
const queueSchema = z.object({ queue_running: z.array(itemSchema), queue_pending: z.array(itemSchema) });

/** Reads `/queue`. The pending list comes as the server's heap, so it is put into the order in which it will run. */
export function parseQueue(answer: unknown): Queue {
  const parsed = queueSchema.safeParse(answer);
  if (!parsed.success) throw new ComfyFault('malformed', '/queue is of an unknown shape');
  const byTurn = (a: QueueItem, b: QueueItem) =>
    a.number - b.number || (a.promptId < b.promptId ? -1 : a.promptId > b.promptId ? 1 : 0);
  return { running: parsed.data.queue_running, pending: parsed.data.queue_pending.sort(byTurn) };
}

const uploadSchema = z.object({
  name: z.string().min(1),
  subfolder: z.string().default(''),
  type: z.string().default('input'),
});

/** Reads the answer to an upload into LoadImage's way of naming it: the server may have chosen another name. */
export function parseUpload(answer: unknown): string {
  const upload = uploadSchema.safeParse(answer).data;
  if (!upload) throw new ComfyFault('malformed', '/upload/image is of an unknown shape');
  const path = upload.subfolder ? `${upload.subfolder}/${upload.name}` : upload.name;
  return upload.type === 'input' ? path : `${path} [${upload.type}]`;
}
