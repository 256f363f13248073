import { signal } from '@preact/signals';
import { showToast } from '../overlays/toasts.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { createPaidGuard, type PaidPress, type PressRun } from './paidGuard.ts';

const texts = defineTexts({
  run: {
    en: (count: number) => `${count} of the same`,
    'zh-CN': (count: number) => `相同内容 ${count} 份`,
  },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  cancelAll: { en: 'Cancel all', 'zh-CN': '全部取消' },
});

/** A question whether something is made again, which `PaidQuestion` shows. */
export interface Question {
  press: PaidPress;
  answer(isYes: boolean): void;
}

export const question = signal<Question | undefined>(undefined);

/** One at a time: a new one takes the place of the last, which is a no. */
function ask(press: PaidPress): Promise<boolean> {
  question.value?.answer(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const own: Question = {
    press,
    answer: (isYes) => {
      if (question.value === own) question.value = undefined;
      resolve(isYes);
    },
  };
  question.value = own;
  return promise;
}

const tell = ({ count, undo, undoAll }: PressRun): void =>
  showToast({
    id: 'paid-run',
    text: texts.run(count),
    action: { label: texts.undo, onAction: () => void undo() },
    second: { label: texts.cancelAll, onAction: () => void undoAll() },
  });

/** The one way to anything that costs credits. It asks before an equal press is made again. */
export const pressPaid = createPaidGuard({ now: () => performance.now(), ask, tell });
