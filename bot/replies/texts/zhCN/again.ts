import type { enAgain } from '../en/again.ts';

/** 关于换用其他工作流重新生成的文字，简体中文。 */
export const zhCNAgain: typeof enAgain = {
  ask: '要用什么重新生成？提示词、尺寸和种子会尽可能沿用。',
  choose: '请选择…',
  none: '目前没有其他适合此结果的选项。',
  gone: '此选项目前不可用，请选择其他选项。',
  needed: (names) => `还需要：${names}。请改用对应的命令。`,
  changed: (changes) => `已调整：${changes}。`,
  change: (name, from, to) => `${name}由 ${from} 改为 ${to}`,
  left: (names) => `未沿用：${names}。`,
};
