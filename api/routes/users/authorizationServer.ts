import type { AuthorizationServer } from '@star-graph/core/people/identity/programs/authorizationRequest';

/** Where programs are let in to: the platform itself says who may, and its door for assistants is what they open. */
export const authorizationServerOf = (publicUrl: string): AuthorizationServer => ({
  issuer: publicUrl,
  resource: `${publicUrl}/mcp`,
});
