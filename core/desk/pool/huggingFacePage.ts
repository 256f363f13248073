import { type ModelFolder, modelFolders } from '@star-graph/workflows/models/loaders';
import type { ModelLicence } from '@star-graph/workflows/models/modelEntry';
import { familyOfBase, type ModelFamily } from '@star-graph/workflows/models/modelFamilies';
import { z } from 'zod';
import {
  folderOfWeights,
  listWords,
  type ModelPage,
  mostFiles,
  type PageFile,
  pickleEnd,
  plainFileName,
  plainText,
  weightsEnd,
} from './modelPage.ts';
import { type ModelSite, type ModelSites, pageProblem } from './modelSites.ts';

/** `GET /api/models/{owner}/{name}?blobs=true`, by the types of @huggingface/hub and huggingface_hub's ModelInfo. */
const modelSchema = z.object({
  id: z.string().max(200),
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.boolean(), z.string()]).optional(),
  private: z.boolean().optional(),
  tags: z.array(z.string()).default([]),
  cardData: z
    .object({
      license: z.union([z.string(), z.array(z.string())]).nullish(),
      license_name: z.string().nullish(),
      license_link: z.string().nullish(),
      base_model: z.union([z.string(), z.array(z.string())]).nullish(),
      instance_prompt: z.string().nullish(),
      widget: z
        .array(z.object({ output: z.object({ url: z.string() }).partial().nullish() }))
        .nullish()
        .catch(null),
    })
    .nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string().max(1_000),
      size: z.int().min(0).optional(),
      lfs: z.object({ sha256: z.string() }).partial().nullish(),
    }),
  ),
});

type Model = z.output<typeof modelSchema>;

interface Place {
  repository: string;
  revision: string;
  /** The one file or folder that the page shows. */
  path: string | undefined;
}

