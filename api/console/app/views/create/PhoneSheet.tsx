import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { readValue, writeValue } from '@star-graph/ui/form/formDraft';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { language } from '@star-graph/ui/texts/language';
import { ChevronUp, Sparkles } from 'lucide';
import type { ComponentChildren } from 'preact';
import { Price } from './CreateButton.tsx';
import { texts as requestTexts } from './requestTexts.ts';
import { type Studio, useDraft } from './studio.ts';
import { texts } from './texts.ts';
import type { Create } from './useCreate.ts';

const Drawer = loadPart(async () => (await import('@star-graph/ui/overlays/Drawer.tsx')).Drawer);

interface PhoneSheetProps {
  studio: Studio;
  create: Create;
  isOpen: boolean;
  onOpen(isOpen: boolean): void;
  onSend(): void;
  /** The whole form. */
  children: ComponentChildren;
}

/** On a phone: the prompt and the button are always at hand, the rest of the form is a sheet from below. */
export function PhoneSheet({ studio, create, isOpen, onOpen, onSend, children }: PhoneSheetProps) {
  const { workflow, form, changeDraft } = studio;
  const draft = useDraft(studio);
  const title = workflow.title[language.value];
  const prompt = form.fields.find(({ name }) => name === 'prompt');
  return (
    <>
      <div class="phone-bar">
        <IconButton icon={ChevronUp} label={texts.settings} onClick={() => onOpen(true)} />
        {prompt ? (
          <TextArea
            label={texts.prompt}
            placeholder={texts.promptPlace}
            minRows={1}
            maxRows={4}
            value={String(readValue(form, draft, prompt) ?? '')}
            onChange={(value) => changeDraft((now) => writeValue(form, now, 'prompt', value))}
          />
        ) : (
          <button type="button" class="phone-title" onClick={() => onOpen(true)}>
            {title}
          </button>
        )}
        <Button look="primary" icon={Sparkles} busy={create.isWaiting} onClick={onSend}>
          <span class="sg-hidden">{requestTexts.create}</span>
          <Price quoted={create.quoted} leastCost={workflow.leastCost} />
        </Button>
      </div>
      {isOpen && (
        <Drawer open onClose={() => onOpen(false)} title={texts.form}>
          <div class="create-sheet">{children}</div>
        </Drawer>
      )}
    </>
  );
}
