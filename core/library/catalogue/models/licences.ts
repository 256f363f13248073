import type { EntryFields, ModelName } from '@star-graph/workflows/models/modelEntry';

export type LicenceWarning = 'licence-forbids-selling' | 'licence-unknown';

/** Files whose weights make the picture: of the parts beside them nobody is asked for a licence, unless it forbids. */
const drawingFolders: readonly string[] = ['checkpoints', 'diffusion_models', 'loras'];

/** What an administrator who sells credits should know of a model on offer. */
export function warnOfLicence(
  { folder }: ModelName,
  { licence }: Pick<EntryFields, 'licence'>,
): LicenceWarning | undefined {
  const answer = licence?.mayBeSold ?? 'unknown';
  if (answer === 'no') return 'licence-forbids-selling';
  return answer === 'unknown' && drawingFolders.includes(folder) ? 'licence-unknown' : undefined;
}
