import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';

export function toHeaders(credentials: BackendCredentials): Record<string, string> {
  switch (credentials.kind) {
    case 'basic': {
      const pair = Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8');
      return { authorization: `Basic ${pair.toString('base64')}` };
    }
    case 'bearer':
      return { authorization: `Bearer ${credentials.token}` };
    case 'header':
      return { ...credentials.headers };
  }
}

/** An address as it is compared and shown (no user, no trailing slash), and what stood before its `@`. */
export function splitBackendUrl(text: string): { url: string; credentials: BackendCredentials | undefined } {
  const parsed = new URL(text);
  const { username, password } = parsed;
  const url = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  if (username === '' && password === '') return { url, credentials: undefined };
  return { url, credentials: { kind: 'basic', username: decode(username), password: decode(password) } };
}

/** A percent sign that begins no escape stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
