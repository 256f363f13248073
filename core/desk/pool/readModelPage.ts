import { Readable } from 'node:stream';
import type { Asset } from '../../ground/db/models/asset.ts';
import { type UploadDeps, uploadAsset } from '../../library/assets/uploadAsset.ts';
import { readCivitaiPage } from './civitaiPage.ts';
import { readHuggingFacePage } from './huggingFacePage.ts';
import type { ModelPage } from './modelPage.ts';
import { type ModelSite, type ModelSites, pageProblem } from './modelSites.ts';

const readers = { civitai: readCivitaiPage, huggingface: readHuggingFacePage };

/**
 * Reads a page of a model site by the site's public interface. Changes nothing.
 * @throws Problem `invalid-params` for an address without a model, and for what the site refuses; `unavailable`.
 */
export const readModelPage = async (sites: ModelSites, address: string): Promise<ModelPage> =>
  (await read(sites, address)).page;

async function read(sites: ModelSites, address: string): Promise<{ site: ModelSite; page: ModelPage }> {
  const url = new URL(address);
  const site = sites.siteOf(url);
  const page = await readers[site.name](sites, site, url);
  if (page.files.length === 0)
    throw pageProblem(
      'This page has no file that ComfyUI loads by itself, or none that the site has found safe.',
    );
  return { site, page };
}

/**
 * Takes the first picture of a page as an upload of this person, checked like any other. The page is read once more, so
 * that nobody can name an address to be fetched. @throws Problem `invalid-params`, `unavailable`, and those of an upload.
 */
export async function takeModelSample(
  deps: UploadDeps & { modelSites: ModelSites },
  userId: string,
  address: string,
  signal: AbortSignal,
): Promise<Asset> {
  const { site, page } = await read(deps.modelSites, address);
  if (page.sampleUrl === null)
    throw pageProblem('This page shows no picture for everybody. Choose one of your own.');
  const bytes = await deps.modelSites.fetchPicture(site, page.sampleUrl);
  return uploadAsset(deps, userId, Readable.from([bytes]), signal);
}
