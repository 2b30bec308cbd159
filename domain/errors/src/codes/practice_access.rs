//! 32xx: signing in to the practice platform, who may do what there, and its API.

codes! {
    SIGN_IN_REFUSED = 3201, Refused, "The sign-in was refused", "Check address and password, or ask for a new password.";
    SIGN_IN_THROTTLED = 3202, Refused, "Too many attempts", "Wait as long as Retry-After says.";
    NOT_SIGNED_IN = 3203, Refused, "The request carries no valid access token", "Sign in at /v1/auth/login, or refresh the session at /v1/auth/refresh.";
    NOT_PERMITTED = 3204, Refused, "Your roles do not allow this", "Ask whoever gives roles in the cabinet.";
    NOTHING_HERE = 3205, Usage, "There is nothing here, or nothing that you may see", "Check the address and the ids in it.";
    SECOND_FACTOR_NEEDED = 3206, Refused, "A second factor is needed first", "Set up an authenticator app at /v1/auth/totp, and sign in with it.";
    CODE_REFUSED = 3207, Refused, "The code is not right", "Enter the code that the app shows now; each code works once.";
    WEAK_PASSWORD = 3208, Usage, "The password cannot be taken", "Choose at least 12 characters that nobody would try: four words will do.";
    SESSION_OVER = 3209, Refused, "The session is over", "Sign in again.";
    SESSION_STOLEN = 3210, Refused, "A refresh token was used twice: the session is over", "Sign in again; change the password if somebody else may have had the token.";
    LINK_OVER = 3211, Usage, "The link works no longer", "Ask for a new invitation or a new reset.";
    USER_EXISTS = 3212, Usage, "Somebody with this address is there already", "Give that person the role instead.";
    CONDITION_MISSING = 3214, Usage, "The request must say which version it changes", "Send the ETag of what you read as If-Match.";
    TOO_MANY_REQUESTS = 3215, Refused, "Too many requests", "Wait as long as Retry-After says.";
    ROLE_NOT_GRANTABLE = 3216, Refused, "The role cannot be given like this", "Give roles in your own cabinets; roles of the group are given by super-admins.";
    LAST_ADMIN = 3217, Refused, "The last super-admin stays", "Make somebody else a super-admin first.";
    BAD_IMPORT = 3218, Usage, "The file of people cannot be taken", "Send CSV with the columns email, name, role and cabinet.";
    SECOND_FACTOR_STATE = 3219, Usage, "The second factor is not in that state", "Look at /v1/auth/me: it says whether a second factor is set up.";
    PLATFORM_KEY = 3220, Refused, "The platform's key cannot be used", "Set NOVA_PLATFORM_KEY to the 64 hexadecimal digits it had before.";
    KEY_BUSY = 3221, Usage, "The request with this key is still under way", "Wait a moment and send it again.";
    BAD_CURSOR = 3222, Usage, "The cursor is not one of this list", "Begin again without a cursor.";
    IMPORT_STATE = 3223, Usage, "The file of people is not in that state", "Look at the import: its status says whether it was applied, or undone.";
    LOG_ELSEWHERE = 3224, Refused, "The platform's provisionings are in another event log", "Serve from the same project folder, or end the other server and wait three minutes.";
}
