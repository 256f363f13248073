import { isBackendAddress } from '../../comfy/http/backendAddress.ts';
import { Problem } from '../../ground/errors.ts';
import { findAddresses } from '../../ground/runtime/checkedLookup.ts';

const wrongUrl = (message: string) =>
  new Problem('invalid-params', 'This address cannot be a GPU server. See the errors.', {
    errors: [{ pointer: '/url', message }],
  });

const mostCharacters = 255;

/**
 * Refuses addresses that are known to be wrong when a backend is added; each connection checks the resolved address
 * again. Returns the form that addresses are compared in: origin and path, no trailing slash, no user, query or
 * fragment. A name that does not resolve is accepted: the server may not run yet.
 * @throws Problem `invalid-params`.
 */
export async function parseBackendUrl(text: string): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw wrongUrl('Give an http or https address.');
  if (url.username !== '' || url.password !== '')
    throw wrongUrl(
      'Leave user name and password out of the address, and give them as "credentials" of the kind "basic".',
    );
  if (url.search !== '' || url.hash !== '') throw wrongUrl('Leave query and fragment out.');
  const form = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  if (form.length > mostCharacters)
    throw wrongUrl(`Use at most ${mostCharacters} characters; what is not ASCII counts as it is sent.`);
  if (!(await findAddresses(url)).every(isBackendAddress))
    throw wrongUrl('Link-local and metadata addresses are refused.');
  return form;
}
