import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { CircleAlert, type IconNode, RotateCcw, SlidersHorizontal } from 'lucide';
import { describeProblem } from '../../../data/problemText.ts';
import { isKept, type Press } from '../presses.ts';
import { texts } from '../results/texts.ts';

interface NoticeProps {
  icon: IconNode;
  tone: 'plain' | 'bad';
  title: string;
  hint?: string | undefined;
  onAgain?: (() => void) | undefined;
  againLabel?: string;
  onChange?: (() => void) | undefined;
}

/** In place of a picture: what happened, and the ways on. */
export function Notice(props: NoticeProps) {
  const { icon, tone, title, hint, onAgain, onChange } = props;
  return (
    <div class={`stage-notice stage-notice-${tone}`} role="status">
      <Icon icon={icon} size={24} />
      <p class="stage-notice-title">{title}</p>
      {hint && <p class="stage-notice-hint">{hint}</p>}
      <div class="stage-notice-ways">
        {onAgain && (
          <Button size="small" icon={RotateCcw} onClick={onAgain}>
            {props.againLabel ?? texts.again}
          </Button>
        )}
        {onChange && (
          <Button size="small" icon={SlidersHorizontal} onClick={onChange}>
            {texts.change}
          </Button>
        )}
      </div>
    </div>
  );
}

interface PressNoticeProps {
  press: Press;
  onSend(): void;
  onChange(): void;
}

/** A press without a task: refused, or without an answer. */
export function PressNotice({ press, onSend, onChange }: PressNoticeProps) {
  const isRefused = press.state === 'refused';
  return (
    <Notice
      icon={CircleAlert}
      tone="bad"
      title={isRefused ? texts.failed : describeProblem(press.error)}
      hint={isRefused ? describeProblem(press.error) : isKept(press) ? texts.kept : texts.unanswered}
      onAgain={onSend}
      againLabel={texts.tryAgain}
      onChange={isRefused ? onChange : undefined}
    />
  );
}
