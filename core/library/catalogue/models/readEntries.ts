import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type EntryFields, entryFieldsSchema, parseModelKey } from '@star-graph/workflows/models/modelEntry';
import { toPointer } from '@star-graph/workflows/shared/pointer';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

/** An entry as a file of the folder says it. */
export interface FolderEntry {
  /** `folder/name`. */
  model: string;
  fields: Omit<EntryFields, 'sample'>;
  /** The name of a picture beside the file. */
  sample: string | null;
  file: string;
}

/** What is wrong with a file, and where. */
interface FolderFault {
  file: string;
  places: readonly { line: number | undefined; pointer: string; message: string }[];
}

interface FolderEntries {
  entries: readonly FolderEntry[];
  faults: readonly FolderFault[];
}

const isYaml = (name: string): boolean => /^[^.].*\.ya?ml$/i.test(name);
const mostBytes = 1_000_000;
/** A list of aliases of aliases would otherwise grow without end. */
const mostAliases = 100;

const entrySchema = entryFieldsSchema.extend({
  model: z.string().refine((key) => parseModelKey(key) !== undefined, {
    error: 'Write the folder and the file name, such as loras/ink.safetensors, or engine/ and a model.',
  }),
  sample: z
    .string()
    .regex(/^[^./\\][^/\\]*$/, { error: 'Name a picture beside this file.' })
    .nullable()
    .default(null),
});
const listSchema = z.array(entrySchema).max(1_000);

/** Changes when anything in the folder does. */
export async function readFolderState(directory: string): Promise<string> {
  const names = (await readdir(directory)).sort();
  const states = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(directory, name)).catch(() => undefined);
      return found?.isFile() ? [name, found.mtimeMs, found.size] : [];
    }),
  );
  return JSON.stringify(states);
}

/** Every file by name. One with a fault says nothing, and the others are read. Of two entries of a model the first counts. */
export async function readFolderEntries(directory: string): Promise<FolderEntries> {
  const entries = new Map<string, FolderEntry>();
  const faults: FolderFault[] = [];
  for (const file of (await readdir(directory)).filter(isYaml).sort()) {
    const read = await readOne(directory, file);
    if (read.places.length > 0) faults.push({ file, places: read.places });
    for (const entry of read.entries) {
      const earlier = entries.get(entry.model);
      if (earlier)
        faults.push({
          file,
          places: [placeOf(`${entry.model} is in ${earlier.file} already. Keep one of them.`)],
        });
      else entries.set(entry.model, entry);
    }
  }
  return { entries: [...entries.values()], faults };
}

type Place = FolderFault['places'][number];

const placeOf = (message: string, line?: number, pointer = ''): Place => ({ line, pointer, message });

async function readOne(
  directory: string,
  file: string,
): Promise<{ entries: readonly FolderEntry[]; places: readonly Place[] }> {
  const nothing = (...places: Place[]) => ({ entries: [], places });
  const { size } = await stat(join(directory, file));
  if (size > mostBytes) return nothing(placeOf(`The file has more than ${mostBytes} bytes. Split it.`));
  const lines = new LineCounter();
  const document = parseDocument(await readFile(join(directory, file), 'utf8'), { lineCounter: lines });
  if (document.errors.length > 0)
    return nothing(...document.errors.map(({ message, linePos }) => placeOf(message, linePos?.[0].line)));
  if (document.contents === null) return { entries: [], places: [] };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return nothing(placeOf(error.message));
  }
  const isList = Array.isArray(value);
  const result = listSchema.safeParse(isList ? value : [value]);
  if (result.success)
    return {
      entries: result.data.map(({ model, sample, ...fields }) => ({ model, fields, sample, file })),
      places: [],
    };
  return nothing(
    ...result.error.issues.map(({ path, message }) => {
      const parts = (isList ? path : path.slice(1)).map((part) =>
        typeof part === 'number' ? part : String(part),
      );
      const node = document.getIn(parts, true);
      const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
      return placeOf(message, line, toPointer(...parts));
    }),
  );
}
