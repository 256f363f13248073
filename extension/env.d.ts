import 'wxt/browser';

// The bundler's own generated types would need a build before each check; these are the parts in use.
declare module 'wxt/browser' {
  interface WxtRuntime {
    getURL(path: string): string;
  }
  interface WxtI18n {
    getMessage(name: string, substitutions?: string[]): string;
  }
}

declare global {
  interface ImportMetaEnv {
    /** Whether the build is for Firefox. */
    readonly FIREFOX: boolean;
  }
  interface ImportMeta {
    readonly env: ImportMetaEnv;
  }
}
