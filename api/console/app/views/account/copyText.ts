import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';

const texts = defineTexts({
  copied: { en: 'Copied', 'zh-CN': '已复制' },
  byHand: {
    en: 'This browser doesn’t allow copying here. The text is selected: copy it with the keyboard.',
    'zh-CN': '此浏览器无法在这里复制。文本已选中，请使用键盘复制。',
  },
});

/** Copies, or has `select` mark the text: pages over plain HTTP have no clipboard, and a person may have refused it. */
export async function copyText(text: string, select: () => void): Promise<void> {
  select();
  try {
    await navigator.clipboard.writeText(text);
    showToast({ tone: 'good', text: texts.copied });
  } catch {
    select();
    showToast({ text: texts.byHand });
  }
}
