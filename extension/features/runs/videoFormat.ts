import { headBytes, typeOfHead } from '@star-graph/workflows/shared/mediaKinds';

/** By the first bytes, as the server looks; the file name and the Content-Type do not count. Undefined: no video. */
export async function findVideoFormat(file: Blob): Promise<'mp4' | 'webm' | undefined> {
  const type = typeOfHead(
    String.fromCharCode(...new Uint8Array(await file.slice(0, headBytes).arrayBuffer())),
  );
  return type === 'mp4' || type === 'webm' ? type : undefined;
}
