import type { z } from 'zod';

interface EnvSection {
  title: string;
  schema: z.ZodObject;
}

/**
 * The text of `.env.example`: every variable with its description, commented out. A default stands after the equals
 * sign; without one the variable is unset by default.
 * @throws Error when a variable has no description.
 */
export function renderEnvExample(
  sections: readonly EnvSection[],
  secretNames: readonly string[] = [],
): string {
  const lines = [
    'Copy to .env and uncomment what you want to change. The environment wins over this file.',
    'A secret may stand in a file instead: NAME_FILE is its path, and NAME stays unset. Secrets are:',
    ...Array.from({ length: Math.ceil(secretNames.length / 5) }, (_, row) =>
      secretNames.slice(row * 5, row * 5 + 5).join(', '),
    ),
  ];
  const head = lines.map((line) => `# ${line}\n`).join('');
  return head + sections.map(renderSection).join('');
}

function renderSection({ title, schema }: EnvSection): string {
  const entries = Object.entries(schema.shape).map(([name, field]) => {
    if (!('description' in field) || typeof field.description !== 'string') {
      throw new Error(`${name} has no description`);
    }
    return `\n# ${field.description}\n#${name}=${defaultOf(field as z.ZodType)}\n`;
  });
  return `\n## ${title}\n${entries.join('')}`;
}

function defaultOf(field: z.ZodType): string {
  const result = field.safeParse(undefined);
  if (!result.success || result.data === undefined) return '';
  // Lists are written with commas, as they are read.
  return Array.isArray(result.data) ? result.data.join(',') : String(result.data);
}
