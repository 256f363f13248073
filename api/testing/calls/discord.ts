let lastSnowflake = 100_000_000_000_000_000n;

/** The number of a person, a server, a channel or a role that no test has met. */
export const newSnowflake = (): string => String(++lastSnowflake);

/** For a service key that speaks for a Discord user. */
export const actFor = (person: string) => ({ 'star-graph-act-for': `discord:${person}` });
