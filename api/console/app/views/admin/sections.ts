import { Activity, ScrollText, Server, Users, Workflow } from 'lucide';
import { lazy } from 'preact-iso';
import { defineTexts } from '../../../../ui/texts/defineTexts.ts';
import type { ViewSection } from '../../shell/SectionFrame.tsx';

const texts = defineTexts({
  dashboard: { en: 'Overview', 'zh-CN': '概览' },
  servers: { en: 'GPU servers', 'zh-CN': 'GPU 服务器' },
  people: { en: 'People', 'zh-CN': '用户' },
  workflows: { en: 'Workflows', 'zh-CN': '工作流' },
  audit: { en: 'Audit', 'zh-CN': '审计' },
});

interface AdminSection extends ViewSection {
  /** What the API lets moderators do too. */
  forModerators: boolean;
}

/** The operator's desk, a room at a time. Each is loaded when it is first opened. */
export const adminSections: readonly AdminSection[] = [
  {
    name: 'overview',
    title: () => texts.dashboard,
    icon: Activity,
    forModerators: false,
    component: lazy(async () => (await import('./dashboard/Dashboard.tsx')).Dashboard),
  },
  {
    name: 'servers',
    title: () => texts.servers,
    icon: Server,
    forModerators: false,
    component: lazy(async () => (await import('./servers/ServersView.tsx')).ServersView),
  },
  {
    name: 'people',
    title: () => texts.people,
    icon: Users,
    forModerators: true,
    component: lazy(async () => (await import('./people/PeopleView.tsx')).PeopleView),
  },
  {
    name: 'workflows',
    title: () => texts.workflows,
    icon: Workflow,
    forModerators: false,
    component: lazy(async () => (await import('./workflows/WorkflowsView.tsx')).WorkflowsView),
  },
  {
    name: 'audit',
    title: () => texts.audit,
    icon: ScrollText,
    forModerators: false,
    component: lazy(async () => (await import('./audit/AuditView.tsx')).AuditView),
  },
];
