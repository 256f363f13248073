import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { FileDrop } from '../../../ui/FileDrop.tsx';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import { LocalProblem, type ShownProblem } from '../../problems/problem.ts';
import { videoAccept } from '../../runs/videoFormat.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { nameOf, readFile } from '../readFile.ts';
import type { FormField } from './formFields.ts';

interface FileControlProps {
  field: Extract<FormField, { kind: 'file' }>;
  /** The id of the upload. */
  text: string;
  onText(text: string): void;
}

/** A further picture or video of a form. It is uploaded when it is chosen. */
export function FileControl({ field, text, onText }: FileControlProps) {
  const [uploading, setUploading] = useState<string>();
  const [problem, setProblem] = useState<ShownProblem>();
  const take = async (file: File) => {
    setProblem(undefined);
    setUploading(file.name);
    try {
      onText(await background.uploadFile(await readFile(file), nameOf(file), field.accepts));
    } catch (error) {
      setProblem(error instanceof LocalProblem ? { code: error.code } : problemOf(error));
    }
    setUploading(undefined);
  };
  const isVideo = field.accepts === 'video';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own
    <div role="group" aria-label={field.title}>
      <strong>{field.title}</strong>
      {field.description && <p class="faint small">{field.description}</p>}
      {text && <UploadedFile assetId={text} isVideo={isVideo} title={field.title} />}
      <FileDrop
        name={field.name}
        label={field.title}
        accept={isVideo ? videoAccept : 'image/*'}
        line={uploading ?? translate(isVideo ? 'dropVideo' : 'dropPicture')}
        isRequired={field.isRequired && text === ''}
        busy={uploading === undefined ? '' : translate('stateUploading')}
        onFile={(file) => void take(file)}
      />
      {text && (
        <button type="button" onClick={() => onText('')}>
          {translate('entryRemove')}
        </button>
      )}
      <ProblemLine problem={problem} />
    </div>
  );
}

interface UploadedFileProps {
  assetId: string;
  isVideo: boolean;
  title: string;
}

/** The form works without the view of it: the address may have expired. */
export function UploadedFile({ assetId, isVideo, title }: UploadedFileProps) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    background.getAssetUrl(assetId).then(setUrl, () => setUrl(undefined));
  }, [assetId]);
  const style = { maxWidth: '100%', maxHeight: '200px' };
  if (!url) return null;
  if (isVideo) return <video src={url} aria-label={title} style={style} controls muted playsInline />;
  return <img src={url} alt={title} style={style} />;
}
