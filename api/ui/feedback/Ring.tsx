import { defineTexts } from '../texts/defineTexts.ts';
import { formatPercent } from '../texts/formats.ts';
import { RingArc, type RingArcProps } from './RingArc.tsx';

const texts = defineTexts({
  progress: { en: 'Progress', 'zh-CN': '进度' },
  done: { en: 'Done', 'zh-CN': '已完成' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
});

interface RingProps extends Omit<RingArcProps, 'label' | 'children'> {
  /** The figure in the middle, from 32 px on. */
  showPercent?: boolean;
  label?: string;
}

/** The sign of work in all parts of the product: an arc that closes, led by a small star. */
export function Ring({ percent, state = 'working', size = 20, showPercent = true, label }: RingProps) {
  const known = percent === undefined ? undefined : Math.min(100, Math.max(0, percent));
  const name = label ?? (state === 'working' ? texts.progress : texts[state]);
  return (
    <RingArc percent={known} state={state} size={size} label={name}>
      {showPercent && state === 'working' && known !== undefined && size >= 32 && (
        <span class="sg-ring-figure" aria-hidden="true">
          {size >= 48 ? formatPercent(known / 100) : Math.round(known)}
        </span>
      )}
    </RingArc>
  );
}
