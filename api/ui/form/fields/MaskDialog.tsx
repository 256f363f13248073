import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MaskEditorProps } from '../../pictures/mask/MaskEditor.tsx';
import { texts as maskTexts } from '../../pictures/mask/texts.ts';
import { texts } from '../texts.ts';

/** Fills the window. The editor is loaded when somebody paints. */
export function MaskDialog(props: MaskEditorProps) {
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
