import { defineTexts } from '../../texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Paint what is to change', 'zh-CN': '涂抹需要修改的区域' },
  stage: { en: 'The picture, to paint on', 'zh-CN': '绘制区域' },
  keys: {
    en: 'Arrow keys move the brush, Enter paints while held. E eraser, L lasso, R rectangle, W wand, F fill, Alt takes away, [ and ] brush size, Z undo, Shift Z redo, plus and minus zoom.',
    'zh-CN':
      '方向键移动画笔，按住回车键绘制。E 橡皮擦，L 套索，R 矩形，W 魔棒，F 填充，按住 Alt 则减去，[ 和 ] 调整画笔大小，Z 撤销，Shift Z 重做，加号和减号缩放。',
  },
  tools: { en: 'Tool', 'zh-CN': '工具' },
  brush: { en: 'Brush', 'zh-CN': '画笔' },
  eraser: { en: 'Eraser', 'zh-CN': '橡皮擦' },
  lasso: { en: 'Lasso', 'zh-CN': '套索' },
  rectangle: { en: 'Rectangle', 'zh-CN': '矩形' },
  fill: { en: 'Fill', 'zh-CN': '填充' },
  wand: { en: 'Wand: by colour', 'zh-CN': '魔棒：按颜色选取' },
  tolerance: { en: 'Tolerance', 'zh-CN': '容差' },
  size: { en: 'Size', 'zh-CN': '大小' },
  feather: { en: 'Soft edge', 'zh-CN': '羽化' },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  redo: { en: 'Redo', 'zh-CN': '重做' },
  invert: { en: 'Invert', 'zh-CN': '反选' },
  clear: { en: 'Clear', 'zh-CN': '清除' },
  all: { en: 'Select all', 'zh-CN': '全选' },
  zoomIn: { en: 'Zoom in', 'zh-CN': '放大' },
  zoomOut: { en: 'Zoom out', 'zh-CN': '缩小' },
  fit: { en: 'Show all of it', 'zh-CN': '显示全部' },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
  done: { en: 'Use the mask', 'zh-CN': '使用蒙版' },
  failed: {
    en: 'The browser could not make the mask. Close other pages and try again.',
    'zh-CN': '浏览器无法生成蒙版，请关闭其他页面后重试。',
  },
  empty: { en: 'Nothing is painted yet', 'zh-CN': '尚未涂抹' },
  covered: {
    en: (share: string) => `${share} of the picture`,
    'zh-CN': (share: string) => `画面的 ${share}`,
  },
  place: {
    en: (x: string, y: string) => `${x} from the left, ${y} from the top`,
    'zh-CN': (x: string, y: string) => `距左 ${x}，距上 ${y}`,
  },
});
