import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { CirclePause, KeyRound, Megaphone, Plus, SlidersHorizontal, Ticket, Upload, Wrench } from 'lucide';
import { isAdmin } from '../../session/session.ts';

const texts = defineTexts({
  server: { en: 'Add a GPU server', 'zh-CN': '添加 GPU 服务器' },
  pause: { en: 'Pause or resume the queue', 'zh-CN': '暂停或恢复队列' },
  announce: { en: 'Publish an announcement', 'zh-CN': '发布公告' },
  vouchers: { en: 'Create vouchers', 'zh-CN': '创建兑换码' },
  workflow: { en: 'Import a workflow', 'zh-CN': '导入工作流' },
  key: { en: 'Create a service key', 'zh-CN': '创建服务密钥' },
  setting: { en: 'Change a setting', 'zh-CN': '更改设置' },
  maintenance: { en: 'Start or end maintenance', 'zh-CN': '开始或结束维护' },
});

/** What an administrator does, and the view with the button for it. */
const verbs = [
  { value: '/admin/servers?do=add', label: () => texts.server, icon: Plus },
  { value: '/admin/overview?do=pause', label: () => texts.pause, icon: CirclePause },
  { value: '/admin/announcements?do=add', label: () => texts.announce, icon: Megaphone },
  { value: '/admin/sales?do=vouchers', label: () => texts.vouchers, icon: Ticket },
  { value: '/admin/workflows?do=add', label: () => texts.workflow, icon: Upload },
  { value: '/admin/keys?do=add', label: () => texts.key, icon: KeyRound },
  { value: '/admin/settings?do=change', label: () => texts.setting, icon: SlidersHorizontal },
  { value: '/admin/settings?do=maintenance', label: () => texts.maintenance, icon: Wrench },
] as const;

/** Those that whoever is signed in may do. */
export const openAdminVerbs = () => (isAdmin() ? verbs : []);
