import type { AssetValue } from '@star-graph/ui/form/fitValue';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { background } from '../../messaging/rpcClient.ts';
import type { Run } from '../../runs/run.ts';

/**
 * What the run starts from, by the parameter that takes it: it has its place in the form before it is uploaded, and
 * the form works without the view of it.
 */
export function useGivenPicture(
  param: string | undefined,
  { inputAssetId: assetId, fileName }: Pick<Run, 'inputAssetId' | 'fileName'>,
): Readonly<Record<string, AssetValue>> {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (assetId === undefined) return;
    // The address that came with the run may have expired.
    background.getAssetUrl(assetId).then(setUrl, () => setUrl(undefined));
  }, [assetId]);
  return useMemo(
    () => (param === undefined ? {} : { [param]: { assetId: assetId ?? '', url, name: fileName } }),
    [param, assetId, url, fileName],
  );
}
