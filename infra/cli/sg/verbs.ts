export interface VerbFacts {
  /** A few words for the list. */
  says: string;
  load(): Promise<unknown>;
  /** One process of a release: it has no other way to `.env`. */
  readsSettings?: true;
  /** What stands behind its name, for one that reads the settings. */
  takes?: string;
}

/** What `sg` can do, in the order of an installation's life. */
export const verbs = {
  setup: { says: 'ask for settings, try each at once and write .env', load: () => import('./setup.ts') },
  start: { says: 'run the whole platform on this machine', load: () => import('../start.ts') },
  api: {
    says: 'run one API process',
    load: () => import('@star-graph/api/main'),
    readsSettings: true,
  },
  dispatcher: {
    says: 'run one dispatcher',
    load: () => import('@star-graph/core/work/dispatch/main'),
    readsSettings: true,
  },
  bot: { says: 'run the Discord bot', load: () => import('@star-graph/bot/main'), readsSettings: true },
  join: { says: 'let this GPU machine join a platform', load: () => import('./join.ts') },
  models: { says: 'fetch what workflows want to a GPU server', load: () => import('./models.ts') },
  install: { says: 'write units for systemd', load: () => import('./install.ts') },
  migrate: {
    says: 'bring the database up to this release',
    load: () => import('@star-graph/core/ground/db/main'),
    readsSettings: true,
  },
  upgrade: {
    says: 'build, back up, migrate, then restart one process after the other',
    load: () => import('./upgrade.ts'),
  },
  backup: { says: 'write an encrypted backup', load: () => import('../backup.ts') },
  restore: { says: 'bring a backup back', load: () => import('../restore.ts') },
  doctor: { says: 'say what is wrong and what to do about it', load: () => import('../doctor.ts') },
  keys: { says: 'list and rotate keys', load: () => import('../keys.ts') },
  'second-factor': {
    says: 'take a lost second factor from an only administrator',
    load: () => import('@star-graph/core/desk/people/main'),
    readsSettings: true,
    takes: 'NAME',
  },
} as const satisfies Readonly<Record<string, VerbFacts>>;

export type Verb = keyof typeof verbs;

export const isVerb = (text: string): text is Verb => Object.hasOwn(verbs, text);

export const describeVerbs = (): string =>
  [
    'npm run sg -- <verb>',
    '',
    ...Object.entries(verbs).map(([verb, { says }]) => `  ${verb.padEnd(15)}${says}`),
  ].join('\n');
