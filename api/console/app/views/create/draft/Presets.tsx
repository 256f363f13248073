import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { useState } from 'preact/hooks';
import { PresetsButton, type PresetsProps } from './PresetsButton.tsx';

const PresetsPopover = loadPart<PresetsProps>(
  async () => (await import('./PresetsPopover.tsx')).PresetsPopover,
  PresetsButton,
);

/** The way to settings under a name. */
export function Presets(props: PresetsProps) {
  const [isAsked, setAsked] = useState(false);
  return isAsked ? <PresetsPopover {...props} /> : <PresetsButton onClick={() => setAsked(true)} />;
}
