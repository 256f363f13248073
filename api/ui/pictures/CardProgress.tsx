import { CircleAlert, RotateCcw, X } from 'lucide';
import { Button } from '../controls/Button.tsx';
import { IconButton } from '../controls/IconButton.tsx';
import { Ring } from '../feedback/Ring.tsx';
import { Icon } from '../Icon.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import './CardProgress.css';

const texts = defineTexts({
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
  retry: { en: 'Try again', 'zh-CN': '重试' },
});

export type CardProgressProps =
  | {
      state: 'waiting' | 'working';
      /** 0 to 100; undefined while nobody knows. */
      percent?: number | undefined;
      /** One word, and the place in the queue or the time left. */
      word: string;
      detail?: string | undefined;
      /** The newest frame of it. */
      previewUrl?: string | undefined;
      onCancel?: (() => void) | undefined;
    }
  | { state: 'failed'; word: string; detail?: string | undefined; onRetry?: (() => void) | undefined };

const mostBlurPx = 16;

/** What is on a card while its picture is made: the picture itself comes out of the blur. */
export function CardProgress(props: CardProgressProps) {
  if (props.state === 'failed')
    return (
      <div class="sg-picture-progress sg-picture-failed" role="status">
        <Icon icon={CircleAlert} size={24} />
        <span class="sg-picture-word">{props.word}</span>
        {props.detail && <span class="sg-picture-detail">{props.detail}</span>}
        {props.onRetry && (
          <Button size="small" icon={RotateCcw} onClick={props.onRetry}>
            {texts.retry}
          </Button>
        )}
      </div>
    );
  const { percent, word, detail, previewUrl, onCancel, state } = props;
  const blurPx = mostBlurPx * (1 - (percent ?? 0) / 100);
  return (
    <>
      {previewUrl && (
        <img class="sg-picture-preview" style={{ filter: `blur(${blurPx}px)` }} src={previewUrl} alt="" />
      )}
      <div class={previewUrl ? 'sg-picture-progress sg-picture-over sg-dark' : 'sg-picture-progress'}>
        <Ring size={48} percent={state === 'working' ? percent : undefined} label={word} />
        <span class="sg-picture-word">{word}</span>
        {detail && <span class="sg-picture-detail">{detail}</span>}
      </div>
      {onCancel && (
        <span class="sg-picture-cancel sg-dark">
          <IconButton icon={X} size="small" look="glass" label={texts.cancel} onClick={onCancel} />
        </span>
      )}
    </>
  );
}
