import type { ModelFolder } from '@star-graph/workflows/models/loaders';
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

/*
 * `GET /api/v1/models/{id}`, by developer.civitai.com/site/reference and the wiki of civitai/civitai. What a page may
 * lack is optional here.
 */
const fileSchema = z.object({
  name: z.string(),
  type: z.string(),
  sizeKB: z.number().min(0).max(1e12).optional(),
  downloadUrl: z.string().max(2_000),
  pickleScanResult: z.string().nullish(),
  virusScanResult: z.string().nullish(),
  hashes: z.object({ SHA256: z.string().optional() }).nullish(),
});

const versionSchema = z.object({
  id: z.int(),
  name: z.string(),
  baseModel: z.string().nullish(),
  availability: z.string().nullish(),
  usageControl: z.string().nullish(),
  trainedWords: z.array(z.string()).nullish(),
  files: z.array(fileSchema).nullish(),
  images: z
    .array(
      z.object({
        url: z.string(),
        type: z.string().nullish(),
        nsfwLevel: z.union([z.number(), z.string()]).nullish(),
      }),
    )
    .nullish(),
});

const modelSchema = z.object({
  id: z.int(),
  name: z.string(),
  type: z.string(),
  /** Once a single word; nothing is None. */
  allowCommercialUse: z.union([z.string(), z.array(z.string())]).nullish(),
  modelVersions: z.array(versionSchema),
});

type Version = z.output<typeof versionSchema>;

const folders: Readonly<Record<string, ModelFolder>> = {
  LORA: 'loras',
  LoCon: 'loras',
  DoRA: 'loras',
  Controlnet: 'controlnet',
  VAE: 'vae',
  Upscaler: 'upscale_models',
  Hypernetwork: 'hypernetworks',
};

/** Models for the eyes of everybody: civitai's level 1 is PG. */
const forEverybody = 1;

/** @throws Problem `invalid-params`, `unavailable`. */
export async function readCivitaiPage(sites: ModelSites, site: ModelSite, page: URL): Promise<ModelPage> {
  const id = /^\/models\/(\d{1,12})(?:\/|$)/.exec(page.pathname)?.[1];
  if (id === undefined)
    throw pageProblem('Give the address of a model’s page, such as https://civitai.com/models/827184.');
  const answer = modelSchema.safeParse(await sites.ask(site, `/api/v1/models/${id}`));
  if (!answer.success)
    throw pageProblem(
      `${page.host} answers with something else than what its interface promises.`,
      answer.error,
    );
  const model = answer.data;
  const wanted = page.searchParams.get('modelVersionId');
  const version =
    wanted === null ? model.modelVersions[0] : model.modelVersions.find((one) => String(one.id) === wanted);
  if (!version)
    throw pageProblem('This model has no such version that everybody can see. Correct the address.');
  if (version.usageControl && version.usageControl !== 'Download')
    throw pageProblem('Its author lets nobody fetch this version: it may be used on the site alone.');
  const baseModel = version.baseModel ? plainText(version.baseModel, 100) : null;
  const family = baseModel === null ? null : familyOfBase(baseModel);
  const address = `https://civitai.com/models/${model.id}?modelVersionId=${version.id}`;
  return {
    address,
    title: plainText(`${model.name} ${version.name}`, 100),
    baseModel,
    family,
    licence: licenceOf(model.allowCommercialUse, baseModel, address),
    triggerWords: listWords(version.trainedWords ?? []),
    isGated: version.availability === 'EarlyAccess' || version.availability === 'Private',
    sampleUrl:
      version.images?.find(
        ({ type, nsfwLevel }) => (type ?? 'image') === 'image' && nsfwLevel === forEverybody,
      )?.url ?? null,
    files: listFiles(site, model.type, version, family),
  };
}

function listFiles(site: ModelSite, type: string, version: Version, family: ModelFamily | null): PageFile[] {
  const folder = type === 'Checkpoint' ? folderOfWeights(family) : folders[type];
  const files = (version.files ?? []).flatMap((file): PageFile[] => {
    const name = plainFileName(file.name);
    const place =
      file.type === 'VAE' ? 'vae' : ['Model', 'Pruned Model'].includes(file.type) ? folder : undefined;
    const isChecked = [file.pickleScanResult, file.virusScanResult].every(
      (result) => !result || result === 'Success',
    );
    const url = URL.canParse(file.downloadUrl) ? new URL(file.downloadUrl) : undefined;
    if (!place || !isChecked || !url || !site.hosts.includes(url.host)) return [];
    if (!weightsEnd.test(name) && !pickleEnd.test(name)) return [];
    const sha256 = file.hashes?.SHA256?.toLowerCase();
    return [
      {
        folder: place,
        name,
        url: `${site.origin}${url.pathname}${url.search}`,
        ...(file.sizeKB !== undefined && { bytes: Math.round(file.sizeKB * 1_024) }),
        ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
      },
    ];
  });
  const safe = files.filter(({ name }) => weightsEnd.test(name));
  return (safe.length > 0 ? safe : files).slice(0, mostFiles);
}

/** Base models whose own licence forbids what the author of the page may allow. */
const nonCommercial = /flux\.?1 (?:d|kontext|krea)|flux\.?2 (?:d\b|dev|klein 9b)/i;

/** `Rent`: others may have pictures made with it for money. It was once a word of a ladder: `Sell` held it. */
function licenceOf(
  allowed: string | readonly string[] | null | undefined,
  baseModel: string | null,
  url: string,
): ModelLicence | null {
  if (allowed === null || allowed === undefined) return null;
  const words = typeof allowed === 'string' ? [allowed] : allowed;
  const mayRent = words.includes('Rent') || (typeof allowed === 'string' && allowed === 'Sell');
  const isForbidden = baseModel !== null && nonCommercial.test(baseModel);
  const permitted = words.filter((word) => /^\w{1,20}$/.test(word)).join(', ') || 'None';
  const base = baseModel === null ? '' : `; base model ${baseModel}`;
  return {
    name: plainText(`Civitai, commercial use: ${permitted}${base}`, 200),
    url,
    mayBeSold: mayRent && !isForbidden ? 'yes' : 'no',
  };
}
