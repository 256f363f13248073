import { RotateCcw, X } from 'lucide';
import { IconButton } from '../../../../../ui/controls/IconButton.tsx';
import { Ring } from '../../../../../ui/feedback/Ring.tsx';
import { describeProblem } from '../../../problems/problemText.ts';
import { texts } from '../texts.ts';
import { dropUpload, sendUpload, uploads } from './uploads.ts';
import './pictures.css';

/** Pictures that were dropped beside the form's own places, on their way. */
export function UploadList() {
  if (uploads.value.length === 0) return null;
  return (
    <ul class="upload-list">
      {uploads.value.map(({ id, name, percent, error }) => (
        <li key={id} class="upload">
          <Ring size={20} percent={percent} state={error === undefined ? 'working' : 'failed'} />
          <div class="upload-words">
            <div class="upload-name" dir="auto">
              {error === undefined ? texts.uploading(name) : name}
            </div>
            {error !== undefined && (
              <div class="upload-problem" role="alert">
                {describeProblem(error)}
              </div>
            )}
          </div>
          {error !== undefined && (
            <IconButton
              icon={RotateCcw}
              size="small"
              label={texts.again}
              onClick={() => void sendUpload(id)}
            />
          )}
          <IconButton icon={X} size="small" label={texts.cancelUpload} onClick={() => dropUpload(id)} />
        </li>
      ))}
    </ul>
  );
}
