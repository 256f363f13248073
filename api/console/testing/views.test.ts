import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { adminPassword } from '../../testing/servers/apiServer.ts';
import { type ConsoleSetup, phone, signIn, startConsole } from './consoleSetup.ts';

/** With it, the pictures of the documentation are taken anew: infra/docs/console.md has the command. */
const imagesDir = process.env.IMAGES_DIR;

/** What each is called in a picture's name, and where it is. */
const views = {
  create: '/create/text2img',
  gallery: '/gallery',
  tasks: '/queue',
  account: '/account',
  overview: '/admin/overview',
  waiting: '/admin/queue',
  servers: '/admin/servers',
  people: '/admin/people',
  reports: '/admin/reports',
  announcements: '/admin/announcements',
  sales: '/admin/sales',
  workflows: '/admin/workflows',
  models: '/admin/models',
  settings: '/admin/settings',
  keys: '/admin/keys',
  undelivered: '/admin/undelivered',
  audit: '/admin/audit',
} as const;
type ViewName = keyof typeof views;

let setup: ConsoleSetup;
let token: string;
beforeAll(async () => {
  setup = await startConsole();
  const { api } = setup.platform;
  token = await api.signInAsAdmin();
  const prompts = ['a lighthouse at dawn, waves, soft mist', 'a snowy village at night, stars'];
  const ids = await Promise.all(
    prompts.map((prompt, seed) =>
      // The platform may not know yet what its server runs.
      vi.waitFor(
        async () => {
          const headers = { 'idempotency-key': crypto.randomUUID() };
          const body = { prompt, seed, steps: 6 };
          const answer = await api.call('/api/v1/generate/text2img', { token, body, headers });
          expect(answer.status).toBe(202);
          return answer.body.id as string;
        },
        { timeout: 30_000, interval: 200 },
      ),
    ),
  );
  const states = async () =>
    Promise.all(ids.map(async (id) => (await api.call(`/api/v1/tasks/${id}`, { token })).body.status));
  const areDone = async () => expect(await states()).toEqual(['succeeded', 'succeeded']);
  await vi.waitFor(areDone, { timeout: 60_000, interval: 200 });
}, 240_000);
afterAll(async () => setup[Symbol.asyncDispose]());

const forms: Record<string, BrowserContextOptions> = {
  'light and English': { colorScheme: 'light', locale: 'en', viewport: { width: 1280, height: 800 } },
  'dark and Chinese, on a phone': { colorScheme: 'dark', locale: 'zh-CN', ...phone },
};

test.each(Object.entries(forms))(
  'no view has a serious fault of accessibility: %s',
  async (_, options) => {
    const page = await openAsAdmin(options);
    const faults: string[] = [];
    for (const [name, path] of Object.entries(views)) {
      await show(page, path);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, impact, nodes } of violations)
        if (impact === 'serious' || impact === 'critical')
          faults.push(`${name}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    }
    expect(faults).toEqual([]);
  },
  240_000,
);

test('no view is wider than a phone', async () => {
  const page = await openAsAdmin({ ...phone });
  const wide: string[] = [];
  for (const [name, path] of Object.entries(views)) {
    await show(page, path);
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wide.push(name);
  }
  expect(wide).toEqual([]);
}, 240_000);

test.runIf(imagesDir)('pictures of the views', { timeout: 240_000 }, async () => {
  const folder = imagesDir ?? '';
  await mkdir(folder, { recursive: true });
  const ways: Record<string, BrowserContextOptions> = {
    '': { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    '-dark': { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
    '-phone': { colorScheme: 'dark', ...phone },
  };
  for (const [suffix, options] of Object.entries(ways)) {
    const page = await openAsAdmin(options);
    for (const name of Object.keys(views) as ViewName[]) {
      await show(page, views[name]);
      const path = join(folder, `console-${name}${suffix}.jpeg`);
      await page.screenshot({ path, type: 'jpeg', quality: 80, animations: 'disabled' });
    }
  }
});

/** In the language of the browser, which the account takes over. */
async function openAsAdmin(options: BrowserContextOptions): Promise<Page> {
  const locale = options.locale ?? 'en';
  await setup.platform.api.call('/api/v1/users/profile', { token, method: 'PATCH', body: { locale } });
  const page = await setup.open('/queue', { reducedMotion: 'reduce', ...options });
  await signIn(page, { username: 'admin', password: adminPassword });
  return page;
}

/** Until all that is loaded has come. */
async function show(page: Page, path: string): Promise<void> {
  await page.goto(setup.platform.url + path);
  await page.locator('main > *').first().waitFor();
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
}
