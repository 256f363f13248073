import { Button } from '@star-graph/ui/controls/Button.tsx';
import { SchemaForm } from '@star-graph/ui/form/SchemaForm.tsx';
import type { PictureSource } from '@star-graph/ui/form/useUploads';
import { Sparkles } from 'lucide';
import { Forecast, Price } from '../../create/CreateButton.tsx';
import { sendPicture } from '../../create/pictures/sendPicture.ts';
import { texts } from '../texts.ts';
import type { Making } from '../useMaking.ts';

const pictures: PictureSource = {
  uploadPicture: async (file, options) => (await sendPicture(file, options)).value,
};

const hints = {
  text2img: () => texts.text2imgHint,
  img2img: () => texts.img2imgHint,
  inpaint: () => texts.inpaintHint,
  outpaint: () => texts.outpaintHint,
  control: () => texts.controlHint,
  edit: () => texts.editHint,
};

/** What is made of the frame: what it is by what lies there, its words and settings. */
export function MakePanel({ making }: { making: Making }) {
  const { source, draft, way } = making;
  return (
    <section class="canvas-make" aria-label={texts.makeSettings}>
      <p class="canvas-way" aria-live="polite">
        <strong data-way={way}>{texts[way]}</strong>
        <span>{source ? hints[way]() : texts.wayMissing}</span>
      </p>
      {source && (
        <SchemaForm
          key={way}
          source={source}
          draft={draft}
          onDraft={making.changeDraft}
          pictures={pictures}
          isChecked={making.isChecked}
          errors={making.errors}
          onSubmit={() => void making.make()}
        />
      )}
    </section>
  );
}

/** The one thing to do, with its price, and what comes of it. */
export function MakeButton({ making, isBrief = false }: { making: Making; isBrief?: boolean }) {
  const { quoted, leastCost, isSending, source } = making;
  return (
    <div class="canvas-press">
      <Button
        look="primary"
        size={isBrief ? 'medium' : 'large'}
        icon={Sparkles}
        wide={!isBrief}
        class="create-button"
        busy={isSending}
        disabled={!source}
        onClick={() => void making.make()}
      >
        <span>{texts.make}</span>
        <span aria-hidden="true">·</span>
        <Price {...{ quoted, leastCost }} />
      </Button>
      {!isBrief && (
        <p class="create-forecast" aria-live="polite">
          {isSending ? texts.preparing : <Forecast quoted={quoted} waiting={making.waiting} />}
        </p>
      )}
    </div>
  );
}
