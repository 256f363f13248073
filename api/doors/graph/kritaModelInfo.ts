import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { type ModelFamily, traitsOf } from '@star-graph/workflows/models/modelFamilies';
import type { ApiContext } from '../../apiContext.ts';
import type { GraphDeps } from './graphDeps.ts';
import { listUsable } from './infoRoutes.ts';

/** What the program calls the families that it draws with; others it leaves alone. */
const baseModels: Partial<Record<ModelFamily, string>> = {
  sd15: 'sd15',
  sdxl: 'sdxl',
  sd3: 'sd3',
  flux: 'flux',
  flux2: 'flux2',
  'z-image': 'z-image',
  'qwen-image': 'qwen-image',
  krea2: 'krea2',
};

/** Families that are one here, by the names of their files. */
const byName: readonly (readonly [string, RegExp])[] = [
  ['chroma', /chroma(?!t)/i],
  ['ernie-image', /ernie[-_ ]?image/i],
];

const klein = /klein[-_ ]?(?<size>[49]b)/i;

/** What the models of a folder are, in the pages that the program asks for. */
export async function readModelInfo(
  deps: GraphDeps,
  caller: PersonCaller,
  folder: string,
  query: ApiContext['query'],
): Promise<Record<string, object>> {
  const models = (await listUsable(deps, caller)).filter((model) => model.folder === folder);
  const [offset, limit] = [numberOf(query.offset, 0), numberOf(query.limit, models.length)];
  const page = models.slice(offset, offset + limit);
  const infos = page.map(({ name, family }) => [name, describe(name, family)] as const);
  return {
    ...Object.fromEntries(infos),
    ...(query.limit !== undefined && { _meta: { offset, count: page.length, total: models.length } }),
  };
}

const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : otherwise;

function describe(name: string, family: ModelFamily | undefined): object {
  const { isInpainting, drawsNoPicture } = traitsOf(name);
  const named = byName.find(([, pattern]) => pattern.test(name))?.[0];
  const size = family === 'flux2' ? klein.exec(name)?.groups?.size : undefined;
  return {
    base_model: named ?? (family && !drawsNoPicture ? baseModels[family] : undefined) ?? 'unknown',
    is_inpaint: isInpainting,
    ...(size !== undefined && { type: `klein-${size.toLowerCase()}` }),
  };
}
