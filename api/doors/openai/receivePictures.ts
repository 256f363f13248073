import { Problem } from '@star-graph/core/ground/errors';
import { receiveDataUrl } from '../dataUrl.ts';
import type { GivenPictures } from '../fetchPictures.ts';

/** Where a picture of a request is said to be. */
export interface PictureAddress {
  url: string;
  /** Where the address stands in the request. */
  pointer: string;
}

/** Those inside the request are on disk until the scope ends; those behind links are fetched later. */
interface ReceivedPictures extends AsyncDisposable {
  pictures: GivenPictures['images'];
}

/** @throws Problem `invalid-params` that points at the address. */
export async function receivePictures(
  tempDirectory: string,
  addresses: readonly PictureAddress[],
): Promise<ReceivedPictures> {
  const files = new AsyncDisposableStack();
  const pictures: GivenPictures['images'][number][] = [];
  try {
    for (const { url, pointer } of addresses) {
      if (/^https?:/i.test(url)) pictures.push({ link: url, pointer });
      else if (/^data:/i.test(url))
        pictures.push(files.use(await receiveDataUrl(url, pointer, tempDirectory)));
      else throw notTaken(pointer);
    }
    return { pictures, [Symbol.asyncDispose]: () => files.disposeAsync() };
  } catch (error) {
    await files.disposeAsync();
    throw error;
  }
}

const notTaken = (pointer: string) =>
  new Problem('invalid-params', 'Some values are not accepted.', {
    errors: [{ pointer, message: 'Send an https link, or the picture itself as data:image/png;base64,….' }],
  });
