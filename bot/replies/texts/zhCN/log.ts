import type { enLog } from '../en/log.ts';

/** 管理记录，简体中文。 */
export const zhCNLog: typeof enLog = {
  asked: '请求',
  refused: '已拒绝',
  command: '命令',
  channel: '频道',
  message: '消息',
  open: '打开',
  forOneAlone: '仅本人可见',
  told: '告知本人的内容',
  leftOut: (count) => `此处缺少 ${count} 条记录：同时发生的过多。`,
};
