import { z } from 'zod';
import { ComfyFault, type Inventory } from '../comfy.ts';
import type { ComfyHttp } from '../http/http.ts';

/**
 * The server reads a header from its disk for each file, so a pool of thousands of files is asked in several
 * readings.
 */
const mostAskedAtOnce = 64;
const atATime = 8;
const longestArchitecture = 100;

const textSchema = z.string().max(longestArchitecture).optional().catch(undefined);
/** By the ModelSpec standard, else as kohya's trainers name the base of a LoRA. */
const metadataSchema = z.object({ 'modelspec.architecture': textSchema, ss_base_model_version: textSchema });

/** The folders whose files belong to a family. */
const folders = ['checkpoints', 'diffusion_models', 'loras'] as const;

/**
 * Asks what models say about themselves: `GET /view_metadata/{folder}?filename=`, which answers with the
 * metadata of a safetensors header, and 404 where there is none. Each file is asked about once. A server that does
 * not answer is asked again with the next reading; until then the names have to do.
 */
export function createArchitectureReader(
  http: Pick<ComfyHttp, 'request'>,
  timeoutMs: number,
): (models: Inventory['models']) => Promise<Record<string, string>> {
  /** By `folder/name`. Null: the file says nothing. */
  const known = new Map<string, string | null>();

  async function ask(model: string): Promise<void> {
    const [folder, name] = [model.slice(0, model.indexOf('/')), model.slice(model.indexOf('/') + 1)];
    const path = `/view_metadata/${folder}?filename=${encodeURIComponent(name)}`;
    const { status, json } = await http.request(path, { timeoutMs });
    if (status >= 500) return;
    const metadata = metadataSchema.safeParse(json);
    const { 'modelspec.architecture': told, ss_base_model_version: base } = metadata.data ?? {};
    known.set(model, told || base || null);
  }

  return async (models) => {
    const listed = folders.flatMap((folder) => models[folder].map((name) => `${folder}/${name}`));
    const present = new Set(listed);
    for (const model of known.keys()) if (!present.has(model)) known.delete(model);
    const open = listed.filter((model) => !known.has(model)).slice(0, mostAskedAtOnce);
    try {
      for (let start = 0; start < open.length; start += atATime)
        await Promise.all(open.slice(start, start + atATime).map(ask));
    } catch (error) {
      if (!(error instanceof ComfyFault)) throw error;
    }
    return Object.fromEntries(
      [...known].flatMap(([model, architecture]) => (architecture === null ? [] : [[model, architecture]])),
    );
  };
}
