import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import { z } from 'zod';
import { ComfyFault, type Inventory } from '../comfy.ts';
import type { ComfyHttp } from '../http/http.ts';

/** Earlier servers list names without sizes. */
const filesSchema = z.array(z.object({ name: z.string(), size: z.number().nonnegative().optional() }));

/**
 * Asks how large the model files are: `GET /experiment/models/{folder}`, which older servers lack. A folder is asked
 * about when it lists a file that was not asked about before. A server that does not answer is asked again with the
 * next reading.
 */
export function createModelSizeReader(
  http: Pick<ComfyHttp, 'request'>,
  timeoutMs: number,
): (models: Inventory['models']) => Promise<Record<string, number>> {
  /** Null: the server does not say. */
  const known = new Map<string, number | null>();

  async function ask(folder: string, names: readonly string[]): Promise<void> {
    const { status, json } = await http.request(`/experiment/models/${folder}`, { timeoutMs });
    if (status >= 500) return;
    const sizes = new Map<string, number>();
    const files = filesSchema.safeParse(json);
    // Of two files with one name, a loader takes the first.
    for (const { name, size } of files.success ? files.data : [])
      if (size !== undefined && !sizes.has(name)) sizes.set(name, size);
    for (const name of names) known.set(`${folder}/${name}`, sizes.get(name) ?? null);
  }

  return async (models) => {
    const folders = Object.entries(models) as [ModelFolder, string[]][];
    const listed = new Set(folders.flatMap(([folder, names]) => names.map((name) => `${folder}/${name}`)));
    for (const file of known.keys()) if (!listed.has(file)) known.delete(file);
    const open = folders.filter(([folder, names]) => names.some((name) => !known.has(`${folder}/${name}`)));
    try {
      await Promise.all(open.map(([folder, names]) => ask(folder, names)));
    } catch (error) {
      if (!(error instanceof ComfyFault)) throw error;
    }
    return Object.fromEntries([...known].flatMap(([file, size]) => (size === null ? [] : [[file, size]])));
  };
}
