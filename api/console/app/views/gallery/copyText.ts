import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';

const texts = defineTexts({
  notCopied: { en: 'The browser did not let it be copied', 'zh-CN': '浏览器不允许复制' },
});

/** Some browsers refuse it, and pages without encryption have no clipboard at all. */
export function copyText(text: string, done: string): void {
  const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
  copied.then(
    () => showToast({ tone: 'good', text: done }),
    () => showToast({ text: texts.notCopied }),
  );
}
