import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import './palette.css';

const texts = defineTexts({
  title: { en: 'Keys', 'zh-CN': '快捷键' },
  find: {
    en: 'Find a view, something to do, a workflow or a picture',
    'zh-CN': '查找页面、操作、工作流或图片',
  },
  keys: { en: 'Show these keys', 'zh-CN': '显示快捷键' },
  create: { en: 'Create, from any field of the form', 'zh-CN': '在表单任意字段中开始创作' },
  all: { en: 'Gallery: choose all that are shown', 'zh-CN': '图库：选择已显示的全部图片' },
  move: { en: 'Picture: the one before, the next', 'zh-CN': '图片：上一张、下一张' },
  favourite: { en: 'Picture: favourite', 'zh-CN': '图片：收藏' },
  compare: { en: 'Picture: compare', 'zh-CN': '图片：对比' },
  facts: { en: 'Picture: details', 'zh-CN': '图片：详细信息' },
  remove: { en: 'Picture: delete', 'zh-CN': '图片：删除' },
  close: { en: 'Close', 'zh-CN': '关闭' },
});

const rows: readonly (readonly [keys: readonly string[], words: () => string])[] = [
  [['Ctrl K'], () => texts.find],
  [['?'], () => texts.keys],
  [['Ctrl Enter'], () => texts.create],
  [['Ctrl A'], () => texts.all],
  [['←', '→'], () => texts.move],
  [['F'], () => texts.favourite],
  [['C'], () => texts.compare],
  [['I'], () => texts.facts],
  [['Del'], () => texts.remove],
  [['Esc'], () => texts.close],
];

/** What the keyboard does. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const control = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl';
  return (
    <Dialog open onClose={onClose} title={texts.title}>
      <dl class="palette-keys">
        {rows.flatMap(([keys, words]) => [
          <dt key={keys[0]}>
            {keys.map((key) => (
              <kbd key={key}>{key.replace('Ctrl', control)}</kbd>
            ))}
          </dt>,
          <dd key={`${keys[0]} words`}>{words()}</dd>,
        ])}
      </dl>
    </Dialog>
  );
}
