/** Words of OAuth for what a program did wrong (RFC 6749, RFC 8707). */
export type OAuthFaultCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_grant'
  | 'invalid_redirect_uri'
  | 'invalid_scope'
  | 'invalid_target'
  | 'access_denied'
  | 'unsupported_grant_type'
  | 'unsupported_response_type';

/** A refusal that a program reads. `description` is for its developers, in ASCII. */
export class OAuthFault extends Error {
  readonly code: OAuthFaultCode;
  readonly description: string;

  constructor(code: OAuthFaultCode, description: string) {
    super(`${code}: ${description}`);
    this.name = 'OAuthFault';
    this.code = code;
    this.description = description;
  }
}
