import preact from '@preact/preset-vite';
import { sayLayers } from '@star-graph/ui/sayLayers';
import { defineConfig } from 'wxt';

/** From here on both browsers have Uint8Array.fromBase64 and storage that content scripts can be kept out of. */
const oldestVersion = '140';

export default defineConfig({
  // Auto-imports would hide where a name comes from.
  imports: false,
  manifestVersion: 3,
  vite: () => ({
    plugins: [preact(), sayLayers],
    build: { modulePreload: false, cssTarget: [`chrome${oldestVersion}`, `firefox${oldestVersion}`] },
  }),
  zip: { name: 'star-graph' },
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
