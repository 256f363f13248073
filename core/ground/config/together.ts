import { findWeakness } from '../encryption/passwordWeakness.ts';
import { applicationIdOf } from './discordEnv.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Rule {
  /** Told to processes that read all of them, under the first. */
  names: readonly [string, string];
  /** The fault, if there is one. */
  judge(env: Environment): string | undefined;
}

const hasOne = (env: Environment, [first, second]: readonly [string, string]): boolean =>
  Boolean(env[first]) !== Boolean(env[second]);

const both = (first: string, second: string): Rule => ({
  names: [first, second],
  judge: (env) =>
    hasOne(env, [first, second]) ? `and ${second} belong together: set both, or none` : undefined,
});

const rules: readonly Rule[] = [
  both('TLS_CERT_FILE', 'TLS_KEY_FILE'),
  both('SMTP_URL', 'MAIL_FROM'),
  both('TEXT_MODEL_URL', 'TEXT_MODEL'),
  both('RENT_DSTACK_URL', 'RENT_DSTACK_TOKEN'),
  both('RENT_DSTACK_URL', 'RENT_CONFIGURATION'),
  {
    names: ['RENT_DSTACK_URL', 'PUBLIC_URL'],
    judge: (env) =>
      env.RENT_DSTACK_URL && !env.PUBLIC_URL
        ? 'needs PUBLIC_URL: rented machines join the platform there'
        : undefined,
  },
  {
    names: ['SAFETY_URL', 'SAFETY_CLASSIFIER'],
    judge: (env) =>
      env.SAFETY_CLASSIFIER === 'http' && !env.SAFETY_URL ? 'needed for SAFETY_CLASSIFIER=http' : undefined,
  },
  {
    names: ['OIDC_PROVIDERS', 'OIDC_PROVIDERS_FILE'],
    judge: (env) =>
      env.OIDC_PROVIDERS && env.OIDC_PROVIDERS_FILE
        ? 'and OIDC_PROVIDERS_FILE are both set. Unset one.'
        : undefined,
  },
  {
    names: ['DISCORD_TOKEN', 'DISCORD_CLIENT_SECRET'],
    judge: ({ DISCORD_TOKEN: token = '', DISCORD_CLIENT_SECRET: secret }) =>
      secret && applicationIdOf(token) === undefined
        ? 'has to be the token of the bot where DISCORD_CLIENT_SECRET is set: Discord tells it who is in a room.'
        : undefined,
  },
  {
    names: ['FILE_SIGNING_KEY', 'S3_ENDPOINT'],
    judge: (env) =>
      env.FILE_SIGNING_KEY || env.S3_ENDPOINT
        ? undefined
        : 'is not set, and without S3_ENDPOINT it signs the addresses of files. Set the same for the API and all dispatchers: openssl rand -hex 32 makes one.',
  },
  ...(['S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const).map(
    (name): Rule => ({
      names: [name, 'S3_ENDPOINT'],
      judge: (env) =>
        env.S3_ENDPOINT && !env[name]
          ? 'is not set. Set the key of the bucket at S3_ENDPOINT, or unset S3_ENDPOINT to keep files here.'
          : undefined,
    }),
  ),
  {
    names: ['ADMIN_PASSWORD', 'ADMIN_USERNAME'],
    judge: ({ ADMIN_PASSWORD: password, ADMIN_USERNAME: username = 'admin' }) =>
      password && findWeakness(password, username.toLowerCase())
        ? 'is one of the passwords that are guessed first. Set several words that are not the user name; where the account has this password already, change it there too.'
        : undefined,
  },
];

/**
 * What is wrong between variables, whatever is wrong with each: so all faults are told at once.
 * @param names those that the process reads.
 * @returns the faults by variable, without values.
 */
export const findFaultsTogether = (env: Environment, names: readonly string[]): Map<string, string> =>
  new Map(
    rules
      .filter((rule) => rule.names.every((name) => names.includes(name)))
      .flatMap((rule) => {
        const fault = rule.judge(env);
        return fault === undefined ? [] : [[rule.names[0], fault] as const];
      }),
  );
