// A certified OpenID Connect provider (npm oidc-provider) on this machine, for the tests of signing in by it.
// It prints its issuer. Who logs in says so with the headers X-Login and X-Methods; no page is asked for.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [site, narrow] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "bihuan",
        client_secret: "s3cret/with:signs",
        redirect_uris: [`${site}/enter/oidc/back/`],
        post_logout_redirect_uris: [`${site}/`],
        backchannel_logout_uri: `${site}/enter/oidc/leave/`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username"], acr: null, amr: null, sid: null },
    // As the standard has it, what a scope asks for comes from the userinfo endpoint; many providers put it in the token.
    conformIdTokenClaims: narrow === "narrow",
    features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    // Its guard against addresses inside the network would not let it call us here.
    fetch: (address, options) => globalThis.fetch(address, { ...options, dispatcher: undefined }),
    pkce: { required: () => true },
    cookies: { keys: ["only for a test"] },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    const accountId = request.headers["x-login"];
    if (!accountId) {
      const result = { error: "access_denied", error_description: "nobody logged in" };
      return provider.interactionFinished(request, response, result);
    }
    const grant = new provider.Grant({ accountId, clientId: "bihuan" });
    grant.addOIDCScope("openid profile");
    const login = { accountId, amr: (request.headers["x-methods"] ?? "pwd").split(" ") };
    return provider.interactionFinished(request, response, { login, consent: { grantId: await grant.save() } });
  });
  console.log(issuer);
});
