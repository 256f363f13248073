import { Brush, X } from 'lucide';
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../controls/IconButton.tsx';
import { Field } from '../../fields/Field.tsx';
import { FieldContext } from '../../fields/fieldLink.ts';
import { Icon } from '../../Icon.tsx';
import type { MaskEditorProps } from '../../pictures/mask/MaskEditor.tsx';
import { texts as maskTexts } from '../../pictures/mask/texts.ts';
import { type AssetValue, isAssetValue } from '../fitValue.ts';
import { useForm } from '../formContext.ts';
import { readChosen, readValue } from '../formDraft.ts';
import type { FieldOf } from '../formField.ts';
import { readDrawing } from '../readDrawing.ts';
import { texts } from '../texts.ts';
import { FileButton, PictureSlot } from './PictureSlot.tsx';

/** A picture that can be painted over: its size is known. */
type Paintable = AssetValue & { url: string; width: number; height: number };

const isPaintable = (value: unknown): value is Paintable =>
  isAssetValue(value) && value.url !== undefined && value.width !== undefined && value.height !== undefined;

/** What to change in the picture of the same request, painted over it or from a file. */
export function MaskField({ field }: { field: FieldOf<'mask'> }) {
  const { form, draft, write, findFault, uploads, fixed, onPaint } = useForm();
  const [isOpen, setOpen] = useState(false);
  const paint = onPaint ?? (() => setOpen(true));
  const place = useRef<HTMLDivElement>(null);
  const value = readValue(form, draft, field);
  const mask = isAssetValue(value) ? value : undefined;
  const picture = fixed[field.of] ?? readChosen(form, draft, field.of);
  const upload = uploads.find(field.name);
  // Steps are kept beside the mask, so that a failed upload loses none.
  const stepsName = `${field.name}.steps`;
  const drawing = readDrawing(readChosen(form, draft, stepsName));
  const take = (file: Blob, over?: string) =>
    uploads.startMask(field.name, file, over === undefined ? {} : { over });
  return (
    <Field label={field.title} required={field.isRequired} error={findFault(field.name)}>
      <FieldContext.Provider value={undefined}>
        <div ref={place} tabIndex={-1} class="sg-mask-field">
          {upload || (mask && !isPaintable(picture)) ? (
            <PictureSlot
              title={field.title}
              media="image"
              value={mask}
              isFixed={false}
              upload={upload}
              onAsset={(asset) => write(field.name, asset)}
              onFile={(file) => take(file)}
              onUrl={(url) => uploads.startUrl(field.name, url)}
              onRetry={() => uploads.retry(field.name)}
              onCancel={() => uploads.cancel(field.name)}
            />
          ) : mask && isPaintable(picture) ? (
            <Painted
              picture={picture}
              mask={mask}
              onPaint={paint}
              onRemove={() => write(field.name, undefined)}
            />
          ) : (
            <Unpainted isReady={isPaintable(picture)} onPaint={paint} onFile={take} />
          )}
        </div>
        {isOpen && isPaintable(picture) && (
          <MaskDialog
            picture={picture}
            initial={drawing}
            onChange={(next) => write(stepsName, next)}
            onDone={(blob) => {
              take(blob, picture.assetId);
              setOpen(false);
              // The button that opened the editor makes room for the mask: who goes by keys goes on from its place.
              requestAnimationFrame(() => place.current?.focus());
            }}
            onCancel={() => setOpen(false)}
          />
        )}
      </FieldContext.Provider>
    </Field>
  );
}

interface UnpaintedProps {
  isReady: boolean;
  onPaint(): void;
  onFile(file: Blob): void;
}

const Unpainted = ({ isReady, onPaint, onFile }: UnpaintedProps) => (
  <div class="sg-slot">
    <div class="sg-slot-empty">
      <button type="button" class="sg-slot-main" disabled={!isReady} onClick={onPaint}>
        <Icon icon={Brush} size={20} />
        <span>{texts.paintMask}</span>
        <span class="sg-slot-hint">{isReady ? texts.paintHint : texts.maskNeedsPicture}</span>
      </button>
      <div class="sg-slot-ways">
        <FileButton media="image" onFile={onFile} className="sg-slot-file">
          {texts.maskFile}
        </FileButton>
      </div>
    </div>
  </div>
);

interface PaintedProps {
  picture: Paintable;
  mask: AssetValue;
  onPaint(): void;
  onRemove(): void;
}

const Painted = ({ picture, mask, onPaint, onRemove }: PaintedProps) => (
  <div class="sg-slot">
    <div class="sg-slot-filled">
      <div class="sg-slot-masked" style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
        <img src={picture.url} alt="" draggable={false} />
        {mask.url && <img class="sg-slot-mask" src={mask.url} alt="" draggable={false} />}
      </div>
      <div class="sg-slot-tools">
        <IconButton icon={Brush} size="small" look="glass" label={texts.changeMask} onClick={onPaint} />
        <IconButton icon={X} size="small" look="glass" label={texts.remove} onClick={onRemove} />
      </div>
    </div>
  </div>
);

/** Fills the window. The editor is loaded when somebody paints. */
function MaskDialog(props: MaskEditorProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [Editor, setEditor] = useState<ComponentType<MaskEditorProps>>();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    import('../../pictures/mask/MaskEditor.tsx').then(
      ({ MaskEditor }) => setEditor(() => MaskEditor),
      () => setFailed(true),
    );
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sg-mask-dialog"
      aria-label={maskTexts.title}
      // Escape: the steps are kept.
      onCancel={(event) => {
        event.preventDefault();
        props.onCancel();
      }}
    >
      {Editor && <Editor {...props} />}
      {hasFailed && (
        <button type="button" class="sg-mask-failed" onClick={props.onCancel}>
          {texts.editorFailed}
        </button>
      )}
    </dialog>
  );
}
