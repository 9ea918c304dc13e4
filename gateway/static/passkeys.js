// Passkeys: a button marked data-passkey runs one ceremony (add, sign-in, check) and then leads to data-next.
// Without WebAuthn, or where the page is no secure context, the buttons stay hidden and the password works as before.
"use strict";
{
  const API = "/api/gateway/v1";
  const CEREMONIES = {
    "add": ["/passkeys/options", "/passkeys", "create"],
    "sign-in": ["/passkeys/sign-in-options", "/sessions/by-passkey", "get"],
    "check": ["/passkeys/check-options", "/sessions/current/second-check-by-passkey", "get"],
  };
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const post = async (path, body) => {
    const answer = await fetch(API + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify(body ?? {}),
    });
    const said = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(said.detail), { slug: said.type });
    return said;
  };

  const asked = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...Object.fromEntries(
      ["excludeCredentials", "allowCredentials"]
        .filter((name) => options[name])
        .map((name) => [name, options[name].map((one) => ({ ...one, id: bytes(one.id) }))]),
    ),
  });

  const told = (credential) => {
    const { response } = credential;
    const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const parts = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: Object.fromEntries(parts),
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const run = async (button) => {
    const [begin, finish, act] = CEREMONIES[button.dataset.passkey];
    const says = document.getElementById(button.dataset.says);
    button.setAttribute("aria-busy", "true");
    try {
      const publicKey = asked(await post(begin));
      const credential = told(await navigator.credentials[act]({ publicKey }));
      const name = document.getElementById(button.dataset.name ?? "")?.value;
      await post(finish, name === undefined ? { credential } : { credential, name });
      location.assign(button.dataset.next);
    } catch (error) {
      if (error.slug === "/problems/second-check-needed") return location.assign(button.dataset.check);
      // The browser's own refusals (cancelled, timed out, already there) have no text of ours.
      says.textContent = error.slug ? error.message : button.dataset.failed;
      says.hidden = false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  if (window.PublicKeyCredential && window.isSecureContext) {
    for (const button of document.querySelectorAll("[data-passkey]")) {
      button.closest("[data-passkeys]").hidden = false;
      button.addEventListener("click", () => run(button));
    }
  }
}
