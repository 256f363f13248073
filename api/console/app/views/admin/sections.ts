import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import {
  Activity,
  Box,
  DatabaseBackup,
  FileKey,
  Flag,
  KeyRound,
  ListOrdered,
  MailX,
  Megaphone,
  ScrollText,
  Server,
  SlidersHorizontal,
  Ticket,
  Users,
  Workflow,
} from 'lucide';
import { lazy } from 'preact-iso';
import { isAdmin, isModerator } from '../../session/session.ts';
import type { ViewSection } from '../../shell/SectionFrame.tsx';

const texts = defineTexts({
  dashboard: { en: 'Overview', 'zh-CN': '概览' },
  queue: { en: 'Queue', 'zh-CN': '队列' },
  servers: { en: 'GPU servers', 'zh-CN': 'GPU 服务器' },
  people: { en: 'People', 'zh-CN': '用户' },
  workflows: { en: 'Workflows', 'zh-CN': '工作流' },
  reports: { en: 'Reports', 'zh-CN': '举报' },
  announcements: { en: 'Announcements', 'zh-CN': '公告' },
  sales: { en: 'Sales', 'zh-CN': '销售' },
  models: { en: 'Models', 'zh-CN': '模型' },
  settings: { en: 'Settings', 'zh-CN': '设置' },
  keys: { en: 'Service keys', 'zh-CN': '服务密钥' },
  backups: { en: 'Backups', 'zh-CN': '备份' },
  signing: { en: 'Signing keys', 'zh-CN': '签名密钥' },
  undelivered: { en: 'Undelivered', 'zh-CN': '未送达' },
  audit: { en: 'Audit log', 'zh-CN': '审计日志' },
  operation: { en: 'Operation', 'zh-CN': '运行' },
  community: { en: 'Community', 'zh-CN': '社区' },
  platform: { en: 'Platform', 'zh-CN': '平台' },
});

interface AdminSection extends ViewSection {
  /** What the API lets moderators do too. */
  forModerators: boolean;
}

/** The operator's desk, a room at a time. Each is loaded when it is first opened. */
const adminSections: readonly AdminSection[] = [
  {
    name: 'overview',
    group: () => texts.operation,
    title: () => texts.dashboard,
    icon: Activity,
    forModerators: false,
    component: lazy(async () => (await import('./dashboard/Dashboard.tsx')).Dashboard),
  },
  {
    name: 'queue',
    group: () => texts.operation,
    title: () => texts.queue,
    icon: ListOrdered,
    forModerators: false,
    component: lazy(async () => (await import('./queue/QueueView.tsx')).QueueView),
  },
  {
    name: 'servers',
    group: () => texts.operation,
    title: () => texts.servers,
    icon: Server,
    forModerators: false,
    component: lazy(async () => (await import('./servers/ServersView.tsx')).ServersView),
  },
  {
    name: 'backups',
    group: () => texts.operation,
    title: () => texts.backups,
    icon: DatabaseBackup,
    forModerators: false,
    component: lazy(async () => (await import('./BackupsView.tsx')).BackupsView),
  },
  {
    name: 'people',
    group: () => texts.community,
    title: () => texts.people,
    icon: Users,
    forModerators: true,
    component: lazy(async () => (await import('./people/PeopleView.tsx')).PeopleView),
  },
  {
    name: 'reports',
    group: () => texts.community,
    title: () => texts.reports,
    icon: Flag,
    forModerators: true,
    component: lazy(async () => (await import('./reports/ReportsView.tsx')).ReportsView),
  },
  {
    name: 'announcements',
    group: () => texts.community,
    title: () => texts.announcements,
    icon: Megaphone,
    forModerators: false,
    component: lazy(async () => (await import('./AnnouncementsView.tsx')).AnnouncementsView),
  },
  {
    name: 'sales',
    group: () => texts.community,
    title: () => texts.sales,
    icon: Ticket,
    forModerators: false,
    component: lazy(async () => (await import('./sales/SalesView.tsx')).SalesView),
  },
  {
    name: 'workflows',
    group: () => texts.platform,
    title: () => texts.workflows,
    icon: Workflow,
    forModerators: false,
    component: lazy(async () => (await import('./workflows/WorkflowsView.tsx')).WorkflowsView),
  },
  {
    name: 'models',
    group: () => texts.platform,
    title: () => texts.models,
    icon: Box,
    forModerators: false,
    component: lazy(async () => (await import('./models/ModelsView.tsx')).ModelsView),
  },
  {
    name: 'settings',
    group: () => texts.platform,
    title: () => texts.settings,
    icon: SlidersHorizontal,
    forModerators: false,
    component: lazy(async () => (await import('./settings/SettingsView.tsx')).SettingsView),
  },
  {
    name: 'keys',
    group: () => texts.platform,
    title: () => texts.keys,
    icon: KeyRound,
    forModerators: false,
    component: lazy(async () => (await import('./keys/ServiceKeysView.tsx')).ServiceKeysView),
  },
  {
    name: 'signing',
    group: () => texts.platform,
    title: () => texts.signing,
    icon: FileKey,
    forModerators: false,
    component: lazy(async () => (await import('./keys/SigningKeysView.tsx')).SigningKeysView),
  },
  {
    name: 'undelivered',
    group: () => texts.platform,
    title: () => texts.undelivered,
    icon: MailX,
    forModerators: false,
    component: lazy(async () => (await import('./DeadLettersView.tsx')).DeadLettersView),
  },
  {
    name: 'audit',
    group: () => texts.platform,
    title: () => texts.audit,
    icon: ScrollText,
    forModerators: false,
    component: lazy(async () => (await import('./AuditView.tsx')).AuditView),
  },
];

/** Those that whoever is signed in may use. */
export const openAdminSections = (): AdminSection[] =>
  adminSections.filter(({ forModerators }) => isAdmin() || (forModerators && isModerator()));
