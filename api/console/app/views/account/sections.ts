import { CircleUser, Coins, KeyRound, Link2, MonitorSmartphone, Plug, ShieldCheck, Webhook } from 'lucide';
import { lazy } from 'preact-iso';
import { defineTexts } from '../../../../ui/texts/defineTexts.ts';
import type { ViewSection } from '../../shell/SectionFrame.tsx';

const texts = defineTexts({
  overview: { en: 'Overview', 'zh-CN': '概览' },
  security: { en: 'Security', 'zh-CN': '安全' },
  credits: { en: 'Credits', 'zh-CN': '积分' },
  codes: { en: 'Link codes', 'zh-CN': '关联代码' },
  sessions: { en: 'Sessions', 'zh-CN': '登录设备' },
  keys: { en: 'API keys', 'zh-CN': 'API 密钥' },
  programs: { en: 'Programs', 'zh-CN': '已连接程序' },
  webhooks: { en: 'Webhooks', 'zh-CN': 'Webhook' },
});

/** Each is loaded when it is first opened. */
export const accountSections: readonly ViewSection[] = [
  {
    name: 'overview',
    title: () => texts.overview,
    icon: CircleUser,
    component: lazy(async () => (await import('./overview/OverviewSection.tsx')).OverviewSection),
  },
  {
    name: 'security',
    title: () => texts.security,
    icon: ShieldCheck,
    component: lazy(async () => (await import('./security/SecuritySection.tsx')).SecuritySection),
  },
  {
    name: 'credits',
    title: () => texts.credits,
    icon: Coins,
    component: lazy(async () => (await import('./credits/CreditsSection.tsx')).CreditsSection),
  },
  {
    name: 'codes',
    title: () => texts.codes,
    icon: Link2,
    component: lazy(async () => (await import('./codes/CodesSection.tsx')).CodesSection),
  },
  {
    name: 'sessions',
    title: () => texts.sessions,
    icon: MonitorSmartphone,
    component: lazy(async () => (await import('./security/SessionsSection.tsx')).SessionsSection),
  },
  {
    name: 'keys',
    title: () => texts.keys,
    icon: KeyRound,
    component: lazy(async () => (await import('./keys/KeysSection.tsx')).KeysSection),
  },
  {
    name: 'programs',
    title: () => texts.programs,
    icon: Plug,
    component: lazy(async () => (await import('./security/ProgramsSection.tsx')).ProgramsSection),
  },
  {
    name: 'webhooks',
    title: () => texts.webhooks,
    icon: Webhook,
    component: lazy(async () => (await import('./webhooks/WebhooksSection.tsx')).WebhooksSection),
  },
];
