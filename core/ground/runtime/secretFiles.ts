import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

interface ReadSecrets {
  env: Record<string, string | undefined>;
  /** By the secret's name: why it cannot be had from its file. No value is in it. */
  faults: ReadonlyMap<string, string>;
}

/**
 * Puts secrets that stand in files in place of their variables: `NAME_FILE` is the path of the value of NAME, such as a
 * mounted secret. A line break at the end is the editor's. A secret in two places is refused, because nobody could say
 * which one is in force.
 */
export function readSecretFiles(env: Environment, names: readonly string[]): ReadSecrets {
  const read: Record<string, string | undefined> = { ...env };
  const faults = new Map<string, string>();
  for (const name of names) {
    const path = env[`${name}_FILE`];
    if (path === undefined || path === '') continue;
    delete read[`${name}_FILE`];
    if (env[name] !== undefined && env[name] !== '') {
      faults.set(name, `${name} and ${name}_FILE are both set. Unset one.`);
      continue;
    }
    const value = readValue(path);
    if (value === undefined)
      faults.set(name, `the file of ${name}_FILE, ${path}, cannot be read. Correct its path or its rights.`);
    else if (value === '') faults.set(name, `the file of ${name}_FILE, ${path}, is empty.`);
    else read[name] = value;
  }
  return { env: read, faults };
}

function readValue(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