/** @throws Problem `invalid-params`, `unavailable`. */
export async function readHuggingFacePage(sites: ModelSites, site: ModelSite, page: URL): Promise<ModelPage> {
  const { repository, revision, path } = parsePlace(page);
  const at = revision === 'main' ? '' : `/revision/${encodeURIComponent(revision)}`;
  const answer = modelSchema.safeParse(await sites.ask(site, `/api/models/${repository}${at}?blobs=true`));
  if (!answer.success)
    throw pageProblem(
      `${page.host} answers with something else than what its interface promises.`,
      answer.error,
    );
  const model = answer.data;
  const card = model.cardData ?? {};
  const baseModel = [card.base_model].flat().find((base) => typeof base === 'string') ?? null;
  const family = familyOfBase(baseModel ?? '') ?? familyOfBase(model.id);
  const from = (file: string) =>
    `${site.origin}/${repository}/resolve/${model.sha}/${file.split('/').map(encodeURIComponent).join('/')}`;
  const picture = card.widget?.map((one) => one.output?.url).find((url) => url !== undefined);
  const address = `https://huggingface.co/${repository}`;
  return {
    address,
    title: plainText(model.id.split('/').at(-1)?.replaceAll(/[-_]+/g, ' ') ?? repository, 100),
    baseModel: baseModel === null ? null : plainText(baseModel, 100),
    family,
    licence: licenceOf(card, address),
    triggerWords: listWords(card.instance_prompt ? [card.instance_prompt] : []),
    isGated: model.private === true || (model.gated ?? false) !== false,
    sampleUrl:
      picture === undefined ? null : URL.canParse(picture) ? picture : from(picture.replace(/^\.?\//, '')),
    files: listFiles(model, family, path, from),
  };
}

const part = /^[\w.-]{1,96}$/;

function parsePlace(page: URL): Place {
  const [owner = '', name = '', view, revision, ...path] = page.pathname
    .split('/')
    .filter((one) => one !== '');
  const isFile = view === 'blob' || view === 'resolve' || view === 'tree';
  const isOther = ['datasets', 'spaces', 'docs', 'api', 'models', 'collections', 'papers'].includes(owner);
  if (isOther || !part.test(owner) || !part.test(name))
    throw pageProblem(
      'Give the address of a model’s page, such as https://huggingface.co/Comfy-Org/z_image_turbo.',
    );
  try {
    return {
      repository: `${owner}/${name}`,
      revision: isFile && revision !== undefined ? decodeURIComponent(revision) : 'main',
      path: isFile && path.length > 0 ? path.map(decodeURIComponent).join('/') : undefined,
    };
  } catch (error) {
    throw pageProblem('The address is damaged. Copy it once more.', error);
  }
}

/** Parts of a model for another program, which ComfyUI loads not one by one. */
const partOfMany = /(?:^|\/)(?:diffusion_pytorch_)?model(?:-\d+-of-\d+|\.fp16)?\.\w+$|-\d{5}-of-\d{5}\.\w+$/;

function listFiles(
  model: Model,
  family: ModelFamily | null,
  path: string | undefined,
  from: (file: string) => string,
): PageFile[] {
  const files = model.siblings.flatMap(({ rfilename, size, lfs }): PageFile[] => {
    const isShown = path === undefined || rfilename === path || rfilename.startsWith(`${path}/`);
    const isWeights = weightsEnd.test(rfilename) || pickleEnd.test(rfilename);
    if (!isShown || !isWeights || partOfMany.test(rfilename)) return [];
    return [
      {
        folder: folderOf(rfilename, model, family),
        name: plainFileName(rfilename),
        url: from(rfilename),
        ...(size !== undefined && { bytes: size }),
        ...(lfs?.sha256 !== undefined && /^[0-9a-f]{64}$/.test(lfs.sha256) && { sha256: lfs.sha256 }),
      },
    ];
  });
  const safe = files.filter(({ name }) => weightsEnd.test(name));
  const listed = safe.length > 0 ? safe : files;
  // Two files of one name in different folders of the page: the first is proposed.
  const keys = listed.map(({ folder, name }) => `${folder}/${name}`);
  return listed.filter((_, index) => keys.indexOf(keys[index] ?? '') === index).slice(0, mostFiles);
}

/** By the folders that ComfyUI's makers sort files into, else by what the page and the name say. */
function folderOf(file: string, { tags }: Model, family: ModelFamily | null): ModelFolder {
  const parts = file.split('/').slice(0, -1);
  const named = modelFolders.find((folder) => parts.includes(folder));
  if (named) return named;
  if (tags.includes('lora') || /lora/i.test(file)) return 'loras';
  if (tags.includes('controlnet') || /control[-_]?net/i.test(file)) return 'controlnet';
  if (/(?:^|[^a-z])vae(?:[^a-z]|$)/i.test(file)) return 'vae';
  if (/esrgan|upscale/i.test(file)) return 'upscale_models';
  if (/(?:^|[^a-z])(?:t5|clip|umt5|text_encoder)/i.test(file)) return 'text_encoders';
  return folderOfWeights(family);
}

/** By the identifiers of the Hub's list of licences. */
const sold =
  /^(?:apache-2\.0|mit|bsd(?:-\w+)*|cc0-1\.0|cc-by(?:-sa)?-\d\.\d|(?:big\w+-)?openrail(?:\+\+)?(?:-m)?|creativeml-openrail-m)$/;
const notSold = /(?:^|-)nc(?:-|$)|non-?commercial|research-only/i;

function licenceOf(card: NonNullable<Model['cardData']>, address: string): ModelLicence | null {
  const id = [card.license].flat().find((one) => typeof one === 'string');
  const name = plainText((id === 'other' || !id ? card.license_name : id) ?? id ?? '', 200);
  if (name === '') return null;
  const link = card.license_link;
  const isLink =
    link !== null &&
    link !== undefined &&
    link.length <= 500 &&
    /^https:\/\//.test(link) &&
    URL.canParse(link);
  return {
    name,
    url: isLink ? link : address,
    mayBeSold: notSold.test(name) ? 'no' : sold.test(name) ? 'yes' : 'unknown',
  };
}
