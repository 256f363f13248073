import type { z } from 'zod';
import { readSecretFiles } from './secretFiles.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A fault of the settings, which the operator can put right: the message says how, and shows no secret. */
export class ConfigurationFault extends Error {
  override name = 'ConfigurationFault';
}

/**
 * Reads a process's variables once, and the files of its secrets; empty values count as absent.
 * @param options.judge finds the faults between variables, by name.
 * @throws ConfigurationFault naming every variable that is wrong, with what to do, never the value.
 */
export function readConfiguration<Schema extends z.ZodObject>(
  schema: Schema,
  given: Environment,
  options: {
    /** Begins the message. */
    title: string;
    secretNames: readonly string[];
    judge?: (env: Environment) => ReadonlyMap<string, string>;
  },
): Readonly<z.output<Schema>> {
  const { env, faults: unread } = readSecretFiles(given, options.secretNames);
  const faults = new Map([...(options.judge?.(env) ?? []), ...unread]);
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const result = schema.safeParse(present);
  if (result.success && faults.size === 0) return Object.freeze(result.data);
  for (const { path, message } of result.error?.issues ?? []) {
    const name = path.join('.');
    const told = faults.get(name);
    if (told === undefined)
      faults.set(name, name in present ? message : describeMissing(schema, name, message));
  }
  const lines = [...faults].map(([name, message]) => `  ${name}: ${message}`);
  throw new ConfigurationFault(`${options.title}:\n${lines.join('\n')}`);
}

/** What a variable is for says more than that it is no text. */
function describeMissing(schema: z.ZodObject, name: string, message: string): string {
  const { description } = schema.shape[name]?.meta() ?? {};
  const [what] = description?.split('; unset:') ?? [];
  return what === undefined ? message : `is not set, and nothing runs without it: ${what}`;
}

/** Runs a part of a process's start; a fault of the settings ends the process by its sentence, without a stack. */
export async function orEnd<T>(start: () => T | Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
