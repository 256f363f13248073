import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import { requireBody } from '@star-graph/api/testing/servers/apiServer';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { firstIdAt, newId } from '@star-graph/core/ground/runtime/ids';
import { withPngText } from '@star-graph/core/media/metadata/pngText';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { sharedConsole } from './sharedConsole.ts';

interface ListedPicture {
  id: string;
  url: string;
}

/** People with pictures, and their galleries in a browser. */
export function galleryFixture() {
  const setup = sharedConsole();

  const call = (token: string, path: string, body?: unknown, method?: string) =>
    setup.platform.api.call(`/api/v1${path}`, { token, body, ...(method !== undefined && { method }) });
  const listed = async (token: string): Promise<ListedPicture[]> =>
    (await call(token, '/assets?limit=200')).body.items;
  /** @returns the id of the accepted task. */
  async function make(token: string, prompt: string): Promise<string> {
    const values = { prompt, seed: 3, width: 256, height: 256 };
    return requireBody(await call(token, '/generate/text2img', values)).id;
  }
  const tiles = (page: Page) => page.locator('.tile');

  /** @param texts what another program wrote into its file */
  async function upload(token: string, texts: Readonly<Record<string, string>> = {}): Promise<string> {
    const form = new FormData();
    const png = await createTwoColours(96, 64).png().toBuffer();
    form.append('file', new Blob([new Uint8Array(withPngText(png, texts))], { type: 'image/png' }), 'a.png');
    return (await call(token, '/assets', form)).body.id;
  }

  return {
    setup,
    call,
    listed,
    make,
    tiles,
    upload,
    /** More of one's pictures, with other values, in the order of their times. @returns their ids */
    async copy(id: string, copies: readonly Partial<Asset>[]): Promise<string[]> {
      const { database } = setup.platform;
      const pattern = (await Asset.query(database).findById(id).throwIfNotFound()).$toJson();
      const ids: string[] = [];
      for (const values of copies) {
        const copyId = newId();
        const { createdAt } = values;
        // Ids begin with their time.
        ids.push(createdAt ? firstIdAt(createdAt.getTime()).slice(0, 14) + copyId.slice(14) : copyId);
        // A favourite does not expire, however old it is.
        const favourite = createdAt !== undefined;
        await Asset.query(database).insert({ ...pattern, favourite, ...values, id: ids.at(-1) ?? '' });
      }
      return ids;
    },
    /** A person with an upload and a result from each of two doors, whose gallery is open. */
    async openGallery(options?: BrowserContextOptions) {
      const { page, person } = await setup.openSignedIn('/gallery', options);
      const token = person.accessToken;
      const { key } = requireBody(await call(token, '/users/api-keys', { name: 'a program' }));
      const uploadId = await upload(token);
      const made = [await make(token, 'a lighthouse at dusk'), await make(key, 'a red fox in the snow')];
      for (const id of made) await setup.platform.untilEnded(token, id);
      await page.reload();
      await untilCount(tiles(page), 3);
      return { page, person, token, uploadId };
    },
  };
}
