import type { Workflow } from '@star-graph/workflows';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import { type PointedFault, toPointer } from '@star-graph/workflows/shared/pointer';
import { Problem } from '../../../ground/errors.ts';
import { choicesOf, listOptions } from '../capability.ts';
import { type PoolView, usable } from '../poolView.ts';
import type { ModelEntries } from './entryIndex.ts';
import { nameFiles } from './readableNames.ts';

/** As people write names: in small letters or large, with blanks around. */
export const foldName = (text: string): string => text.normalize('NFC').trim().toLowerCase();

/** The files of each readable name, by parameter: what the form of the workflow shows. */
type Named = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

const namedByView = new WeakMap<PoolView, WeakMap<Workflow, Named>>();

/**
 * The values with the file in place of each readable name of a model, in either language. A file name stays what it is,
 * and so does a text that is neither: the checks after this one refuse it.
 * @param raw as the person sent them.
 * @throws Problem `invalid-params` for a name that several files have.
 */
export function resolveNames(view: PoolView, workflow: Workflow, raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const values: Record<string, unknown> = { ...raw };
  const errors: PointedFault[] = [];
  const resolve = (param: string, text: unknown, ...place: (string | number)[]): unknown => {
    if (typeof text !== 'string' || isFile(view, workflow, param, text)) return text;
    const files = [...(namedOf(view, workflow).get(param)?.get(foldName(text)) ?? [])];
    if (files.length > 1)
      errors.push({
        pointer: toPointer(param, ...place),
        message: `Several files have this name. Give one of ${files.join(', ')}.`,
      });
    return files.length === 1 ? files[0] : text;
  };
  for (const [param, { classType, input, property }] of Object.entries(workflow.inventoryParams)) {
    if (!Object.hasOwn(values, param) || findModelFolder(classType, input) === undefined) continue;
    const value = values[param];
    if (property === undefined) values[param] = resolve(param, value);
    else if (Array.isArray(value))
      values[param] = value.map((item: unknown, index) =>
        typeof item === 'object' && item !== null && Object.hasOwn(item, property)
          ? {
              ...item,
              [property]: resolve(param, (item as Record<string, unknown>)[property], index, property),
            }
          : item,
      );
  }
  if (errors.length > 0)
    throw new Problem('invalid-params', 'Some names stand for several models. Give their file names.', {
      errors,
    });
  return values;
}

function isFile(view: PoolView, workflow: Workflow, param: string, text: string): boolean {
  const place = workflow.inventoryParams[param];
  if (!place || workflow.example[param] === text) return true;
  return usable(view).some((capability) => choicesOf(capability, place)?.includes(text));
}

/** Made once for each view and workflow: a request may name many. */
function namedOf(view: PoolView, workflow: Workflow): Named {
  const ofView = namedByView.get(view) ?? new WeakMap<Workflow, Named>();
  namedByView.set(view, ofView);
  const known = ofView.get(workflow);
  if (known) return known;
  const options = listOptions(usable(view), view.entries, workflow);
  const named = new Map(
    Object.entries(options).map(([param, files]) => {
      const { classType = '', input = '' } = workflow.inventoryParams[param] ?? {};
      return [param, indexNames(view.entries, findModelFolder(classType, input) ?? '', files)] as const;
    }),
  );
  ofView.set(workflow, named);
  return named;
}

function indexNames(
  entries: ModelEntries,
  folder: string,
  files: readonly string[],
): Map<string, Set<string>> {
  const shown = nameFiles(entries, folder, files);
  const index = new Map<string, Set<string>>();
  for (const name of files)
    for (const titles of [entries.titleOf({ folder, name }), shown[name]])
      for (const title of Object.values(titles ?? {})) {
        const key = foldName(title);
        index.set(key, (index.get(key) ?? new Set()).add(name));
      }
  return index;
}
