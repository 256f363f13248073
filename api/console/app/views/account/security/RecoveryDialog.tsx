import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Modal } from '@star-graph/ui/overlays/Dialog.tsx';
import { Copy, Download } from 'lucide';
import { useRef } from 'preact/hooks';
import { saveBlob } from '../../../data/saveBlob.ts';
import { copyText } from '../copyText.ts';
import { texts } from './texts.ts';

/** The codes, which nobody can see again: nothing closes them but the word of the person that they are kept. */
export function RecoveryDialog({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  const text = codes.join('\n');
  const select = () => list.current && getSelection()?.selectAllChildren(list.current);
  return (
    <Modal
      look="dialog"
      role="alertdialog"
      open
      persistent
      onClose={() => {}}
      title={texts.codesTitle}
      description={texts.codesWords}
      footer={
        <>
          <Button icon={Copy} onClick={() => void copyText(text, select)}>
            {texts.copy}
          </Button>
          <Button
            icon={Download}
            onClick={() => saveBlob(new Blob([`${text}\n`]), 'star-graph-recovery-codes.txt')}
          >
            {texts.download}
          </Button>
          <Button look="primary" onClick={onDone}>
            {texts.kept}
          </Button>
        </>
      }
    >
      <ul class="security-codes" ref={list}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Modal>
  );
}
