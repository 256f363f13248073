import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import type { FormDraft } from '@star-graph/ui/form/formDraft';
import type { TriggerAttributes } from '@star-graph/ui/overlays/OverlayPlace.tsx';
import { Bookmark } from 'lucide';
import { texts } from '../texts.ts';
import type { Preset } from './presets.ts';

export interface PresetsProps {
  userId: string;
  workflow: string;
  draft: FormDraft;
  onChoose(preset: Preset): void;
}

type PresetsButtonProps = Partial<PresetsProps> & TriggerAttributes;

export function PresetsButton(props: PresetsButtonProps) {
  const { userId: _userId, workflow: _workflow, draft: _draft, onChoose: _onChoose, ...attributes } = props;
  return <IconButton {...attributes} icon={Bookmark} label={texts.presets} />;
}
