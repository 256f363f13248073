import { ClientProblem } from '@star-graph/client/clientProblem';
import type { AssetView } from '@star-graph/contract/assets/assets';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import type { Catalogue } from '../../../data/catalogue.ts';
import { api } from '../../../session/session.ts';
import { asMade, type Made } from '../recall.ts';
import type { Studio } from '../studioTypes.ts';
import { texts } from '../texts.ts';
import type { FileSettings } from './fileSettings.ts';

/** The settings that a picture brought. */
export interface Brought {
  program: FileSettings['program'];
  made: Made;
  /** A model that it names and that is not here. */
  lacks?: string | undefined;
}

/**
 * What is known of how a picture was made. The server is asked only of files that say they are from here: of all others
 * it knows nothing.
 * @param file as it was chosen; without it the stored one is read
 */
export async function findSettings(
  catalogue: Catalogue,
  { id, url, mime }: Pick<AssetView, 'id' | 'url' | 'mime'>,
  file?: Blob,
): Promise<Brought | undefined> {
  if (!mime.startsWith('image/')) return undefined;
  // Most who come bring no picture.
  const { readFileSettings } = await import('./fileSettings.ts');
  const found = await readFileSettings(file ?? (await fetchFile(url)));
  if (!found) return undefined;
  if (found.program !== 'Star-Graph') return { program: found.program, ...asMade(catalogue, found) };
  try {
    return { program: found.program, made: await api.getAssetOrigin({ params: { id } }) };
  } catch (error) {
    // Its own words are not ours after all.
    if (error instanceof ClientProblem && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function fetchFile(url: string): Promise<Blob> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The file was answered with ${answer.status}.`);
  return answer.blob();
}

/** Fills the form with them, and says what could not be had. */
export function recallBrought(studio: Studio, { made, lacks }: Brought): void {
  if (!studio.recall(made)) showToast({ tone: 'bad', text: texts.recallGone });
  else if (lacks !== undefined) showToast({ text: texts.lacksModel(lacks), id: 'lacks-model' });
}

/** A picture may bring its settings; whether they are wanted, its person says. */
export async function offerSettings(studio: Studio, asset: AssetView, file?: Blob): Promise<void> {
  const brought = await findSettings(studio, asset, file).catch((error: unknown) => {
    // The picture is there; without an answer there is nothing to offer.
    console.warn('settings', error);
  });
  if (!brought) return;
  const use = () => recallBrought(studio, brought);
  const text = brought.program === 'Star-Graph' ? texts.ours : texts.brought(brought.program);
  showToast({ text, action: { label: texts.useSettings, onAction: use } });
}
