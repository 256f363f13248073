import { acceptSignIn, signInApi } from '../../session/session.ts';

type Assertion = Parameters<typeof signInApi.loginByPasskey>[0]['body']['response'];

/** Has the browser answer the server's challenge. @param ticket of a sign-in whose second step it is */
export async function answerPasskey(ticket?: string): Promise<Assertion> {
  const request = await signInApi.requestPasskey({ body: ticket === undefined ? {} : { ticket } });
  // The server writes it as browsers read it.
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    request as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const credential = await navigator.credentials.get({ publicKey });
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey.');
  return credential.toJSON() as Assertion;
}

export async function signInByPasskey(): Promise<void> {
  const response = await answerPasskey();
  await acceptSignIn(await signInApi.loginByPasskey({ body: { response } }));
}
