type VideoFormat = 'mp4' | 'webm';

/** What file choosers offer of the videos that the server takes. */
export const videoAccept = 'video/mp4,video/webm,.mp4,.m4v,.mov,.webm';

/** Pictures in the box structure of mp4. */
const pictureBrands = ['avif', 'avis', 'heic', 'heix', 'hevc', 'mif1', 'msf1'];
const headBytes = 16;

/** By the first bytes, as the server looks; the file name and the Content-Type do not count. Undefined: no video. */
export async function findVideoFormat(file: Blob): Promise<VideoFormat | undefined> {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, headBytes).arrayBuffer()));
  if (head.startsWith('\x1aE\xdf\xa3')) return 'webm';
  return head.slice(4, 8) === 'ftyp' && !pictureBrands.includes(head.slice(8, 12)) ? 'mp4' : undefined;
}
