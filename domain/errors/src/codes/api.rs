//! 21xx: the HTTPS API, its tokens and its client.

codes! {
    UNAUTHENTICATED = 2101, Refused, "The request carries no valid token", "Send `Authorization: Bearer <token>`; `nova token create` makes one.";
    FORBIDDEN = 2102, Refused, "The token's scope does not reach that far", "Use a token with the scope that is named, or ask an administrator.";
    NO_ROUTE = 2103, Usage, "The API has no such address", "Look at /v1/openapi.json, or /v1/platform/openapi.json: they list every address.";
    NO_METHOD = 2104, Usage, "The address does not take this method", "Use a method that the Allow header names.";
    MEDIA_TYPE = 2105, Usage, "The body is not JSON", "Send `Content-Type: application/json`.";
    TOO_LARGE = 2106, Usage, "The body is too large", "Send less: a request is a few lines, with rules at most 1 MB.";
    BAD_BODY = 2107, Usage, "The body cannot be understood", "Compare it with the schema in /v1/openapi.json, or /v1/platform/openapi.json.";
    KEY_REUSED = 2108, Usage, "The key was used for another request", "Use a new key for a new request.";
    API_UNREACHABLE = 2109, Failed, "The API cannot be reached", "Check the address given to --api and that the server is running.";
    API_ANSWER = 2110, Failed, "The API answered something unexpected", "Check that the address given to --api is Nova's, of the same version.";
    EMBEDDED_ONLY = 2111, Usage, "The command works on a project folder only", "Leave --api and NOVA_API out, and run it where the project is.";
    BAD_TOKEN = 2112, Usage, "The token cannot be made or does not exist", "`nova token list` shows the tokens there are.";
    LISTEN = 2113, Refused, "The API does not listen", "Choose a free port, and make a token before listening beyond this machine.";
    TOO_SLOW = 2114, Failed, "The answer took too long", "Send the request again; with the same Idempotency-Key nothing starts twice.";
}
