import { programScopes } from '@star-graph/core/people/identity/programs/authorizationRequest';
import { authorizationServerOf } from '../../routes/users/authorizationServer.ts';

export const resourceMetadataPath = '/.well-known/oauth-protected-resource';
export const serverMetadataPath = '/.well-known/oauth-authorization-server';
export const tokenPath = '/oauth/token';
export const registrationPath = '/oauth/register';
export const revocationPath = '/oauth/revoke';
/** A view of the console. */
const consentPath = '/connect';

/** What the door is, and who lets programs in (RFC 9728). */
export function describeResource(publicUrl: string): object {
  const { issuer, resource } = authorizationServerOf(publicUrl);
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: programScopes,
    bearer_methods_supported: ['header'],
    resource_name: 'Star-Graph',
  };
}

/** How programs are let in (RFC 8414). */
export function describeServer(publicUrl: string): object {
  const { issuer } = authorizationServerOf(publicUrl);
  return {
    issuer,
    authorization_endpoint: `${issuer}${consentPath}`,
    token_endpoint: `${issuer}${tokenPath}`,
    registration_endpoint: `${issuer}${registrationPath}`,
    revocation_endpoint: `${issuer}${revocationPath}`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    scopes_supported: programScopes,
    client_id_metadata_document_supported: true,
    authorization_response_iss_parameter_supported: true,
  };
}

/** What a client without a working credential is told, so that it can get one. */
export function challengeOf(publicUrl: string, hasCredential: boolean): string {
  const { resource } = authorizationServerOf(publicUrl);
  const parts = [
    'realm="star-graph"',
    ...(hasCredential ? ['error="invalid_token"'] : []),
    `scope="${programScopes.join(' ')}"`,
    `resource_metadata="${publicUrl}${resourceMetadataPath}${new URL(resource).pathname}"`,
  ];
  return `Bearer ${parts.join(', ')}`;
}
