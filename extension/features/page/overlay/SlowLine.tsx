import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import type { Run } from '../../runs/run.ts';

const slowMs = 10_000;

/** Says that the server takes long to answer: otherwise nothing would seem to happen. */
export function SlowLine({ state }: Pick<Run, 'state'>) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, [state]);
  const isAsking = state === 'uploading' || state === 'submitting';
  return isSlow && isAsking ? <p class="notes" data-words={translate('slowServer')} /> : null;
}
