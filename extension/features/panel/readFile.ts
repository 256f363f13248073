import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { type EncodedFile, encodeFile } from '../messaging/encodedFile.ts';
import { rasteriseHere } from '../page/pictures/readPicture.ts';
import { LocalProblem } from '../runs/problem.ts';
import { findVideoFormat } from '../runs/videoFormat.ts';
import { readSettings } from '../session/settings.ts';

/** The name of a file without its extension. */
export const nameOf = (file: File): string => file.name.replace(/\.[^.]*$/, '');

/**
 * A file for the background. An SVG is drawn here: the background has nothing to draw it with. A video is sent as it
 * is, so one that the server refuses stays here.
 * @throws LocalProblem
 */
export async function readFile(file: File): Promise<EncodedFile> {
  if (file.size > uploadMaxBytes && (await findVideoFormat(file))) throw new LocalProblem('video-too-large');
  if (file.type !== 'image/svg+xml') return await encodeFile(file);
  const { svgLongestSidePx } = await readSettings();
  const drawn = await rasteriseHere(await file.text(), svgLongestSidePx);
  if (!drawn) throw new LocalProblem('not-an-image');
  return drawn;
}
