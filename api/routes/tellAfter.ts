import type { ApiDeps } from '../apiDeps.ts';

/** Every process has what was changed when the request is answered, or a second later where a message is lost. */
export async function tellAfter<Changed>(
  { tellChange }: Pick<ApiDeps, 'tellChange'>,
  change: Promise<Changed>,
): Promise<Changed> {
  const changed = await change;
  await tellChange();
  return changed;
}
