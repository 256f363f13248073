import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { RotateCcw, X } from 'lucide';
import { texts } from '../texts.ts';
import { dropUpload, sendUpload, type Upload, uploads } from './uploads.ts';
import './pictures.css';

/** Pictures that were dropped beside the form's own places, on their way. */
export function UploadList() {
  if (uploads.value.length === 0) return null;
  return (
    <ul class="upload-list">
      {uploads.value.map((upload) => (
        <UploadRow key={upload.id} {...upload} />
      ))}
    </ul>
  );
}

function UploadRow({ id, name, isLink, percent, fault }: Upload) {
  const words = isLink ? texts.fetching(name) : texts.uploading(name);
  return (
    <li class="upload">
      <Ring
        size={20}
        percent={isLink ? undefined : percent}
        state={fault === undefined ? 'working' : 'failed'}
      />
      <div class="upload-words">
        <div class="upload-name" dir="auto">
          {fault === undefined ? words : name}
        </div>
        {fault !== undefined && (
          <div class="upload-problem" role="alert">
            {fault}
          </div>
        )}
      </div>
      {fault !== undefined && (
        <IconButton icon={RotateCcw} size="small" label={texts.again} onClick={() => void sendUpload(id)} />
      )}
      <IconButton icon={X} size="small" label={texts.cancelUpload} onClick={() => dropUpload(id)} />
    </li>
  );
}
