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
