import type { IdentityView, LinkPreview } from '@star-graph/contract/users/links';

/** With its number: a name elsewhere can be taken by somebody else. */
export function sayIdentity({ provider, subject, displayName }: IdentityView): string {
  // Those whom a program names are its people.
  const where = provider === 'discord' ? 'Discord' : provider.replace(/^people\./, '');
  return displayName === null ? `${where}: ${subject}` : `${where}: ${displayName} (${subject})`;
}

/** Who is on the other side of a code. */
export function sayTarget({ account, identities }: LinkPreview): string {
  const names = identities.map(sayIdentity);
  return [...(account?.username ? [account.username] : []), ...names].join(', ');
}
