import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type ConsoleSetup, phone, signIn, startConsole } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';

/** With it, the pictures of the documentation are taken anew: infra/docs/console.md has the command. */
export const imagesDir = process.env.IMAGES_DIR;

/** What each is called in a picture's name, and where it is. */
export const views = {
  create: '/create/text2img',
  canvas: '/canvas',
  gallery: '/gallery',
  deleted: '/gallery/deleted',
  explore: '/explore',
  tasks: '/queue',
  account: '/account',
  security: '/account/security',
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
  signing: '/admin/signing',
  backups: '/admin/backups',
} as const;
export type ViewName = keyof typeof views;

const scenes = [
  'a lighthouse at dawn, waves, soft mist',
  'a snowy village at night, stars',
  'a river through autumn woods',
  'a street in the rain, neon lights',
  'mountains above a lake, morning',
  'palms at a beach, sunset',
];

let setup: ConsoleSetup;
let token: string;
/** One of those that were made. */
let pictureId: string;
/** A platform with some people and pictures, for the tests of one file. */
export function viewsFixture(): void {
  beforeAll(async () => {
    setup = await startConsole();
    const { api } = setup.platform;
    token = await api.signInAsAdmin();
    const people = await Promise.all([1, 2, 3].map(() => setup.platform.signUp()));
    for (const { accessToken } of people) {
      const { body: profile } = await api.call('/api/v1/users/profile', { token: accessToken });
      const body = { amount: 50, reason: 'Welcome', key: `welcome-${profile.id}` };
      expect((await api.call(`/api/admin/users/${profile.id}/credits`, { token, body })).status).toBe(200);
    }
    const prompts = imagesDir === undefined ? scenes.slice(0, 2) : scenes;
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
          { timeout: 120_000, interval: 200 },
        ),
      ),
    );
    const states = async () =>
      Promise.all(ids.map(async (id) => (await api.call(`/api/v1/tasks/${id}`, { token })).body.status));
    const areDone = async () => expect(await states()).toEqual(ids.map(() => 'succeeded'));
    await vi.waitFor(areDone, { timeout: 120_000, interval: 200 });
    pictureId = (await api.call('/api/v1/assets', { token })).body.items[0].id;
  }, 240_000);
  afterAll(async () => setup[Symbol.asyncDispose]());
}

export const desktop = { viewport: { width: 1280, height: 800 } };
export const forms: Record<string, BrowserContextOptions> = {
  'light, English': { colorScheme: 'light', locale: 'en', ...desktop },
  'dark, English, on a phone': { colorScheme: 'dark', locale: 'en', ...phone },
  'light, Chinese, on a phone': { colorScheme: 'light', locale: 'zh-CN', ...phone },
  'dark, Chinese': { colorScheme: 'dark', locale: 'zh-CN', ...desktop },
};

/** What opens over a view, by the way there. */
const overViews: Record<string, readonly [path: string, open: (page: Page) => Promise<void>]> = {
  palette: ['/queue', (page) => page.keyboard.press('Control+k')],
  keys: ['/queue', (page) => page.keyboard.press('?')],
  detail: ['/gallery', openDetail],
  share: [
    '/gallery',
    async (page) => {
      await openDetail(page);
      await page.getByRole('button', { name: /^(Share|分享)/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  mask: [
    '/create/inpaint?input={asset}',
    async (page) => {
      const paint = page.locator('[data-field="mask"] button.sg-slot-main');
      // On a phone the form is a sheet from below.
      const opener = page.getByRole('button', { name: /^(Settings|All settings|设置|全部设置)$/ });
      await expect.poll(async () => (await paint.count()) + (await opener.count())).toBeGreaterThan(0);
      if ((await paint.count()) === 0) await opener.click();
      await expect.poll(() => paint.isEnabled()).toBe(true);
      await paint.click();
      await page.getByRole('application').waitFor();
    },
  ],
  server: ['/admin/servers', openFirstRow],
  person: ['/admin/people', openFirstRow],
  serviceKey: ['/admin/keys?do=add', (page) => page.getByRole('dialog').waitFor()],
  act: ['/admin/audit', openFirstRow],
};

async function openDetail(page: Page): Promise<void> {
  await page.locator('.tile a').first().click();
  await page.locator('.detail img').first().waitFor();
}

async function openFirstRow(page: Page): Promise<void> {
  await page.locator('tbody').getByRole('button').first().click();
  await page.getByRole('dialog').waitFor();
}

/** What is wrong with the chosen views, and with what opens over them, in one form. */
export async function findFaultsIn(
  options: BrowserContextOptions,
  isChosen: (name: string) => boolean,
): Promise<{ wide: string[]; faults: string[] }> {
  const page = await openAsAdmin(options);
  const wide: string[] = [];
  const faults: string[] = [];
  const check = async (name: string) => {
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wide.push(name);
    faults.push(...(await findFaults(page)).map((fault) => `${name}: ${fault}`));
  };
  for (const [name, path] of Object.entries(views)) {
    if (!isChosen(name)) continue;
    await show(page, path);
    await check(name);
  }
  for (const [name, [path, open]] of Object.entries(overViews)) {
    if (!isChosen(name)) continue;
    await show(page, path.replace('{asset}', pictureId));
    await open(page);
    await areLoaded(page);
    await check(name);
  }
  return { wide, faults };
}

/** In the language of the browser, which the account takes over. */
export async function openAsAdmin(options: BrowserContextOptions): Promise<Page> {
  const locale = options.locale ?? 'en';
  await setup.platform.api.call('/api/v1/users/profile', { token, method: 'PATCH', body: { locale } });
  const page = await setup.open('/queue', { reducedMotion: 'reduce', ...options });
  await signIn(page, { username: 'admin', password: adminPassword });
  return page;
}

/** Until all that is loaded has come. */
export async function show(page: Page, path: string): Promise<void> {
  await page.goto(setup.platform.url + path);
  await page.locator('main > *').first().waitFor();
  await areLoaded(page);
}

async function areLoaded(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
}
