import { PasskeyFault } from '../data/passkeyFault.ts';
import { acceptSignIn, api, signInApi } from './session.ts';

type Assertion = Parameters<typeof signInApi.loginByPasskey>[0]['body']['response'];
type Attestation = Parameters<typeof api.addPasskey>[0]['body']['response'];

export const knowsPasskeys = (): boolean => 'PublicKeyCredential' in window;

/** Signs in by a passkey alone. */
export async function signInByPasskey(): Promise<void> {
  const response = await answer(await signInApi.requestPasskey({ body: {} }));
  await acceptSignIn(await signInApi.loginByPasskey({ body: { response } }));
}

/** Asks the device for the second step of a sign-in. */
export const answerSecondStep = async (ticket: string): Promise<Assertion> =>
  answer(await signInApi.requestPasskey({ body: { ticket } }));

/** For a change of the account by whoever is signed in. */
export const answerProof = async (): Promise<Assertion> => answer(await api.requestProof());

/** Has the browser make a passkey. The server writes its wishes as browsers read them. */
export async function makePasskey(wishes: object): Promise<Attestation> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    wishes as PublicKeyCredentialCreationOptionsJSON,
  );
  return (await ask(() => navigator.credentials.create({ publicKey }))) as Attestation;
}

async function answer(request: object): Promise<Assertion> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    request as PublicKeyCredentialRequestOptionsJSON,
  );
  return (await ask(() => navigator.credentials.get({ publicKey }))) as Assertion;
}

async function ask(work: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await work();
    if (credential instanceof PublicKeyCredential) return credential.toJSON();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new PasskeyFault(error.name, { cause: error });
  }
  throw new PasskeyFault('NotAllowedError');
}
