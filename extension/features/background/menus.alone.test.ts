import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { FoundPicture, PageQuestion } from '../messaging/protocol.ts';
import { createLiveRuns, type RunDeps } from './advance/liveRuns.ts';

vi.stubGlobal('browser', fakeBrowser);
Object.assign(fakeBrowser.i18n, { getMessage: (key: string) => key });
const { listRuns } = await import('../runs/runStore.ts');
const { settingsItem } = await import('../session/settings.ts');
const { createMenus, onMenuClick } = await import('./menus.ts');
const { resumePresses } = await import('./start/startOnPage.ts');

const picture: FoundPicture = {
  elementId: 'element',
  kind: 'image',
  urls: ['https://images.example/a.jpg'],
  shownUrl: 'https://images.example/a.jpg',
  width: 100,
  height: 100,
  frameUrl: 'https://page.example/',
  pageUrl: 'https://page.example/',
  fileName: 'a',
};
const answers = { find: [picture], show: true } as Record<PageQuestion['kind'], unknown>;
const tab = { id: 7, url: 'https://page.example/' };
const click = {
  menuItemId: 'upscale2',
  srcUrl: picture.shownUrl,
  frameId: 3,
  pageUrl: tab.url,
  frameUrl: 'about:srcdoc',
  editable: false,
};
const toClick = () => click as Parameters<typeof onMenuClick>[1];
const inTab = tab as Parameters<typeof onMenuClick>[2];

const createWorker = (): RunDeps => ({
  ports: {
    tellRun: () => true,
    tellFrame: () => true,
    hasFrame: () => true,
    tellPanels: () => undefined,
  },
  live: createLiveRuns(),
  follow: () => undefined,
  advance: () => undefined,
  onEnd: async () => undefined,
});

let asked: string[][];
let executeScript: () => Promise<{ frameId: number }[]>;

beforeEach(() => {
  fakeBrowser.reset();
  asked = [];
  executeScript = async () => [{ frameId: 3 }];
  Object.assign(fakeBrowser, {
    permissions: { request: async ({ origins }: { origins: string[] }) => asked.push(origins) > 0 },
    scripting: { executeScript: () => executeScript() },
  });
  Object.assign(fakeBrowser.tabs, {
    get: async () => tab,
    sendMessage: async (_: number, question: PageQuestion) => answers[question.kind],
  });
});

test('offers its menus in frames that have no address of their own', async () => {
  const created: { documentUrlPatterns?: string[] }[] = [];
  Object.assign(fakeBrowser, {
    contextMenus: { removeAll: async () => undefined, create: (menu: object) => created.push(menu) },
  });
  await createMenus();
  expect(created.length).toBeGreaterThan(0);
  for (const { documentUrlPatterns } of created) expect(documentUrlPatterns).toBeUndefined();
});

test('shows its menus as the newest setting says, however fast settings change', async () => {
  const shown = new Map<string, string[] | undefined>();
  const refused: string[] = [];
  const emptied: (() => void)[] = [];
  Object.assign(fakeBrowser, {
    contextMenus: {
      removeAll: () =>
        new Promise<void>((resolve) => {
          shown.clear();
          emptied.push(resolve);
        }),
      create({ id, contexts }: { id: string; contexts?: string[] }) {
        if (shown.has(id)) refused.push(id);
        else shown.set(id, contexts);
      },
    },
  });
  await settingsItem.setValue({ isMenuOnPages: false });
  const first = createMenus();
  await vi.waitUntil(() => emptied.length === 1);
  await settingsItem.setValue({ isMenuOnPages: true });
  const second = createMenus();
  await settingsItem.getValue();
  for (const goOn of emptied.splice(0)) goOn();
  await first;
  await vi.waitUntil(() => emptied.length === 1);
  emptied[0]?.();
  await second;
  expect(refused).toEqual([]);
  expect(shown.get('upscale2')).toEqual(['all']);
});

test('asks for the page around a frame that the page writes itself', async () => {
  await onMenuClick(createWorker(), toClick(), inTab);
  expect(asked).toEqual([['https://images.example/*', 'https://page.example/*']]);
});

test('starts a press once, though the worker that heard of it died at once', async () => {
  executeScript = () => new Promise(() => undefined);
  void onMenuClick(createWorker(), toClick(), inTab);
  expect(await listRuns()).toEqual([]);
  expect(await fakeBrowser.alarms.getAll()).toHaveLength(1);
  executeScript = async () => [{ frameId: 3 }];
  const next = createWorker();
  await Promise.all([resumePresses(next), resumePresses(next)]);
  await resumePresses(createWorker());
  expect(await listRuns()).toMatchObject([
    { workflow: 'upscale', params: { scale: 2 }, place: { tabId: 7 } },
  ]);
});
