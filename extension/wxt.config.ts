import preact from '@preact/preset-vite';
import { sayLayers } from '@star-graph/ui/sayLayers';
import { defineConfig } from 'wxt';
import { usedOperations } from './features/session/usedOperations.ts';
import en from './public/_locales/en/messages.json' with { type: 'json' };
import zh from './public/_locales/zh_CN/messages.json' with { type: 'json' };
import { addServerTexts, type Messages } from './serverTexts.ts';

/** From here on both browsers have Uint8Array.fromBase64 and storage that content scripts can be kept out of. */
const oldestVersion = '140';

/** The API's operations that the extension never asks for stay out of its worker. */
const keepUsedOperations: typeof sayLayers = {
  name: 'keep-used-operations',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/client/operations.generated.ts')) return undefined;
    const isUsed = (line: string) => {
      const [, operation] = /^ {2}(\w+): \{ method:/.exec(line) ?? [];
      return !operation || (usedOperations as readonly string[]).includes(operation);
    };
    return { code: code.split('\n').filter(isUsed).join('\n'), map: null };
  },
};

/**
 * By the browser's folders of texts, what the build puts there: the server's failures too, so that no script carries
 * them in both languages. What the extension says in its own words stays.
 */
const allTexts: Readonly<Record<string, Messages>> = {
  en: addServerTexts(en, 'en'),
  zh_CN: addServerTexts(zh, 'zh-CN'),
};

export default defineConfig({
  // Auto-imports would hide where a name comes from.
  imports: false,
  manifestVersion: 3,
  vite: () => ({
    plugins: [keepUsedOperations, preact(), sayLayers],
    build: { modulePreload: false, cssTarget: [`chrome${oldestVersion}`, `firefox${oldestVersion}`] },
  }),
  zip: {
    name: 'star-graph',
    // A reviewer of Firefox's store builds from them: what is in the bundle, and what installs the rest.
    sourcesRoot: `${import.meta.dirname}/..`,
    includeSources: [
      ...['LICENSE', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'],
      // The lock file names every package of the workspace.
      '{api,api/*,bot,core,extension,infra,infra/preview-backend,workflows}/package.json',
      '{api/client,api/contract,api/ui,extension,workflows}/**',
      'infra/tooling/tsconfig.{base,browser}.json',
    ],
    excludeSources: ['**/testing/**', '**/bound.*.json'],
  },
  hooks: {
    'zip:start'({ config: { zip } }) {
      // Of a target outside nothing is packed, and its pattern would have everything beside the workspace read.
      zip.excludeSources = zip.excludeSources.filter((pattern) => !pattern.startsWith('..'));
    },
    'build:publicAssets'(_, files) {
      for (const [index, file] of files.entries()) {
        const [, folder] = /^_locales\/(\w+)\/messages\.json$/.exec(file.relativeDest) ?? [];
        if (folder)
          files[index] = { relativeDest: file.relativeDest, contents: JSON.stringify(allTexts[folder]) };
      }
    },
  },
  manifest: ({ browser }) => ({
    name: '__MSG_extensionName__',
    description: '__MSG_extensionDescription__',
    default_locale: 'en',
    permissions: [
      'activeTab',
      'alarms',
      'contextMenus',
      'declarativeNetRequestWithHostAccess',
      'downloads',
      'notifications',
      'scripting',
      'storage',
      'unlimitedStorage',
      // Names the element that a menu was opened on.
      ...(browser === 'firefox' ? ['menus'] : []),
    ],
    // Asked for when first used: one site, or all of them by choice.
    optional_host_permissions: ['<all_urls>'],
    commands: {
      'upscale-under-pointer': {
        suggested_key: { default: 'Alt+Shift+U' },
        description: '__MSG_commandUpscale__',
      },
    },
    // Firefox's default policy turns ws:// on loopback into wss://, which no local server answers.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: 'extension@star-graph.invalid',
              strict_min_version: `${oldestVersion}.0`,
              data_collection_permissions: { required: ['websiteContent', 'authenticationInfo'] },
            },
          },
        }
      : { minimum_chrome_version: oldestVersion }),
  }),
});
