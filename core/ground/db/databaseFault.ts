/**
 * For the person who set `DATABASE_URL`: what is wrong with it and the way out, without the password. Undefined for a
 * fault that has nothing to do with it.
 */
export function describeDatabaseFault(error: unknown, databaseUrl: string): string | undefined {
  const { hostname, host, username, pathname } = new URL(databaseUrl);
  const [user, name] = [username, pathname.slice(1)].map((part) => decodeURIComponent(part));
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `DATABASE_URL: nothing listens at ${host}. Start the database server there, or correct the address.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `DATABASE_URL: there is no machine named ${hostname}. Correct the name.`;
    case 'ETIMEDOUT':
    case 'ECONNRESET':
    case 'PROTOCOL_CONNECTION_LOST':
      return `DATABASE_URL: what is at ${host} does not answer as MySQL or MariaDB does. Correct the address.`;
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
      return `DATABASE_URL: the server at ${host} refuses the user "${user}" or the password. Correct them.`;
    case 'ER_DBACCESS_DENIED_ERROR':
      return `DATABASE_URL: the user "${user}" may not use the database "${name}". Grant it: GRANT ALL ON \`${name}\`.* TO …`;
    case 'ER_BAD_DB_ERROR':
      return `DATABASE_URL: the server at ${host} has no database "${name}". Make it: CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`;
    default:
      return undefined;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
