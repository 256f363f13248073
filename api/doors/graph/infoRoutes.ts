import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { accessOf } from '../../routes/catalogue/accessOf.ts';
import { workflowNamesOf } from '../findModel.ts';
import { paramsOf, partOf } from '../workflowParts.ts';
import type { GraphDeps } from './graphDeps.ts';
import { withMapped } from './mapNodes.ts';
import { presentObjectInfo } from './objectInfo.ts';
import { readOwnPool } from './ownPool.ts';

/** The release of ComfyUI whose protocol this is: clients ask for it. */
const spokenVersion = '0.33.0';

/** Of the pool, whose servers and memory are nobody's business. */
export const systemStats = {
  system: {
    os: 'posix',
    ram_total: 0,
    ram_free: 0,
    comfyui_version: spokenVersion,
    python_version: '',
    pytorch_version: '',
    embedded_python: false,
    argv: [],
  },
  devices: [
    {
      name: 'pool',
      type: 'pool',
      index: 0,
      vram_total: 0,
      vram_free: 0,
      torch_vram_total: 0,
      torch_vram_free: 0,
    },
  ],
};

/** @param name of one class; an unknown one is an empty answer, as in ComfyUI */
export async function readObjectInfo(
  deps: GraphDeps,
  caller: PersonCaller,
  name?: string,
): Promise<Record<string, object>> {
  const pool = (await readOwnPool(deps, caller)).map(withMapped);
  const of = (only: string) =>
    pool.map((info) => Object.fromEntries(Object.entries(info).filter(([one]) => one === only)));
  return presentObjectInfo(name === undefined ? pool : of(name), await readPreferred(deps));
}

/** The models with which the workflows that programs get by default draw from words, by `class.input`. */
async function readPreferred({ catalogue, settings }: GraphDeps): Promise<Map<string, string>> {
  const { MODEL_ALIASES: aliases } = await settings.read();
  const offered = await catalogue.listOffered();
  const names = workflowNamesOf(aliases, undefined);
  const drawing = names.flatMap((name) => offered.find((workflow) => workflow.name === name) ?? []);
  const preferred = new Map<string, string>();
  for (const workflow of drawing.filter((one) => partOf(one) === 'draw'))
    for (const [param, { classType, input }] of Object.entries(workflow.inventoryParams)) {
      const usual = paramsOf(workflow)[param]?.default;
      const place = `${classType}.${input}`;
      if (typeof usual === 'string' && !preferred.has(place)) preferred.set(place, usual);
    }
  return preferred;
}

/** The model files that the person may use. */
export async function listUsable(deps: GraphDeps, caller: PersonCaller) {
  const [models, access] = await Promise.all([deps.catalogue.listModels(), accessOf(deps, caller)]);
  return models.filter((model) => !access.isHidden(model) && access.whyNotModel(model) === undefined);
}

/** Their names, by folder. */
export async function readModels(deps: GraphDeps, caller: PersonCaller): Promise<Map<string, string[]>> {
  const byFolder = Map.groupBy(await listUsable(deps, caller), ({ folder }) => folder as string);
  return new Map([...byFolder].map(([folder, files]) => [folder, files.map(({ name }) => name)]));
}
